//! All repositories of a registry, and how a layout becomes some of them.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use oci_fixture_grammar::Digest;
use serde::Deserialize;
use serde_json::Value;
use serde_json::value::RawValue;

use super::repository::{
    DocumentLink, HeldBlob, HeldManifest, Repository, RepositoryEntry, TagName, document, is_document, links,
};
use crate::error::{Error, Result};
use crate::image_layout::{INDEX_FILE, fresh};
use crate::layout::Layout;
use crate::layout::entry_reference::{DOCKER, EntryReference, NAMELESS};
use crate::seal::origin::Origin;
use crate::store::Store;
use crate::store::spool::{Spool, SpooledBytes};

/// The repositories, by their namespaces and paths.
#[derive(Debug, Default)]
pub(crate) struct Repositories {
    by_key: BTreeMap<RepositoryKey, Repository>,
    /// Whether the domain of a reference is its namespace. Otherwise all namespaces are empty.
    by_namespace: bool,
}

#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct RepositoryKey {
    pub(crate) namespace: String,
    pub(crate) path: String,
}

impl RepositoryKey {
    /// The domain of references to the repository, as far as it is known.
    pub(crate) fn domain(&self) -> &str {
        if self.namespace.is_empty() { DOCKER } else { &self.namespace }
    }
}

impl Repositories {
    pub(crate) fn new(by_namespace: bool) -> Self {
        Self { by_key: BTreeMap::new(), by_namespace }
    }

    pub(crate) fn get(&self, key: &RepositoryKey) -> Option<&Repository> {
        self.by_key.get(key)
    }

    pub(crate) fn get_mut(&mut self, key: &RepositoryKey) -> Option<&mut Repository> {
        self.by_key.get_mut(key)
    }

    /// The repository, which is made if it does not exist.
    pub(crate) fn make(&mut self, key: &RepositoryKey) -> &mut Repository {
        self.by_key.entry(key.clone()).or_default()
    }

