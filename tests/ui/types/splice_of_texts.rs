use oci_fixture::oci_image;

fn main() {
    let paths = ["a", "b"];
    let _ = oci_image! {
        linux/amd64 { ..paths }
    };
}
