use oci_fixture::oci_image;

fn main() {
    let _ = oci_image! {
        index { linux/amd64 { descriptor: { ref_name: "app:1" } } }
    };
}
