//! The way through a layout: every document, and every blob that one refers to.

use std::collections::{BTreeSet, HashMap, HashSet};
use std::io::Read;
use std::rc::Rc;

use oci_fixture_grammar::{Digest, Platform};

use super::blobs::{Blobs, Layer, Stored};
use super::config::{self, Config};
use super::document::Document;
use super::excerpt::excerpt;
use super::field::Field;
use super::findings::Findings;
use super::frame::{Frame, Next};
use super::image::Image;
use super::json::{self, Kind, Malformed, Value};
use super::kind::FindingKind;
use super::layer::{self, Below, Effects, Judged};
use super::limits::{Limit, Limits};
use super::link::Link;
use super::role::Role;
use super::shape::{self, Shape};
use crate::media_type;
use crate::store::{Found, INDEX_FILE, LAYOUT_FILE, Name, Store, blob_name};

/// Documents that are held at a time, in multiples of the largest.
const HELD: u64 = 4;
/// Paths that are remembered of all layers together.
const REMEMBERED: usize = 200_000;

pub(super) struct Verifier<'v, S> {
    store: &'v S,
    limits: &'v Limits,
    pub(super) findings: Findings,
    blobs: Blobs,
    /// The names of index.json, and the places of their entries.
    names: HashMap<String, String>,
    /// Blobs that are not of a media type that a descriptor says: no more than there are findings.
    mistaken: HashSet<(Digest, String)>,
    /// Descriptors that were visited.
    descriptors: u64,
    /// Bytes of documents that were read.
    documents: u64,
    /// Paths that are remembered of layers.
    remembered: usize,
    /// Something was not looked into that may refer to blobs.
    blind: bool,
    /// A limit was passed of all together.
    ended: bool,
}

impl<'v, S: Store> Verifier<'v, S> {
    pub(super) fn new(store: &'v S, limits: &'v Limits) -> Self {
        Self {
            store,
            limits,
            findings: Findings::new(limits.findings),
            blobs: Blobs::default(),
            names: HashMap::new(),
            mistaken: HashSet::new(),
            descriptors: 0,
            documents: 0,
            remembered: 0,
            blind: false,
            ended: false,
        }
    }

    pub(super) fn run(&mut self) {
        self.oci_layout();
        let mut frames: Vec<Frame> = self.index_json().into_iter().collect();
        while let Some(frame) = frames.last_mut()
            && !self.ended
            && !self.findings.is_full()
        {
            if !self.hold(frame) {
                frames.pop();
                continue;
            }
            match frame.next() {
                None => drop(frames.pop()),
                Some(next) => {
                    let visited = frames.last_mut().and_then(|frame| self.visit(frame, next));
                    frames.pop_if(|frame| frame.is_done());
                    frames.extend(visited);
                    self.release(&mut frames);
                }
            }
        }
        self.unreferenced();
    }

    /// Reads the document of a frame again where it was let go of.
    fn hold(&mut self, frame: &mut Frame) -> bool {
        if frame.text().is_some() {
            return true;
        }
        let name = frame.digest.as_ref().map_or(Name::Index, Name::Blob);
        let found = self.store.look(name);
        let Ok(Found::File { reader, .. }) = found else { return false };
        let Some(bytes) = self.read(&frame.place, reader) else { return false };
        let Ok(text) = String::from_utf8(bytes) else { return false };
        frame.restore(text);
        true
    }

    /// Lets go of the documents that come again last, where they are too large together.
    fn release(&self, frames: &mut [Frame]) {
        let most = usize::try_from(self.limits.document.saturating_mul(HELD)).unwrap_or(usize::MAX);
        let mut held: usize = frames.iter().map(Frame::held).sum();
        for frame in frames {
            if held <= most {
                break;
            }
            held -= frame.held();
            frame.release();
        }
    }

    fn oci_layout(&mut self) {
        let Some(bytes) = self.file(LAYOUT_FILE, Name::OciLayout, FindingKind::OciLayoutMissing) else {
            return;
        };
        let Some(text) = self.parse(LAYOUT_FILE, bytes, false) else { return };
        let Some(document) = Value::from_offset(&text, 0) else { return };
        self.check_shape(LAYOUT_FILE, &shape::OCI_LAYOUT, document);
        let version = document.get("imageLayoutVersion").and_then(Value::text);
        if let Some(found) = version.filter(|version| version != "1.0.0") {
            self.findings.add(LAYOUT_FILE, FindingKind::OciLayoutVersion { found: excerpt(&found) });
        }
    }

