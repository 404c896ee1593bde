use oci_fixture::oci_image;

fn main() {
    let _ = oci_image! {
        for n in ["1"] { 'a: "linux/amd64" {} }
        tag "app:1" => 'a
    };
}
