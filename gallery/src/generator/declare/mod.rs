//! Declares a model through the builders.

use std::collections::HashMap;

use oci_fixture::{
    Blob, Config, Content, Descriptor, Entry, Fixture, Gzip, History, Index, Label, Layer, Manifest, Part,
    Platform, Subject, Tag, Text, Value,
};
use oci_fixture::{LayerEntryKind, LayerFormat};

use super::faults::{self, Edit, Faults, FileFault, How, LayerFault, Said, Saying, StoredFault, value};
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

/// Does the same with the value of any node.
macro_rules! of_any {
    ($any:expr, $name:ident => $body:expr) => {
        match $any {
            Any::Index($name) => $body,
            Any::Manifest($name) => $body,
            Any::Config($name) => $body,
            Any::Layer($name) => $body,
            Any::Blob($name) => $body,
            Any::Dangling($name) => $body,
        }
    };
}

/// Makes another value for the same kind of node.
macro_rules! map_any {
    ($any:expr, $name:ident => $body:expr) => {
        match $any {
            Any::Index($name) => Any::Index($body),
            Any::Manifest($name) => Any::Manifest($body),
            Any::Config($name) => Any::Config($body),
            Any::Layer($name) => Any::Layer($body),
            Any::Blob($name) => Any::Blob($body),
            Any::Dangling($name) => Any::Dangling($body),
        }
    };
}

/// Puts what was made into a parent.
macro_rules! put {
    ($made:expr, $add_to:ident, $parent:expr) => {
        match $made {
            Made::Node(node) => node.$add_to($parent),
            Made::Label(label) => label.$add_to($parent),
        }
    };
}

/// The fixture that a model is of.
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

/// A value for a node of any kind.
#[derive(Clone)]
pub(crate) enum Any<I, M, C, L, B, D> {
    Index(I),
    Manifest(M),
    Config(C),
    Layer(L),
    Blob(B),
    Dangling(D),
}

/// A node of any kind.
pub(crate) type AnyNode = Any<Index, Manifest, Config, Layer, Blob, Descriptor>;

/// A label of any kind of node.
type AnyLabel =
    Any<Label<Index>, Label<Manifest>, Label<Config>, Label<Layer>, Label<Blob>, Label<Descriptor>>;

/// A node without a label, or the label of a node.
enum Made {
    Node(AnyNode),
    Label(AnyLabel),
}

impl<I, M, C, L, B, D> Any<I, M, C, L, B, D> {
    /// Puts it into an index or the fixture.
    fn add_to<P>(self, parent: &mut P)
    where
        I: Part<P>,
        M: Part<P>,
        C: Part<P>,
        B: Part<P>,
        D: Part<P>,
    {
        match self {
            Self::Index(index) => index.add_to(parent),
            Self::Manifest(manifest) => manifest.add_to(parent),
            Self::Config(config) => config.add_to(parent),
            Self::Blob(blob) => blob.add_to(parent),
            Self::Dangling(descriptor) => descriptor.add_to(parent),
            Self::Layer(_) => panic!("a layer outside of a manifest"),
        }
    }

