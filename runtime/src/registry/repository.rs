//! Repositories: the manifests and blobs of each, by digest and by tag.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet, HashMap};

use oci_fixture_grammar::Digest;
use serde_json::Value;

use crate::json::Json;
use crate::layout::entry_reference::DOCKER;
use crate::media_type::Role;
use crate::store::spool::SpooledBytes;

/// The largest document that is parsed.
const DOCUMENT: u64 = 64 * 1024 * 1024;

/// One repository. It has a store of its own, because another repository may have other bytes under the same digest.
#[derive(Debug, Default)]
pub(crate) struct Repository {
    pub(crate) tags: BTreeMap<TagName, RepositoryEntry>,
    /// Entries of an index.json without a tag.
    pub(crate) untagged: Vec<RepositoryEntry>,
    pub(crate) manifests: BTreeMap<Digest, HeldManifest>,
    pub(crate) blobs: HashMap<Digest, HeldBlob>,
}

/// A tag, in the order in which tags are listed: without regard to case, as in the specification.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct TagName(pub(crate) String);

/// An entry of an index.json.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RepositoryEntry {
    /// The digest of the descriptor, which may be invalid.
    pub(crate) digest: String,
    /// The descriptor as it is in the layout. `None` for a pushed manifest.
    pub(crate) descriptor: Option<Vec<u8>>,
    /// The domain of the reference, or `docker.io` if it has none.
    pub(crate) domain: String,
}

/// A manifest, which is served at `/manifests/`.
#[derive(Clone, Debug)]
pub(crate) struct HeldManifest {
    pub(crate) bytes: SpooledBytes,
    pub(crate) media_type: Option<String>,
    /// The digest of its subject.
    pub(crate) subject: Option<String>,
    pub(crate) artifact_type: Option<String>,
    annotations: Vec<(String, String)>,
    /// The digests to which it refers.
    pub(crate) refers_to: Vec<Digest>,
}

/// A blob, which is served at `/blobs/`.
#[derive(Clone, Debug)]
pub(crate) struct HeldBlob {
    pub(crate) bytes: SpooledBytes,
    pub(crate) media_type: Option<String>,
}

impl Repository {
    /// The digest for a tag or a digest.
    pub(crate) fn digest(&self, reference: &str) -> Option<Digest> {
        let tagged = self.tags.get(&TagName(reference.to_owned()));
        Digest::parse(tagged.map_or(reference, |entry| &entry.digest)).ok()
    }

    pub(crate) fn has_tag(&self, tag: &str) -> bool {
        self.tags.contains_key(&TagName(tag.to_owned()))
    }

    /// Adds a pushed manifest with its tags. A tag that is pushed again keeps its domain, and a new one gets that of the
    /// repository's first tag, or else the given one: a path is often pushed without the domain that the fixture declares.
    pub(crate) fn push(&mut self, digest: &Digest, manifest: HeldManifest, tags: &[String], domain: &str) {
        for tag in tags {
            let name = TagName(tag.clone());
            let known = self.tags.get(&name).or_else(|| self.tags.values().next());
            let domain = known.map_or(domain, |entry| &entry.domain).to_owned();
            self.tags.insert(name, RepositoryEntry { digest: digest.to_string(), descriptor: None, domain });
        }
        self.manifests.insert(digest.clone(), manifest);
    }

    /// Deletes a tag, or a manifest with all its tags. The result is whether it existed.
    pub(crate) fn delete(&mut self, reference: &str) -> bool {
        let Ok(digest) = Digest::parse(reference) else {
            return self.tags.remove(&TagName(reference.to_owned())).is_some();
        };
        if self.manifests.remove(&digest).is_none() {
            return false;
        }
        self.tags.retain(|_, entry| entry.digest != digest.as_str());
        self.untagged.retain(|entry| entry.digest != digest.as_str());
        true
    }

    /// Whether the repository is empty. For a client, an empty repository does not exist.
    pub(crate) fn is_empty(&self) -> bool {
        self.tags.is_empty() && self.untagged.is_empty() && self.manifests.is_empty() && self.blobs.is_empty()
    }

    /// The manifests with a subject, in the order of their digests.
    pub(crate) fn referrers(&self, subject: &Digest) -> impl Iterator<Item = (&Digest, &HeldManifest)> {
        let of_subject = move |(_, manifest): &(&Digest, &HeldManifest)| {
            manifest.subject.as_deref() == Some(subject.as_str())
        };
        self.manifests.iter().filter(of_subject)
    }

    /// The current entries of an index.json: those with a tag, and those without one, such as a manifest that was pushed by
    /// its digest and to which no other manifest refers.
    pub(crate) fn index_entries(&self, path: &str) -> (Vec<Vec<u8>>, Vec<Vec<u8>>) {
        let (mut tagged, mut others) = (Vec::new(), Vec::new());
        for (tag, entry) in &self.tags {
            tagged.push(entry.descriptor.clone().unwrap_or_else(|| {
                // On `docker.io`, a path of one component would be read as `library/PATH`.
                let is_library = entry.domain == DOCKER && !path.contains('/');
                let domain = if is_library { "localhost" } else { &entry.domain };
                let reference = format!("{domain}/{path}:{}", tag.0);
                self.descriptor(&entry.digest, Some((reference, tag.0.clone())))
            }));
        }
        others.extend(self.untagged.iter().filter_map(|entry| entry.descriptor.clone()));
        let mut listed: BTreeSet<&str> = self.manifests.values().flat_map(HeldManifest::references).collect();
        listed.extend(self.tags.values().chain(&self.untagged).map(|entry| entry.digest.as_str()));
        let unlisted = self.manifests.keys().filter(|digest| !listed.contains(digest.as_str()));
        others.extend(unlisted.map(|digest| self.descriptor(digest.as_str(), None)));
        (tagged, others)
    }

