use oci_fixture::oci_image;

fn main() {
    let _ = oci_image! {
        linux/amd64 { entry { uid: 72057594037927936 } }
    };
}