    fn index_json(&mut self) -> Option<Frame> {
        let bytes = self.file(INDEX_FILE, Name::Index, FindingKind::IndexMissing);
        let Some(text) = bytes.and_then(|bytes| self.parse(INDEX_FILE, bytes, true)) else {
            self.blind = true;
            return None;
        };
        let said = Value::from_offset(&text, 0)?.get("mediaType").and_then(Value::text);
        if let Some(said) = said.filter(|said| said != media_type::INDEX) {
            let (descriptor, document) = (media_type::INDEX.to_owned(), excerpt(&said));
            self.findings.add(INDEX_FILE, FindingKind::MediaTypeMismatch { descriptor, document });
        }
        let role = self.check_links(INDEX_FILE, &text, Role::Index, media_type::INDEX)?;
        Some(Frame::new(INDEX_FILE.to_owned(), 1, None, text, role, None))
    }

    /// The bytes of a file that every layout has.
    fn file(&mut self, place: &str, name: Name<'_>, missing: FindingKind) -> Option<Vec<u8>> {
        let store = self.store;
        let problem = match store.look(name) {
            Ok(Found::File { linked, reader, .. }) => {
                if linked {
                    self.findings.add(place, FindingKind::Symlink { outside: false });
                }
                return self.read(place, reader);
            }
            Ok(Found::Nothing) => missing,
            Ok(Found::Outside) => FindingKind::Symlink { outside: true },
            Ok(Found::NoFile) => FindingKind::NotAFile,
            Err(error) => FindingKind::Unreadable { problem: error.to_string() },
        };
        self.findings.add(place, problem);
        None
    }

    /// The bytes of a document.
    fn read(&mut self, place: &str, reader: impl Read) -> Option<Vec<u8>> {
        let mut bytes = Vec::new();
        let most = self.limits.document;
        if let Err(error) = reader.take(most.saturating_add(1)).read_to_end(&mut bytes) {
            self.findings.add(place, FindingKind::Unreadable { problem: error.to_string() });
            return None;
        }
        if bytes.len() as u64 > most {
            self.pass(place, Limit::Document(most));
            return None;
        }
        self.documents = self.documents.saturating_add(bytes.len() as u64);
        if self.documents > self.limits.documents {
            self.pass(place, Limit::Documents(self.limits.documents));
            self.ended = true;
            return None;
        }
        Some(bytes)
    }

    fn pass(&mut self, place: &str, limit: Limit) {
        self.findings.add(place, FindingKind::LimitPassed { limit });
        self.blind = true;
    }

    /// The text of a document that is JSON.
    fn parse(&mut self, place: &str, bytes: Vec<u8>, has_links: bool) -> Option<String> {
        let mut repeated = false;
        let mut duplicate = |field: &Field| {
            repeated = true;
            let (place, field) = located(place, field, has_links);
            self.findings.add(place, FindingKind::KeyDuplicate { field });
        };
        let problem = match json::check(&bytes, self.limits.json_depth, &mut duplicate) {
            Ok(_) => None,
            Err(Malformed::At { offset, problem }) => {
                Some(FindingKind::JsonMalformed { offset: offset as u64, problem: problem.to_owned() })
            }
            Err(Malformed::TooDeep) => {
                Some(FindingKind::LimitPassed { limit: Limit::JsonDepth(self.limits.json_depth) })
            }
        };
        self.blind |= has_links && (repeated || problem.is_some());
        match problem {
            Some(problem) => {
                self.findings.add(place, problem);
                None
            }
            None => String::from_utf8(bytes).ok(),
        }
    }

    /// Whether nothing is wrong with the fields.
    fn check_shape(&mut self, place: &str, shape: &Shape, document: Value<'_>) -> bool {
        let mut is_right = true;
        shape.check(document, &mut |_, kind| {
            is_right &= matches!(kind, FindingKind::KeyCase { .. });
            self.findings.add(place, kind);
        });
        is_right
    }

