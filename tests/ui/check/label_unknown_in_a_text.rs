use oci_fixture::oci_image;

fn main() {
    let _ = oci_image! {
        'image: linux/amd64 {}
        tag "app:" + 'imag.hex => 'image
    };
}
