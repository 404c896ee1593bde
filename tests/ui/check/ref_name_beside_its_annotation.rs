use oci_fixture::oci_image;

fn main() {
    let _ = oci_image! {
        linux/amd64 { descriptor: { ref_name: "a", annotations: { "org.opencontainers.image.ref.name": "b" } } }
    };
}
