use oci_fixture::oci_image;

fn main() {
    let _ = oci_image! {
        linux/amd64 { #[http(raw = "a", header("A", "b"))] layer { "a" => "b" } }
    };
}
