use oci_fixture::oci_image;

fn main() {
    let _ = oci_image! {
        linux/amd64 {
            blob "application/vnd.oci.image.layer.v1.tar" { content: "text", diff_id: true }
        }
    };
}
