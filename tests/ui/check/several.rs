use oci_fixture::oci_image;

fn main() {
    let _ = oci_image! {
        index "App" {
            linux/amd64 {
                #[mode = 755]
                "/a" => "1",
                layer { "b" => "2", "b" => "3" }
                config { usr: "root" }
            }
            layer {}
        }
    };
}
