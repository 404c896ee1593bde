use oci_fixture::oci_image;

fn main() {
    let _ = oci_image! {
        app: manifest "app:1" {
            layer 'base { "x" => "y" }
        }
    };
}