    /// What is wrong with an index or a manifest by itself; and as which of the two it is to be visited.
    fn check_links(&mut self, place: &str, text: &str, mut role: Role, expected: &str) -> Option<Role> {
        let document = Value::from_offset(text, 0)?;
        let is_index = document.get("manifests").is_some();
        let is_manifest = document.get("layers").is_some() || document.get("config").is_some();
        let said = document.get("mediaType").and_then(Value::text);
        if said.is_some_and(|said| said != expected) {
            // One of them is wrong; what is there tells which.
            role = match (is_index, is_manifest) {
                (true, false) => Role::Index,
                (false, true) => Role::Manifest,
                _ => role,
            };
        }
        if is_index && is_manifest {
            self.findings.add(place, FindingKind::ManifestAndIndex);
            self.blind = true;
        }
        let (shape, kind) = match role {
            Role::Manifest => (&shape::MANIFEST, Document::Manifest),
            _ => (&shape::INDEX, Document::Index),
        };
        self.blind |= !self.check_shape(place, shape, document);
        if let Some(version) = document.get("schemaVersion").filter(|version| version.integer().is_some())
            && version.integer() != Some(2)
        {
            let found = excerpt(version.raw());
            self.findings.add(place, FindingKind::SchemaVersion { document: kind, found });
        }
        Some(role)
    }

    /// Looks at a descriptor, and at its blob; gives the document that is to be visited next.
    fn visit(&mut self, parent: &mut Frame, next: Next) -> Option<Frame> {
        let mut below = std::mem::take(&mut parent.below);
        let is_layer = next.field == "layers";
        let number = below.len();
        let visited = self.judge(parent, next, &mut below);
        if visited.is_some() {
            // Documents in the place of layers are no image, and there may be many in one another.
            parent.image = None;
        }
        if is_layer && below.len() == number {
            // It cannot be told what it does.
            below.add("", None);
        }
        parent.below = below;
        visited
    }

    fn judge(&mut self, parent: &Frame, next: Next, below: &mut Below) -> Option<Frame> {
        let Next { place, field, index, offset } = next;
        self.descriptors += 1;
        if self.descriptors > self.limits.descriptors {
            self.pass(&place, Limit::Descriptors(self.limits.descriptors));
            self.ended = true;
            return None;
        }
        // That something else is no object is said of the list.
        let value =
            Value::from_offset(parent.text()?, offset).filter(|value| value.kind() == Kind::Object)?;
        let link = Link::of(value);
        self.blind |= !self.check_shape(&place, &shape::DESCRIPTOR, value);
        link.check(&mut |kind| self.findings.add(&*place, kind));
        if parent.digest.is_none() && field == "manifests" {
            self.check_name(&place, &link);
        }
        let role = link.role();
        let Some(digest) = link.digest.clone() else {
            self.blind = true;
            return None;
        };
        let may_refer = role.is_some_and(Role::has_links) || role.is_none() && field == "manifests";
        if !self.check_content(&place, field, &link, &digest) {
            // What a subject is about is missed by nobody.
            let blob = self.blobs.get(self.store, &digest, self.limits);
            self.blind |= may_refer && !(field == "subject" && matches!(blob.stored, Stored::Nothing));
            return None;
        }
        match role {
            Some(Role::Index | Role::Manifest) if parent.depth > self.limits.nesting => {
                self.pass(&place, Limit::Nesting(self.limits.nesting));
                None
            }
            Some(role @ (Role::Index | Role::Manifest)) => {
                self.open(place, parent.depth.saturating_add(1), &link, &digest, role)
            }
            Some(Role::Config) => {
                self.config(&place, &link, &digest);
                None
            }
            Some(Role::Layer) => {
                let diff_id = parent.image.as_ref().filter(|_| field == "layers");
                let diff_id = diff_id.and_then(|image| image.diff_id(index));
                self.layer(&place, &link, &digest, diff_id, below);
                None
            }
            None => {
                if field == "manifests" {
                    self.check_other(&place, &link, &digest);
                }
                None
            }
        }
    }

    /// Whether the name of an entry of index.json is its own.
    fn check_name(&mut self, place: &str, link: &Link<'_>) {
        let Some(name) = link.name() else { return };
        match self.names.get(&*name) {
            Some(first) => {
                let kind = FindingKind::ReferenceAmbiguous { name: excerpt(&name), first: first.clone() };
                self.findings.add(place, kind);
            }
            None => drop(self.names.insert(name.into_owned(), place.to_owned())),
        }
    }

    /// Whether a blob is there, and what its descriptor says.
    fn check_content(&mut self, place: &str, field: &str, link: &Link<'_>, digest: &Digest) -> bool {
        let blob = self.blobs.get(self.store, digest, self.limits);
        let is_foreign = || link.media_type.as_deref().is_some_and(media_type::is_foreign) && link.has_urls();
        // What a subject is about may be elsewhere.
        if !(matches!(blob.stored, Stored::Nothing) && (field == "subject" || is_foreign())) {
            blob.report(digest, link.size, &mut |kind| self.findings.add(place, kind));
        }
        let Some(found_size) = blob.size() else { return false };
        if link.size.is_some_and(|size| size != found_size) {
            let kind = FindingKind::ContentMismatch {
                digest: digest.clone(),
                size: link.size,
                found_digest: digest.clone(),
                found_size,
            };
            self.findings.add(place, kind);
            return false;
        }
        true
    }

