use oci_fixture::oci_image;

fn main() {
    let _ = oci_image! {
        linux/amd64 { annotations: { "org.opencontainers.image.base.name": "alpine:3" } }
    };
}
