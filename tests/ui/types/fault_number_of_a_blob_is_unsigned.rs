use oci_fixture::oci_image;

fn main() {
    let place = 5_usize;
    let _ = oci_image! {
        #[flip = place] blob "a/b" => "c"
    };
}