    /// The repositories that are not empty.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&RepositoryKey, &Repository)> {
        self.by_key.iter().filter(|(_, repository)| !repository.is_empty())
    }

    /// Adds the contents of a layout.
    ///
    /// # Errors
    ///
    /// The errors of reading index.json, and an error if a tag already has another digest.
    pub(crate) fn add(&mut self, layout: &Layout<Spool>) -> Result<()> {
        let entries = ServedEntry::all(&layout.store.index()?)?;
        let names = entries.iter().filter_map(|entry| {
            let EntryReference { domain, path, .. } = entry.reference.as_ref()?;
            Some(self.key(domain, path.as_ref()?))
        });
        let mut keys: BTreeSet<RepositoryKey> = names.collect();
        if keys.is_empty() {
            keys.insert(self.key(DOCKER, NAMELESS));
        }
        let blobs = layout.store.blobs();
        let everywhere = unreached(layout, &entries);
        for key in &keys {
            let mut seen: HashSet<DocumentLink> = HashSet::new();
            let mut rest = everywhere.clone();
            let held: Vec<&ServedEntry> = entries.iter().filter(|entry| self.holds(key, entry)).collect();
            for entry in held {
                rest.extend(entry.link());
                self.list(key, entry)?;
            }
            let repository = self.make(key);
            while let Some(link) = rest.pop() {
                let Some(bytes) = blobs.get(&link.digest).filter(|_| seen.insert(link.clone())) else {
                    continue;
                };
                rest.extend(below(&link, bytes));
                repository.hold(link, bytes);
            }
        }
        Ok(())
    }

    /// The current layout of all repositories.
    ///
    /// # Errors
    ///
    /// An error if two repositories have different bytes under one digest.
    pub(crate) fn layout(&self, origin: Origin) -> Result<Layout<Spool>> {
        let mut blobs: BTreeMap<Digest, SpooledBytes> = BTreeMap::new();
        let (mut tagged, mut others) = (Vec::new(), Vec::new());
        for (key, repository) in self.iter() {
            let manifests = repository.manifests.iter().map(|(digest, manifest)| (digest, &manifest.bytes));
            let held_blobs = repository.blobs.iter().map(|(digest, blob)| (digest, &blob.bytes));
            for (digest, bytes) in manifests.chain(held_blobs) {
                let other = blobs.entry(digest.clone()).or_insert_with(|| bytes.clone());
                if !other.same(bytes).map_err(Error::recipe)? {
                    let problem = format!(
                        "repositories hold different bytes as `{digest}`, and a layout holds one blob of a digest; serve the fixtures by registries of their own"
                    );
                    return Err(Error::ambiguous(problem));
                }
            }
            let (with_tags, without) = repository.index_entries(&key.path);
            tagged.extend(with_tags);
            others.extend(without);
        }
        // An entry that belongs to several repositories is listed once.
        let mut listed = HashSet::new();
        let entries: Vec<Vec<u8>> =
            tagged.into_iter().chain(others).filter(|entry| listed.insert(entry.clone())).collect();
        Ok(Layout::of(Spool::of(blobs, fresh(&entries)), origin))
    }

    fn key(&self, domain: &str, path: &str) -> RepositoryKey {
        let namespace = if self.by_namespace { domain } else { "" };
        RepositoryKey { namespace: namespace.to_owned(), path: path.to_owned() }
    }

    /// Whether an entry belongs to a repository of its layout.
    fn holds(&self, key: &RepositoryKey, entry: &ServedEntry) -> bool {
        match &entry.reference {
            Some(EntryReference { domain, path: Some(path), .. }) => self.key(domain, path) == *key,
            _ => true,
        }
    }

    /// Lists an entry in a repository.
    fn list(&mut self, key: &RepositoryKey, entry: &ServedEntry) -> Result<()> {
        let repository = self.by_key.entry(key.clone()).or_default();
        let (domain, tag) = match &entry.reference {
            Some(EntryReference { domain, tag, .. }) => (domain.as_str(), tag.clone()),
            None => (DOCKER, None),
        };
        let listed = RepositoryEntry {
            digest: entry.digest.clone(),
            descriptor: Some(entry.descriptor.clone()),
            domain: domain.to_owned(),
        };
        let Some(tag) = tag else {
            if !repository.untagged.contains(&listed) {
                repository.untagged.push(listed);
            }
            return Ok(());
        };
        let name = TagName(tag);
        match repository.tags.get(&name) {
            Some(other) if other.digest != entry.digest => {
                let (path, tag) = (&key.path, &name.0);
                let cure = if other.domain == domain {
                    "give each a tag of its own"
                } else {
                    "serve them `by_namespace()`"
                };
                Err(Error::ambiguous(format!(
                    "two entries are `{path}:{tag}` in the registry, of `{}` and of `{domain}`, with different digests; {cure}",
                    other.domain
                )))
            }
            Some(_) => Ok(()),
            None => {
                repository.tags.insert(name, listed);
                Ok(())
            }
        }
    }
}

impl Repository {
    /// Adds a node to the manifests, to the blobs, or to both. A listed node and a document are manifests. A node that is no
    /// document, and a config or a layer, are blobs. A manifest that a descriptor also lists as content, such as
    /// `application/octet-stream`, is served as the document that it is.
    fn hold(&mut self, link: DocumentLink, bytes: &SpooledBytes) {
        let DocumentLink { digest, media_type, is_listed } = link;
        let is_document = is_document(media_type.as_deref());
        if !is_listed || !is_document {
            let blob = || HeldBlob { bytes: bytes.clone(), media_type: media_type.clone() };
            self.blobs.entry(digest.clone()).or_insert_with(blob);
        }
        if is_listed || is_document {
            let is_better =
                |held: &HeldManifest| is_document && !self::is_document(held.media_type.as_deref());
            if self.manifests.get(&digest).is_none_or(is_better) {
                self.manifests.insert(digest, HeldManifest::new(bytes.clone(), media_type));
            }
        }
    }
}

