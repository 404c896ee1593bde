use oci_fixture::oci_image;

fn main() {
    let _ = oci_image! {
        index "b:1" { linux/amd64 { "x" => "y" } }
        index "a:1" { foo: a { "x" } }
    };
}
