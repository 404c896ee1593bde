use oci_fixture::oci_image;

fn main() {
    let _ = oci_image! {
        linux/amd64 {
            layer {
                if cfg!(unix) { "a" => "1", "a" => "2" }
                if cfg!(windows) { "a" => "3" }
                "a" => "4",
            }
        }
    };
}
