use oci_fixture::oci_image;

fn main() {
    let _ = oci_image! {
        linux/amd64 { #[http(method = "HEAD", cut = 10)] layer { "a" => "b" } }
    };
}
