use oci_fixture::oci_image;

fn main() {
    let _ = oci_image! {
        linux/amd64 { annotations: { "a": 1.5_f32 + 1.0, (()): "b" }, config { labels: vec!["a"] } }
    };
}
