use oci_fixture::{Manifest, oci_image};

fn main() {
    let image = Manifest::new();
    let _ = oci_image! {
        'image: (image.clone()),
        linux/amd64 { config { (image) } }
    };
}
