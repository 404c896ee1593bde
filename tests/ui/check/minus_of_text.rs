use oci_fixture::oci_image;

fn main() {
    let _ = oci_image! {
        'base: blob "text/plain" => "text",
        blob "text/plain" => 'base.hex - 1,
        blob "text/plain" => 'base.size - "1",
    };
}
