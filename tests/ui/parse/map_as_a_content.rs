use oci_fixture::oci_image;

fn main() {
    let _ = oci_image! {
        manifest "a:1" { "a.json" => { "a": 1 }, "/x" => "" }
    };
}
