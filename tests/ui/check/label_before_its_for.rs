use oci_fixture::oci_image;

fn main() {
    let _ = oci_image! {
        linux/amd64 { 'a }
        for n in ["linux/arm64"] { (n) { 'a: layer {} } }
    };
}
