use oci_fixture::oci_image;

fn main() {
    let _ = oci_image! {
        manifest "app:1" {
            FROM "base:1"
        }
        manifest "app:2" {
            ENV "A=1"
        }
    };
}
