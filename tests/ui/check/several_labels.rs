use oci_fixture::oci_image;

fn main() {
    let _ = oci_image! {
        'image: index "app:1" {
            linux/amd64 { 'base: layer { "a" => 'image.digest } 'bas }
            linux/arm64 { 'base, 'base { urls: [] } }
            'base
        }
        tag "App" => 'image,
        tag "app:1" => 'image
    };
}
