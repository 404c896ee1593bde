use oci_fixture::oci_image;

fn main() {
    let _ = oci_image! {
        linux/amd64 { #[mtine = 0] "a" => "1", #[inline] "b" => "2" }
    };
}
