//! A declaration as plain data: what a fixture is built from, and what must be found in its layout.

use oci_fixture::{LayerEntryKind, LayerFormat};

use super::faults::{Faults, FileFault, Said};

/// A node, by its number in [`Model::nodes`].
pub(crate) type Id = usize;

/// All nodes of a fixture, and the entries of its index.json.
#[derive(Clone, Debug, Default)]
pub(crate) struct Model {
    pub(crate) nodes: Vec<Node>,
    pub(crate) roots: Vec<Edge>,
    /// The faults of index.json and oci-layout. The list is empty in an honest fixture, like all lists of faults.
    pub(crate) faults: Vec<FileFault>,
}

#[derive(Clone, Debug)]
pub(crate) struct Node {
    pub(crate) kind: Kind,
    pub(crate) label: Option<String>,
    /// Whether its media types are Docker's.
    pub(crate) docker: bool,
    /// The platform of the node in the descriptor of an index.
    pub(crate) platform: Option<Platform>,
    pub(crate) faults: Faults,
}

#[allow(clippy::large_enum_variant, reason = "a model has few nodes")]
#[derive(Clone, Debug)]
pub(crate) enum Kind {
    Index(Index),
    Manifest(Manifest),
    Config(Config),
    /// A config of another media type.
    Other(Words, Content),
    Layer(Layer),
    Blob(Words, Content),
    Dangling(Link),
}

/// How a parent lists a node.
#[derive(Clone, Debug)]
pub(crate) struct Edge {
    pub(crate) node: Id,
    /// Whether the node already stands at another place.
    pub(crate) again: bool,
    pub(crate) reference: Option<Reference>,
    pub(crate) link: Option<Link>,
    /// A false value in the descriptor.
    pub(crate) said: Option<Said>,
    /// Whether the parent does not list the node.
    pub(crate) unlisted: bool,
    /// Whether the name is not checked.
    pub(crate) unchecked: bool,
}

impl Edge {
    /// An edge to a node that stands nowhere else yet.
    pub(crate) fn of(node: Id) -> Self {
        Self {
            node,
            again: false,
            reference: None,
            link: None,
            said: None,
            unlisted: false,
            unchecked: false,
        }
    }

    /// The nodes that its name or its descriptor mentions.
    pub(crate) fn mentions(&self) -> impl Iterator<Item = Id> {
        let reference = self.reference.iter().map(|reference| &reference.declared);
        reference.chain(self.link.iter().flat_map(Link::words)).flat_map(Words::mentions)
    }
}

/// The `descriptor:` of a node. Only a dangling descriptor has the first three fields.
#[derive(Clone, Debug, Default)]
pub(crate) struct Link {
    pub(crate) media_type: Option<String>,
    pub(crate) digest: Option<String>,
    pub(crate) size: Option<u64>,
    pub(crate) urls: Vec<Words>,
    pub(crate) annotations: Vec<(Words, Words)>,
    pub(crate) without: Option<&'static str>,
    pub(crate) data: bool,
    pub(crate) platform: Option<Platform>,
    pub(crate) artifact_type: Option<Words>,
}

