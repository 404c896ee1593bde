use oci_fixture::oci_image;

fn main() {
    let _ = oci_image! {
        'base: blob "text/plain" => "text",
        blob "text/plain" => "text" + 'base.bytes,
        blob "text/plain" => 'base.descriptor,
        linux/amd64 { config { user: 'base.bytes } }
    };
}
