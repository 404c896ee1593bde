//! Checks a layout against the model from which it was made, with code that shares nothing with the library.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use oci_fixture::oci_spec::image::{ImageConfiguration, ImageIndex, ImageManifest};
use oci_fixture_test_support::{Tree, decompressed, digest, sha256};

use crate::generator::media_type::CONFIGS;
use crate::identity::{Identity, media_type, resolve};
use crate::json::Json;
use crate::make::default_platform;
use crate::model::{Config, Content, Edge, History, Id, Kind, Link, Model, Platform, Subject, Words};
use crate::tarball;

/// Checks all files of a layout.
pub(crate) fn layout(model: &Model, files: &Tree) -> HashMap<Id, Identity> {
    assert_eq!(files["oci-layout"], br#"{"imageLayoutVersion": "1.0.0"}"#);
    let mut blobs = BTreeMap::new();
    for (name, bytes) in files {
        match name.strip_prefix("blobs/sha256/") {
            Some(hex) => {
                assert_eq!(hex, sha256(bytes), "a blob has the name of other bytes");
                blobs.insert(format!("sha256:{hex}"), bytes.as_slice());
            }
            None => assert!(name == "oci-layout" || name == "index.json", "{name} is no file of a layout"),
        }
    }
    let mut checking = Checking { model, blobs, identities: HashMap::new(), stored: BTreeSet::new() };
    let index = Json::read(&files["index.json"]);
    checking.locate_all(&model.roots.iter().collect::<Vec<_>>(), index.list("manifests"));
    let lost: Vec<Id> =
        model.declared().into_iter().filter(|id| !checking.identities.contains_key(id)).collect();
    assert!(lost.is_empty(), "{lost:?} cannot be found");

    let manifests = model.roots.iter().map(|root| checking.descriptor(root, None)).collect();
    let expected = Json::object([
        ("schemaVersion", Some(Json::Number("2".to_owned()))),
        ("mediaType", Some(Json::text(INDEX))),
        ("manifests", Some(Json::List(manifests))),
    ]);
    assert_eq!(index, expected);
    oci_spec_index(&files["index.json"], &index);
    for id in model.declared() {
        checking.node(id);
    }
    let stored: BTreeSet<String> = checking.blobs.keys().cloned().collect();
    assert_eq!(stored, checking.stored, "what is stored is not what is declared");
    checking.identities
}

const INDEX: &str = "application/vnd.oci.image.index.v1+json";
const IMPLIED: &[u8] =
    br#""config":{"Env":["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"]}"#;

struct Checking<'m> {
    model: &'m Model,
    blobs: BTreeMap<String, &'m [u8]>,
    identities: HashMap<Id, Identity>,
    /// The blobs that are declared.
    stored: BTreeSet<String>,
}

