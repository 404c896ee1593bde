use oci_fixture::oci_image;

fn main() {
    let _ = oci_image! {
        linux/amd64 { #[http(reset, status = 503)] layer { "a" => "b" } }
    };
}
