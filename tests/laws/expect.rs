//! What must be found of a fixture with lies: the findings of each that no other hides.
//!
//! It goes through the declaration, not through the bytes: those are asked for digests and sizes alone.

use std::collections::{BTreeMap, BTreeSet};

use oci_fixture::{Digest, FindingKind, LayerFormat};
use sha2::{Digest as _, Sha384, Sha512};

use crate::check::{media_type, resolve, sha256};
use crate::declare;
use crate::layer_lies::LayerLie;
use crate::liar::manifest_of;
use crate::lies::{Edit, Lie, TopLie};
use crate::model::{Compression, Edge, History, Id, Kind, Link, Manifest, Model, Node, Platform, Subject};
use crate::sealed::Sealed;

/// A place, and what is found there.
pub(crate) type Finding = (String, FindingKind);

/// What must be found, in some order, and the blobs that must be stored.
pub(crate) fn findings(model: &Model) -> (Vec<Finding>, BTreeMap<String, Vec<u8>>) {
    let sealed = Sealed::of(model);
    let stored = stored(model, &sealed);
    let mut expecting = Expecting {
        model,
        sealed: &sealed,
        stored: &stored,
        findings: Vec::new(),
        names: BTreeMap::new(),
        referenced: BTreeSet::new(),
        reported: BTreeSet::new(),
        opened: BTreeSet::new(),
        mistaken: BTreeSet::new(),
        unsure: false,
    };
    expecting.layout();
    let findings = expecting.findings;
    (findings, stored)
}

/// The blobs that are stored: what is left of them, and without those that only missing ones lead to.
fn stored(model: &Model, sealed: &Sealed) -> BTreeMap<String, Vec<u8>> {
    let mut left: BTreeMap<String, Option<Vec<u8>>> = BTreeMap::new();
    for id in model.declared() {
        let Some(digest) = sealed.digest(id) else { continue };
        let faults = model.nodes[id].lies.iter().filter_map(|lie| match lie {
            Lie::Fault(fault) => Some(fault),
            _ => None,
        });
        let faults: Vec<_> = faults.collect();
        if !faults.is_empty() || !left.contains_key(digest) {
            let bytes = sealed.bytes(id).to_vec();
            let bytes = faults.into_iter().try_fold(bytes, |bytes, fault| fault.apply(bytes));
            left.insert(digest.to_owned(), bytes);
        }
    }
    let mut stored = BTreeMap::new();
    let mut open: Vec<Id> = model.roots.iter().map(|root| root.node).collect();
    while let Some(id) = open.pop() {
        let Some(digest) = sealed.digest(id) else { continue };
        if let Some(bytes) = &left[digest] {
            stored.insert(digest.to_owned(), bytes.clone());
            open.extend(model.nodes[id].kind.edges().iter().map(|edge| edge.node));
        }
    }
    stored
}

/// What a reader takes a blob for, by the media type of its descriptor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Role {
    /// An index or a manifest: which of them, it says itself.
    Links,
    Config,
    Layer,
}

impl Role {
    fn of(media_type: &str) -> Option<Self> {
        match media_type {
            "application/vnd.oci.image.index.v1+json"
            | "application/vnd.oci.image.manifest.v1+json"
            | "application/vnd.docker.distribution.manifest.list.v2+json"
            | "application/vnd.docker.distribution.manifest.v2+json" => Some(Self::Links),
            "application/vnd.oci.image.config.v1+json" | "application/vnd.docker.container.image.v1+json" => {
                Some(Self::Config)
            }
            _ if media_type.contains("image.layer") || media_type.contains("image.rootfs") => {
                Some(Self::Layer)
            }
            _ => None,
        }
    }
}

/// A descriptor as it is read.
struct Descriptor {
    node: Option<Id>,
    media_type: Option<String>,
    digest: Option<String>,
    size: Option<u64>,
    data: Option<Vec<u8>>,
    platform: Option<Platform>,
    has_urls: bool,
    /// The name, in index.json.
    name: Option<String>,
    finds: Vec<FindingKind>,
    unsure: bool,
}

impl Descriptor {
    fn role(&self) -> Option<Role> {
        Role::of(self.media_type.as_deref()?)
    }
}

