use oci_fixture::oci_image;

fn main() {
    let _ = oci_image! {
        linux/amd64 { config { cmd: [0; 2].map(f), env: ["A=1"] + &more } }
    };
}
