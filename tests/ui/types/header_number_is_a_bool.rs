use oci_fixture::oci_image;

fn main() {
    let value = true;
    let _ = oci_image! {
        linux/amd64 { entry { mode: value } }
    };
}
