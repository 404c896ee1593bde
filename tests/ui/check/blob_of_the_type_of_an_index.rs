use oci_fixture::oci_image;

fn main() {
    let _ = oci_image! {
        index { blob "application/vnd.oci.image.index.v1+json" => "{}" }
    };
}
