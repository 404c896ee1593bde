use oci_fixture::oci_image;

fn main() {
    let _ = oci_image! {
        'a: linux/amd64 {}
        linux/arm64 { subject: 'a.digest }
    };
}
