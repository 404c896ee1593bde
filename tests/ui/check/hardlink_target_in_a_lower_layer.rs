use oci_fixture::oci_image;

fn main() {
    let _ = oci_image! {
        linux/amd64 { layer { "etc/hosts" => "h" } layer { hardlink "etc/name" -> "etc/hosts" } }
    };
}
