use oci_fixture::oci_image;

fn main() {
    let _ = oci_image! {
        'a: index {}
        #[truncate = 'a.size] index {}
    };
}
