use oci_fixture::oci_image;

fn main() {
    let _ = oci_image! {
        linux/amd64 { config { history: [{ created_by: "COPY" }, { created_by: "CMD" }] } "a" => "b" }
    };
}
