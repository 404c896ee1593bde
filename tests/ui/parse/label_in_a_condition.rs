use oci_fixture::oci_image;

fn main() {
    let _ = oci_image! {
        'a: linux/amd64 {}
        if 'a.size > 5 { tag "app:1" => 'a }
    };
}
