use oci_fixture::oci_image;

fn main() {
    let _ = oci_image! {
        linux/amd64 { hardlink "bin/rbash" -> "bin/bash", #[mode = 0o755] "bin/bash" => "x" }
    };
}
