use oci_fixture::oci_image;

fn main() {
    let _ = oci_image! {
        index { #[unlisted] linux/amd64 { descriptor: { size: 5 } } }
    };
}
