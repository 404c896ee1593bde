use oci_fixture::oci_image;

fn main() {
    let _ = oci_image! {
        #[unlisted] index "app:1" {
            merge: { "a": 1, "a": 2 },
            #[missing] #[flip = 1] linux/amd64 {
                #[append = ""] layer { eof: 2 }
                config { raw: "{}", user: "root" }
                layer { entry { uid: 1.5, typeflag: "" } }
            }
            #[truncate = "a"] linux/arm64 { descriptor: { size: 0x10 } }
        }
    };
}
