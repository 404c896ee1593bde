use oci_fixture::oci_image;

fn main() {
    let _ = oci_image! {
        linux/amd64 { #[mtime = 1.5 as f64] "a" => "b" }
    };
}
