//! Declares a model through the builders.

use std::collections::HashMap;

use oci_fixture::LayerEntryKind;
use oci_fixture::{
    Blob, Config, Content, Descriptor, Entry, Fixture, Gzip, History, Index, Label, Layer, Manifest, Part,
    Platform, Subject, Tag, Text, Value,
};

use super::faults::{self, Edit, Fault, FileFault, How, LayerFault, Said, Saying, StoredFault, value};
use super::model::{self, Compression, Edge, Id, Kind, Link, Model, Node, Word, Words};

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

/// The fixture that a model is of.
pub(crate) fn fixture(model: &Model) -> Fixture {
    fixture_with(model, &[], None)
}

/// The fixture of the model with these further nodes, in an index or at the top level.
pub(crate) fn fixture_with(model: &Model, more: &[Extra], parent: Option<Id>) -> Fixture {
    let mut fixture = Fixture::new();
    let mut declaring = Declaring { model, labels: HashMap::new(), more, parent };
    for root in &model.roots {
        match &root.reference {
            Some(reference) if root.again => {
                let name = declaring.text(&reference.declared);
                match &declaring.labels[&root.node] {
                    AnyLabel::Index(label) => fixture.push(Tag::new(name, label)),
                    AnyLabel::Manifest(label) => fixture.push(Tag::new(name, label)),
                    AnyLabel::Config(label) => fixture.push(Tag::new(name, label)),
                    AnyLabel::Blob(label) => fixture.push(Tag::new(name, label)),
                    AnyLabel::Dangling(label) => fixture.push(Tag::new(name, label)),
                    AnyLabel::Layer(_) => panic!("a layer at the top level"),
                }
            }
            _ => declaring.add(root, &mut fixture),
        }
    }
    if parent.is_none() {
        for extra in more {
            extra.add_to(&mut fixture);
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

/// A node that no model has.
pub(crate) enum Extra {
    Index(Index),
    Manifest(Manifest),
    Config(Config),
    Blob(Blob),
    Dangling(Descriptor),
}

impl Extra {
    fn add_to<P>(&self, parent: &mut P)
    where
        Index: Part<P>,
        Manifest: Part<P>,
        Config: Part<P>,
        Blob: Part<P>,
        Descriptor: Part<P>,
    {
        match self {
            Self::Index(index) => index.add_to(parent),
            Self::Manifest(manifest) => manifest.add_to(parent),
            Self::Config(config) => config.add_to(parent),
            Self::Blob(blob) => blob.add_to(parent),
            Self::Dangling(descriptor) => descriptor.add_to(parent),
        }
    }
}

struct Declaring<'m> {
    model: &'m Model,
    more: &'m [Extra],
    /// The index that those are put into.
    parent: Option<Id>,
    labels: HashMap<Id, AnyLabel>,
}

enum AnyLabel {
    Index(Label<Index>),
    Manifest(Label<Manifest>),
    Config(Label<Config>),
    Layer(Label<Layer>),
    Blob(Label<Blob>),
    Dangling(Label<Descriptor>),
}

/// Does the same with a label of any node.
macro_rules! of_any {
    ($label:expr, $name:ident => $body:expr) => {
        match $label {
            AnyLabel::Index($name) => $body,
            AnyLabel::Manifest($name) => $body,
            AnyLabel::Config($name) => $body,
            AnyLabel::Layer($name) => $body,
            AnyLabel::Blob($name) => $body,
            AnyLabel::Dangling($name) => $body,
        }
    };
}

impl Declaring<'_> {
    /// Puts a node into an index or the fixture.
    fn add<P>(&mut self, edge: &Edge, parent: &mut P)
    where
        Index: Part<P>,
        Manifest: Part<P>,
        Config: Part<P>,
        Blob: Part<P>,
        Descriptor: Part<P>,
        Label<Index>: Part<P>,
        Label<Manifest>: Part<P>,
        Label<Config>: Part<P>,
        Label<Blob>: Part<P>,
        Label<Descriptor>: Part<P>,
    {
        match self.made(edge) {
            Made::Index(Ok(index)) => index.add_to(parent),
            Made::Manifest(Ok(manifest)) => manifest.add_to(parent),
            Made::Config(Ok(config)) => config.add_to(parent),
            Made::Blob(Ok(blob)) => blob.add_to(parent),
            Made::Dangling(Ok(descriptor)) => descriptor.add_to(parent),
            Made::Index(Err(label)) => label.add_to(parent),
            Made::Manifest(Err(label)) => label.add_to(parent),
            Made::Config(Err(label)) => label.add_to(parent),
            Made::Blob(Err(label)) => label.add_to(parent),
            Made::Dangling(Err(label)) => label.add_to(parent),
            Made::Layer(_) => panic!("a layer outside of a manifest"),
        }
    }

    fn add_to_manifest(&mut self, edge: &Edge, manifest: &mut Manifest) {
        match self.made(edge) {
            Made::Layer(Ok(layer)) => manifest.push(layer),
            Made::Config(Ok(config)) => manifest.push(config),
            Made::Blob(Ok(blob)) => manifest.push(blob),
            Made::Dangling(Ok(descriptor)) => manifest.push(descriptor),
            Made::Layer(Err(label)) => manifest.push(label),
            Made::Config(Err(label)) => manifest.push(label),
            Made::Blob(Err(label)) => manifest.push(label),
            Made::Dangling(Err(label)) => manifest.push(label),
            Made::Index(_) | Made::Manifest(_) => panic!("an image in a manifest"),
        }
    }

    /// The node as its parent takes it.
    fn made(&mut self, edge: &Edge) -> Made {
        if edge.again {
            let descriptor = self.said(edge);
            macro_rules! again {
                ($label:expr, $made:path) => {
                    match descriptor {
                        Some(descriptor) => $made(Err($label.again().descriptor(descriptor))),
                        None => $made(Err($label.again())),
                    }
                };
            }
            return match &self.labels[&edge.node] {
                AnyLabel::Index(label) => again!(label, Made::Index),
                AnyLabel::Manifest(label) => again!(label, Made::Manifest),
                AnyLabel::Config(label) => again!(label, Made::Config),
                AnyLabel::Layer(label) => again!(label, Made::Layer),
                AnyLabel::Blob(label) => again!(label, Made::Blob),
                AnyLabel::Dangling(label) => again!(label, Made::Dangling),
            };
        }
        let Node { kind, label, faults, .. } = &self.model.nodes[edge.node];
        let made = self.make(kind, edge, faults);
        let Some(name) = label else { return made };
        macro_rules! labelled {
            ($node:expr, $made:path, $label:path) => {{
                let label = Label::new(name, $node.ok().unwrap());
                self.labels.insert(edge.node, $label(label.clone()));
                $made(Err(label))
            }};
        }
        match made {
            Made::Index(node) => labelled!(node, Made::Index, AnyLabel::Index),
            Made::Manifest(node) => labelled!(node, Made::Manifest, AnyLabel::Manifest),
            Made::Config(node) => labelled!(node, Made::Config, AnyLabel::Config),
            Made::Layer(node) => labelled!(node, Made::Layer, AnyLabel::Layer),
            Made::Blob(node) => labelled!(node, Made::Blob, AnyLabel::Blob),
            Made::Dangling(node) => labelled!(node, Made::Dangling, AnyLabel::Dangling),
        }
    }

    fn make(&mut self, kind: &Kind, edge: &Edge, faults: &[Fault]) -> Made {
        macro_rules! placed {
            ($node:expr) => {{
                let mut node = $node;
                if let Some(descriptor) = self.said(edge) {
                    node = node.descriptor(descriptor);
                }
                if edge.unlisted {
                    node = node.unlisted();
                }
                for fault in faults {
                    node = match fault {
                        Fault::Stored(StoredFault::Missing) => node.missing(),
                        Fault::Stored(StoredFault::Truncate(keep)) => node.truncate(Some(*keep)).flip(None),
                        Fault::Stored(StoredFault::Prepend(bytes)) => node.prepend(bytes),
                        Fault::Stored(StoredFault::Append(bytes)) => {
                            node.append(Some(bytes)).replace(None::<&str>)
                        }
                        Fault::Stored(StoredFault::Flip(byte)) => node.flip(*byte),
                        Fault::Stored(StoredFault::Replace(bytes)) => node.replace(bytes),
                        _ => node,
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
                let mut node = named!($node);
                for fault in faults {
                    if let Fault::Edit(edit) = fault {
                        node = edited!(node, &edit.how);
                    }
                }
                node
            }};
        }
        match kind {
            Kind::Index(index) => Made::Index(Ok(told!(self.index(index, edge.node)))),
            Kind::Manifest(manifest) => Made::Manifest(Ok(told!(self.manifest(manifest)))),
            Kind::Config(config) => {
                let mut node = self.config(config);
                for fault in faults {
                    node = match fault {
                        Fault::Edit(Edit { how: How::DiffIds(diff_ids), .. }) => node.diff_ids(diff_ids),
                        Fault::Edit(edit) => edited!(node, &edit.how),
                        _ => node,
                    };
                }
                Made::Config(Ok(named!(node)))
            }
            Kind::Other(media_type, content) => {
                let config = Config::of(self.text(media_type), self.content(content));
                Made::Config(Ok(named!(config)))
            }
            Kind::Layer(layer) => {
                let layer = self::layer(layer, faults, &|model| self.content(model));
                Made::Layer(Ok(placed!(layer)))
            }
            Kind::Blob(media_type, content) => {
                let mut blob = Blob::new(self.text(media_type), self.content(content));
                for fault in faults {
                    if let Fault::DiffId(diff_id) = fault {
                        blob = blob.diff_id(diff_id);
                    }
                }
                Made::Blob(Ok(placed!(blob)))
            }
            Kind::Dangling(link) => {
                let descriptor = self.descriptor(link);
                let of_node = faults.iter().filter_map(|fault| match fault {
                    Fault::Said(fault) => Some(fault),
                    _ => None,
                });
                let descriptor = if faults.is_empty() { descriptor } else { descriptor.unchecked() };
                Made::Dangling(Ok(of_node.fold(descriptor, said)))
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
            self.add(edge, &mut index);
        }
        if self.parent == Some(id) {
            for extra in self.more {
                extra.add_to(&mut index);
            }
        }
        if let Some(artifact_type) = &model.artifact_type {
            index = index.artifact_type(self.text(artifact_type));
        }
        if let Some(subject) = &model.subject {
            index = index.subject(self.subject(subject));
        }
        index.annotations(self.pairs(&model.annotations))
    }

    fn manifest(&mut self, model: &model::Manifest) -> Manifest {
        let mut manifest = Manifest::new();
        if model.docker {
            manifest = manifest.docker();
        }
        if let Some(platform) = &model.platform {
            manifest = manifest.platform(platform.text());
        }
        for edge in &model.layers {
            match &self.model.nodes[edge.node].kind {
                Kind::Layer(layer) if model.bare => {
                    for entry in entries(&layer.entries, &|model| self.content(model)) {
                        manifest.push(entry);
                    }
                }
                _ => self.add_to_manifest(edge, &mut manifest),
            }
        }
        if let Some(edge) = &model.config {
            self.add_to_manifest(edge, &mut manifest);
        }
        if let Some(artifact_type) = &model.artifact_type {
            manifest = manifest.artifact_type(self.text(artifact_type));
        }
        if let Some(subject) = &model.subject {
            manifest = manifest.subject(self.subject(subject));
        }
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
        if let Some(platform) = &model.platform {
            config = config.platform(platform.text());
        }
        if let Some(version) = &model.os_version {
            config = config.os_version(version);
        }
        let set = |config: Config, text: &Option<Words>, set: fn(Config, Text) -> Config| match text {
            Some(text) => set(config, self.text(text)),
            None => config,
        };
        for (is_empty, null) in [
            (model.entrypoint.is_empty(), Config::null_entrypoint as fn(Config) -> Config),
            (model.cmd.is_empty(), Config::null_cmd),
            (model.volumes.is_empty(), Config::null_volumes),
            (model.labels.is_empty(), Config::null_labels),
        ] {
            config = if is_empty && model.nulls { null(config) } else { config };
        }
        config = set(config, &model.created, Config::created);
        config = set(config, &model.author, Config::author);
        config = set(config, &model.user, Config::user);
        config = set(config, &model.working_dir, Config::working_dir);
        set(config, &model.stop_signal, Config::stop_signal)
    }

    fn history(&self, model: &model::History) -> History {
        let set = |history: History, text: &Option<Words>, set: fn(History, Text) -> History| match text {
            Some(text) => set(history, self.text(text)),
            None => history,
        };
        let mut history = History::new().empty_layer(model.empty_layer);
        history = set(history, &model.created, History::created);
        history = set(history, &model.created_by, History::created_by);
        history = set(history, &model.author, History::author);
        set(history, &model.comment, History::comment)
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
        if let Some(media_type) = &link.media_type {
            descriptor = descriptor.media_type(media_type);
        }
        if let Some(digest) = &link.digest {
            descriptor = descriptor.digest(digest);
        }
        if let Some(size) = link.size {
            descriptor = descriptor.size(size);
        }
        if let Some(key) = link.without {
            descriptor = descriptor.without_annotation(key);
        }
        if let Some(platform) = &link.platform {
            descriptor = descriptor.platform(self::platform(platform));
        }
        if let Some(artifact_type) = &link.artifact_type {
            descriptor = descriptor.artifact_type(self.text(artifact_type));
        }
        descriptor
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

/// A node, or the label of one.
enum Made {
    Index(Result<Index, Label<Index>>),
    Manifest(Result<Manifest, Label<Manifest>>),
    Config(Result<Config, Label<Config>>),
    Layer(Result<Layer, Label<Layer>>),
    Blob(Result<Blob, Label<Blob>>),
    Dangling(Result<Descriptor, Label<Descriptor>>),
}

type Contents<'c> = &'c dyn Fn(&model::Content) -> Content;

fn layer(model: &model::Layer, faults: &[Fault], content: Contents<'_>) -> Layer {
    let tar = made(model, faults, content);
    let layer = match model.compression {
        Compression::None => tar,
        // A layer with an odd number of entries has all fields of a gzip header.
        Compression::Gzip if model.entries.len() % 2 == 1 => {
            tar.encoder(Gzip::stored().name("layer.tar").comment(b"\xe9").mtime(7).extra("AB\x01\0x"))
        }
        Compression::Gzip => tar.gzip(),
        Compression::Zstd => tar.zstd(),
    };
    faults.iter().fold(layer, |layer, fault| match fault {
        Fault::Layer(LayerFault { how: faults::layer::How::Encoder(encoder), .. }) => {
            layer.encoder(encoder.clone())
        }
        _ => layer,
    })
}

/// A layer that is not compressed, and says nothing of labelled nodes.
pub(crate) fn tar(model: &model::Layer, faults: &[Fault]) -> Layer {
    made(model, faults, &content)
}

fn made(model: &model::Layer, faults: &[Fault], content: Contents<'_>) -> Layer {
    let mut layer = Layer::new();
    let is_raw =
        |fault: &Fault| matches!(fault, Fault::Layer(LayerFault { how: faults::layer::How::Raw(_), .. }));
    if !faults.iter().any(is_raw) {
        entries(&model.entries, content).for_each(|entry| layer.push(entry));
    }
    for fault in faults {
        let Fault::Layer(fault) = fault else { continue };
        match &fault.how {
            faults::layer::How::Entries(entries) => {
                for entry in entries {
                    layer.push(entry.clone());
                }
            }
            faults::layer::How::Headers(headers) => {
                for header in headers {
                    layer.push(header.clone());
                }
            }
            faults::layer::How::Eof(blocks) => layer = layer.eof(*blocks),
            faults::layer::How::Raw(tar) => layer = layer.raw(tar),
            faults::layer::How::Encoder(_) => {}
        }
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
