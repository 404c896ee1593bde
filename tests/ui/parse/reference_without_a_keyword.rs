use oci_fixture::oci_image;

fn main() {
    let _ = oci_image! {
        "app:1" { linux/amd64 { "a" => "b" } }
    };
}
