//! `from`, which takes a base image of another layout, and `(node)`, a node of another layout with all nodes below it.

use oci_fixture::{Base, Config, Fixture, History, Index, Layer, Layout, Manifest, Memory};
use oci_fixture_test_support::{Tree, decompressed, sha256, stored};
use proptest::prelude::*;
use serde_json::{Map, Value, json};

use super::{blob, document, has_a_text, in_memory, is_honest, listed};
use crate::config;

/// The fields that a config sets, and the steps of its history, if it has one.
#[derive(Clone, Debug)]
struct Fields {
    user: Option<String>,
    env: Vec<String>,
    cmd: Vec<String>,
    labels: Vec<String>,
    author: Option<String>,
    created: bool,
    /// The comments of the steps that made no layer. `None` for a config without a history.
    empty_steps: Option<Vec<String>>,
}

#[derive(Clone, Debug)]
struct Declared {
    gzip: bool,
    content: u8,
}

#[derive(Clone, Debug)]
struct Image {
    platform: &'static str,
    layers: Vec<Declared>,
    fields: Fields,
    /// Members of the config for which the language has no field.
    other: bool,
}

fn word() -> impl Strategy<Value = String> {
    "[a-z<&\u{e9}]{1,8}"
}

fn fields() -> impl Strategy<Value = Fields> {
    let texts = || prop::collection::vec(word(), 0..3);
    let labels =
        prop::collection::btree_set("[a-z]{1,4}", 0..3).prop_map(|labels| labels.into_iter().collect());
    let steps = prop::option::of(texts());
    (prop::option::of(word()), texts(), texts(), labels, prop::option::of(word()), any::<bool>(), steps)
        .prop_map(|(user, env, cmd, labels, author, created, empty_steps)| Fields {
            user,
            env,
            cmd,
            labels,
            author,
            created,
            empty_steps,
        })
}

fn layers() -> impl Strategy<Value = Vec<Declared>> {
    let layer = (any::<bool>(), 0..4_u8).prop_map(|(gzip, content)| Declared { gzip, content });
    prop::collection::vec(layer, 0..4)
}

fn image() -> impl Strategy<Value = Image> {
    let platform = prop::sample::select(&["linux/amd64", "linux/arm64", "linux/arm/v7", "windows/amd64"][..]);
    (platform, layers(), fields(), any::<bool>()).prop_map(|(platform, layers, fields, other)| Image {
        platform,
        layers,
        fields,
        other,
    })
}

fn layer(declared: &Declared) -> Layer {
    let layer = Layer::new().with(("file", [declared.content]));
    if declared.gzip { layer.gzip() } else { layer }
}

impl Fields {
    /// The config of an image. `layers` is the number of layers that need a step of the history.
    fn config(&self, layers: usize) -> Config {
        let mut config = Config::new()
            .env(self.env.iter().map(|value| format!("K={value}")))
            .cmd(&self.cmd)
            .labels(self.labels.iter().map(|name| (name, "value")));
        if let Some(user) = &self.user {
            config = config.user(user);
        }
        if let Some(author) = &self.author {
            config = config.author(author);
        }
        if self.created {
            config = config.created("2024-05-01T12:00:00Z");
        }
        if let Some(comments) = &self.empty_steps {
            let empty = comments.iter().map(|comment| History::new().comment(comment).empty_layer(true));
            config = config.history((0..layers).map(|_| History::new().created_by("RUN")).chain(empty));
        }
        config
    }

    /// The members of `config` that these fields set.
    fn process(&self) -> Map<String, Value> {
        let mut process = Map::new();
        if let Some(user) = &self.user {
            process.insert("User".to_owned(), json!(user));
        }
        if !self.env.is_empty() {
            let env = self.env.iter().map(|value| format!("K={value}")).collect::<Vec<_>>();
            process.insert("Env".to_owned(), json!(env));
        }
        if !self.cmd.is_empty() {
            process.insert("Cmd".to_owned(), json!(self.cmd));
        }
        if !self.labels.is_empty() {
            let labels = self.labels.iter().map(|name| (name.clone(), json!("value")));
            process.insert("Labels".to_owned(), Value::Object(labels.collect()));
        }
        process
    }

    /// The steps of the history, if the config has one.
    fn steps(&self, layers: usize) -> Vec<Value> {
        let Some(comments) = &self.empty_steps else { return Vec::new() };
        let empty = comments.iter().map(|comment| json!({ "comment": comment, "empty_layer": true }));
        (0..layers).map(|_| json!({ "created_by": "RUN" })).chain(empty).collect()
    }
}

impl Image {
    fn built(&self) -> Manifest {
        let mut config = self.fields.config(self.layers.len());
        if self.other {
            config = config.merge(oci_fixture::Value::map([("docker_version", "20.10")]));
        }
        let image = Manifest::new().platform(self.platform).with(config);
        self.layers.iter().map(layer).fold(image, Manifest::with)
    }
}

