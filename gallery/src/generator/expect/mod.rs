//! The expected findings of a fixture with faults: those of each fault that no other fault hides.
//!
//! They follow from the declaration. The bytes are asked for digests and sizes alone.

mod descriptor;
mod image;
mod stored;

use std::collections::{BTreeMap, BTreeSet};

use oci_fixture::{Digest, FindingKind};

use self::descriptor::{Descriptor, Role};
pub(crate) use self::stored::stored;
use super::bytes;
use super::faults::edit::NOTHING;
use super::faults::{Edit, FileFault};
use super::identity::media_type;
use super::json::Json;
use super::media_type::INDEXES;
use super::model::{Content, Edge, Id, Kind, Model};
use super::sealed::Sealed;

/// A place, and what is found there.
pub(crate) type Finding = (String, FindingKind);

/// The expected findings, in any order, and the blobs that must be stored.
pub(crate) fn findings(model: &Model) -> (Vec<Finding>, BTreeMap<String, Vec<u8>>) {
    let sealed = Sealed::of(model);
    let stored = stored(model, &sealed);
    let expecting = Expecting {
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
    let findings = expecting.layout();
    (findings, stored)
}

struct Expecting<'m> {
    model: &'m Model,
    sealed: &'m Sealed,
    stored: &'m BTreeMap<String, Vec<u8>>,
    findings: Vec<Finding>,
    /// The names of index.json, and the place of the first entry with each.
    names: BTreeMap<String, String>,
    referenced: BTreeSet<String>,
    /// The blobs that are known to be wrong.
    reported: BTreeSet<String>,
    /// The blobs that were read, and as what.
    opened: BTreeSet<(Option<String>, Role)>,
    /// The blobs that do not have the media type of a descriptor, with that media type.
    mistaken: BTreeSet<(Option<String>, Option<String>)>,
    /// Whether a document that could not be read may refer to a blob to which nothing else refers.
    unsure: bool,
}

impl<'m> Expecting<'m> {
    fn add(&mut self, place: &str, kinds: impl IntoIterator<Item = FindingKind>) {
        self.findings.extend(kinds.into_iter().map(|kind| (place.to_owned(), kind)));
    }

    fn layout(mut self) -> Vec<Finding> {
        let (model, stored) = (self.model, self.stored);
        let mut edit = &NOTHING;
        for fault in &model.faults {
            match fault {
                FileFault::Layout(_, kind) => self.add("oci-layout", Some(kind.clone())),
                FileFault::Edit(of_index) => edit = of_index,
            }
        }
        let index_json = Descriptor {
            place: "index.json".to_owned(),
            media_type: Some(INDEXES[0].to_owned()),
            ..Descriptor::default()
        };
        self.check_media_type(&index_json, edit.media_type(index_json.media_type.clone()));
        if self.read(&index_json.place, edit) {
            for descriptor in self.listed(&index_json.place, "manifests", &model.roots, edit) {
                self.visit(&descriptor);
            }
        }
        let referenced = std::mem::take(&mut self.referenced);
        for (digest, bytes) in stored.iter().filter(|(digest, _)| !referenced.contains(*digest)) {
            let unreferenced = (!self.unsure).then_some(FindingKind::Unreferenced);
            let place = format!("blobs/{}", digest.replace(':', "/"));
            self.add(&place, mismatch(digest, None, bytes).into_iter().chain(unreferenced));
        }
        self.findings
    }

    /// Adds the findings about an index or a manifest itself. Returns whether verifying reads on in it.
    fn read(&mut self, place: &str, edit: &Edit) -> bool {
        self.unsure |= hides_references(&edit.finds);
        // In index.json the media type may be absent.
        let is_blob = place != "index.json";
        let is_found = |kind: &&FindingKind| is_blob || !matches!(kind, FindingKind::MediaTypeMissing { .. });
        self.add(place, edit.finds.iter().filter(is_found).cloned());
        !edit.is_unread()
    }

    /// The descriptors in a list of a document.
    fn listed(&self, place: &str, field: &'static str, edges: &[Edge], edit: &Edit) -> Vec<Descriptor> {
        let listed = edges.iter().filter(|edge| !edge.unlisted && edit.told(field).is_none()).enumerate();
        let place = |number| format!("{place} > {field}[{number}]");
        listed.map(|(number, edge)| self.descriptor(place(number), field, edge)).collect()
    }

