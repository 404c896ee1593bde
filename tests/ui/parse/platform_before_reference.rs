use oci_fixture::oci_image;

fn main() {
    let _ = oci_image! {
        manifest linux/amd64 "app:1" {}
    };
}
