use oci_fixture::oci_image;

fn main() {
    let _ = oci_image! {
        linux/amd64 { 'a: dangling { media_type: "a/b", digest: 'a.digest, size: 5 } }
    };
}
