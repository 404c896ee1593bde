//! Labels in values of JSON: `.descriptor` of every kind of node, `.size` as a number, and `null` in `descriptor:`.

use oci_fixture::{
    Blob, Config, Content, Descriptor, Fixture, Index, Label, Layer, Manifest, Platform, Text, Value,
};
use proptest::prelude::*;
use serde_json::{Map, Value as Json, json};

use super::{blob, document, has_a_text, in_memory, listed};
use crate::config;

const DIGEST: &str = "sha256:fedcba9876543210fedcba9876543210fedcba9876543210fedcba9876543210";

#[derive(Clone, Copy, Debug)]
enum Kind {
    Blob,
    Index { artifact: bool },
    Image { artifact: bool, platform: Option<&'static str> },
    Config,
    Dangling { platform: bool },
}

#[derive(Clone, Debug)]
struct Declared {
    kind: Kind,
    content: u8,
    /// The further members that the entry of index.json declares.
    annotations: Vec<String>,
    /// The members that the entry of index.json leaves out.
    taken: Vec<&'static str>,
    more: i64,
}

fn kind() -> impl Strategy<Value = Kind> {
    let platform = prop::option::of(prop::sample::select(&["linux/arm64", "linux/arm/v7", "plan9/386"][..]));
    prop_oneof![
        Just(Kind::Blob),
        any::<bool>().prop_map(|artifact| Kind::Index { artifact }),
        (any::<bool>(), platform).prop_map(|(artifact, platform)| Kind::Image { artifact, platform }),
        Just(Kind::Config),
        any::<bool>().prop_map(|platform| Kind::Dangling { platform }),
    ]
}

fn declared() -> impl Strategy<Value = Declared> {
    let taken = prop::sample::subsequence(&["platform", "artifactType", "annotations"][..], 0..=3);
    let annotations =
        prop::collection::btree_set("[a-z]{1,5}", 0..3).prop_map(|names| names.into_iter().collect());
    (kind(), any::<u8>(), annotations, taken, -20..1_000_i64).prop_map(
        |(kind, content, annotations, taken, more)| Declared { kind, content, annotations, taken, more },
    )
}

/// The label of any node, as what is said of it.
struct Said {
    descriptor: Value,
    size: Text,
}

impl Declared {
    /// The further members that the entry of index.json declares.
    fn said(&self) -> Descriptor {
        let annotations = self.annotations.iter().map(|name| (name, name));
        let mut descriptor = Descriptor::new().annotations(annotations);
        for taken in &self.taken {
            descriptor = match *taken {
                "platform" => descriptor.without_platform(),
                "artifactType" => descriptor.without_artifact_type(),
                _ => descriptor.without_annotations(),
            };
        }
        descriptor
    }

    fn add_to(&self, number: usize, fixture: &mut Fixture) -> Said {
        let name = format!("l{number}");
        macro_rules! labelled {
            ($node:expr) => {{
                let label = Label::new(&name, $node);
                fixture.push(&label);
                Said { descriptor: label.descriptor_json(), size: label.size() }
            }};
        }
        match self.kind {
            Kind::Blob => labelled!(Blob::new("text/plain", [self.content]).descriptor(self.said())),
            Kind::Index { artifact } => {
                let index = Index::new().annotations([("number", self.content.to_string())]);
                let index = if artifact { index.artifact_type("a/index") } else { index };
                labelled!(index.descriptor(self.said()))
            }
            Kind::Image { artifact, platform } => {
                let image = Manifest::new().with(Layer::new().with(("file", [self.content])));
                let image = if artifact { image.artifact_type("a/image") } else { image };
                let image = match platform {
                    Some(platform) => image.platform(platform),
                    None => image,
                };
                labelled!(image.descriptor(self.said()))
            }
            Kind::Config => labelled!(Config::new().user(self.content.to_string()).descriptor(self.said())),
            Kind::Dangling { platform } => {
                let dangling =
                    Descriptor::new().media_type("a/dangling").digest(DIGEST).size(u64::from(self.content));
                let dangling =
                    if platform { dangling.platform(Platform::new("linux", "s390x")) } else { dangling };
                labelled!(dangling)
            }
        }
    }

