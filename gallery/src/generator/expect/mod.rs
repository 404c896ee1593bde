//! The expected findings of a fixture with faults: those of each fault that no other fault hides.
//!
//! It goes through the declaration, not through the bytes: those are asked for digests and sizes alone.

mod descriptor;
mod image;
mod stored;

use std::collections::{BTreeMap, BTreeSet};

use super::bytes::sha256;
use oci_fixture::{Digest, FindingKind};
use sha2::{Digest as _, Sha384, Sha512};

use self::descriptor::{Descriptor, Role};
pub(crate) use self::stored::stored;
use super::faults::{Edit, Fault, FileFault};
use super::identity::media_type;
use super::json::Json;
use super::model::{Content, Id, Kind, Model};
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

impl<'m> Expecting<'m> {
    fn add(&mut self, place: &str, kind: FindingKind) {
        self.findings.push((place.to_owned(), kind));
    }

    fn layout(mut self) -> Vec<Finding> {
        let mut top = None;
        for fault in &self.model.faults {
            match fault {
                FileFault::Layout(_, kind) => self.add("oci-layout", kind.clone()),
                FileFault::Edit(edit) => top = Some(edit),
            }
        }
        let [media_type, digest] =
            ["application/vnd.oci.image.index.v1+json", "index.json"].map(|text| Some(text.to_owned()));
        let said = says(top, media_type.clone());
        self.check_media_type(
            "index.json",
            &Descriptor { media_type, digest, ..Descriptor::default() },
            said,
        );
        self.unsure |= hides_references(top.map_or(&[], |edit| &edit.finds));
        if self.read("index.json", top) && lists(top, "manifests") {
            let listed = self.model.roots.iter().filter(|root| !root.unlisted);
            for (number, root) in listed.enumerate() {
                let descriptor = self.descriptor(root, None);
                self.visit(&format!("index.json > manifests[{number}]"), "manifests", &descriptor, None);
            }
        }
        for (digest, bytes) in self.stored.iter().filter(|(digest, _)| !self.referenced.contains(*digest)) {
            let place = format!("blobs/{}", digest.replace(':', "/"));
            let unreferenced = (!self.unsure).then_some(FindingKind::Unreferenced);
            let kinds = mismatch(digest, None, bytes).into_iter().chain(unreferenced);
            self.findings.extend(kinds.map(|kind| (place.clone(), kind)));
        }
        self.findings
    }

    /// Adds the findings about a document itself. Returns whether verifying reads on in it.
    fn read(&mut self, place: &str, edit: Option<&Edit>) -> bool {
        let Some(edit) = edit else { return true };
        // In index.json the media type may be absent.
        let is_blob = place != "index.json";
        let finds =
            edit.finds.iter().filter(|kind| is_blob || !matches!(kind, FindingKind::MediaTypeMissing { .. }));
        for kind in finds {
            self.add(place, kind.clone());
        }
        !edit.is_unread()
    }

    /// Compares the media types of a descriptor and of its document, once for each digest and media type.
    fn check_media_type(&mut self, place: &str, descriptor: &Descriptor, said: Option<String>) {
        if let (Some(descriptor), Some(digest), Some(document)) =
            (descriptor.media_type.clone(), &descriptor.digest, said)
            && descriptor != document
            && self.mistaken.insert((digest.clone(), descriptor.clone()))
        {
            self.add(place, FindingKind::MediaTypeMismatch { descriptor, document });
        }
    }

