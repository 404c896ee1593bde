use oci_fixture::oci_image;

fn main() {
    let _ = oci_image! {
        linux/amd64 { char "dev/null", block "dev/sda" (8) }
    };
}
