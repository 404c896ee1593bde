use oci_fixture::oci_image;

fn main() {
    let value = std::time::Instant::now();
    let _ = oci_image! {
        linux/amd64 { merge: value }
    };
}
