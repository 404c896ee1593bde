use oci_fixture::oci_image;

fn main() {
    let _ = oci_image! {
        linux/amd64 { config { env: ["A=1"], raw: "{}" } }
    };
}
