use oci_fixture::oci_image;

fn main() {
    let parts = ["A=1"];
    let _ = oci_image! {
        linux/amd64 { config { ..parts } }
    };
}
