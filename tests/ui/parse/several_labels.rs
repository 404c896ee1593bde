use oci_fixture::oci_image;

fn main() {
    let _ = oci_image! {
        'if: linux/amd64 { 'base: layer < "a" => "b" > }
        linux/arm64 { 'base }
        tag "app:1" => 'image.digest,
        'a: tag "app:2" 'b
    };
}
