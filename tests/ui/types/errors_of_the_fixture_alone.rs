use oci_fixture::oci_image;

fn main() {
    let fixture = oci_image! {
        index "app:1" {
            linux/amd64 { "a" => }
        }
    };
    let layout = fixture.tempdir().unwrap();
    let index = layout.index().unwrap();
    for descriptor in index.manifests() {
        println!("{} {}", descriptor.digest(), descriptor.size());
    }
}