struct Expecting<'m> {
    model: &'m Model,
    sealed: &'m Sealed,
    stored: &'m BTreeMap<String, Vec<u8>>,
    findings: Vec<Finding>,
    /// The names of index.json, and where they are first.
    names: BTreeMap<String, String>,
    referenced: BTreeSet<String>,
    /// The blobs that are known to be wrong.
    reported: BTreeSet<String>,
    opened: BTreeSet<(String, Role)>,
    /// The media types that blobs were found not to be of.
    mistaken: BTreeSet<(String, String)>,
    /// A blob that nothing refers to may be referred to by what could not be read.
    unsure: bool,
}

impl Expecting<'_> {
    fn add(&mut self, place: &str, kind: FindingKind) {
        self.findings.push((place.to_owned(), kind));
    }

    fn layout(&mut self) {
        let mut top = None;
        for lie in &self.model.lies {
            match lie {
                TopLie::Layout(_, kind) => self.add("oci-layout", kind.clone()),
                TopLie::Edit(edit) => top = Some(edit),
            }
        }
        let index = "application/vnd.oci.image.index.v1+json";
        let said = top.and_then(|edit| edit.media_type.clone()).unwrap_or(Some(index.to_owned()));
        self.check_media_type("index.json", Some(index), said.as_deref());
        if self.read("index.json", top) && !is_without(top, "manifests") && !is_empty(top) {
            let listed = self.model.roots.iter().filter(|root| !root.unlisted);
            for (number, root) in listed.enumerate() {
                let descriptor = self.descriptor(root, None);
                self.visit(&format!("index.json > manifests[{number}]"), "manifests", &descriptor, None);
            }
        }
        if !self.unsure {
            let stored = self.stored.keys().filter(|digest| !self.referenced.contains(*digest));
            let found = stored
                .map(|digest| (format!("blobs/{}", digest.replace(':', "/")), FindingKind::Unreferenced));
            self.findings.extend(found.collect::<Vec<_>>());
        }
    }

    /// What is wrong with a document by itself; and whether anything in it is read.
    fn read(&mut self, place: &str, edit: Option<&Edit>) -> bool {
        let Some(edit) = edit else { return true };
        for kind in &edit.finds {
            self.add(place, kind.clone());
        }
        self.unsure |= edit.unsure;
        !edit.unread
    }

    fn check_media_type(&mut self, place: &str, expected: Option<&str>, said: Option<&str>) {
        if let (Some(expected), Some(said)) = (expected, said)
            && expected != said
        {
            let (descriptor, document) = (expected.to_owned(), said.to_owned());
            self.add(place, FindingKind::MediaTypeMismatch { descriptor, document });
        }
    }

    /// The same of a descriptor: of a blob that several take for the same, once.
    fn check_descriptor(&mut self, place: &str, descriptor: &Descriptor, said: Option<&str>) {
        if let (Some(media_type), Some(digest), Some(said)) =
            (&descriptor.media_type, &descriptor.digest, said)
            && self.mistaken.insert((digest.clone(), media_type.clone()))
        {
            self.check_media_type(place, Some(media_type), Some(said));
        }
    }

    fn edit(&self, id: Id) -> Option<&Edit> {
        edit(self.model, id)
    }

    /// How a parent refers to a node; an index says the platform of it.
    fn descriptor(&self, edge: &Edge, platform: Option<&Platform>) -> Descriptor {
        let node = self.model.node(edge);
        let dangling = match &node.kind {
            Kind::Dangling(link) => Some(link),
            _ => None,
        };
        let links: Vec<&Link> = [edge.link.as_ref(), dangling].into_iter().flatten().collect();
        let embedded = links.iter().any(|link| link.data).then(|| self.sealed.bytes(edge.node).to_vec());
        let name = edge.reference.as_ref().map(|reference| &reference.full);
        let mut descriptor = Descriptor {
            node: Some(edge.node),
            media_type: Some(labelled(node)),
            digest: self
                .sealed
                .digest(edge.node)
                .map(str::to_owned)
                .or(dangling.and_then(|link| link.digest.clone())),
            size: match dangling {
                Some(link) => link.size,
                None => Some(self.sealed.bytes(edge.node).len() as u64),
            },
            data: embedded.filter(|data| !data.is_empty()),
            platform: links.iter().find_map(|link| link.platform.as_ref()).or(platform).cloned(),
            has_urls: links.iter().any(|link| !link.urls.is_empty()),
            name: name.map(|name| resolve(name, &self.sealed.identities)),
            finds: Vec::new(),
            unsure: false,
        };
        let of_node = node.lies.iter().find_map(|lie| match lie {
            Lie::Said(said) => Some(said),
            _ => None,
        });
        if let Some(said) = edge.said.as_ref().or(of_node) {
            descriptor.finds.clone_from(&said.finds);
            descriptor.unsure = said.unsure;
            let said = said.clone();
            descriptor.media_type = said.media_type.unwrap_or(descriptor.media_type);
            descriptor.digest = said.digest.unwrap_or(descriptor.digest);
            descriptor.size = said.size.unwrap_or(descriptor.size);
            descriptor.data = said.data.unwrap_or(descriptor.data);
            descriptor.platform = said.platform.unwrap_or(descriptor.platform);
        }
        descriptor
    }

    /// A descriptor of a subject, which is in the fixture or elsewhere.
    fn subject(&self, subject: &Subject) -> Descriptor {
        match subject {
            Subject::Label(id) => self.descriptor(&Edge { again: true, ..Edge::of(*id) }, None),
            Subject::Elsewhere(link) => Descriptor {
                node: None,
                media_type: link.media_type.clone(),
                digest: link.digest.clone(),
                size: link.size,
                data: None,
                platform: link.platform.clone(),
                has_urls: !link.urls.is_empty(),
                name: None,
                finds: Vec::new(),
                unsure: false,
            },
        }
    }

    fn visit(&mut self, place: &str, field: &str, descriptor: &Descriptor, diff_id: Option<&str>) {
        for kind in &descriptor.finds {
            self.add(place, kind.clone());
        }
        self.unsure |= descriptor.unsure;
        if let Some(name) = &descriptor.name {
            match self.names.get(name) {
                Some(first) => {
                    let (name, first) = (name.clone(), first.clone());
                    self.add(place, FindingKind::ReferenceAmbiguous { name, first });
                }
                None => drop(self.names.insert(name.clone(), place.to_owned())),
            }
        }
        let Some(digest) = &descriptor.digest else { return };
        if let Some(data) = &descriptor.data {
            let (found, found_size) = (hash(digest, data), data.len() as u64);
            if found != *digest || descriptor.size.is_some_and(|size| size != found_size) {
                let (digest, found_digest) = (parsed(digest), parsed(&found));
                let kind =
                    FindingKind::DataMismatch { digest, size: descriptor.size, found_digest, found_size };
                self.add(place, kind);
            }
        }
        self.referenced.insert(digest.clone());
        let role = descriptor.role();
        if !self.matches(place, field, descriptor, digest) {
            // It may be a document where its media type does not say that it is none.
            let may_refer = role == Some(Role::Links) || role.is_none() && field == "manifests";
            // What a subject is about is missed by nobody.
            self.unsure |= may_refer && (field != "subject" || self.stored.contains_key(digest));
            return;
        }
        let id = descriptor.node.unwrap();
        match role {
            Some(Role::Links) => self.links(place, id, descriptor),
            Some(Role::Config) => self.config(place, id, descriptor),
            Some(Role::Layer) => self.layer(place, id, descriptor, diff_id),
            None if field == "manifests" => self.other(place, id, descriptor),
            None => {}
        }
    }

    /// Whether a blob is there, and what its descriptor says.
    fn matches(&mut self, place: &str, field: &str, descriptor: &Descriptor, digest: &str) -> bool {
        let Some(bytes) = self.stored.get(digest) else {
            let media_type = descriptor.media_type.as_deref().unwrap_or_default();
            let is_foreign = media_type.contains("nondistributable") || media_type.contains("foreign");
            let may_be_elsewhere = field == "subject" || is_foreign && descriptor.has_urls;
            if !may_be_elsewhere && self.reported.insert(digest.to_owned()) {
                self.add(place, FindingKind::BlobMissing { digest: parsed(digest) });
            }
            return false;
        };
        let (found, found_size) = (hash(digest, bytes), bytes.len() as u64);
        let is_right = found == digest;
        if is_right && descriptor.size.is_none_or(|size| size == found_size) {
            return true;
        }
        // Which bytes they are is said once, and of each descriptor how many it takes them for.
        if is_right || self.reported.insert(digest.to_owned()) {
            let (digest, found_digest) = (parsed(digest), parsed(&found));
            let kind =
                FindingKind::ContentMismatch { digest, size: descriptor.size, found_digest, found_size };
            self.add(place, kind);
        }
        false
    }

    /// The media type that an index or a manifest says itself, where that can be read.
    fn said(&self, id: Id) -> Option<String> {
        let node = &self.model.nodes[id];
        let is_document = matches!(node.kind, Kind::Index(_) | Kind::Manifest(_));
        let said = is_document.then(|| media_type(node));
        self.edit(id).and_then(|edit| edit.media_type.clone()).unwrap_or(said)
    }

    /// An index or a manifest.
    fn links(&mut self, place: &str, id: Id, descriptor: &Descriptor) {
        let said = self.said(id);
        self.check_descriptor(place, descriptor, said.as_deref());
        let model = self.model;
        let kind = &model.nodes[id].kind;
        let edit = edit(model, id);
        if let Kind::Manifest(manifest) = kind {
            let platform = self.image(id, manifest).and_then(|config| self.config_platform(config));
            self.check_platform(place, descriptor, platform.as_ref());
        }
        let digest = descriptor.digest.clone().unwrap();
        if !self.opened.insert((digest, Role::Links)) || !self.read(place, edit) {
            return;
        }
        let subject = match kind {
            Kind::Index(index) => {
                if !is_without(edit, "manifests") && !is_empty(edit) {
                    for (number, edge) in index.edges.iter().filter(|edge| !edge.unlisted).enumerate() {
                        let descriptor = self.descriptor(edge, model.node(edge).platform.as_ref());
                        self.visit(&format!("{place} > manifests[{number}]"), "manifests", &descriptor, None);
                    }
                }
                &index.subject
            }
            Kind::Manifest(manifest) => {
                self.manifest(place, id, manifest);
                &manifest.subject
            }
            kind => panic!("{kind:?} is taken for an index or a manifest"),
        };
        if let Some(subject) = subject
            && !is_without(edit, "subject")
        {
            let descriptor = self.subject(subject);
            self.visit(&format!("{place} > subject"), "subject", &descriptor, None);
        }
    }

    fn manifest(&mut self, place: &str, id: Id, manifest: &Manifest) {
        let edit = edit(self.model, id);
        let layers: Vec<Descriptor> = if is_without(edit, "layers") || is_empty(edit) {
            Vec::new()
        } else {
            let listed = manifest.layers.iter().filter(|edge| !edge.unlisted);
            listed.map(|edge| self.descriptor(edge, None)).collect()
        };
        // Either all layers have a diff_id, or those that are a tar by their media type.
        let mut diff_ids = vec![None; layers.len()];
        let config = self.image(id, manifest).filter(|_| !is_without(edit, "layers"));
        if let Some(of_config) = config.and_then(|config| self.diff_ids(config)) {
            let tars: Vec<usize> =
                (0..layers.len()).filter(|number| layers[*number].role() == Some(Role::Layer)).collect();
            let with_diff_id =
                if of_config.len() == layers.len() { (0..layers.len()).collect() } else { tars };
            if with_diff_id.len() == of_config.len() {
                for (number, diff_id) in with_diff_id.into_iter().zip(of_config) {
                    diff_ids[number] = Some(diff_id).filter(|diff_id| problem(diff_id).is_none());
                }
            } else {
                let (layers, diff_ids) = (with_diff_id.len() as u64, of_config.len() as u64);
                self.add(place, FindingKind::DiffIdCount { layers, diff_ids });
            }
        }
        if !is_without(edit, "config") {
            let descriptor = self.descriptor(manifest.config.as_ref().unwrap(), None);
            self.visit(&format!("{place} > config"), "config", &descriptor, None);
        }
        for (number, descriptor) in layers.iter().enumerate() {
            self.visit(
                &format!("{place} > layers[{number}]"),
                "layers",
                descriptor,
                diff_ids[number].as_deref(),
            );
        }
    }

    /// The config of a manifest, where it is that of an image, and can be read.
    fn image(&self, id: Id, manifest: &Manifest) -> Option<Id> {
        let edit = self.edit(id);
        if is_without(edit, "config") || edit.is_some_and(|edit| edit.unread) {
            return None;
        }
        let descriptor = self.descriptor(manifest.config.as_ref().unwrap(), None);
        if descriptor.role() != Some(Role::Config) {
            return None;
        }
        let digest = descriptor.digest.as_ref()?;
        let bytes = self.stored.get(digest).filter(|bytes| hash(digest, bytes) == *digest)?;
        let has_size = descriptor.size.is_none_or(|size| size == bytes.len() as u64);
        descriptor.node.filter(|config| has_size && self.edit(*config).is_none_or(|edit| !edit.unread))
    }

    fn config_platform(&self, config: Id) -> Option<Platform> {
        let edited = self.edit(config).and_then(|edit| edit.platform.clone());
        edited.unwrap_or_else(|| self.model.nodes[config].platform.clone())
    }

    /// Those that it says, where it has a list of them.
    fn diff_ids(&self, config: Id) -> Option<Vec<String>> {
        let edited = self.edit(config).and_then(|edit| edit.diff_ids.clone());
        let honest = || {
            let manifest = manifest_of(self.model, config);
            Some(manifest.map(|manifest| self.sealed.diff_ids(self.model, manifest)).unwrap_or_default())
        };
        edited.unwrap_or_else(honest)
    }

    /// No two platforms of a fixture are the same but for how they are written, so nothing is made the same here.
    fn check_platform(&mut self, place: &str, descriptor: &Descriptor, config: Option<&Platform>) {
        if let (Some(said), Some(config)) = (&descriptor.platform, config)
            && said != config
        {
            let (descriptor, config) = (declare::platform(said), declare::platform(config));
            self.add(place, FindingKind::PlatformMismatch { descriptor, config });
        }
    }

    fn config(&mut self, place: &str, id: Id, descriptor: &Descriptor) {
        let Kind::Config(config) = &self.model.nodes[id].kind else { panic!("it is taken for a config") };
        let edit = edit(self.model, id);
        // One that says that it is an index is not taken for a config.
        let said = self.said(id).filter(|said| Role::of(said) == Some(Role::Links));
        self.check_descriptor(place, descriptor, said.as_deref());
        self.unsure |= said.is_some();
        if said.is_some() {
            return;
        }
        let is_first = self.opened.insert((descriptor.digest.clone().unwrap(), Role::Config));
        if is_first && self.read(place, edit) {
            let diff_ids = self.diff_ids(id);
            for kind in diff_ids.iter().flatten().filter_map(|diff_id| problem(diff_id)) {
                self.add(place, kind);
            }
            let history = Some(&config.history).filter(|history| !history.is_empty());
            let with_layer = |history: &Vec<History>| history.iter().filter(|step| !step.empty_layer).count();
            let steps = edit.and_then(|edit| edit.steps).unwrap_or_else(|| history.map(with_layer));
            if let (Some(steps), Some(diff_ids)) = (steps, diff_ids)
                && steps != diff_ids.len()
            {
                let (steps, diff_ids) = (steps as u64, diff_ids.len() as u64);
                self.add(place, FindingKind::HistoryCount { steps, diff_ids });
            }
        }
        if edit.is_none_or(|edit| !edit.unread) {
            let platform = self.config_platform(id);
            self.check_platform(place, descriptor, platform.as_ref());
        }
    }

    fn layer(&mut self, place: &str, id: Id, descriptor: &Descriptor, diff_id: Option<&str>) {
        let node = &self.model.nodes[id];
        let Kind::Layer(layer) = &node.kind else { panic!("it is taken for a layer") };
        let lie = layer_lie(node);
        let format = match layer.compression {
            Compression::None => LayerFormat::Tar,
            Compression::Gzip => LayerFormat::Gzip,
            Compression::Zstd => LayerFormat::Zstd,
        };
        let found = lie.and_then(|lie| lie.format).unwrap_or(format);
        let media_type = descriptor.media_type.clone().unwrap();
        let suffix = if format == LayerFormat::Tar { "tar".to_owned() } else { format.to_string() };
        if found != format || !media_type.ends_with(&suffix) {
            self.add(place, FindingKind::CompressionMismatch { media_type, found });
        }
        let is_known = found == LayerFormat::Tar || found != LayerFormat::Other && cfg!(feature = "decode");
        if !is_known {
            return;
        }
        let tar = self.sealed.tar(self.model, id).unwrap();
        let bytes = self.sealed.bytes(id);
        if self.opened.insert((descriptor.digest.clone().unwrap(), Role::Layer)) {
            for (path, kind) in lie.iter().flat_map(|lie| &lie.finds) {
                let place = path.as_ref().map_or(place.to_owned(), |path| format!("{place} > {path:?}"));
                self.findings.push((place, from_start(kind.clone(), &tar, bytes)));
            }
        }
        let is_whole = lie.is_none_or(|lie| lie.is_whole);
        let found = format!("sha256:{}", sha256(if is_whole { &tar } else { bytes }));
        if let Some(expected) = diff_id.filter(|expected| *expected != found) {
            let (expected, found) = (parsed(expected), parsed(&found));
            self.add(place, FindingKind::DiffIdMismatch { expected, found });
        }
    }

    /// What an index lists of a media type that is not looked into: whether it says itself that it is a document.
    fn other(&mut self, place: &str, id: Id, descriptor: &Descriptor) {
        let said = self.said(id).filter(|said| Role::of(said) == Some(Role::Links));
        self.check_descriptor(place, descriptor, said.as_deref());
        self.unsure |= said.is_some();
    }
}

