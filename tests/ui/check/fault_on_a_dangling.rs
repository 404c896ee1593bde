use oci_fixture::oci_image;

fn main() {
    let _ = oci_image! {
        index { #[missing] dangling { media_type: "a/b", digest: "sha256:0", size: 5 } }
    };
}
