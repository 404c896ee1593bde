use oci_fixture::oci_image;

fn main() {
    let _ = oci_image! {
        file => "1",
        file "a" ->,
        file "b",
    };
}