fn edit(model: &Model, id: Id) -> Option<&Edit> {
    model.nodes[id].lies.iter().find_map(|lie| match lie {
        Lie::Edit(edit) => Some(edit),
        _ => None,
    })
}

fn layer_lie(node: &Node) -> Option<&LayerLie> {
    node.lies.iter().find_map(|lie| match lie {
        Lie::Layer(lie) => Some(lie),
        _ => None,
    })
}

/// The media type that a parent says of a node, with what its encoder is told to say.
fn labelled(node: &Node) -> String {
    let media_type = media_type(node);
    let Some(label) = layer_lie(node).and_then(|lie| lie.label) else { return media_type };
    let plain = media_type.trim_end_matches("gzip").trim_end_matches("zstd").trim_end_matches(['+', '.']);
    let before = if node.docker { '.' } else { '+' };
    if label.is_empty() { plain.to_owned() } else { format!("{plain}{before}{label}") }
}

/// An offset that was counted from the end.
fn from_start(mut kind: FindingKind, tar: &[u8], blob: &[u8]) -> FindingKind {
    match &mut kind {
        FindingKind::TarMalformed { offset, .. } => *offset = tar.len() as u64 - *offset,
        FindingKind::TarTrailing { offset } | FindingKind::StreamTrailing { offset, .. } => {
            *offset = blob.len() as u64 - *offset;
        }
        _ => {}
    }
    kind
}

