use oci_fixture::oci_image;

fn main() {
    let _ = oci_image! {
        index {
            windows(10.0.17763)/amd64 {}
        }
    };
}
