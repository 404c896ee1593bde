use oci_fixture::oci_image;

fn main() {
    let major = "1";
    let _ = oci_image! {
        linux/amd64 { char "dev/null" (major, 3) }
    };
}
