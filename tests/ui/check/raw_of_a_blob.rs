use oci_fixture::oci_image;

fn main() {
    let _ = oci_image! {
        blob "a/b" { content: "c", raw: "d" }
    };
}
