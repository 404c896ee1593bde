use oci_fixture::oci_image;

fn main() {
    let _ = oci_image! {
        linux/amd64 { #[http()] layer { "a" => "b" } }
    };
}
