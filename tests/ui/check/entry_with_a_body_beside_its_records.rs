use oci_fixture::oci_image;

fn main() {
    let _ = oci_image! {
        linux/amd64 { entry { typeflag: "g", pax: { "gid": "1" }, body: "9 gid=1\n" } }
    };
}
