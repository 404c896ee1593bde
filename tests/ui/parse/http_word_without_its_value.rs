use oci_fixture::oci_image;

fn main() {
    let _ = oci_image! {
        linux/amd64 { #[http(status)] layer { "a" => "b" } }
    };
}
