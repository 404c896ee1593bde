use oci_fixture::oci_image;

fn main() {
    let _ = oci_image! {
        linux/amd64 { #[http(times = 2)] layer { "a" => "b" } }
    };
}
