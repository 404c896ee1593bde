use oci_fixture::oci_image;

fn main() {
    let end = "0";
    let _ = oci_image! {
        linux/amd64 { layer { eof: end } }
    };
}
