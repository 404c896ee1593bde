use oci_fixture::oci_image;

fn main() {
    let _ = oci_image! {
        for n of [1, 2] { linux/amd64 {} }
    };
}
