use oci_fixture::oci_image;

fn main() {
    let _ = oci_image! {
        linxu/amd64 {}
        linux/amd46 {}
    };
}
