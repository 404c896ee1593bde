use oci_fixture::oci_image;

fn main() {
    let _ = oci_image! {
        #[mode = 0o755]
        linux/amd64 { "a" => "1" }
    };
}
