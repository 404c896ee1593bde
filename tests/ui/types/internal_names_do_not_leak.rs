use oci_fixture::oci_image;

fn main() {
    let _ = oci_image! {
        'base: index "app:1" {
            #[flip = 0] #[append = flip0] blob (append1) => "c",
            (platform) { config { user: value } layer { "a" => node, (part) => list, "b" => label_base } }
        }
    };
}