    fn edit(&self, id: Id) -> Option<&'m Edit> {
        self.model.nodes[id].faults.iter().find_map(|fault| match fault {
            Fault::Edit(edit) => Some(edit),
            _ => None,
        })
    }

    fn visit(&mut self, place: &str, field: &str, descriptor: &Descriptor, diff_id: Option<&str>) {
        for kind in &descriptor.finds {
            self.add(place, kind.clone());
        }
        self.unsure |= hides_references(&descriptor.finds);
        if let Some(name) = &descriptor.name {
            let first = self.names.entry(name.clone()).or_insert(place.to_owned()).clone();
            if first != place {
                self.add(place, FindingKind::ReferenceAmbiguous { name: name.clone(), first });
            }
        }
        let media_type = descriptor.media_type.clone().unwrap_or_default();
        let is_empty = |digest: &String| mismatch(digest, descriptor.size, b"{}").is_none();
        let is_empty =
            descriptor.digest.as_ref().map_or(descriptor.size.is_none_or(|size| size == 2), is_empty);
        if media_type == "application/vnd.oci.empty.v1+json" && !is_empty {
            self.add(place, FindingKind::EmptyOther);
        }
        if field == "subject" && matches!(descriptor.role(), Some(Role::Config | Role::Layer)) {
            self.add(place, FindingKind::SubjectOther { media_type });
        }
        let Some(digest) = &descriptor.digest else { return };
        if let Some(data) = &descriptor.data
            && let Some(FindingKind::ContentMismatch { digest, size, found_digest, found_size }) =
                mismatch(digest, descriptor.size, data)
        {
            self.add(place, FindingKind::DataMismatch { digest, size, found_digest, found_size });
        }
        self.referenced.insert(digest.clone());
        let role = descriptor.role();
        if !self.matches(place, field, descriptor, digest) {
            // It may be a document where its media type does not say that it is none.
            let may_refer = role == Some(Role::Links) || role.is_none() && field == "manifests";
            // A subject need not be stored, so nothing that it refers to is missing.
            self.unsure |= may_refer && (field != "subject" || self.stored.contains_key(digest));
            return;
        }
        let id = descriptor.node.unwrap();
        match role {
            Some(Role::Links) => self.links(place, id, descriptor),
            Some(Role::Config) => self.config(place, id, descriptor),
            Some(Role::Layer) => self.layer(place, id, descriptor, diff_id),
            None => drop(self.other(place, id, descriptor)),
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
        let Some(kind) = mismatch(digest, descriptor.size, bytes) else { return true };
        // Other bytes are reported once, and another size for each descriptor.
        if hash(digest, bytes) == digest || self.reported.insert(digest.to_owned()) {
            self.add(place, kind);
        }
        false
    }

    /// The media type that an index or a manifest says itself, where that can be read; also of a blob with its bytes.
    fn said(&self, id: Id) -> Option<String> {
        let node = &self.model.nodes[id];
        if let Kind::Blob(_, Content::Node(id)) | Kind::Other(_, Content::Node(id)) = node.kind {
            return self.said(id).filter(|_| !self.edit(id).is_some_and(Edit::is_unread));
        }
        let is_document = matches!(node.kind, Kind::Index(_) | Kind::Manifest(_));
        let said = is_document.then(|| media_type(node));
        says(self.edit(id), said)
    }

    /// An index or a manifest.
    fn links(&mut self, place: &str, id: Id, descriptor: &Descriptor) {
        self.check_media_type(place, descriptor, self.said(id));
        let (model, edit) = (self.model, self.edit(id));
        let kind = &model.nodes[id].kind;
        if let Kind::Manifest(manifest) = kind {
            let platform = self.image(id, manifest).and_then(|config| self.config_platform(config));
            let is_artifact = manifest.artifact_type.is_some();
            self.check_platform(place, descriptor, platform.as_ref(), is_artifact);
            self.check_artifact_type(place, id, manifest, descriptor);
        }
        let digest = descriptor.digest.clone().unwrap();
        if !self.opened.insert((digest, Role::Links)) {
            return;
        }
        self.unsure |= hides_references(edit.map_or(&[], |edit| &edit.finds));
        if !self.read(place, edit) {
            return;
        }
        let subject = match kind {
            Kind::Index(index) => {
                if lists(edit, "manifests") {
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
            && has(edit, "subject")
        {
            let descriptor = self.subject(subject);
            self.visit(&format!("{place} > subject"), "subject", &descriptor, None);
        }
    }

    /// A blob of a media type that is not looked into. Its content may say itself that it is a document.
    /// Returns whether it does.
    fn other(&mut self, place: &str, id: Id, descriptor: &Descriptor) -> bool {
        let said = self.said(id).filter(|said| Role::of(said) == Some(Role::Links));
        let is_document = said.is_some();
        self.check_media_type(place, descriptor, said);
        self.unsure |= is_document;
        is_document
    }
}

/// Whether an object stands in a field of a document, if one would stand there without its fault.
fn has(edit: Option<&Edit>, field: &str) -> bool {
    edit.and_then(|edit| edit.told(field)).is_none_or(|told| matches!(told, Json::Object(_)))
}

/// Whether a list of descriptors stands in a field of a document.
fn lists(edit: Option<&Edit>, field: &str) -> bool {
    edit.is_none_or(|edit| edit.told(field).is_none())
}

/// The media type that a document says.
fn says(edit: Option<&Edit>, usual: Option<String>) -> Option<String> {
    edit.and_then(|edit| edit.told("mediaType")).map_or(usual, |told| told.as_text().map(str::to_owned))
}

/// Whether what is found of an index, a manifest or a descriptor hides blobs that it may refer to.
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
    let (digest, found_digest, found_size) =
        (parsed(digest), parsed(&hash(digest, bytes)), bytes.len() as u64);
    let differs = digest != found_digest || size.is_some_and(|size| size != found_size);
    differs.then_some(FindingKind::ContentMismatch { digest, size, found_digest, found_size })
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
    sorted(findings.to_vec()).iter().map(|(place, kind)| format!("{place}: {kind:?}")).collect()
}

/// Findings without what verifying says in words of its own, in the order of the places.
pub(crate) fn sorted(findings: Vec<Finding>) -> Vec<Finding> {
    let mut findings: Vec<Finding> =
        findings.into_iter().map(|(place, kind)| (place, without_words(kind))).collect();
    findings.sort_by_cached_key(|(place, kind)| format!("{place}: {kind:?}"));
    findings
}

/// The lines of the findings that `verify` has returned.
pub(crate) fn lines_of(findings: &[oci_fixture::Finding]) -> Vec<String> {
    let found = findings.iter().map(|finding| (finding.place().to_owned(), finding.kind().clone()));
    lines(&found.collect::<Vec<_>>())
}

/// What is found, without what verifying says in words of its own.
pub(crate) fn without_words(mut kind: FindingKind) -> FindingKind {
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
