use oci_fixture::oci_image;

fn main() {
    let _ = oci_image! {
        linux/amd64 { #[xattr("user.k", "1")] #[xattr("user.k", "2")] "a" => "b" }
    };
}
