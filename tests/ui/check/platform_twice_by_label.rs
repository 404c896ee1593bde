use oci_fixture::oci_image;

fn main() {
    let _ = oci_image! {
        'a: linux/arm64 {}
        index { linux/arm64 { "a" => "b" } 'a }
    };
}
