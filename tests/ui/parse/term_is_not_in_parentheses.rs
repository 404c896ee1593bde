use oci_fixture::oci_image;

fn main() {
    let text = "sha256-";
    let _ = oci_image! {
        index {
            'a: linux/amd64 {}
            annotations: { "a": text + 'a.hex }
        }
    };
}