    /// Compares the media types of a descriptor and of its document, once for each digest and media type.
    fn check_media_type(&mut self, descriptor: &Descriptor, said: Option<String>) {
        let pair = (descriptor.digest.clone(), descriptor.media_type.clone());
        if let (Some(media_type), Some(document)) = (&descriptor.media_type, said)
            && *media_type != document
            && self.mistaken.insert(pair)
        {
            let kind = FindingKind::MediaTypeMismatch { descriptor: media_type.clone(), document };
            self.add(&descriptor.place, Some(kind));
        }
    }

    fn edit(&self, id: Id) -> &'m Edit {
        self.model.nodes[id].faults.edit()
    }

    fn visit(&mut self, descriptor: &Descriptor) {
        let place = &descriptor.place;
        self.add(place, descriptor.finds.iter().cloned());
        self.unsure |= hides_references(&descriptor.finds);
        if let Some(name) = descriptor.name.clone() {
            let first = self.names.entry(name.clone()).or_insert(place.clone()).clone();
            self.add(place, (first != *place).then_some(FindingKind::ReferenceAmbiguous { name, first }));
        }
        let media_type = descriptor.media_type.clone().unwrap_or_default();
        let is_empty = match &descriptor.digest {
            Some(digest) => mismatch(digest, descriptor.size, b"{}").is_none(),
            None => descriptor.size.is_none_or(|size| size == 2),
        };
        if media_type == "application/vnd.oci.empty.v1+json" && !is_empty {
            self.add(place, Some(FindingKind::EmptyOther));
        }
        let role = descriptor.role();
        if descriptor.field == "subject" && matches!(role, Some(Role::Config | Role::Layer)) {
            self.add(place, Some(FindingKind::SubjectOther { media_type }));
        }
        let Some(digest) = &descriptor.digest else { return };
        if let Some(data) = &descriptor.data
            && let Some(FindingKind::ContentMismatch { digest, size, found_digest, found_size }) =
                mismatch(digest, descriptor.size, data)
        {
            self.add(place, Some(FindingKind::DataMismatch { digest, size, found_digest, found_size }));
        }
        self.referenced.insert(digest.clone());
        if !self.matches(descriptor, digest) {
            // It may be a document unless its media type says otherwise.
            let may_refer = role == Some(Role::Links) || role.is_none() && descriptor.field == "manifests";
            // A subject need not be stored, so nothing that it refers to is missing.
            self.unsure |= may_refer && (descriptor.field != "subject" || self.stored.contains_key(digest));
            return;
        }
        let id = descriptor.node.unwrap();
        match role {
            Some(Role::Links) => self.links(id, descriptor),
            Some(Role::Config) => self.config(id, descriptor),
            Some(Role::Layer) => self.layer(id, descriptor),
            None => _ = self.other(id, descriptor),
        }
    }

    /// Whether the blob of a descriptor is stored, and has its digest and size.
    fn matches(&mut self, descriptor: &Descriptor, digest: &str) -> bool {
        let Some(bytes) = self.stored.get(digest) else {
            let media_type = descriptor.media_type.as_deref().unwrap_or_default();
            let is_foreign = media_type.contains("nondistributable") || media_type.contains("foreign");
            let may_be_elsewhere = descriptor.field == "subject" || is_foreign && descriptor.has_urls;
            if !may_be_elsewhere && self.reported.insert(digest.to_owned()) {
                self.add(&descriptor.place, Some(FindingKind::BlobMissing { digest: parsed(digest) }));
            }
            return false;
        };
        let Some(kind) = mismatch(digest, descriptor.size, bytes) else { return true };
        // Other bytes are reported once, and another size for each descriptor.
        if bytes::digest(digest, bytes) == digest || self.reported.insert(digest.to_owned()) {
            self.add(&descriptor.place, Some(kind));
        }
        false
    }

    /// The media type that a document says itself, or the document that a blob repeats.
    fn said(&self, id: Id) -> Option<String> {
        let node = &self.model.nodes[id];
        match node.kind {
            Kind::Blob(_, Content::Node(id)) | Kind::Other(_, Content::Node(id)) => {
                self.said(id).filter(|_| !self.edit(id).is_unread())
            }
            Kind::Index(_) | Kind::Manifest(_) => node.faults.edit().media_type(Some(media_type(node))),
            _ => node.faults.edit().media_type(None),
        }
    }

    /// An index or a manifest.
    fn links(&mut self, id: Id, descriptor: &Descriptor) {
        let (kind, edit, place) = (&self.model.nodes[id].kind, self.edit(id), &descriptor.place);
        self.check_media_type(descriptor, self.said(id));
        if let Kind::Manifest(manifest) = kind {
            let is_artifact = manifest.artifact_type.is_some();
            self.check_platform(descriptor, self.image(manifest, edit), is_artifact);
            self.check_artifact_type(descriptor, manifest, edit);
        }
        let is_first = self.opened.insert((descriptor.digest.clone(), Role::Links));
        if !is_first || !self.read(place, edit) {
            return;
        }
        let (listed, subject) = match kind {
            Kind::Index(index) => (self.listed(place, "manifests", &index.edges, edit), &index.subject),
            Kind::Manifest(manifest) => (self.manifest(place, manifest, edit), &manifest.subject),
            kind => panic!("{kind:?} is taken for an index or a manifest"),
        };
        let subject = subject.as_ref().filter(|_| edit.has("subject"));
        let subject = subject.map(|subject| self.subject(format!("{place} > subject"), subject));
        for descriptor in listed.into_iter().chain(subject) {
            self.visit(&descriptor);
        }
    }

    /// A blob of a media type that is not looked into. Its content may say itself that it is a document.
    /// Returns whether it does.
    fn other(&mut self, id: Id, descriptor: &Descriptor) -> bool {
        let said = self.said(id).filter(|said| Role::of(said) == Some(Role::Links));
        let is_document = said.is_some();
        self.check_media_type(descriptor, said);
        self.unsure |= is_document;
        is_document
    }
}

