use oci_fixture::oci_image;

fn main() {
    let _ = oci_image! {
        linux/amd64 { #[sparse = "2.0"] "a" => "b" }
    };
}
