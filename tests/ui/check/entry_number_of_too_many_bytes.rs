use oci_fixture::oci_image;

fn main() {
    let _ = oci_image! {
        linux/amd64 { entry { mode: "000000644" } }
    };
}