    fn add_to_manifest(self, manifest: &mut Manifest)
    where
        C: Part<Manifest>,
        L: Part<Manifest>,
        B: Part<Manifest>,
        D: Part<Manifest>,
    {
        match self {
            Self::Layer(layer) => manifest.push(layer),
            Self::Config(config) => manifest.push(config),
            Self::Blob(blob) => manifest.push(blob),
            Self::Dangling(descriptor) => manifest.push(descriptor),
            Self::Index(_) | Self::Manifest(_) => panic!("an image in a manifest"),
        }
    }
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
                let layer = self::layer(layer, faults, &|model| self.content(model));
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

/// Says a value of a node, if there is one.
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

type Contents<'c> = &'c dyn Fn(&model::Content) -> Content;

fn layer(model: &model::Layer, faults: &Faults, content: Contents<'_>) -> Layer {
    let tar = made(model, faults, content);
    let layer = match model.format {
        // A layer with an odd number of entries has all fields of a gzip header.
        LayerFormat::Gzip if model.entries.len() % 2 == 1 => {
            tar.encoder(Gzip::stored().name("layer.tar").comment(b"\xe9").mtime(7).extra("AB\x01\0x"))
        }
        LayerFormat::Gzip => tar.gzip(),
        LayerFormat::Zstd => tar.zstd(),
        _ => tar,
    };
    match &faults.layer {
        Some(LayerFault { how: faults::layer::How::Encoder(encoder), .. }) => layer.encoder(encoder.clone()),
        _ => layer,
    }
}

/// A layer that is not compressed, and says nothing of labelled nodes.
pub(crate) fn tar(model: &model::Layer, faults: &Faults) -> Layer {
    made(model, faults, &content)
}

fn made(model: &model::Layer, faults: &Faults, content: Contents<'_>) -> Layer {
    let mut layer = Layer::new();
    let how = faults.layer.as_ref().map(|fault| &fault.how);
    if let Some(faults::layer::How::Raw(tar)) = how {
        return layer.raw(tar);
    }
    entries(&model.entries, content).for_each(|entry| layer.push(entry));
    match how {
        Some(faults::layer::How::Entries(entries)) => layer.splice(entries),
        Some(faults::layer::How::Headers(headers)) => layer.splice(headers),
        Some(faults::layer::How::Eof(blocks)) => return layer.eof(*blocks),
        Some(faults::layer::How::Raw(_) | faults::layer::How::Encoder(_)) | None => {}
    }
    layer
}

/// The platform by its parts, which may be what no text says.
pub(crate) fn platform(model: &model::Platform) -> Platform {
    let platform = Platform::new(&model.os, &model.architecture).with_os_features(&model.os_features);
    let platform = platform.with_variant(model.variant.as_deref().unwrap_or_default());
    platform.with_os_version(model.os_version.as_deref().unwrap_or_default())
}

fn content(model: &model::Content) -> Content {
    match model {
        model::Content::Bytes(bytes) => Content::new(bytes),
        model::Content::Zeros(size) => Content::zeros(*size),
        model::Content::Random(seed, size) => Content::random(*seed, *size),
        model::Content::Repeat(inner, times) => Content::repeat(content(inner), *times),
        model::Content::Sparse(hole, bytes) => {
            Content::sparse(2 * hole + bytes.len() as u64, [(*hole, bytes)])
        }
        model::Content::Text(_) | model::Content::Json(_) | model::Content::Node(_) => {
            panic!("a mention in a layer that is made alone")
        }
    }
}

fn entries<'m>(models: &'m [model::Entry], content: Contents<'m>) -> impl Iterator<Item = Entry> + 'm {
    models.iter().map(move |model| {
        let target = models.iter().find(|other| Some(&other.name) == model.link.as_ref());
        entry(model, target.filter(|_| model.kind == LayerEntryKind::Hardlink), content)
    })
}

/// An entry, and what it leads to as a hard link.
fn entry(model: &model::Entry, target: Option<&model::Entry>, content: Contents<'_>) -> Entry {
    let name = model.name.as_str();
    let link = || model.link.as_deref().unwrap();
    let (major, minor) = model.device.unwrap_or_default();
    let base = name.rsplit('/').next().unwrap();
    let mut entry = match model.kind {
        LayerEntryKind::File if name == ".wh..wh..opq" => Entry::opaque("./"),
        LayerEntryKind::File if base == ".wh..wh..opq" => Entry::opaque(name.strip_suffix(base).unwrap()),
        LayerEntryKind::File if base.starts_with(".wh.") => Entry::whiteout(name.replace(".wh.", "")),
        LayerEntryKind::File => Entry::file(name, content(&model.content)),
        LayerEntryKind::Directory => Entry::directory(name),
        LayerEntryKind::Symlink => Entry::symlink(name, link()),
        LayerEntryKind::Hardlink => Entry::hardlink(name, link()),
        LayerEntryKind::Char => Entry::char(name, major, minor),
        LayerEntryKind::Block => Entry::block(name, major, minor),
        _ => Entry::fifo(name),
    };
    // A field that is not declared equals its default.
    let mode = match model.kind {
        LayerEntryKind::Directory => 0o755,
        LayerEntryKind::Symlink => 0o777,
        _ => 0o644,
    };
    let default =
        target.map_or((mode, 0, 0, 0), |target| (target.mode, target.uid, target.gid, target.mtime));
    let named = target.map_or(("", "", None), |target| {
        (target.uname.as_str(), target.gname.as_str(), target.fractional.as_ref())
    });
    if model.mode != default.0 {
        entry = entry.mode(model.mode);
    }
    if model.uid != default.1 {
        entry = entry.uid(model.uid);
    }
    if model.gid != default.2 {
        entry = entry.gid(model.gid);
    }
    if model.uname != named.0 {
        entry = entry.uname(&model.uname);
    }
    if model.gname != named.1 {
        entry = entry.gname(&model.gname);
    }
    if (model.mtime, model.fractional.as_ref()) != (default.3, named.2) {
        entry = match &model.fractional {
            Some(time) => entry.mtime(time.as_str()),
            None => entry.mtime(model.mtime),
        };
    }
    for (name, value) in model.xattrs.iter().rev() {
        entry = entry.xattr(name, value);
    }
    entry
}
