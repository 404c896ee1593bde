use oci_fixture::oci_image;

fn main() {
    let _ = oci_image! {
        linux/amd64 { config { history: [{ created: "2024-05-01T12:00:00", empty_layer: true }] } }
    };
}
