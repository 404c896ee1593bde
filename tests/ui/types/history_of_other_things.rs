use oci_fixture::oci_image;

fn main() {
    let entry = 1;
    let _ = oci_image! {
        linux/amd64 { config { history: [entry] } }
    };
}
