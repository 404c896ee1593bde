use oci_fixture::{Layer, oci_image};

fn main() {
    let _ = oci_image! {
        index { (Layer::new()) }
    };
}
