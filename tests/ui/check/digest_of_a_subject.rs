use oci_fixture::oci_image;

fn main() {
    let _ = oci_image! {
        linux/amd64 { subject: { media_type: "a/b", digest: "e3b0c442", size: 1 } }
    };
}
