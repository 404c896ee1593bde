use oci_fixture::oci_image;

fn main() {
    let value = 5;
    let _ = oci_image! {
        linux/amd64 { entry { name: value } }
    };
}
