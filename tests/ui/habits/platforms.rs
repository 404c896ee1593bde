use oci_fixture::oci_image;

fn main() {
    let _ = oci_image! {
        index "app:1" {
            linux/x86_64 { "x" => "y" }
            amd64 { "x" => "y" }
        }
    };
}