/// The layers of an image, and its config.
fn parts(files: &Tree, image: &Value) -> (Vec<Value>, Value) {
    let manifest = document(files, image);
    (manifest["layers"].as_array().unwrap().clone(), document(files, &manifest["config"]))
}

/// All blobs of a layout.
fn blobs(files: &Tree) -> impl Iterator<Item = (&String, &Vec<u8>)> {
    files.iter().filter(|(name, _)| name.starts_with("blobs/"))
}

/// An index of some images, one for each platform.
fn index(images: &[Image]) -> Index {
    let mut used = Vec::new();
    let mut index = Index::new();
    for image in images {
        if !used.contains(&image.platform) {
            used.push(image.platform);
            index.push(image.built());
        }
    }
    index
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn an_image_on_a_base_has_its_layers_and_what_its_config_does_not_change(
        base in image(),
        below in layers(),
        above in layers(),
        own in prop::option::of(fields()),
    ) {
        let other: Layout<Memory> = Fixture::new().with(base.built()).in_memory().unwrap();
        let there = stored(&other);
        let (base_layers, base_config) = parts(&there, &listed(&there)[0]);
        let node = &other.nodes().unwrap()[0];
        let further = below.len() + above.len();
        let has_base_history = base_config.get("history").is_some();
        // A history that continues that of the base has a step for each further layer, and a new one has a step for each layer.
        let steps = if has_base_history || base.layers.is_empty() { further } else { further + base.layers.len() };

        let mut image = below.iter().map(layer).fold(Manifest::new(), Manifest::with).with(Base::from(node));
        image = above.iter().map(layer).fold(image, Manifest::with);
        if let Some(own) = &own {
            image = image.with(own.config(steps));
        }
        let fixture = Fixture::new().with(image);
        let layout = fixture.in_memory().unwrap();
        let files = stored(&layout);
        let (found_layers, found_config) = parts(&files, &listed(&files)[0]);

        // The descriptors and the bytes of the base are those of the other layout.
        prop_assert_eq!(&found_layers[below.len()..below.len() + base_layers.len()], base_layers.as_slice());
        for descriptor in &base_layers {
            prop_assert_eq!(blob(&files, descriptor), blob(&there, descriptor));
        }
        let tar = |descriptor: &Value| json!(format!("sha256:{}", sha256(decompressed(blob(&files, descriptor)))));
        let diff_ids: Vec<Value> = found_layers.iter().map(tar).collect();

        let mut expected = base_config.clone();
        expected["rootfs"]["diff_ids"] = json!(diff_ids);
        if let Some(own) = &own {
            let process = own.process();
            if !process.is_empty() && expected.get("config").is_none() {
                expected["config"] = json!({});
            }
            for (name, value) in process {
                expected["config"][name] = value;
            }
            if let Some(author) = &own.author {
                expected["author"] = json!(author);
            }
            if own.created {
                expected["created"] = json!("2024-05-01T12:00:00Z");
            }
        }
        let mut history = base_config["history"].as_array().cloned().unwrap_or_default();
        let said = own.as_ref().map(|own| own.steps(steps)).unwrap_or_default();
        if said.is_empty() && has_base_history {
            history.extend((0..further).map(|_| json!({})));
        }
        history.extend(said);
        if !history.is_empty() {
            expected["history"] = json!(history);
        }
        prop_assert_eq!(found_config, expected);
        prop_assert!(is_honest(&layout));
        has_a_text(&fixture);
    }

    #[test]
    fn a_node_alone_is_copied_with_all_below_it(
        images in prop::collection::vec(image(), 0..3),
        single in image(),
        in_an_index in any::<bool>(),
    ) {
        let other = Fixture::new().with(index(&images)).with(single.built());
        let other: Layout<Memory> = other.in_memory().unwrap();
        let there = stored(&other);
        let nodes = other.nodes().unwrap();
        let fixture = if in_an_index {
            Fixture::new().with(nodes.iter().fold(Index::new(), Index::with))
        } else {
            nodes.iter().fold(Fixture::new(), Fixture::with)
        };
        let files = in_memory(&fixture);
        let mut found = listed(&files);
        if in_an_index {
            found = document(&files, &found[0])["manifests"].as_array().unwrap().clone();
        }
        let expected = listed(&there);
        prop_assert_eq!(found.len(), expected.len());
        for (found, expected) in found.iter().zip(&expected) {
            for member in ["mediaType", "digest", "size"] {
                prop_assert_eq!(&found[member], &expected[member]);
            }
        }
        let copied: Vec<_> = blobs(&there).collect();
        for (name, bytes) in &copied {
            prop_assert_eq!(files.get(*name), Some(*bytes));
        }
        prop_assert_eq!(blobs(&files).count(), copied.len() + usize::from(in_an_index));
        has_a_text(&fixture);
    }
}
