//! `diff_id:` and `diff_id: true`: what blobs and dangling descriptors among the layers add to the `diff_ids` of a config.

use oci_fixture::{Blob, Descriptor, Fixture, Label, Layer, Manifest};
use oci_fixture_test_support::{decompressed, sha256};
use proptest::prelude::*;
use serde_json::json;

use super::{blob, document, has_a_text, in_memory, listed};
use crate::config;

const TAR: &str = "application/vnd.oci.image.layer.v1.tar";

#[derive(Clone, Debug)]
enum Declared {
    Layer {
        gzip: bool,
        content: u8,
    },
    /// The bytes of a blob. They are no tar, and only their digest matters.
    Blob {
        bytes: Vec<u8>,
        own: bool,
    },
    Dangling {
        digest: u8,
        own: bool,
    },
    /// A blob of another type, which adds nothing.
    Other,
}

fn digest(byte: u8) -> String {
    format!("sha256:{}", format!("{byte:02x}").repeat(32))
}

fn declared() -> impl Strategy<Value = Declared> {
    prop_oneof![
        (any::<bool>(), 0..3_u8).prop_map(|(gzip, content)| Declared::Layer { gzip, content }),
        (prop::collection::vec(any::<u8>(), 1..40), any::<bool>())
            .prop_map(|(bytes, own)| Declared::Blob { bytes, own }),
        (any::<u8>(), any::<bool>()).prop_map(|(digest, own)| Declared::Dangling { digest, own }),
        Just(Declared::Other),
    ]
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn the_diff_ids_are_those_of_the_layers_in_their_order(nodes in prop::collection::vec(declared(), 0..6)) {
        let mut image = Manifest::new();
        let mut said = Vec::new();
        for node in &nodes {
            match node {
                Declared::Layer { gzip, content } => {
                    let layer = Layer::new().with(("file", [*content]));
                    image.push(if *gzip { layer.gzip() } else { layer });
                    said.push(None);
                }
                Declared::Blob { bytes, own: true } => {
                    image.push(Blob::new(TAR, bytes).diff_id(true).unchecked());
                    said.push(Some(format!("sha256:{}", sha256(bytes))));
                }
                Declared::Blob { bytes, own: false } => {
                    image.push(Blob::new(format!("{TAR}+gzip"), bytes).diff_id(digest(7)).unchecked());
                    said.push(Some(digest(7)));
                }
                Declared::Dangling { digest: byte, own } => {
                    let of_type = if *own { TAR.to_owned() } else { format!("{TAR}+gzip") };
                    let descriptor = Descriptor::new().media_type(of_type).digest(digest(*byte)).size(9);
                    image.push(if *own { descriptor.diff_id(true) } else { descriptor.diff_id(digest(8)) });
                    said.push(Some(if *own { digest(*byte) } else { digest(8) }));
                }
                Declared::Other => image.push(Blob::new("text/plain", "other")),
            }
        }
        let last = Label::new("last", Layer::new().with(("last", "")).gzip());
        let image = image.with(&last).annotations([("last", last.diff_id())]);
        said.push(None);
        let fixture = Fixture::new().with(image);
        let files = in_memory(&fixture);
        let image = document(&files, &listed(&files)[0]);
        // A `layer` among the blobs adds the digest of its tar.
        let is_layer = |descriptor: &&serde_json::Value| descriptor["mediaType"] != "text/plain";
        let layers = image["layers"].as_array().unwrap().iter().filter(is_layer);
        let expected: Vec<String> = layers
            .zip(said)
            .map(|(descriptor, said)| {
                said.unwrap_or_else(|| format!("sha256:{}", sha256(decompressed(blob(&files, descriptor)))))
            })
            .collect();
        let config = document(&files, &image["config"]);
        prop_assert_eq!(&config["rootfs"]["diff_ids"], &json!(expected));
        prop_assert_eq!(&image["annotations"]["last"], expected.last().unwrap());
        has_a_text(&fixture);
    }
}
