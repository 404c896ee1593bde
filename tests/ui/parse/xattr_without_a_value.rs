use oci_fixture::oci_image;

fn main() {
    let _ = oci_image! {
        linux/amd64 { #[xattr("user.k")] "a" => "1", #[xattr] "b" => "2", #[xattr = "c"] "c" => "3" }
    };
}
