//! Declares a model through the builders.

mod any;
mod layer;

use std::collections::HashMap;

use oci_fixture::{
    Blob, Config, Content, Descriptor, Fixture, History, Index, Label, Manifest, Platform, Subject, Tag,
    Text, Value,
};

pub(crate) use self::any::AnyNode;
use self::any::{Any, AnyLabel, Made, map_any, of_any, put};
pub(crate) use self::layer::tar;
use self::layer::{content, entries};
use super::faults::{Edit, Faults, FileFault, How, Said, Saying, StoredFault, value};
use super::model::{self, Edge, Id, Kind, Link, Model, Node, Word, Words};

/// Edits a document.
macro_rules! edited {
    ($node:expr, $how:expr) => {
        match $how {
            How::Merge(patch) => $node.merge(value(patch)),
            How::Extend(members) => $node.extend(value(members)),
            How::Raw(document) => $node.raw(document),
            How::DiffIds(_) => panic!("only a config has these"),
        }
    };
}

/// The fixture of a model.
pub(crate) fn fixture(model: &Model) -> Fixture {
    fixture_with(model, &[], None)
}

/// The fixture of the model with these further nodes, in an index or at the top level.
pub(crate) fn fixture_with(model: &Model, more: &[AnyNode], parent: Option<Id>) -> Fixture {
    let mut fixture = Fixture::new();
    let mut declaring = Declaring { model, labels: HashMap::new(), more, parent };
    for root in &model.roots {
        match &root.reference {
            Some(reference) if root.again => {
                let name = declaring.text(&reference.declared);
                map_any!(&declaring.labels[&root.node], label => Tag::new(name, label)).add_to(&mut fixture);
            }
            _ => put!(declaring.made(root), add_to, &mut fixture),
        }
    }
    if parent.is_none() {
        for extra in more {
            extra.clone().add_to(&mut fixture);
        }
    }
    for fault in &model.faults {
        fixture = match fault {
            FileFault::Edit(edit) => edited!(fixture, &edit.how),
            FileFault::Layout(Some(content), _) => fixture.oci_layout(*content),
            FileFault::Layout(None, _) => fixture.without_oci_layout(),
        };
    }
    fixture
}

struct Declaring<'m> {
    model: &'m Model,
    more: &'m [AnyNode],
    /// The index into which the further nodes are put.
    parent: Option<Id>,
    labels: HashMap<Id, AnyLabel>,
}

