use oci_fixture::oci_image;

fn main() {
    let damaged = "yes";
    let _ = oci_image! {
        linux/amd64 { #[missing = damaged] layer {} }
    };
}
