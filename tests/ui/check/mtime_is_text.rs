use oci_fixture::oci_image;

fn main() {
    let _ = oci_image! {
        linux/amd64 { #[mtime = "1700000000.5"] "a" => "b" }
    };
}
