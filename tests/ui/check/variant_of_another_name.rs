fn main() {
    let _ = oci_fixture::oci_image! {
        index "app:1" {
            linux/arm/7 { "a" => "b" }
            "linux/arm64/8" { "a" => "b" }
            linux/arm64/v8 { "a" => "b" }
        }
    };
}
