use oci_fixture::oci_image;

fn main() {
    let _ = oci_image! {
        'a: linux/amd64 {}
        index { merge: { 'a.digest: 1 } }
    };
}
