use oci_fixture::oci_image;

fn main() {
    let _ = oci_image! {
        manifest { config "text/plain" { env: ["A=1"] } }
    };
}
