use oci_fixture::oci_image;

fn main() {
    let _ = oci_image! {
        linux/amd64 { #[http(header("A", "1"), header("a", "2"))] layer { "a" => "b" } }
    };
}
