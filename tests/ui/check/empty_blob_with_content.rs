use oci_fixture::oci_image;

fn main() {
    let _ = oci_image! {
        manifest { artifact_type: "a/b", blob "application/vnd.oci.empty.v1+json" => "x" }
    };
}
