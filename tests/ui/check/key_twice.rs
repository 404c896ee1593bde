use oci_fixture::oci_image;

fn main() {
    let _ = oci_image! {
        index { annotations: { "a": "1", "a": "2" } }
    };
}
