use oci_fixture::oci_image;

fn main() {
    let _ = oci_image! {
        'a: #[docker] linux/amd64 {}
    };
}
