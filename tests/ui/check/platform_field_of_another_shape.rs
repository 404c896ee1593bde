use oci_fixture::oci_image;

fn main() {
    let _ = oci_image! {
        index { dangling { media_type: "a/b", digest: "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", size: 5, platform: linux } }
    };
}
