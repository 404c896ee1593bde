use oci_fixture::oci_image;

fn main() {
    let _ = oci_image! {
        'image: manifest { 'base: layer {} }
        'elsewhere: dangling {
            media_type: "text/plain",
            digest: "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
            size: 0,
        }
        blob "text/plain" => 'elsewhere.bytes,
        manifest { annotations: { "a": 'image.diff_id, "b": 'base.diff_id } }
    };
}
