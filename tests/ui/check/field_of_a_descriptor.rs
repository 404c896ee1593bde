use oci_fixture::oci_image;

fn main() {
    let _ = oci_image! {
        linux/amd64 { platform: linux/arm64, layer { annotations: { "a": "b" } } }
    };
}
