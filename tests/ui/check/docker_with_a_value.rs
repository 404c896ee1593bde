use oci_fixture::oci_image;

fn main() {
    let _ = oci_image! {
        #[docker = true] linux/amd64 {}
    };
}