fn is_without(edit: Option<&Edit>, field: &str) -> bool {
    edit.is_some_and(|edit| edit.without.contains(&field))
}

fn is_empty(edit: Option<&Edit>) -> bool {
    edit.is_some_and(|edit| edit.is_empty)
}

/// What is wrong with a `diff_id`.
fn problem(diff_id: &str) -> Option<FindingKind> {
    match diff_id.split_once(':') {
        Some(("sha256", _)) => None,
        Some(_) => Some(FindingKind::DigestUnknown { found: diff_id.to_owned() }),
        None => Some(FindingKind::DigestMalformed { problem: String::new() }),
    }
}

fn parsed(digest: &str) -> Digest {
    Digest::parse(digest).unwrap()
}

/// The digest of some bytes, by the algorithm of another.
fn hash(like: &str, bytes: &[u8]) -> String {
    let hex = |hash: &[u8]| hash.iter().fold(String::new(), |hex, byte| hex + &format!("{byte:02x}"));
    match like.split_once(':').unwrap().0 {
        "sha512" => format!("sha512:{}", hex(&Sha512::digest(bytes))),
        "sha384" => format!("sha384:{}", hex(&Sha384::digest(bytes))),
        _ => format!("sha256:{}", sha256(bytes)),
    }
}

/// A sorted line for each, since what is found of one node has no order; and without what verifying says in words of its
/// own, which is no law.
pub(crate) fn lines(findings: &[Finding]) -> Vec<String> {
    let line = |(place, kind): &Finding| format!("{place}: {:?}", without_words(kind.clone()));
    let mut lines: Vec<String> = findings.iter().map(line).collect();
    lines.sort();
    lines
}

fn without_words(mut kind: FindingKind) -> FindingKind {
    match &mut kind {
        FindingKind::JsonMalformed { problem, .. }
        | FindingKind::DigestMalformed { problem }
        | FindingKind::MediaTypeMalformed { problem }
        | FindingKind::StreamChecksum { problem, .. }
        | FindingKind::TarMalformed { problem, .. } => problem.clear(),
        _ => {}
    }
    kind
}
