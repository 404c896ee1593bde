use oci_fixture::oci_image;

fn main() {
    let _ = oci_image! {
        manifest "app:1" {
            let a = 1;
            base()
        }
    };
}
