use oci_fixture::oci_image;

fn main() {
    let _ = oci_image! {
        index "app" {}
        manifest "docker.io/library/app:latest" {}
    };
}
