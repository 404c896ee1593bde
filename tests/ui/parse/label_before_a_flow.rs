use oci_fixture::oci_image;

fn main() {
    let _ = oci_image! {
        'a: for n in [1, 2] { "linux/amd64" {} }
        'b: if true { linux/arm64 {} }
    };
}
