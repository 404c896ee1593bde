use oci_fixture::oci_image;

fn main() {
    let _ = oci_image! {
        #[docker = "yes"] linux/amd64 {}
    };
}
