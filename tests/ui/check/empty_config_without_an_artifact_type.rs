use oci_fixture::oci_image;

fn main() {
    let _ = oci_image! {
        manifest { config "application/vnd.oci.empty.v1+json" => "{}" }
    };
}
