use oci_fixture::oci_image;

fn main() {
    let _ = oci_image! {
        index { for _ in 0..2 { merge: { "a": 1 } } }
    };
}