impl Checking<'_> {
    fn locate_all(&mut self, edges: &[&Edge], descriptors: &[Json]) {
        assert_eq!(edges.len(), descriptors.len(), "{descriptors:?}");
        for (edge, descriptor) in edges.iter().zip(descriptors) {
            self.locate(edge.node, descriptor);
        }
    }

    /// Finds the digests of a node and of the nodes that it lists. A node has one digest at all of its places.
    fn locate(&mut self, id: Id, descriptor: &Json) {
        let identity =
            Identity { digest: descriptor.str("digest").to_owned(), size: descriptor.str("size").to_owned() };
        if let Some(other) = self.identities.insert(id, identity.clone()) {
            assert_eq!(other, identity, "a node has two digests");
            return;
        }
        let kind = &self.model.nodes[id].kind;
        if matches!(kind, Kind::Dangling(_)) {
            return;
        }
        let bytes = self.blobs.get(&identity.digest).unwrap_or_else(|| panic!("{identity:?} is not stored"));
        assert_eq!(identity.size, bytes.len().to_string());
        match kind {
            Kind::Index(_) => {
                let index = Json::read(bytes);
                self.locate_all(&kind.edges(), index.list("manifests"));
            }
            Kind::Manifest(manifest) => {
                let document = Json::read(bytes);
                self.locate_all(&manifest.layers.iter().collect::<Vec<_>>(), document.list("layers"));
                if let Some(config) = &manifest.config {
                    self.locate(config.node, document.get("config").unwrap());
                }
            }
            _ => {}
        }
    }

    /// The descriptor of a node in its parent: an index adds the platform, index.json the name.
    fn descriptor(&self, edge: &Edge, platform: Option<&Platform>) -> Json {
        let node = self.model.node(edge);
        let identity = &self.identities[&edge.node];
        let dangling = match &node.kind {
            Kind::Dangling(link) => Some(link),
            _ => None,
        };
        // A value of the parent replaces the value of the dangling node.
        let said: Vec<&Link> = [edge.link.as_ref(), dangling].into_iter().flatten().collect();
        let mut annotations = BTreeMap::new();
        if let Some(reference) = &edge.reference {
            annotations.insert("io.containerd.image.name".to_owned(), self.text(&reference.full));
            let tag = reference.tag.as_ref().map(|tag| self.text(tag));
            annotations.extend(tag.map(|tag| ("org.opencontainers.image.ref.name".to_owned(), tag)));
        }
        for link in said.iter().rev() {
            annotations
                .extend(link.annotations.iter().map(|(key, value)| (self.text(key), self.text(value))));
            if let Some(key) = link.without {
                annotations.remove(key);
            }
        }
        let artifact_type = said.iter().find_map(|link| link.artifact_type.as_ref()).or(match &node.kind {
            Kind::Index(index) => index.artifact_type.as_ref(),
            Kind::Manifest(manifest) => manifest.artifact_type.as_ref(),
            _ => None,
        });
        let urls = said.iter().map(|link| link.urls.as_slice()).find(|urls| !urls.is_empty());
        let said_platform = said.iter().find_map(|link| link.platform.as_ref());
        let data = said.iter().any(|link| link.data).then(|| base64(self.blobs[&identity.digest]));
        Json::object([
            ("mediaType", Some(Json::text(self.media_type(edge.node)))),
            ("digest", Some(Json::text(&identity.digest))),
            ("size", Some(Json::Number(identity.size.clone()))),
            ("urls", self.list(urls.unwrap_or_default())),
            ("annotations", map(annotations)),
            // Go leaves an empty value out.
            ("data", data.filter(|data| !data.is_empty()).map(Json::Text)),
            ("platform", said_platform.or(platform).map(platform_json)),
            ("artifactType", artifact_type.map(|text| Json::text(self.text(text)))),
        ])
    }

    fn media_type(&self, id: Id) -> String {
        media_type(&self.model.nodes[id])
    }

    /// Checks the bytes of a node.
    fn node(&mut self, id: Id) {
        let model = self.model;
        let identity = self.identities[&id].clone();
        let kind = &model.nodes[id].kind;
        if let Kind::Dangling(link) = kind {
            assert_eq!(Some(&identity.digest), link.digest.as_ref());
            assert_eq!(Some(identity.size), link.size.map(|size| size.to_string()));
            return;
        }
        let bytes = self.blobs[&identity.digest];
        self.stored.insert(identity.digest);
        match kind {
            Kind::Index(index) => {
                let manifests =
                    index.edges.iter().map(|edge| self.descriptor(edge, model.node(edge).platform.as_ref()));
                let expected = Json::object([
                    ("schemaVersion", Some(Json::Number("2".to_owned()))),
                    ("mediaType", Some(Json::Text(self.media_type(id)))),
                    ("artifactType", index.artifact_type.as_ref().map(|text| Json::text(self.text(text)))),
                    ("manifests", Some(Json::List(manifests.collect()))),
                    ("subject", index.subject.as_ref().map(|subject| self.subject(subject))),
                    ("annotations", self.map(&index.annotations)),
                ]);
                let found = Json::read(bytes);
                assert_eq!(found, expected);
                oci_spec_index(bytes, &found);
                self.check_platforms(&found);
            }
            Kind::Manifest(_) => self.manifest(id, bytes),
            Kind::Config(config) => {
                let parents = model.nodes.iter().filter_map(|node| match &node.kind {
                    Kind::Manifest(manifest) => Some(manifest),
                    _ => None,
                });
                let mut parents =
                    parents.filter(|parent| parent.config.as_ref().is_some_and(|it| it.node == id));
                let layers = parents.next().map_or(&[][..], |parent| &parent.layers);
                let platform = model.nodes[id].platform.clone().unwrap();
                let expected = self.image_config(config, &platform, layers);
                assert_eq!(Json::read(bytes), expected);
                oci_spec_config(bytes, &expected);
            }
            Kind::Other(_, content) | Kind::Blob(_, content) => self.content(content, bytes),
            Kind::Layer(layer) => {
                tarball::check(layer, bytes, &|content, bytes| self.content(content, bytes));
            }
            Kind::Dangling(_) => {}
        }
    }

    /// Checks the bytes of a content.
    fn content(&self, content: &Content, bytes: &[u8]) {
        match content {
            Content::Text(text) => assert_eq!(bytes, self.text(text).as_bytes()),
            Content::Json(members) => {
                let members =
                    members.iter().map(|(key, value)| (self.text(key), Json::text(self.text(value))));
                assert_eq!(Json::read(bytes), Json::Object(members.collect()));
            }
            Content::Node(id) => assert!(self.blobs[&self.identities[id].digest] == bytes, "node {id}"),
            content => assert!(content.bytes().unwrap() == bytes, "{content:?}"),
        }
    }

    fn manifest(&mut self, id: Id, bytes: &[u8]) {
        let model = self.model;
        let node = &model.nodes[id];
        let Kind::Manifest(manifest) = &node.kind else { panic!("no manifest") };
        let found = Json::read(bytes);
        let config = match &manifest.config {
            Some(edge) => self.descriptor(edge, None),
            None => {
                let descriptor = found.get("config").unwrap().clone();
                let stored = self.blobs[descriptor.str("digest")];
                let media_type = if manifest.artifact_type.is_some() {
                    assert_eq!(stored, b"{}");
                    "application/vnd.oci.empty.v1+json".to_owned()
                } else {
                    let env = IMPLIED.to_vec();
                    let platform = node.platform.clone().unwrap_or_else(default_platform);
                    let env = Json::read(&[b"{", env.as_slice(), b"}"].concat()).get("config").cloned();
                    let expected = self.config_of(&platform, env, &manifest.layers, Vec::new(), None);
                    assert_eq!(Json::read(stored), expected);
                    oci_spec_config(stored, &expected);
                    CONFIGS[usize::from(node.docker)].to_owned()
                };
                let digest = format!("sha256:{}", sha256(stored));
                self.stored.insert(digest.clone());
                let expected = Json::object([
                    ("mediaType", Some(Json::Text(media_type))),
                    ("digest", Some(Json::Text(digest))),
                    ("size", Some(Json::Number(stored.len().to_string()))),
                ]);
                assert_eq!(descriptor, expected);
                expected
            }
        };
        let layers = manifest.layers.iter().map(|edge| self.descriptor(edge, None)).collect();
        let expected = Json::object([
            ("schemaVersion", Some(Json::Number("2".to_owned()))),
            ("mediaType", Some(Json::Text(self.media_type(id)))),
            ("artifactType", manifest.artifact_type.as_ref().map(|text| Json::text(self.text(text)))),
            ("config", Some(config)),
            ("layers", Some(Json::List(layers))),
            ("subject", manifest.subject.as_ref().map(|subject| self.subject(subject))),
            ("annotations", self.map(&manifest.annotations)),
        ]);
        assert_eq!(found, expected);
        let parsed = ImageManifest::from_reader(bytes).unwrap();
        let digests: Vec<String> = parsed.layers().iter().map(|layer| layer.digest().to_string()).collect();
        let expected: Vec<&str> = found.list("layers").iter().map(|layer| layer.str("digest")).collect();
        assert_eq!(digests, expected);
        assert_eq!(parsed.config().digest().to_string(), found.get("config").unwrap().str("digest"));
    }

    fn subject(&self, subject: &Subject) -> Json {
        match subject {
            Subject::Label(id) => self.descriptor(&Edge { again: true, ..Edge::of(*id) }, None),
            Subject::Elsewhere(link) => {
                let annotations =
                    link.annotations.iter().map(|(key, value)| (self.text(key), self.text(value)));
                Json::object([
                    ("mediaType", link.media_type.clone().map(Json::Text)),
                    ("digest", link.digest.clone().map(Json::Text)),
                    ("size", link.size.map(|size| Json::Number(size.to_string()))),
                    ("urls", self.list(&link.urls)),
                    ("annotations", map(annotations.collect())),
                    ("platform", link.platform.as_ref().map(platform_json)),
                    ("artifactType", link.artifact_type.as_ref().map(|text| Json::text(self.text(text)))),
                ])
            }
        }
    }

    fn image_config(&self, config: &Config, platform: &Platform, layers: &[Edge]) -> Json {
        let text = |text: &Option<Words>| text.as_ref().and_then(|text| self.unless_empty(text));
        let set = |words: &[Words]| {
            let members: BTreeSet<String> = words.iter().map(|text| self.text(text)).collect();
            let members: Vec<_> = members.into_iter().map(|name| (name, Json::Object(Vec::new()))).collect();
            (!members.is_empty()).then_some(Json::Object(members))
        };
        let null = |value: Option<Json>| value.or(config.nulls.then_some(Json::Null));
        let process = Json::object([
            ("User", text(&config.user)),
            ("ExposedPorts", set(&config.exposed_ports)),
            ("Env", self.list(&config.env)),
            ("Entrypoint", null(self.list(&config.entrypoint))),
            ("Cmd", null(self.list(&config.cmd))),
            ("Volumes", null(set(&config.volumes))),
            ("WorkingDir", text(&config.working_dir)),
            ("Labels", null(self.map(&config.labels))),
            ("StopSignal", text(&config.stop_signal)),
        ]);
        let history = config.history.iter().map(|entry| {
            let History { created, created_by, author, comment, empty_layer } = entry;
            Json::object([
                ("created", text(created)),
                ("created_by", text(created_by)),
                ("author", text(author)),
                ("comment", text(comment)),
                ("empty_layer", empty_layer.then_some(Json::Bool(true))),
            ])
        });
        let history = Some(Json::List(history.collect())).filter(|list| *list != Json::List(Vec::new()));
        let Json::Object(made) =
            Json::object([("created", text(&config.created)), ("author", text(&config.author))])
        else {
            panic!("no object")
        };
        self.config_of(platform, Some(process), layers, made, history)
    }

    fn config_of(
        &self,
        platform: &Platform,
        process: Option<Json>,
        layers: &[Edge],
        mut members: Vec<(String, Json)>,
        history: Option<Json>,
    ) -> Json {
        let layers = layers.iter().filter(|edge| matches!(self.model.node(edge).kind, Kind::Layer(_)));
        let layers = layers.map(|edge| self.blobs[&self.identities[&edge.node].digest]);
        let diff_ids = layers.map(|bytes| Json::text(digest(decompressed(bytes)))).collect();
        let rootfs =
            Json::object([("type", Some(Json::text("layers"))), ("diff_ids", Some(Json::List(diff_ids)))]);
        let Json::Object(platform) = platform_json(platform) else { panic!("no object") };
        members.extend(platform);
        members.extend(process.map(|process| ("config".to_owned(), process)));
        members.push(("rootfs".to_owned(), rootfs));
        members.extend(history.map(|history| ("history".to_owned(), history)));
        Json::Object(members)
    }

    /// Asserts that the platform in an index is that of the config, unless the index declares a platform of its own.
    fn check_platforms(&self, index: &Json) {
        for descriptor in index.list("manifests") {
            let (Some(platform), Some(bytes)) =
                (descriptor.get("platform"), self.blobs.get(descriptor.str("digest")))
            else {
                continue;
            };
            if !descriptor.str("mediaType").contains("manifest.v") {
                continue;
            }
            let manifest = Json::read(bytes);
            let config = manifest.get("config").unwrap();
            if config.str("mediaType").contains("image") && config.str("mediaType").contains("v1+json") {
                let config = Json::read(self.blobs[config.str("digest")]);
                for member in ["architecture", "os", "os.version", "os.features", "variant"] {
                    assert_eq!(platform.get(member), config.get(member), "{member} of {manifest:?}");
                }
            }
        }
    }

    fn text(&self, words: &Words) -> String {
        resolve(words, &self.identities)
    }

    fn unless_empty(&self, words: &Words) -> Option<Json> {
        Some(self.text(words)).filter(|text| !text.is_empty()).map(Json::Text)
    }

    fn list(&self, texts: &[Words]) -> Option<Json> {
        let texts: Vec<_> = texts.iter().map(|text| Json::text(self.text(text))).collect();
        (!texts.is_empty()).then_some(Json::List(texts))
    }

    fn map(&self, pairs: &[(Words, Words)]) -> Option<Json> {
        map(pairs.iter().map(|(key, value)| (self.text(key), self.text(value))).collect())
    }
}

