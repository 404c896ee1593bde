use oci_fixture::oci_image;

fn main() {
    let _ = oci_image! {
        file "index.json" => "{}",
        file "blobs/sha256/x" => "",
        file "a/../b" => "",
        file "c" => "1",
        file "c" => "2",
        file "d" -> "/etc",
        #[mode = 0o644] file "e" => "",
        'label: file "f" => "",
        linux/amd64 { file "etc/name" => "g" }
    };
}
