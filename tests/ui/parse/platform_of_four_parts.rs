use oci_fixture::oci_image;

fn main() {
    let _ = oci_image! {
        linux/arm/v7/hf { "a" => "1" }
    };
}
