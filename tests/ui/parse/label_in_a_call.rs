use oci_fixture::oci_image;

fn main() {
    let _ = oci_image! {
        linux/amd64 {
            'a: layer {}
            blob "a/b" => format!("{}", 1) + 'a.hex
        }
    };
}
