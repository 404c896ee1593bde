use oci_fixture::oci_image;

fn main() {
    let _ = oci_image! {
        linux/amd64 { config "application/vnd.oci.image.config.v1+json" => "{}" }
    };
}
