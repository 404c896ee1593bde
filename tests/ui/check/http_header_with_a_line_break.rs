use oci_fixture::oci_image;

fn main() {
    let _ = oci_image! {
        linux/amd64 { #[http(header("A", ["1", "2\r\n"]))] layer { "a" => "b" } }
    };
}
