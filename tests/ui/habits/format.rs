use oci_fixture::oci_image;

fn main() {
    let _ = oci_image! {
        index "app:{v}" {
            os/amd64 { "x" => "y" }
        }
    };
}