impl Edit {
    /// Whether an object is in a field of a document, if an honest document has one there.
    fn has(&self, field: &str) -> bool {
        self.told(field).is_none_or(|told| matches!(told, Json::Object(_)))
    }

    /// The media type that a document says, by the media type that it says without the edit.
    fn media_type(&self, honest: Option<String>) -> Option<String> {
        self.told("mediaType").map_or(honest, |told| told.as_text().map(str::to_owned))
    }
}

/// Whether findings about an index, a manifest or a descriptor hide the blobs to which it may refer.
fn hides_references(finds: &[FindingKind]) -> bool {
    const HIDING: &str =
        "JsonMalformed KeyDuplicate FieldMissing FieldType ManifestAndIndex DigestMalformed DigestUnknown";
    finds.iter().any(|kind| HIDING.split(' ').any(|name| name == kind.name()))
}

fn parsed(digest: &str) -> Digest {
    Digest::parse(digest).unwrap()
}

/// How some bytes differ from a digest and, if there is one, from a size.
fn mismatch(digest: &str, size: Option<u64>, bytes: &[u8]) -> Option<FindingKind> {
    let found_digest = parsed(&bytes::digest(digest, bytes));
    let (digest, found_size) = (parsed(digest), bytes.len() as u64);
    let differs = digest != found_digest || size.is_some_and(|size| size != found_size);
    differs.then_some(FindingKind::ContentMismatch { digest, size, found_digest, found_size })
}

/// The findings that `verify` has returned.
pub(crate) fn found(findings: &[oci_fixture::Finding]) -> Vec<Finding> {
    findings.iter().map(|finding| (finding.place().to_owned(), finding.kind().clone())).collect()
}

/// A line for each finding, in the order of [`sorted`].
pub(crate) fn lines(findings: Vec<Finding>) -> Vec<String> {
    sorted(findings).iter().map(|(place, kind)| format!("{place}: {kind:?}")).collect()
}

/// Findings without explanations, in the order of their text: the findings about one node have no order.
pub(crate) fn sorted(findings: Vec<Finding>) -> Vec<Finding> {
    let plain = findings.into_iter().map(|(place, kind)| (place, without_explanation(kind)));
    let mut findings: Vec<Finding> = plain.collect();
    findings.sort_by_cached_key(|(place, kind)| format!("{place}: {kind:?}"));
    findings
}

/// A finding without the explanation in words, which no law holds.
pub(crate) fn without_explanation(mut kind: FindingKind) -> FindingKind {
    match &mut kind {
        FindingKind::JsonMalformed { problem, .. }
        | FindingKind::DigestMalformed { problem }
        | FindingKind::MediaTypeMalformed { problem }
        | FindingKind::UrlMalformed { problem, .. }
        | FindingKind::UrlScheme { problem, .. }
        | FindingKind::TimeMalformed { problem, .. }
        | FindingKind::EnvMalformed { problem, .. }
        | FindingKind::PortMalformed { problem }
        | FindingKind::StreamChecksum { problem, .. }
        | FindingKind::TarMalformed { problem, .. } => problem.clear(),
        _ => {}
    }
    kind
}
