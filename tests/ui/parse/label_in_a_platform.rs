use oci_fixture::oci_image;

fn main() {
    let _ = oci_image! {
        'base: blob "text/plain" => "text",
        "linux/" + 'base.hex { "a" => "b" }
    };
}
