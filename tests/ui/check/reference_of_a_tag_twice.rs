use oci_fixture::oci_image;

fn main() {
    let _ = oci_image! {
        'a: manifest "app:1" {}
        tag "app:1" => 'a,
        tag "docker.io/library/app:1" => 'a
    };
}
