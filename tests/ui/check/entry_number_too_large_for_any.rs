use oci_fixture::oci_image;

fn main() {
    let _ = oci_image! {
        linux/amd64 { entry { size: 170141183460469231731687303715884105728 } }
    };
}
