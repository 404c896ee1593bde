use oci_fixture::oci_image;

fn main() {
    let subject = 5;
    let _ = oci_image! {
        linux/amd64 { subject: subject }
    };
}