/// An entry of an index.json.
struct ServedEntry {
    digest: String,
    descriptor: Vec<u8>,
    view: Value,
    reference: Option<EntryReference>,
}

impl ServedEntry {
    fn all(index: &[u8]) -> Result<Vec<Self>> {
        #[derive(Deserialize)]
        struct IndexView {
            manifests: Option<Vec<Box<RawValue>>>,
        }
        let index: IndexView = serde_json::from_slice(index).map_err(|error| {
            Error::layout(INDEX_FILE, "lists nothing that a registry could serve").with_source(error)
        })?;
        let entry = |descriptor: Box<RawValue>| {
            let view: Value = serde_json::from_str(descriptor.get()).unwrap_or_default();
            Self {
                digest: view.get("digest").and_then(Value::as_str).unwrap_or_default().to_owned(),
                descriptor: descriptor.get().as_bytes().to_vec(),
                reference: EntryReference::of(|key| view.get("annotations")?.get(key)?.as_str()),
                view,
            }
        };
        Ok(index.manifests.unwrap_or_default().into_iter().map(entry).collect())
    }

    fn link(&self) -> Option<DocumentLink> {
        let digest = Digest::parse(&self.digest).ok()?;
        Some(DocumentLink { digest, media_type: media_type(&self.view), is_listed: true })
    }
}

fn media_type(descriptor: &Value) -> Option<String> {
    descriptor.get("mediaType").and_then(Value::as_str).map(str::to_owned)
}

/// The nodes that a document lists. Only the digest of a descriptor is required, so faulty descriptors are followed, too.
fn below(link: &DocumentLink, bytes: &SpooledBytes) -> Vec<DocumentLink> {
    if !link.is_listed && !is_document(link.media_type.as_deref()) {
        return Vec::new();
    }
    document(bytes).map(|document| links(&document)).unwrap_or_default()
}

/// The stored nodes to which no entry leads: unlisted ones, and those below a document with a fault.
fn unreached(layout: &Layout<Spool>, entries: &[ServedEntry]) -> Vec<DocumentLink> {
    let blobs = layout.store.blobs();
    let mut rest: Vec<DocumentLink> = entries.iter().filter_map(ServedEntry::link).collect();
    let (mut seen, mut reached) = (HashSet::new(), HashSet::new());
    let mut reach = |rest: &mut Vec<DocumentLink>| {
        while let Some(link) = rest.pop() {
            if let Some(bytes) = blobs.get(&link.digest).filter(|_| seen.insert(link.clone())) {
                rest.extend(below(&link, bytes));
                reached.insert(link.digest);
            }
        }
        reached.clone()
    };
    reach(&mut rest);
    // The origin of the layout has the descriptors of unlisted nodes.
    let declared = layout.origin.faults.unlisted.values().flatten();
    let mut unreached: Vec<DocumentLink> = declared
        .filter_map(|descriptor| {
            let view: Value = serde_json::from_slice(descriptor).ok()?;
            let digest = Digest::parse(view.get("digest")?.as_str()?).ok()?;
            let media_type = media_type(&view);
            Some(DocumentLink { digest, is_listed: is_document(media_type.as_deref()), media_type })
        })
        .collect();
    let reached = reach(&mut unreached.clone());
    // The media type of any other blob is known only from the document itself.
    for (digest, bytes) in blobs.iter().filter(|(digest, _)| !reached.contains(*digest)) {
        let document = document(bytes);
        let media_type = document.as_ref().and_then(media_type);
        let is_listed = document.is_some_and(|document| document.get("schemaVersion").is_some());
        unreached.push(DocumentLink { digest: digest.clone(), media_type, is_listed });
    }
    unreached
}