/// The declared reference, the full reference, and its tag.
#[derive(Clone, Debug)]
pub(crate) struct Reference {
    pub(crate) declared: Words,
    pub(crate) full: Words,
    pub(crate) tag: Option<Words>,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Index {
    pub(crate) docker: bool,
    pub(crate) artifact_type: Option<Words>,
    pub(crate) edges: Vec<Edge>,
    pub(crate) subject: Option<Subject>,
    pub(crate) annotations: Vec<(Words, Words)>,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Manifest {
    pub(crate) docker: bool,
    pub(crate) platform: Option<Platform>,
    pub(crate) artifact_type: Option<Words>,
    pub(crate) layers: Vec<Edge>,
    /// Whether the entries of the only layer stand in the manifest, without a `layer` around them.
    pub(crate) bare: bool,
    pub(crate) config: Option<Edge>,
    pub(crate) subject: Option<Subject>,
    pub(crate) annotations: Vec<(Words, Words)>,
}

#[allow(clippy::large_enum_variant, reason = "a model has few subjects")]
#[derive(Clone, Debug)]
pub(crate) enum Subject {
    Label(Id),
    Elsewhere(Link),
}

#[derive(Clone, Debug, Default)]
pub(crate) struct Config {
    /// Whether the config stands outside of a manifest.
    pub(crate) platform: Option<Platform>,
    pub(crate) created: Option<Words>,
    pub(crate) author: Option<Words>,
    pub(crate) os_version: Option<String>,
    pub(crate) os_features: Vec<String>,
    pub(crate) user: Option<Words>,
    pub(crate) exposed_ports: Vec<Words>,
    pub(crate) env: Vec<Words>,
    pub(crate) entrypoint: Vec<Words>,
    pub(crate) cmd: Vec<Words>,
    pub(crate) volumes: Vec<Words>,
    /// A list without values is `null`.
    pub(crate) nulls: bool,
    pub(crate) working_dir: Option<Words>,
    pub(crate) labels: Vec<(Words, Words)>,
    pub(crate) stop_signal: Option<Words>,
    pub(crate) history: Vec<History>,
}

#[derive(Clone, Debug, Default)]
pub(crate) struct History {
    pub(crate) created: Option<Words>,
    pub(crate) created_by: Option<Words>,
    pub(crate) author: Option<Words>,
    pub(crate) comment: Option<Words>,
    pub(crate) empty_layer: bool,
}

#[derive(Clone, Debug)]
pub(crate) struct Layer {
    pub(crate) format: LayerFormat,
    pub(crate) entries: Vec<Entry>,
}

/// An entry as a reader finds it, and the content as it is declared.
#[derive(Clone, Debug, PartialEq)]
pub(crate) struct Entry {
    pub(crate) kind: LayerEntryKind,
    /// The name in the tar.
    pub(crate) name: String,
    pub(crate) link: Option<String>,
    pub(crate) mode: u32,
    pub(crate) uid: u64,
    pub(crate) gid: u64,
    pub(crate) uname: String,
    pub(crate) gname: String,
    pub(crate) mtime: i64,
    /// The time with its fraction, if it has one.
    pub(crate) fractional: Option<String>,
    pub(crate) device: Option<(u32, u32)>,
    /// Sorted by name, as they stand in the tar.
    pub(crate) xattrs: Vec<(String, Vec<u8>)>,
    pub(crate) content: Content,
}

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Content {
    Bytes(Vec<u8>),
    Zeros(u64),
    Random(u64, u64),
    Repeat(Box<Self>, u64),
    /// Bytes between two holes, which have this size.
    Sparse(u64, Vec<u8>),
    Text(Words),
    Json(Vec<(Words, Words)>),
    /// The bytes of another node.
    Node(Id),
}

#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Platform {
    pub(crate) os: String,
    pub(crate) architecture: String,
    pub(crate) variant: Option<String>,
    pub(crate) os_version: Option<String>,
    pub(crate) os_features: Vec<String>,
}

/// Text that may mention labelled nodes.
#[derive(Clone, Debug, Default, PartialEq)]
pub(crate) struct Words(pub(crate) Vec<Word>);

#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Word {
    Plain(String),
    Digest(Id),
    Hex(Id),
    Size(Id),
    /// The sum of the size and a number.
    Sum(Id, i64),
}

impl Words {
    pub(crate) fn plain(text: impl Into<String>) -> Self {
        Self(vec![Word::Plain(text.into())])
    }
}

impl Platform {
    pub(crate) fn is_unknown(&self) -> bool {
        self.os == "unknown" && self.architecture == "unknown"
    }

    /// The platform as a declaration writes it.
    pub(crate) fn text(&self) -> String {
        let mut text = self.os.clone();
        if self.os_version.is_some() || !self.os_features.is_empty() {
            let version = self.os_version.as_deref().unwrap_or_default();
            let features = self.os_features.iter().flat_map(|feature| ["+", feature]);
            text.extend(["(", version].into_iter().chain(features).chain([")"]));
        }
        text.extend(["/", &self.architecture]);
        if let Some(variant) = &self.variant {
            text.extend(["/", variant]);
        }
        text
    }
}

impl Config {
    /// The platform with the version and the features in the config.
    pub(crate) fn refine(&self, platform: &Platform) -> Platform {
        let mut platform = platform.clone();
        if let Some(version) = &self.os_version {
            platform.os_version = Some(version.clone()).filter(|version| !version.is_empty());
        }
        if !self.os_features.is_empty() {
            platform.os_features.clone_from(&self.os_features);
        }
        platform
    }
}

impl Content {
    /// The nodes that it mentions.
    pub(crate) fn mentions(&self) -> Vec<Id> {
        match self {
            Self::Text(text) => text.mentions().collect(),
            Self::Json(members) => pairs(members).flat_map(Words::mentions).collect(),
            Self::Node(id) => vec![*id],
            _ => Vec::new(),
        }
    }

    /// The bytes. `None` if they depend on labelled nodes.
    pub(crate) fn bytes(&self) -> Option<Vec<u8>> {
        Some(match self {
            Self::Bytes(bytes) => bytes.clone(),
            Self::Zeros(size) => vec![0; usize::try_from(*size).unwrap()],
            Self::Random(seed, size) => split_mix(*seed, usize::try_from(*size).unwrap()),
            Self::Repeat(content, times) => content.bytes()?.repeat(usize::try_from(*times).unwrap()),
            Self::Sparse(hole, bytes) => {
                let hole = vec![0; usize::try_from(*hole).unwrap()];
                [&hole, bytes.as_slice(), &hole].concat()
            }
            Self::Text(_) | Self::Json(_) | Self::Node(_) => return None,
        })
    }
}

/// `SplitMix64`, as the documentation of `Content::random` promises.
fn split_mix(seed: u64, size: usize) -> Vec<u8> {
    let mut state = seed;
    let mut bytes = Vec::new();
    while bytes.len() < size {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut word = state;
        word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        bytes.extend((word ^ (word >> 31)).to_le_bytes());
    }
    bytes.truncate(size);
    bytes
}

