use oci_fixture::oci_image;

fn main() {
    let _ = oci_image! {
        index {
            'a: linux/amd64 {}
            annotations: { "a": 'a, "b": "c" + 'a }
        }
    };
}
