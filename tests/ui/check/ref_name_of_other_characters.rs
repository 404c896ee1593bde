use oci_fixture::oci_image;

fn main() {
    let _ = oci_image! {
        linux/amd64 { descriptor: { ref_name: "caf\u{e9}" } }
    };
}
