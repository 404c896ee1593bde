use oci_fixture::oci_image;

fn main() {
    let _ = oci_image! {
        "linux" { "a" => "1" }
        "linux/arm/v7/hf" { "a" => "1" }
    };
}
