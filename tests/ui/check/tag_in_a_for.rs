use oci_fixture::oci_image;

fn main() {
    let _ = oci_image! {
        'a: linux/amd64 {}
        for n in [1] { tag "app:1" => 'b }
    };
}
