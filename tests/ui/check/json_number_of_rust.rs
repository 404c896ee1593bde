use oci_fixture::oci_image;

fn main() {
    let _ = oci_image! {
        linux/amd64 { blob "a/b" => json [0x10, 1_000, 5u8, 007, 1., -2, 1.5e3] }
    };
}
