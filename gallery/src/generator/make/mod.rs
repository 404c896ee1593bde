//! Makes a model of an honest fixture from choices.

mod config;
mod platform;
mod words;

use oci_fixture::{LayerEntryKind, LayerFormat};

pub(crate) use self::platform::default_platform;
use self::platform::{PLATFORMS, is_used, parsed, platform};
use self::words::MEDIA_TYPES;
use super::choices::{Choices, Made};
use super::entries::entries;
use super::faults::Faults;
use super::model::{
    Config, Content, Edge, Entry, Id, Index, Kind, Layer, Link, Manifest, Model, Node, Platform, Subject,
    Word, Words,
};
use super::settings::Settings;

const DIGESTS: [&str; 3] = [
    "sha256:fedcba9876543210fedcba9876543210fedcba9876543210fedcba9876543210",
    "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
    "sha512:cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce47d0d13c5d85f2b0ff8318d2877eec2f63b931bd47417a81a538327af927da3e",
];

/// The kind of parent in which a node stands.
#[derive(Clone, Copy, PartialEq)]
enum Place {
    Top,
    Index { docker: bool },
    Manifest { docker: bool },
}

/// Makes a fixture from choices. Dangling descriptors are its only fault.
pub(crate) fn model(numbers: &[u16]) -> Model {
    make(numbers, &Settings::all()).0
}

/// Makes a fixture without any fault from choices.
pub(crate) fn honest_model(numbers: &[u16]) -> Model {
    make(numbers, &Settings { dangling: false, ..Settings::all() }).0
}

/// Makes a fixture within its settings. Without choices, the fixture has one manifest.
pub(crate) fn make(numbers: &[u16], settings: &Settings) -> (Model, Made) {
    let (choices, model) = (Choices::new(numbers), Model::default());
    let mut making = Making { choices, model, settings, labelled: Vec::new(), names: 0 };
    let mut used = Vec::new();
    if settings.empty && making.choices.one_in(40) {
        return (making.model, making.choices.made());
    }
    // The first node is also a part: if it is left out, the second one takes its place.
    let begin = making.choices.begin();
    let root = making.item(Place::Top, 0, &mut used);
    making.model.roots.extend(root);
    let mut left = settings.roots.saturating_sub(1);
    while making.choices.more(left) {
        if left + 1 == settings.roots {
            making.choices.end(begin);
        }
        let item = making.choices.begin();
        let root = making.item(Place::Top, 0, &mut used);
        making.model.roots.extend(root);
        making.choices.end(item);
        left -= 1;
    }
    (making.model, making.choices.made())
}

struct Making<'c> {
    choices: Choices<'c>,
    model: Model,
    settings: &'c Settings,
    /// The nodes that can be mentioned.
    labelled: Vec<Id>,
    /// The number of names that were made, which makes each name different.
    names: usize,
}

