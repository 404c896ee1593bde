use oci_fixture::oci_image;

fn main() {
    let _ = oci_image! {
        'a: index {}
        linux/amd64 { entry { name: 'a.hex } }
    };
}