impl Declaring<'_> {
    /// The node as its parent takes it.
    fn made(&mut self, edge: &Edge) -> Made {
        if edge.again {
            let descriptor = self.said(edge);
            return Made::Label(map_any!(&self.labels[&edge.node], label => match descriptor {
                Some(descriptor) => label.again().descriptor(descriptor),
                None => label.again(),
            }));
        }
        let Node { kind, label, faults, .. } = &self.model.nodes[edge.node];
        let node = self.make(kind, edge, faults);
        let Some(name) = label else { return Made::Node(node) };
        let label = map_any!(node, node => Label::new(name, node));
        self.labels.insert(edge.node, label.clone());
        Made::Label(label)
    }

    fn make(&mut self, kind: &Kind, edge: &Edge, faults: &Faults) -> AnyNode {
        macro_rules! placed {
            ($node:expr) => {{
                let mut node = $node;
                if let Some(descriptor) = self.said(edge) {
                    node = node.descriptor(descriptor);
                }
                if edge.unlisted {
                    node = node.unlisted();
                }
                for fault in &faults.stored {
                    node = match fault {
                        StoredFault::Missing => node.missing(),
                        StoredFault::Truncate(keep) => node.truncate(Some(*keep)).flip(None),
                        StoredFault::Prepend(bytes) => node.prepend(bytes),
                        StoredFault::Append(bytes) => node.append(Some(bytes)).replace(None::<&str>),
                        StoredFault::Flip(byte) => node.flip(*byte),
                        StoredFault::Replace(bytes) => node.replace(bytes),
                    };
                }
                node
            }};
        }
        macro_rules! named {
            ($node:expr) => {{
                let mut node = placed!($node);
                if let Some(reference) = &edge.reference {
                    node = node.reference(self.text(&reference.declared));
                }
                if edge.unchecked { node.unchecked() } else { node }
            }};
        }
        macro_rules! told {
            ($node:expr) => {{
                let node = named!($node);
                match &faults.edit {
                    Some(edit) => edited!(node, &edit.how),
                    None => node,
                }
            }};
        }
        match kind {
            Kind::Index(index) => AnyNode::Index(told!(self.index(index, edge.node))),
            Kind::Manifest(manifest) => AnyNode::Manifest(told!(self.manifest(manifest))),
            Kind::Config(config) => {
                let node = self.config(config);
                let node = match &faults.edit {
                    Some(Edit { how: How::DiffIds(diff_ids), .. }) => node.diff_ids(diff_ids),
                    Some(edit) => edited!(node, &edit.how),
                    None => node,
                };
                AnyNode::Config(named!(node))
            }
            Kind::Other(media_type, content) => {
                let config = Config::of(self.text(media_type), self.content(content));
                AnyNode::Config(named!(config))
            }
            Kind::Layer(layer) => {
                let layer = self::layer::layer(layer, faults, &|model| self.content(model));
                AnyNode::Layer(placed!(layer))
            }
            Kind::Blob(media_type, content) => {
                let blob = Blob::new(self.text(media_type), self.content(content));
                let blob = faults.diff_id.iter().fold(blob, Blob::diff_id);
                AnyNode::Blob(placed!(blob))
            }
            Kind::Dangling(link) => {
                let descriptor = self.descriptor(link);
                let descriptor = if faults.is_empty() { descriptor } else { descriptor.unchecked() };
                AnyNode::Dangling(faults.said.iter().fold(descriptor, said))
            }
        }
    }

    /// The `descriptor:` of a node in its parent.
    fn said(&self, edge: &Edge) -> Option<Descriptor> {
        let descriptor = edge.link.as_ref().map(|link| self.descriptor(link));
        match &edge.said {
            Some(fault) => Some(said(descriptor.unwrap_or_default(), fault)),
            None => descriptor,
        }
    }

    fn index(&mut self, model: &model::Index, id: Id) -> Index {
        let mut index = Index::new();
        if model.docker {
            index = index.docker();
        }
        for edge in &model.edges {
            put!(self.made(edge), add_to, &mut index);
        }
        if self.parent == Some(id) {
            for extra in self.more {
                extra.clone().add_to(&mut index);
            }
        }
        index = set(index, model.artifact_type.as_ref(), |index, text| index.artifact_type(self.text(text)));
        index = set(index, model.subject.as_ref(), |index, subject| index.subject(self.subject(subject)));
        index.annotations(self.pairs(&model.annotations))
    }

    fn manifest(&mut self, model: &model::Manifest) -> Manifest {
        let mut manifest = Manifest::new();
        if model.docker {
            manifest = manifest.docker();
        }
        manifest =
            set(manifest, model.platform.as_ref(), |manifest, platform| manifest.platform(platform.text()));
        for edge in &model.layers {
            match &self.model.nodes[edge.node].kind {
                Kind::Layer(layer) if model.bare => {
                    for entry in entries(&layer.entries, &|model| self.content(model)) {
                        manifest.push(entry);
                    }
                }
                _ => put!(self.made(edge), add_to_manifest, &mut manifest),
            }
        }
        if let Some(edge) = &model.config {
            put!(self.made(edge), add_to_manifest, &mut manifest);
        }
        manifest = set(manifest, model.artifact_type.as_ref(), |manifest, text| {
            manifest.artifact_type(self.text(text))
        });
        manifest = set(manifest, model.subject.as_ref(), |manifest, subject| {
            manifest.subject(self.subject(subject))
        });
        manifest.annotations(self.pairs(&model.annotations))
    }

    fn subject(&mut self, subject: &model::Subject) -> Subject {
        match subject {
            model::Subject::Elsewhere(link) => self.descriptor(link).into(),
            model::Subject::Label(id) => of_any!(&self.labels[id], label => label.into()),
        }
    }

    fn config(&self, model: &model::Config) -> Config {
        let mut config = Config::new()
            .os_features(&model.os_features)
            .exposed_ports(self.texts(&model.exposed_ports))
            .env(self.texts(&model.env))
            .entrypoint(self.texts(&model.entrypoint))
            .cmd(self.texts(&model.cmd))
            .volumes(self.texts(&model.volumes))
            .labels(self.pairs(&model.labels))
            .history(model.history.iter().map(|entry| self.history(entry)));
        config = set(config, model.platform.as_ref(), |config, platform| config.platform(platform.text()));
        config = set(config, model.os_version.as_ref(), Config::os_version);
        for (is_empty, null) in [
            (model.entrypoint.is_empty(), Config::null_entrypoint as fn(Config) -> Config),
            (model.cmd.is_empty(), Config::null_cmd),
            (model.volumes.is_empty(), Config::null_volumes),
            (model.labels.is_empty(), Config::null_labels),
        ] {
            config = if is_empty && model.nulls { null(config) } else { config };
        }
        config = set(config, model.created.as_ref(), |config, text| config.created(self.text(text)));
        config = set(config, model.author.as_ref(), |config, text| config.author(self.text(text)));
        config = set(config, model.user.as_ref(), |config, text| config.user(self.text(text)));
        config = set(config, model.working_dir.as_ref(), |config, text| config.working_dir(self.text(text)));
        set(config, model.stop_signal.as_ref(), |config, text| config.stop_signal(self.text(text)))
    }

    fn history(&self, model: &model::History) -> History {
        let mut history = History::new().empty_layer(model.empty_layer);
        history = set(history, model.created.as_ref(), |history, text| history.created(self.text(text)));
        history =
            set(history, model.created_by.as_ref(), |history, text| history.created_by(self.text(text)));
        history = set(history, model.author.as_ref(), |history, text| history.author(self.text(text)));
        set(history, model.comment.as_ref(), |history, text| history.comment(self.text(text)))
    }

    fn content(&self, model: &model::Content) -> Content {
        match model {
            model::Content::Text(words) => Content::new(self.text(words)),
            model::Content::Json(members) => Content::json(Value::map(self.pairs(members))),
            model::Content::Node(id) => of_any!(&self.labels[id], label => label.bytes()),
            plain => content(plain),
        }
    }

    fn descriptor(&self, link: &Link) -> Descriptor {
        let mut descriptor =
            Descriptor::new().urls(self.texts(&link.urls)).annotations(self.pairs(&link.annotations));
        if link.data {
            descriptor = descriptor.data(true);
        }
        descriptor = set(descriptor, link.media_type.as_ref(), Descriptor::media_type);
        descriptor = set(descriptor, link.digest.as_ref(), Descriptor::digest);
        descriptor = set(descriptor, link.size.as_ref(), Descriptor::size);
        descriptor =
            set(descriptor, link.without.as_ref(), |descriptor, key| descriptor.without_annotation(*key));
        descriptor =
            set(descriptor, link.platform.as_ref(), |descriptor, model| descriptor.platform(platform(model)));
        set(descriptor, link.artifact_type.as_ref(), |descriptor, text| {
            descriptor.artifact_type(self.text(text))
        })
    }

    fn pairs(&self, pairs: &[(Words, Words)]) -> Vec<(Text, Text)> {
        pairs.iter().map(|(key, value)| (self.text(key), self.text(value))).collect()
    }

    fn texts(&self, texts: &[Words]) -> Vec<Text> {
        texts.iter().map(|text| self.text(text)).collect()
    }

    fn text(&self, words: &Words) -> Text {
        words.0.iter().fold(Text::new(""), |text, word| match word {
            Word::Plain(plain) => text + plain,
            Word::Digest(id) => text + of_any!(&self.labels[id], label => label.digest()),
            Word::Hex(id) => text + of_any!(&self.labels[id], label => label.hex()),
            Word::Size(id) => text + of_any!(&self.labels[id], label => label.size()),
            Word::Sum(id, number) if *number < 0 => {
                text + (of_any!(&self.labels[id], label => label.size()) - number.unsigned_abs())
            }
            Word::Sum(id, number) => text + (of_any!(&self.labels[id], label => label.size()) + number),
        })
    }
}

/// Sets a value of a node, if there is one.
fn set<'v, T, V>(node: T, value: Option<&'v V>, set: impl FnOnce(T, &'v V) -> T) -> T {
    match value {
        Some(value) => set(node, value),
        None => node,
    }
}

fn said(descriptor: Descriptor, said: &Said) -> Descriptor {
    match &said.how {
        Saying::MediaType(text) => descriptor.media_type(text),
        Saying::Digest(text) => descriptor.digest(text),
        Saying::Size(text) => descriptor.size(text),
        Saying::Data(bytes) => descriptor.data(bytes),
        Saying::Platform(platform) => descriptor.platform(self::platform(platform)),
        Saying::Merge(patch) => descriptor.merge(value(patch)),
    }
}

/// The platform by its parts, for which there may be no text.
pub(crate) fn platform(model: &model::Platform) -> Platform {
    let platform = Platform::new(&model.os, &model.architecture).with_os_features(&model.os_features);
    let platform = platform.with_variant(model.variant.as_deref().unwrap_or_default());
    platform.with_os_version(model.os_version.as_deref().unwrap_or_default())
}