impl Making<'_> {
    /// A node of an index or of the top level. `used` are the platforms that the index has.
    fn item(&mut self, place: Place, depth: usize, used: &mut Vec<Platform>) -> Option<Edge> {
        let begin = self.choices.begin();
        let item = self.any_item(place, depth, used);
        self.choices.end_item(begin);
        item
    }

    fn any_item(&mut self, place: Place, depth: usize, used: &mut Vec<Platform>) -> Option<Edge> {
        let artifacts = self.settings.artifacts && !(self.settings.tagged && place == Place::Top);
        match self.choices.below(15) {
            6 | 7 if depth < self.settings.depth => return Some(self.index(place, depth, used)),
            8 if artifacts => {
                let (content, media_type) = (self.content(), self.media_type());
                let blob = self.node(Kind::Blob(media_type, content), place, None);
                return Some(self.placed(blob, place, used));
            }
            9 if artifacts => {
                let config = if self.choices.one_in(2) {
                    let config = Config { platform: self.choices.maybe(2, platform), ..self.config(0) };
                    let platform = config.platform.clone().unwrap_or_else(default_platform);
                    let platform = config.refine(&platform);
                    self.node(Kind::Config(config), place, Some(platform))
                } else {
                    let (content, media_type) = (self.content(), self.media_type());
                    self.node(Kind::Other(media_type, content), place, None)
                };
                let reference = self.reference(place, None);
                return Some(Edge { reference, ..self.placed(config, place, used) });
            }
            10 if artifacts && self.settings.dangling => {
                let link = self.dangling();
                let platform = link.platform.clone();
                if platform.as_ref().is_some_and(|platform| is_used(platform, used)) {
                    return None;
                }
                used.extend(platform.filter(|_| place != Place::Top));
                let dangling = self.node(Kind::Dangling(link), place, None);
                return Some(self.label(Edge::of(dangling)));
            }
            11.. if !self.labelled.is_empty() => return self.again(place, used),
            _ => {}
        }
        Some(self.manifest(place, used))
    }

    fn index(&mut self, place: Place, depth: usize, used: &mut Vec<Platform>) -> Edge {
        let docker = is_docker(place) || self.settings.docker && self.choices.one_in(6);
        let mut index = Index { docker: docker && !is_docker(place), ..Index::default() };
        let below = Place::Index { docker };
        let mut used_below = Vec::new();
        self.several(3, |making| {
            let item = making.item(below, depth + 1, &mut used_below);
            index.edges.extend(item);
        });
        index.artifact_type = self.artifact_type(8);
        index.subject = self.subject(8);
        index.annotations = self.pairs(3);
        let node = self.node(Kind::Index(index), place, None);
        self.model.nodes[node].docker = docker;
        let reference = self.reference(place, None);
        Edge { reference, ..self.placed(node, place, used) }
    }

    fn manifest(&mut self, place: Place, used: &mut Vec<Platform>) -> Edge {
        let docker = is_docker(place) || self.settings.docker && self.choices.one_in(6);
        let mut manifest = Manifest { docker: docker && !is_docker(place), ..Manifest::default() };
        let below = Place::Manifest { docker };
        manifest.artifact_type = self.artifact_type(4);
        manifest.bare = self.choices.one_in(3);
        if manifest.bare {
            let mut entries = self.entries();
            if entries.is_empty() {
                entries.push(super::entries::file("bash", Content::Bytes(b"layer1".to_vec())));
            }
            let layer = Layer { format: LayerFormat::Tar, entries };
            self.model.nodes.push(Node {
                kind: Kind::Layer(layer),
                label: None,
                docker,
                platform: None,
                faults: Faults::default(),
            });
            manifest.layers.push(Edge::of(self.model.nodes.len() - 1));
        } else {
            self.several(self.settings.layers, |making| {
                let layer = making.layer(below);
                manifest.layers.extend(layer);
            });
        }
        // The platform of the config is known only once that of the manifest is.
        let is_layer = |edge: &&Edge| matches!(self.model.nodes[edge.node].kind, Kind::Layer(_));
        let layers = manifest.layers.iter().filter(is_layer).count();
        let config = self.part(|making| match making.choices.below(5) {
            3 if making.settings.artifacts => {
                let (content, media_type) = (making.content(), making.media_type());
                Some(Kind::Other(media_type, content))
            }
            2..=4 => Some(Kind::Config(making.config(layers))),
            _ => None,
        });
        let refine = |platform: &Platform| match &config {
            Some(Kind::Config(config)) => config.refine(platform),
            _ => platform.clone(),
        };
        let implied = manifest.artifact_type.is_none() && !matches!(config, Some(Kind::Other(..)));
        manifest.platform = self.choices.maybe(2, platform);
        let wanted = manifest.platform.clone().or_else(|| implied.then(default_platform));
        let mut real = wanted.as_ref().map(refine);
        if place != Place::Top
            && let Some(taken) = real.clone().filter(|platform| is_used(platform, used))
        {
            // Another platform that is free, or the unknown platform, which may be repeated.
            let mut others = PLATFORMS.iter().map(|text| parsed(text));
            let free = others.find(|other| !is_used(&refine(other), used)).unwrap_or(taken);
            real = Some(refine(&free));
            manifest.platform = Some(free);
        }
        if matches!(place, Place::Index { .. }) {
            used.extend(real.clone());
        }
        manifest.config = config.map(|config| {
            let platform = match config {
                Kind::Config(ref config) => {
                    Some(real.clone().unwrap_or_else(|| config.refine(&default_platform())))
                }
                _ => None,
            };
            let node = self.node(config, below, platform);
            self.placed(node, below, &mut Vec::new())
        });
        manifest.subject = self.subject(4);
        manifest.annotations = self.pairs(3);
        let node = self.node(Kind::Manifest(manifest), place, real.clone());
        self.model.nodes[node].docker = docker;
        let reference = self.reference(place, None);
        // In an index, the descriptor of an image has the platform of the image.
        let mut edge = self.placed(node, place, &mut Vec::new());
        if let Some(link) = &mut edge.link {
            link.platform = link.platform.take().filter(|_| place == Place::Top).and(real);
        }
        Edge { reference, ..edge }
    }

    fn layer(&mut self, place: Place) -> Option<Edge> {
        let begin = self.choices.begin();
        let layer = self.any_layer(place);
        self.choices.end_item(begin);
        layer
    }

    fn any_layer(&mut self, place: Place) -> Option<Edge> {
        let node = match self.choices.below(11) {
            5 if self.settings.artifacts => {
                let (content, media_type) = (self.content(), self.media_type());
                self.node(Kind::Blob(media_type, content), place, None)
            }
            6 if self.settings.dangling => {
                let link = self.dangling();
                let dangling = self.node(Kind::Dangling(link), place, None);
                return Some(self.label(Edge::of(dangling)));
            }
            7.. => return self.again(place, &mut Vec::new()),
            _ => {
                let format = self.choices.one_of(&self.settings.formats);
                let entries = self.entries();
                self.node(Kind::Layer(Layer { format, entries }), place, None)
            }
        };
        Some(self.placed(node, place, &mut Vec::new()))
    }

    /// The use of a label, at the top level perhaps with another name.
    fn again(&mut self, place: Place, used: &mut Vec<Platform>) -> Option<Edge> {
        let fitting: Vec<Id> = self.labelled.iter().copied().filter(|id| self.fits(*id, place)).collect();
        let node = *fitting.get(self.choices.below(fitting.len().max(1)))?;
        let again = Edge { again: true, ..Edge::of(node) };
        let reference = self.reference(place, Some(node));
        if reference.is_some() {
            return Some(Edge { reference, ..again });
        }
        let Node { kind, platform, .. } = self.model.nodes[node].clone();
        let platform = match kind {
            Kind::Dangling(link) => link.platform,
            Kind::Manifest(_) => platform,
            _ => None,
        };
        if matches!(place, Place::Index { .. }) {
            if platform.as_ref().is_some_and(|platform| is_used(platform, used)) {
                return None;
            }
            used.extend(platform);
        }
        let link = self.placed(node, place, &mut Vec::new()).link;
        Some(Edge { link: link.map(|link| Link { platform: None, ..link }), ..again })
    }

    fn fits(&self, id: Id, place: Place) -> bool {
        let kind = &self.model.nodes[id].kind;
        match place {
            Place::Manifest { .. } => matches!(kind, Kind::Layer(_) | Kind::Blob(..) | Kind::Dangling(_)),
            Place::Top if self.settings.tagged => matches!(kind, Kind::Index(_) | Kind::Manifest(_)),
            _ => !matches!(kind, Kind::Layer(_)),
        }
    }

    /// Calls `make` with choices that are a part.
    fn part<T>(&mut self, make: impl FnOnce(&mut Self) -> T) -> T {
        let begin = self.choices.begin();
        let value = make(self);
        self.choices.end(begin);
        value
    }

    /// Calls `step` at most `most` times, each of which is a part of the choices.
    fn several(&mut self, most: usize, mut step: impl FnMut(&mut Self)) {
        for left in (1..=most).rev() {
            let begin = self.choices.begin();
            if !self.choices.more(left) {
                return;
            }
            step(self);
            self.choices.end(begin);
        }
    }

    /// At most so many values.
    fn list<T>(&mut self, most: usize, mut value: impl FnMut(&mut Self) -> T) -> Vec<T> {
        let mut values = Vec::new();
        self.several(most, |making| values.push(value(making)));
        values
    }

    /// Adds a node, perhaps with a label.
    fn node(&mut self, kind: Kind, place: Place, platform: Option<Platform>) -> Id {
        let id = self.model.nodes.len();
        let label = self.choices.maybe(2, |choices| match choices.below(10) {
            9 => "same".to_owned(),
            8 => format!("l\u{e9} {id}"),
            _ => format!("l{id}"),
        });
        self.model.nodes.push(Node {
            kind,
            label,
            docker: is_docker(place),
            platform,
            faults: Faults::default(),
        });
        id
    }

    /// The edge to a node, perhaps with a `descriptor:`.
    fn placed(&mut self, node: Id, place: Place, used: &mut Vec<Platform>) -> Edge {
        let link = self.part(|making| {
            if !making.choices.one_in(3) {
                return None;
            }
            let mut link = making.link();
            // `data` of more than 1 MiB is a mistake. A content has at most half of that.
            let kind = &making.model.nodes[node].kind;
            link.data =
                making.choices.one_in(3) && !matches!(kind, Kind::Dangling(_)) && !kind.holds_a_node();
            // A config has a platform of its own, which its descriptor repeats.
            let real = match &making.model.nodes[node] {
                Node { kind: Kind::Config(_), platform, .. } => platform.clone(),
                _ => None,
            };
            link.platform =
                making.choices.maybe(4, platform).map(|platform| real.unwrap_or(platform)).filter(
                    |platform| match place {
                        Place::Index { .. } => !is_used(platform, used),
                        _ => true,
                    },
                );
            used.extend(link.platform.clone());
            Some(link)
        });
        // The label cannot be used in the descriptor of its own node.
        self.label(Edge { link, ..Edge::of(node) })
    }

    /// From now on, the node can be mentioned if it has a label.
    fn label(&mut self, edge: Edge) -> Edge {
        if self.model.nodes[edge.node].label.is_some() && !self.labelled.contains(&edge.node) {
            self.labelled.push(edge.node);
        }
        edge
    }

    fn link(&mut self) -> Link {
        Link {
            urls: self.list(2, Self::url),
            annotations: self.pairs(3),
            without: self.choices.maybe(6, |_| "org.opencontainers.image.ref.name"),
            artifact_type: self.artifact_type(6),
            ..Link::default()
        }
    }

    fn dangling(&mut self) -> Link {
        let sizes = [0, 7, 1234, u64::from(u32::MAX) + 1, i64::MAX as u64];
        Link {
            media_type: Some(if self.choices.one_in(3) {
                "application/vnd.oci.image.manifest.v1+json".to_owned()
            } else {
                self.choices.one_of(&MEDIA_TYPES).to_owned()
            }),
            digest: Some(self.choices.one_of(&DIGESTS).to_owned()),
            size: Some(self.choices.one_of(&sizes)),
            platform: self.choices.maybe(3, platform),
            ..self.link()
        }
    }

    fn subject(&mut self, times: usize) -> Option<Subject> {
        self.part(|making| making.any_subject(times))
    }

    fn any_subject(&mut self, times: usize) -> Option<Subject> {
        if !self.settings.artifacts || !self.choices.one_in(times) {
            return None;
        }
        Some(match self.choices.below(3) {
            0 => Subject::Elsewhere(self.dangling()),
            _ if self.labelled.is_empty() => return None,
            _ => Subject::Label(self.labelled[self.choices.below(self.labelled.len())]),
        })
    }

    /// Entries, some of which mention a labelled node.
    fn entries(&mut self) -> Vec<Entry> {
        let mut entries = entries(&mut self.choices, self.settings);
        self.several(2, |making| {
            let which = making.choices.below(8).checked_rem(entries.len());
            let content = if making.choices.one_in(2) { making.bytes_of_a_node() } else { making.content() };
            let Some(entry) = which.map(|which| &mut entries[which]) else { return };
            let is_file = entry.kind == LayerEntryKind::File && !entry.name.contains(".wh.");
            if is_file && !content.mentions().is_empty() {
                entry.content = content;
            }
        });
        entries
    }

    /// The bytes of a labelled node, if one has bytes.
    fn bytes_of_a_node(&mut self) -> Content {
        let dangles = |id: &&Id| matches!(self.model.nodes[**id].kind, Kind::Dangling(_));
        let stored: Vec<Id> = self.labelled.iter().filter(|id| !dangles(id)).copied().collect();
        match stored.get(self.choices.below(stored.len().max(1))) {
            Some(id) => Content::Node(*id),
            None => Content::Zeros(1),
        }
    }

    /// The content of a blob or a config.
    fn content(&mut self) -> Content {
        match self.choices.below(8) {
            4 => self.bytes_of_a_node(),
            5 => Content::Text(Words(vec![Word::Plain("see ".to_owned()), self.mention()])),
            6 => Content::Json(self.pairs(4)),
            7 => Content::Bytes(b"{}".to_vec()),
            _ => super::entries::content(&mut self.choices, self.settings),
        }
    }
}

fn is_docker(place: Place) -> bool {
    matches!(place, Place::Index { docker: true } | Place::Manifest { docker: true })
}
