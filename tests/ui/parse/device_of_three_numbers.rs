use oci_fixture::oci_image;

fn main() {
    let _ = oci_image! {
        linux/amd64 { char "dev/null" (1, 3, 5) }
    };
}
