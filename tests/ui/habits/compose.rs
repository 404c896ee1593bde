use oci_fixture::oci_image;

fn main() {
    let _ = oci_image! {
        manifest "app:1" {
            config { environment: ["A=1"], volumes: { "/data": {} } }
        }
    };
}
