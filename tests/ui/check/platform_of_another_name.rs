use oci_fixture::oci_image;

fn main() {
    let _ = oci_image! {
        "linux/x86_64" { }
    };
}
