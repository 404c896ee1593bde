use oci_fixture::oci_image;

fn main() {
    let _ = oci_image! {
        manifest "app:1" {
            schemaVersion: 2,
            config { ExposedPorts: ["80/tcp"] }
        }
    };
}
