use oci_fixture::oci_image;

fn main() {
    let flag = 1;
    let _ = oci_image! {
        linux/amd64 { descriptor: { data: flag } }
    };
}
