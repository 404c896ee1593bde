use oci_fixture::oci_image;

fn main() {
    let _ = oci_image! {
        index "app:1" {
            manifest "app:2" linux/amd64 {}
        }
    };
}
