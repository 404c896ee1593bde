use oci_fixture::oci_image;

fn main() {
    let _ = oci_image! {
        imdex "app:1" {
            linux { "a" => }
            linux/arm64 { "b" = "2" "c" => "3" }
        }
        manifest "app:2" linux/ {
            annotations: { key: "value" }
            layer < "d" => "4" >
        }
    };
}
