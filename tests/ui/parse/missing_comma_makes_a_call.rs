use oci_fixture::oci_image;

fn content() -> String {
    String::new()
}

fn main() {
    let _ = oci_image! {
        linux/amd64 {
            "a" => content()
            (format!("b")) => "2",
            "c" => "3" ("d/"),
        }
    };
}
