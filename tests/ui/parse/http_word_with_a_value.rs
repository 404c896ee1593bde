use oci_fixture::oci_image;

fn main() {
    let _ = oci_image! {
        linux/amd64 { #[http(chunked = true)] layer { "a" => "b" } }
    };
}
