use oci_fixture::oci_image;

fn main() {
    let _ = oci_image! {
        config "app:1" { history: [{ }] }
    };
}
