use oci_fixture::oci_image;

fn main() {
    let _ = oci_image! {
        linux/amd64 {
            layer {
                "etc/" + 'path.hex => "1",
                "a" -> 'target.hex,
                #[xattr("user." + 'name.hex, 'value.digest)] "b" => 'content.bytes,
                entry { name: 'field.hex, pax: { "path": 'record.hex } }
            }
            layer { raw: 'raw.digest }
        }
        'path: index {} 'target: index {} 'name: index {} 'value: index {} 'content: index {}
        'field: index {} 'record: index {} 'raw: index {}
    };
}
