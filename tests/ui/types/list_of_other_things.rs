use oci_fixture::oci_image;

fn main() {
    let _ = oci_image! {
        linux/amd64 { config { env: [None::<&str>], cmd: usize::MAX, user: true } }
    };
}
