use oci_fixture::oci_image;

fn main() {
    let _ = oci_image! {
        linux/amd64 {
            layer gzip { whiteout "a", "a/b" => "1", "c" -> "../d", char "e" (1, 99999999) }
            #[docker] layer { hardlink "f" -> "/g", #[xattr("a=b", "c")] "h" => json [0x1] }
            blob "a" => "b",
            dangling { digest: "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" }
        }
    };
}
