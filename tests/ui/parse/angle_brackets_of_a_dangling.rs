use oci_fixture::oci_image;

fn main() {
    let _ = oci_image! {
        index { dangling < media_type: "a/b" > }
    };
}
