//! `#[sha512]`: which digests are of sha512, in trees of indexes, images, configs, layers and blobs.

use std::collections::BTreeSet;

use oci_fixture::{Blob, Config, Fixture, Index, Label, Layer, Manifest};
use oci_fixture_test_support::{Tree, decompressed, hex};
use proptest::prelude::*;
use serde_json::Value;
use sha2::{Digest, Sha256, Sha512};

use super::{has_a_text, in_memory, is_honest, listed};
use crate::config;

/// A node, and whether it says `#[sha512]` itself.
#[derive(Clone, Debug)]
struct Declared {
    long: bool,
    kind: Kind,
}

#[derive(Clone, Debug)]
enum Kind {
    Index(Vec<Declared>),
    Image {
        config: Option<bool>,
        layers: Vec<Declared>,
    },
    Layer {
        gzip: bool,
        content: u8,
    },
    Blob(u8),
    /// The label of the blob at the top level.
    Again,
}

fn image() -> impl Strategy<Value = Declared> {
    let kind = prop_oneof![
        3 => (any::<bool>(), 0..4_u8).prop_map(|(gzip, content)| Kind::Layer { gzip, content }),
        1 => Just(Kind::Again),
    ];
    let layer = (prop::bool::weighted(0.3), kind).prop_map(|(long, kind)| Declared { long, kind });
    let config = prop::option::of(prop::bool::weighted(0.3));
    (prop::bool::weighted(0.3), config, prop::collection::vec(layer, 0..4))
        .prop_map(|(long, config, layers)| Declared { long, kind: Kind::Image { config, layers } })
}

fn node() -> impl Strategy<Value = Declared> {
    let leaf = prop_oneof![
        3 => image(),
        1 => (prop::bool::weighted(0.3), 0..4_u8)
            .prop_map(|(long, content)| Declared { long, kind: Kind::Blob(content) }),
    ];
    leaf.prop_recursive(3, 12, 4, |inner| {
        (prop::bool::weighted(0.3), prop::collection::vec(inner, 0..4))
            .prop_map(|(long, nodes)| Declared { long, kind: Kind::Index(nodes) })
    })
}

macro_rules! flagged {
    ($node:expr, $long:expr) => {
        if $long { $node.sha512() } else { $node }
    };
}

/// Builds nodes, and gives each image a platform of its own.
struct Building {
    label: Label<Blob>,
    images: usize,
}

impl Building {
    fn image(&mut self, declared: &Declared) -> Manifest {
        let Kind::Image { config, layers } = &declared.kind else { panic!("no image") };
        self.images += 1;
        let mut image = Manifest::new().platform(format!("linux/a{}", self.images));
        for layer in layers {
            match layer.kind {
                Kind::Layer { gzip, content } => {
                    let built = Layer::new().with(("file", [content]));
                    let built = if gzip { built.gzip() } else { built };
                    image.push(flagged!(built, layer.long));
                }
                Kind::Again => image.push(&self.label),
                _ => panic!("no layer"),
            }
        }
        if let Some(long) = config {
            image.push(flagged!(Config::new().user("1"), *long));
        }
        flagged!(image, declared.long)
    }

    fn index(&mut self, declared: &Declared) -> Index {
        let Kind::Index(nodes) = &declared.kind else { panic!("no index") };
        let mut index = Index::new();
        for node in nodes {
            match node.kind {
                Kind::Index(_) => index.push(self.index(node)),
                Kind::Image { .. } => index.push(self.image(node)),
                _ => index.push(blob(node)),
            }
        }
        flagged!(index, declared.long)
    }
}

fn blob(declared: &Declared) -> Blob {
    let Kind::Blob(content) = declared.kind else { panic!("no blob") };
    flagged!(Blob::new("text/plain", [content]), declared.long)
}

/// Follows the descriptors, and notes each blob that was found.
struct Checking<'f> {
    files: &'f Tree,
    /// Whether the blob at the top level has a digest of sha512.
    again: bool,
    found: BTreeSet<String>,
}

