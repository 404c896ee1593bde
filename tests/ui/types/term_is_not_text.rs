use oci_fixture::oci_image;

fn main() {
    let term = 1.5;
    let _ = oci_image! {
        'a: linux/amd64 {}
        tag "app:" + (term) + 'a.hex => 'a
    };
}
