use oci_fixture::oci_image;

fn main() {
    let _ = oci_image! {
        linux/amd64 { #[http(redirect, status = 404)] layer { "a" => "b" } }
    };
}