    /// The bytes of a blob that is what its digest says.
    fn blob(&mut self, place: &str, digest: &Digest) -> Option<Vec<u8>> {
        match self.store.look(Name::Blob(digest)) {
            Ok(Found::File { reader, .. }) => self.read(place, reader),
            _ => None,
        }
    }

    /// An index or a manifest.
    fn open(
        &mut self,
        place: String,
        depth: u32,
        link: &Link<'_>,
        digest: &Digest,
        role: Role,
    ) -> Option<Frame> {
        let blob = self.blobs.get(self.store, digest, self.limits);
        let said = blob.media_type.clone();
        // What says itself what it is, is one document whatever descriptors say.
        if said.is_some() || !blob.open(role) {
            let platform = blob.platform.as_deref().cloned();
            if let Some(said) = said {
                self.check_media_type(&place, link, digest, &said);
            }
            self.check_platform(&place, link, platform);
            return None;
        }
        let bytes = self.blob(&place, digest)?;
        let Some(text) = self.parse(&place, bytes, true) else {
            // Nor is it JSON as anything else.
            let blob = self.blobs.get(self.store, digest, self.limits);
            let _ = (blob.open(Role::Index), blob.open(Role::Manifest));
            return None;
        };
        let said = Value::from_offset(&text, 0)?.get("mediaType").and_then(Value::text);
        if let Some(said) = said {
            self.check_media_type(&place, link, digest, &said);
            self.blobs.get(self.store, digest, self.limits).media_type = Some(excerpt(&said).into());
        }
        let role = self.check_links(&place, &text, role, link.media_type.as_deref().unwrap_or_default())?;
        let mut image = None;
        if role == Role::Manifest
            && let Some(document) = Value::from_offset(&text, 0)
            && let Some(config) = self.config_of(document)
        {
            self.blobs.get(self.store, digest, self.limits).platform = config.platform.clone().map(Box::new);
            self.check_platform(&place, link, config.platform.clone());
            match Image::of(document, config) {
                Ok(found) => image = found,
                Err(kind) => self.findings.add(&*place, kind),
            }
        }
        Some(Frame::new(place, depth, Some(digest.clone()), text, role, image))
    }

    /// The config of a manifest, if it is an image's and can be read. What is wrong with it is said where it is visited.
    fn config_of(&mut self, manifest: Value<'_>) -> Option<Config> {
        let link = Link::of(manifest.get("config")?);
        let digest = link.digest.as_ref().filter(|_| link.role() == Some(Role::Config))?;
        let size = self.blobs.get(self.store, digest, self.limits).size()?;
        if link.size.is_some_and(|said| said != size) || size > self.limits.document {
            return None;
        }
        let bytes = self.blob("", digest)?;
        json::check(&bytes, self.limits.json_depth, &mut |_| ()).ok().map(Config::of)
    }

    /// Whether a document says the media type that its descriptor says. Of a blob that several descriptors take for the
    /// same, it is said once.
    fn check_media_type(&mut self, place: &str, link: &Link<'_>, digest: &Digest, said: &str) {
        let Some(expected) = link.media_type.as_deref().filter(|expected| *expected != said) else { return };
        let (descriptor, document) = (excerpt(expected), excerpt(said));
        if self.mistaken.insert((digest.clone(), descriptor.clone())) {
            self.findings.add(place, FindingKind::MediaTypeMismatch { descriptor, document });
        }
    }

    fn check_platform(&mut self, place: &str, link: &Link<'_>, config: Option<Platform>) {
        if let (Some(descriptor), Some(config)) = (link.platform(), config)
            && descriptor.normalized() != config.normalized()
        {
            self.findings.add(place, FindingKind::PlatformMismatch { descriptor, config });
        }
    }

