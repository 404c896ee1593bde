use oci_fixture::oci_image;

fn main() {
    let _ = oci_image! {
        linux/amd64 { #[uid = 18446744073709551616] "a" => "1" }
    };
}