impl Kind {
    /// The edges to the nodes that the node lists, in the order of the document.
    pub(crate) fn edges(&self) -> Vec<&Edge> {
        match self {
            Self::Index(index) => index.edges.iter().collect(),
            Self::Manifest(manifest) => manifest.layers.iter().chain(&manifest.config).collect(),
            _ => Vec::new(),
        }
    }

    /// Whether it contains the bytes of another node, so that it may be of any size.
    pub(crate) fn holds_a_node(&self) -> bool {
        matches!(self, Self::Layer(layer) if layer.entries.iter().any(|entry| matches!(entry.content, Content::Node(_))))
    }

    pub(crate) fn keyword(&self) -> &'static str {
        match self {
            Self::Index(_) => "index",
            Self::Manifest(_) => "manifest",
            Self::Config(_) | Self::Other(..) => "config",
            Self::Layer(_) => "layer",
            Self::Blob(..) => "blob",
            Self::Dangling(_) => "dangling",
        }
    }

    /// The labelled nodes that it mentions, besides those that it lists.
    pub(crate) fn mentions(&self) -> Vec<Id> {
        let mut words: Vec<&Words> = Vec::new();
        let mut ids = Vec::new();
        match self {
            Self::Index(Index { artifact_type, subject, annotations, .. })
            | Self::Manifest(Manifest { artifact_type, subject, annotations, .. }) => {
                words.extend(artifact_type.iter().chain(pairs(annotations)));
                match subject {
                    Some(Subject::Label(id)) => ids.push(*id),
                    Some(Subject::Elsewhere(link)) => words.extend(link.words()),
                    None => {}
                }
            }
            Self::Config(config) => {
                let Config { created, author, user, working_dir, stop_signal, .. } = config;
                words.extend([created, author, user, working_dir, stop_signal].into_iter().flatten());
                let Config { exposed_ports, env, entrypoint, cmd, volumes, labels, .. } = config;
                words.extend([exposed_ports, env, entrypoint, cmd, volumes].into_iter().flatten());
                words.extend(pairs(labels));
                for History { created, created_by, author, comment, .. } in &config.history {
                    words.extend([created, created_by, author, comment].into_iter().flatten());
                }
            }
            Self::Other(media_type, content) | Self::Blob(media_type, content) => {
                words.push(media_type);
                ids.extend(content.mentions());
            }
            Self::Dangling(link) => words.extend(link.words()),
            Self::Layer(layer) => {
                ids.extend(layer.entries.iter().flat_map(|entry| entry.content.mentions()));
            }
        }
        ids.extend(words.into_iter().flat_map(Words::mentions));
        ids
    }
}

fn pairs(pairs: &[(Words, Words)]) -> impl Iterator<Item = &Words> {
    pairs.iter().flat_map(|(key, value)| [key, value])
}

impl Words {
    pub(crate) fn mentions(&self) -> impl Iterator<Item = Id> {
        self.0.iter().filter_map(|word| match word {
            Word::Plain(_) => None,
            Word::Digest(id) | Word::Hex(id) | Word::Size(id) | Word::Sum(id, _) => Some(*id),
        })
    }
}

impl Link {
    fn words(&self) -> impl Iterator<Item = &Words> {
        self.urls.iter().chain(pairs(&self.annotations)).chain(&self.artifact_type)
    }
}

impl Model {
    pub(crate) fn node(&self, edge: &Edge) -> &Node {
        &self.nodes[edge.node]
    }

    /// The nodes that stand somewhere or are mentioned.
    pub(crate) fn declared(&self) -> Vec<Id> {
        let mut declared = Vec::new();
        self.visit(&self.roots.iter().collect::<Vec<_>>(), &mut declared);
        declared
    }

    fn visit(&self, edges: &[&Edge], visited: &mut Vec<Id>) {
        let mut open = Vec::new();
        for edge in edges {
            open.push(edge.node);
            open.extend(edge.mentions());
        }
        for id in open {
            if !visited.contains(&id) {
                visited.push(id);
                let kind = &self.nodes[id].kind;
                self.visit(&kind.edges(), visited);
                for mentioned in kind.mentions() {
                    let edge = Edge { again: true, ..Edge::of(mentioned) };
                    self.visit(&[&edge], visited);
                }
            }
        }
    }

    /// The name of a node in errors.
    pub(crate) fn name(&self, siblings: &[&Edge], position: usize) -> String {
        let edge = siblings[position];
        let node = self.node(edge);
        let keyword = node.kind.keyword();
        match (&edge.reference, &node.kind, &node.platform) {
            (Some(Reference { declared: Words(words), .. }), _, _) => {
                let [Word::Plain(text)] = words.as_slice() else { panic!("{words:?} has a mention") };
                format!("{keyword} {text:?}")
            }
            (None, Kind::Manifest(_), Some(platform)) => platform.text(),
            _ => {
                let before = &siblings[..position];
                let same = before.iter().filter(|edge| self.node(edge).kind.keyword() == keyword).count();
                format!("{keyword} {}", same + 1)
            }
        }
    }
}