/// The members, sorted by key. `None` if there are none.
fn map(pairs: BTreeMap<String, String>) -> Option<Json> {
    let members: Vec<_> = pairs.into_iter().map(|(key, value)| (key, Json::Text(value))).collect();
    (!members.is_empty()).then_some(Json::Object(members))
}

fn platform_json(platform: &Platform) -> Json {
    let features: Vec<_> = platform.os_features.iter().map(Json::text).collect();
    Json::object([
        ("architecture", Some(Json::text(&platform.architecture))),
        ("os", Some(Json::text(&platform.os))),
        ("os.version", platform.os_version.as_ref().map(Json::text)),
        ("os.features", (!features.is_empty()).then_some(Json::List(features))),
        ("variant", platform.variant.as_ref().map(Json::text)),
    ])
}

fn oci_spec_index(bytes: &[u8], found: &Json) {
    let parsed = ImageIndex::from_reader(bytes).unwrap();
    let identities = parsed.manifests().iter();
    let identities: Vec<_> = identities.map(|it| (it.digest().to_string(), it.size().to_string())).collect();
    let expected: Vec<_> =
        found.list("manifests").iter().map(|it| (it.str("digest"), it.str("size"))).collect();
    assert_eq!(identities.iter().map(|(digest, size)| (&**digest, &**size)).collect::<Vec<_>>(), expected);
}

fn oci_spec_config(bytes: &[u8], found: &Json) {
    let parsed = ImageConfiguration::from_reader(bytes).unwrap();
    assert_eq!(parsed.architecture().to_string(), found.str("architecture"));
    assert_eq!(parsed.os().to_string(), found.str("os"));
    let diff_ids = parsed.rootfs().diff_ids().iter().map(Json::text).collect::<Vec<_>>();
    assert_eq!(diff_ids, found.get("rootfs").unwrap().list("diff_ids"));
}

fn base64(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let mut text = String::new();
    for group in bytes.chunks(3) {
        let bits = group.iter().chain(&[0; 2]).take(3).fold(0, |bits, byte| bits << 8 | usize::from(*byte));
        for digit in 0..4 {
            let value = bits >> (18 - 6 * digit) & 63;
            text.push(if digit <= group.len() { char::from(DIGITS[value]) } else { '=' });
        }
    }
    text
}