impl Checking<'_> {
    /// The bytes of the blob of a descriptor, after a check that the descriptor has their digest by this algorithm.
    fn bytes(&mut self, descriptor: &Value, long: bool) -> &[u8] {
        let digest = descriptor["digest"].as_str().unwrap();
        let path = format!("blobs/{}", digest.replace(':', "/"));
        let bytes = &self.files[&path];
        assert_eq!(digest, hashed(bytes, long));
        assert_eq!(descriptor["size"], bytes.len());
        self.found.insert(path);
        bytes
    }

    fn check(&mut self, descriptor: &Value, declared: &Declared, around: bool) {
        if let Kind::Again = declared.kind {
            self.bytes(descriptor, self.again);
            return;
        }
        let long = declared.long || around;
        let bytes = self.bytes(descriptor, long).to_vec();
        let document = || -> Value { serde_json::from_slice(&bytes).unwrap() };
        match &declared.kind {
            Kind::Index(nodes) => {
                let index = document();
                let listed = index["manifests"].as_array().unwrap();
                assert_eq!(listed.len(), nodes.len());
                listed.iter().zip(nodes).for_each(|(found, node)| self.check(found, node, long));
            }
            Kind::Image { config, layers } => {
                let image = document();
                let listed = image["layers"].as_array().unwrap();
                assert_eq!(listed.len(), layers.len());
                listed.iter().zip(layers).for_each(|(found, layer)| self.check(found, layer, long));
                let config = self.bytes(&image["config"], config.unwrap_or_default() || long).to_vec();
                let config: Value = serde_json::from_slice(&config).unwrap();
                // A `diff_id` has the algorithm of its layer.
                let tars = listed.iter().zip(layers).filter(|(_, layer)| !matches!(layer.kind, Kind::Again));
                let diff_ids: Vec<Value> = tars
                    .map(|(found, layer)| {
                        let long = layer.long || long;
                        hashed(&decompressed(self.bytes(found, long)), long).into()
                    })
                    .collect();
                assert_eq!(config["rootfs"]["diff_ids"], Value::Array(diff_ids));
            }
            Kind::Layer { .. } | Kind::Blob(_) | Kind::Again => {}
        }
    }
}

fn hashed(bytes: &[u8], long: bool) -> String {
    if long {
        format!("sha512:{}", hex(&Sha512::digest(bytes)))
    } else {
        format!("sha256:{}", hex(&Sha256::digest(bytes)))
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn a_digest_has_the_algorithm_of_its_node_or_of_the_node_around_it(
        nodes in prop::collection::vec(node(), 0..4),
        again in any::<bool>(),
    ) {
        let label = Label::new("again", flagged!(Blob::new("text/plain", "again"), again));
        let mut building = Building { label: label.clone(), images: 0 };
        let mut fixture = Fixture::new().with(&label);
        for node in &nodes {
            match node.kind {
                Kind::Index(_) => fixture.push(building.index(node)),
                Kind::Image { .. } => fixture.push(building.image(node)),
                _ => fixture.push(blob(node)),
            }
        }
        let files = in_memory(&fixture);
        let mut checking = Checking { files: &files, again, found: BTreeSet::new() };
        let listed = listed(&files);
        prop_assert_eq!(listed.len(), nodes.len() + 1);
        checking.bytes(&listed[0], again);
        for (found, node) in listed[1..].iter().zip(&nodes) {
            checking.check(found, node, false);
        }
        // Equal bytes with digests of two algorithms are two blobs, and nothing else is stored.
        let mut expected = checking.found;
        expected.extend(["index.json", "oci-layout"].map(str::to_owned));
        prop_assert_eq!(files.keys().cloned().collect::<BTreeSet<_>>(), expected);
        prop_assert!(is_honest(&fixture.in_memory().unwrap()));
        has_a_text(&fixture);
    }
}
