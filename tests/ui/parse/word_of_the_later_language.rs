use oci_fixture::oci_image;

fn main() {
    let _ = oci_image! {
        linux/amd64 { entry { path: "a" } }
        index {
            merge: { "a": 1 },
            raw: "x",
            #[missing] linux/amd64 {}
        }
    };
}
