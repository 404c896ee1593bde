use oci_fixture::oci_image;

fn main() {
    let path = "a";
    let _ = oci_image! {
        linux/amd64 {
            path => "1",
            format!("b") => "2",
        }
    };
}
