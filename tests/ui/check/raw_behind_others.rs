use oci_fixture::oci_image;

fn main() {
    let _ = oci_image! {
        linux/amd64 { annotations: { "a": "b" }, artifact_type: "c/d", raw: "{}" }
    };
}
