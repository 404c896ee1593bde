use oci_fixture::oci_image;

fn main() {
    let _ = oci_image! {
        linux/amd64 {
            file "a" => "b",
            dir "c/",
            symlink "d" -> "a"
        }
    };
}
