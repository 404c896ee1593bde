use oci_fixture::oci_image;

fn main() {
    let _ = oci_image! {
        linux/amd64 { #[mode = 0o755] entry { name: "a" } }
    };
}
