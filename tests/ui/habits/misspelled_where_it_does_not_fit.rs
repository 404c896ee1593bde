use oci_fixture::oci_image;

fn main() {
    let _ = oci_image! { manifest "app:1" { imdex { } } };
    let _ = oci_image! { manifest "app:1" { layr { "a" => "b" } } };
    let _ = oci_image! { layr { "a" => "b" } };
}
