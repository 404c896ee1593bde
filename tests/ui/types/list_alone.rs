use oci_fixture::{Entry, oci_image};

fn main() {
    let files = vec![Entry::file("etc/name", "content")];
    let _ = oci_image! {
        manifest "app:1" { layer { (files) } }
    };
}
