use oci_fixture::oci_image;

fn main() {
    let version = 1;
    let _ = oci_image! {
        oci_layout: version
    };
}
