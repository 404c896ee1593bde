use oci_fixture::oci_image;

fn main() {
    let _ = oci_image! {
        linux/amd64 {
            b"/caf\xe9" => "1",
            b"caf\xe8" => "2",
            b"caf\xe8" => "3",
            b"caf\xe7",
            "link" -> b"../\xff",
        }
        index { b"\xff" => "4" }
    };
}
