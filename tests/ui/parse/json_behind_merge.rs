use oci_fixture::oci_image;

fn main() {
    let _ = oci_image! {
        index { merge: json { "a": 1 } }
    };
}
