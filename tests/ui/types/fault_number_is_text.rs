use oci_fixture::oci_image;

fn main() {
    let place = "0";
    let _ = oci_image! {
        linux/amd64 { #[flip = place] layer {} }
    };
}