    fn descriptor(&self, digest: &str, name: Option<(String, String)>) -> Vec<u8> {
        let manifest = Digest::parse(digest).ok().and_then(|digest| self.manifests.get(&digest));
        let size = manifest.map_or(0, |manifest| manifest.bytes.size()).to_string();
        let annotations = name.map(|(reference, tag)| {
            Json::object([
                ("io.containerd.image.name", Some(Json::text(reference))),
                ("org.opencontainers.image.ref.name", Some(Json::text(tag))),
            ])
        });
        let media_type = manifest.and_then(|manifest| manifest.media_type.as_deref());
        Json::object([
            ("mediaType", media_type.map(Json::text)),
            ("digest", Some(Json::text(digest))),
            ("size", Some(Json::number(&size))),
            ("annotations", annotations),
        ])
        .to_vec()
    }
}

impl Ord for TagName {
    fn cmp(&self, other: &Self) -> Ordering {
        let folded = |tag: &Self| tag.0.to_ascii_lowercase();
        folded(self).cmp(&folded(other)).then_with(|| self.0.cmp(&other.0))
    }
}

impl PartialOrd for TagName {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl HeldManifest {
    /// Makes a manifest from its bytes, which are parsed as far as possible: a wrong manifest is served, too.
    pub(crate) fn new(bytes: SpooledBytes, media_type: Option<String>) -> Self {
        let document = document(&bytes).unwrap_or_default();
        let text = |value: Option<&Value>| Some(value?.as_str()?.to_owned()).filter(|text| !text.is_empty());
        let config = document.get("config").and_then(|config| config.get("mediaType"));
        Self {
            subject: text(document.get("subject").and_then(|subject| subject.get("digest"))),
            artifact_type: text(document.get("artifactType")).or_else(|| text(config)),
            annotations: annotations(&document),
            refers_to: links(&document).into_iter().map(|link| link.digest).collect(),
            bytes,
            media_type,
        }
    }

    fn references(&self) -> impl Iterator<Item = &str> {
        self.refers_to.iter().map(Digest::as_str)
    }

    /// Its descriptor in a list of referrers.
    pub(crate) fn descriptor<'m>(&'m self, digest: &'m Digest) -> Json<'m> {
        let annotations =
            self.annotations.iter().map(|(key, value)| (key.as_str().into(), Json::text(value)));
        Json::object([
            ("mediaType", Some(Json::text(self.media_type.as_deref().unwrap_or_default()))),
            ("digest", Some(Json::text(digest.as_str()))),
            ("size", Some(Json::Number(self.bytes.size().to_string().into()))),
            ("annotations", Json::Object(annotations.collect()).unless_empty()),
            ("artifactType", self.artifact_type.as_deref().map(Json::text)),
        ])
    }
}

/// The annotations of a document whose values are texts.
fn annotations(document: &Value) -> Vec<(String, String)> {
    let annotations = document.get("annotations").and_then(Value::as_object).into_iter().flatten();
    let mut texts: Vec<(String, String)> =
        annotations.filter_map(|(key, value)| Some((key.clone(), value.as_str()?.to_owned()))).collect();
    texts.sort();
    texts
}

/// A descriptor in a document, or in index.json.
#[derive(Clone, PartialEq, Eq, Hash)]
pub(crate) struct DocumentLink {
    pub(crate) digest: Digest,
    pub(crate) media_type: Option<String>,
    /// Whether it is in the list of an index or of index.json, and not a config or a layer of a manifest.
    pub(crate) is_listed: bool,
}

/// The descriptors in a document, as far as they have digests.
pub(crate) fn links(document: &Value) -> Vec<DocumentLink> {
    let link = |descriptor: &Value, is_listed| {
        let digest = Digest::parse(descriptor.get("digest")?.as_str()?).ok()?;
        let media_type = descriptor.get("mediaType").and_then(Value::as_str).map(str::to_owned);
        Some(DocumentLink { digest, media_type, is_listed })
    };
    let list = |key: &str| document.get(key).and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
    let mut links: Vec<DocumentLink> =
        list("manifests").iter().filter_map(|descriptor| link(descriptor, true)).collect();
    links.extend(document.get("config").and_then(|config| link(config, false)));
    links.extend(list("layers").iter().filter_map(|layer| link(layer, false)));
    links
}

/// The bytes as a JSON object. `None` if they are no JSON object.
pub(crate) fn document(bytes: &SpooledBytes) -> Option<Value> {
    let mut start = [0; 64];
    let read = bytes.read_at(&mut start, 0).ok()?;
    let start = start.get(..read)?.trim_ascii_start();
    if bytes.size() > DOCUMENT || !(start.is_empty() || start.starts_with(b"{")) {
        return None;
    }
    serde_json::from_slice(&bytes.whole().ok()?).ok().filter(Value::is_object)
}

/// Whether a node of this media type is pulled at `/manifests/`.
pub(crate) fn is_document(media_type: Option<&str>) -> bool {
    media_type.and_then(Role::of).is_some_and(Role::has_descriptors)
}

#[cfg(test)]
mod tests {
    use super::TagName;

    #[test]
    fn tags_are_sorted_without_regard_to_case() {
        let mut tags: Vec<TagName> = ["b", "B", "a", "Z", "1", "_"].map(|tag| TagName(tag.to_owned())).into();
        tags.sort();
        let tags: Vec<&str> = tags.iter().map(|tag| tag.0.as_str()).collect();
        assert_eq!(tags, ["1", "_", "a", "B", "b", "Z"]);
    }
}
