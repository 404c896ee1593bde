use oci_fixture::oci_image;

fn main() {
    let _ = oci_image! {
        linux/amd64 { char "dev/null" (1, 2097152), block "dev/sda" (4294967296, 0) }
    };
}
