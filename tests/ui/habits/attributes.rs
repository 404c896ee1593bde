use oci_fixture::oci_image;

fn main() {
    let _ = oci_image! {
        manifest "app:1" {
            #[chmod = 0o755] "x" => "y",
            "a" => "b" #[mode = 0o644]
        }
    };
}
