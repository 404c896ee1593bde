use oci_fixture::oci_image;

fn main() {
    let layers = [oci_fixture::Layer::new()];
    let _ = oci_image! {
        index { ..layers }
    };
}
