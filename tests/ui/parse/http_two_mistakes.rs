use oci_fixture::oci_image;

fn main() {
    let _ = oci_image! {
        linux/amd64 { #[http(wait = 1, status = 42, cuts = 3)] layer { "a" => "b" } }
    };
}
