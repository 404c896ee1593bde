use oci_fixture::oci_image;

fn main() {
    let _ = oci_image! {
        linux/amd64 {
            layer {
                "etc/",
                if cfg!(unix) { "name" => "1" } else { "name" => "2" }
                "etc" => "",
            }
        }
    };
}
