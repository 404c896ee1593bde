use oci_fixture::oci_image;

fn main() {
    let node = || -> oci_fixture::Base { unimplemented!() };
    let _ = oci_image! {
        from (node()),
        linux/amd64 { from (node()), from (node()) }
        linux/arm64 { #[missing] from (node()), "a" => "b" }
    };
}
