use oci_fixture::oci_image;

fn main() {
    let _ = oci_image! {
        linux/486 {}
        manifest linux/arm/7 {}
    };
}
