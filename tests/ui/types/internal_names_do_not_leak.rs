use oci_fixture::oci_image;

fn main() {
    let _ = oci_image! {
        'base: index "app:1" {
            (platform) { config { user: value } layer { "a" => node, (part) => list, "b" => label_base } }
        }
    };
}