    fn config(&mut self, place: &str, link: &Link<'_>, digest: &Digest) {
        if self.blobs.get(self.store, digest, self.limits).open(Role::Config) {
            let Some(bytes) = self.blob(place, digest) else { return };
            let Some(text) = self.parse(place, bytes, false) else { return };
            let Some(document) = Value::from_offset(&text, 0) else { return };
            if self.check_other_type(place, link, digest, document) {
                return;
            }
            self.check_shape(place, &shape::CONFIG, document);
            config::check(document, &mut |kind| self.findings.add(place, kind));
            self.blobs.get(self.store, digest, self.limits).platform =
                super::link::platform(document).map(Box::new);
        }
        let platform = self.blobs.get(self.store, digest, self.limits).platform.as_deref().cloned();
        self.check_platform(place, link, platform);
    }

    /// Something in an index of a media type that is not looked into: whether it is a document by what it says itself.
    fn check_other(&mut self, place: &str, link: &Link<'_>, digest: &Digest) {
        let size = self.blobs.get(self.store, digest, self.limits).size();
        if size.is_none_or(|size| size > self.limits.document) {
            return;
        }
        let Some(bytes) = self.blob(place, digest) else { return };
        if let Ok(document) = json::check(&bytes, self.limits.json_depth, &mut |_| ()) {
            self.check_other_type(place, link, digest, document);
        }
    }

    /// Whether a document says that it is an index or a manifest, unlike its descriptor.
    fn check_other_type(
        &mut self,
        place: &str,
        link: &Link<'_>,
        digest: &Digest,
        document: Value<'_>,
    ) -> bool {
        let Some(said) = document.get("mediaType").and_then(Value::text) else { return false };
        let is_other = Role::of(&said).is_some_and(Role::has_links);
        if is_other {
            self.check_media_type(place, link, digest, &said);
            self.blind = true;
        }
        is_other
    }

    fn layer(
        &mut self,
        place: &str,
        link: &Link<'_>,
        digest: &Digest,
        diff_id: Option<&Digest>,
        below: &mut Below,
    ) {
        let media_type = link.media_type.as_deref().unwrap_or_default();
        let blob = self.blobs.get(self.store, digest, self.limits);
        let found = match (blob.layer.clone(), blob.size()) {
            (Some(layer), _) => {
                if let Some(kind) = layer::check_format(media_type, layer.format) {
                    self.findings.add(place, kind);
                }
                layer
            }
            (None, Some(size)) => {
                let Ok(Found::File { reader, .. }) = self.store.look(Name::Blob(digest)) else { return };
                let judged = Judged { place, media_type, digest, size, diff_id, below, limits: self.limits };
                let layer = Rc::new(judged.judge(reader, &mut self.findings));
                self.remember(digest, &layer);
                layer
            }
            (None, None) => return,
        };
        below.add(digest.as_str(), found.effects.as_ref());
        if let (Some(expected), Some(found)) = (diff_id, &found.diff_id)
            && expected.algorithm() == found.algorithm()
            && expected != found
        {
            let (expected, found) = (expected.clone(), found.clone());
            self.findings.add(place, FindingKind::DiffIdMismatch { expected, found });
        }
    }

    /// Keeps what was found of a layer; but what it does upon those below not where that is much.
    fn remember(&mut self, digest: &Digest, layer: &Rc<Layer>) {
        self.remembered += layer.effects.as_ref().map_or(0, Effects::len);
        let kept = if self.remembered > REMEMBERED {
            Rc::new(Layer { format: layer.format, diff_id: layer.diff_id.clone(), effects: None })
        } else {
            Rc::clone(layer)
        };
        self.blobs.get(self.store, digest, self.limits).layer = Some(kept);
    }

    /// Blobs that nothing refers to, sorted; nothing where it is not known what was referred to.
    fn unreferenced(&mut self) {
        if self.blind || self.ended || self.findings.is_full() {
            return;
        }
        let room = self.findings.room();
        let mut unreferenced = BTreeSet::new();
        let listed = self.store.each_digest(&mut |digest| {
            if !self.blobs.knows(&digest) {
                unreferenced.insert(digest);
                if unreferenced.len() > room {
                    unreferenced.pop_last();
                }
            }
        });
        if let Err(error) = listed {
            self.findings.add("blobs", FindingKind::Unreadable { problem: error.to_string() });
        }
        for digest in unreferenced {
            self.findings.add(blob_name(&digest), FindingKind::Unreferenced);
        }
    }
}

/// Where a value of a document is: in the node that a descriptor is of, if it stands in one.
fn located(place: &str, field: &Field, has_links: bool) -> (String, String) {
    match field.in_descriptor().filter(|_| has_links) {
        Some((descriptor, field)) => (format!("{place} > {descriptor}"), excerpt(&field.to_string())),
        None => (place.to_owned(), excerpt(&field.to_string())),
    }
}
