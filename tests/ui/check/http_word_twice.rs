use oci_fixture::oci_image;

fn main() {
    let _ = oci_image! {
        linux/amd64 { #[http(status = 500, status = 501)] layer { "a" => "b" } }
    };
}
