use oci_fixture::oci_image;

fn main() {
    let _ = oci_image! {
        linux/amd64 { layer "application/vnd.oci.image.index.v1+json" { } }
    };
}
