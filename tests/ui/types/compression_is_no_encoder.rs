use oci_fixture::oci_image;

fn main() {
    let compression = "gzip";
    let _ = oci_image! {
        linux/amd64 { layer (compression) {} }
    };
}
