use oci_fixture::oci_image;

fn main() {
    let _ = oci_image! {
        linux/amd64 { (std::path::Path::new("a")) => "1" }
    };
}