    /// The members of the node's descriptor in an index, without media type, digest and size.
    fn own(&self) -> Map<String, Json> {
        let mut own = Map::new();
        let platform = |text: &str| {
            let words: Vec<&str> = text.split('/').collect();
            let mut platform = json!({ "architecture": words[1], "os": words[0] });
            if let Some(variant) = words.get(2) {
                platform["variant"] = json!(variant);
            }
            platform
        };
        match self.kind {
            Kind::Index { artifact: true } => drop(own.insert("artifactType".to_owned(), json!("a/index"))),
            Kind::Image { artifact, platform: said } => {
                if artifact {
                    own.insert("artifactType".to_owned(), json!("a/image"));
                }
                // An artifact has no platform, unless one is declared.
                let implied = (!artifact).then_some("linux/amd64");
                if let Some(said) = said.or(implied) {
                    own.insert("platform".to_owned(), platform(said));
                }
            }
            Kind::Config => drop(own.insert("platform".to_owned(), platform("linux/amd64"))),
            Kind::Dangling { platform: true } => {
                own.insert("platform".to_owned(), platform("linux/s390x"));
            }
            _ => {}
        }
        own
    }
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn values_say_the_descriptors_and_the_sizes_of_nodes(declared in prop::collection::vec(declared(), 0..5)) {
        let mut fixture = Fixture::new();
        let said: Vec<Said> =
            declared.iter().enumerate().map(|(number, node)| node.add_to(number, &mut fixture)).collect();
        let values = said.iter().zip(&declared).map(|(said, node)| {
            let sum = if node.more < 0 {
                said.size.clone() - node.more.unsigned_abs()
            } else {
                said.size.clone() + node.more
            };
            Value::map([
                ("descriptor", said.descriptor.clone()),
                ("size", Value::new(said.size.clone())),
                ("sum", Value::new(sum)),
                // Behind other text the size is text.
                ("text", Value::new(Text::new("of ") + said.size.clone())),
            ])
        });
        fixture.push(Blob::new("application/json", Content::json(Value::list(values))));
        let files = in_memory(&fixture);
        let listed = listed(&files);
        let (last, nodes) = listed.split_last().unwrap();
        prop_assert_eq!(nodes.len(), declared.len());
        let document: Json = document(&files, last);
        let found = document.as_array().unwrap();
        for ((found, node), entry) in found.iter().zip(&declared).zip(nodes) {
            if !matches!(node.kind, Kind::Dangling { .. }) {
                blob(&files, entry);
            }
            let size = entry["size"].as_i64().unwrap();
            prop_assert_eq!(&found["size"], &json!(size));
            prop_assert_eq!(&found["sum"], &json!(size + node.more));
            prop_assert_eq!(&found["text"], &json!(format!("of {size}")));

            // The descriptor with which an index lists the node, without the members that index.json declares.
            let mut expected = Map::new();
            for member in ["mediaType", "digest", "size"] {
                expected.insert(member.to_owned(), entry[member].clone());
            }
            expected.extend(node.own());
            prop_assert_eq!(&found["descriptor"], &Json::Object(expected.clone()), "{:?}", node);

            // The entry of index.json has no platform but its own, and what is said of it there.
            if !matches!(node.kind, Kind::Dangling { .. }) {
                expected.remove("platform");
                if !node.annotations.is_empty() {
                    let members = node.annotations.iter().map(|name| (name.clone(), json!(name)));
                    expected.insert("annotations".to_owned(), Json::Object(members.collect()));
                }
                for taken in &node.taken {
                    expected.remove(*taken);
                }
            }
            prop_assert_eq!(entry, &Json::Object(expected), "{:?}", node);
        }
        has_a_text(&fixture);
    }
}
