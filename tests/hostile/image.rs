//! A stored image, read by readers that are not part of this crate.

use std::collections::BTreeMap;
use std::io::Read;

use oci_fixture::Fixture;
use oci_fixture_test_support::digest;
use serde_json::{Value, json};

pub(crate) const INDEX: &str = "application/vnd.oci.image.index.v1+json";
pub(crate) const MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";
pub(crate) const CONFIG: &str = "application/vnd.oci.image.config.v1+json";
pub(crate) const LAYER: &str = "application/vnd.oci.image.layer.v1.tar";
pub(crate) const GZIP: &str = "application/vnd.oci.image.layer.v1.tar+gzip";
pub(crate) const ZSTD: &str = "application/vnd.oci.image.layer.v1.tar+zstd";

/// The two blocks that end a tar.
pub(crate) const END: [u8; 1024] = [0; 1024];

/// index.json, and the blobs by their digests.
pub(crate) struct Image {
    pub(crate) index: Value,
    pub(crate) blobs: BTreeMap<String, Vec<u8>>,
}

impl Image {
    pub(crate) fn of(fixture: &Fixture) -> Self {
        let layout = fixture.in_memory().unwrap();
        let blobs = layout.blobs().unwrap().map(|blob| {
            let (digest, bytes) = blob.unwrap();
            (digest.to_string(), bytes.into_owned())
        });
        Self { index: parsed(&layout.index_bytes().unwrap()), blobs: blobs.collect() }
    }

    /// An image of which nothing is wrong but what is in its layers.
    pub(crate) fn consistent(fixture: &Fixture) -> Self {
        let image = Self::of(fixture);
        image.assert_consistent();
        image
    }

    /// The blob to which a descriptor refers.
    pub(crate) fn blob(&self, descriptor: &Value) -> &[u8] {
        &self.blobs[descriptor["digest"].as_str().unwrap()]
    }

    /// The entry of index.json that has the name.
    pub(crate) fn root(&self) -> &Value {
        let entries = self.index["manifests"].as_array().unwrap();
        entries.iter().find(|entry| entry.get("annotations").is_some()).unwrap()
    }

    /// The text of the named document.
    pub(crate) fn text(&self) -> &str {
        str::from_utf8(self.blob(self.root())).unwrap()
    }

    pub(crate) fn manifest(&self) -> Value {
        parsed(self.blob(self.root()))
    }

    pub(crate) fn config(&self) -> Value {
        parsed(self.blob(&self.manifest()["config"]))
    }

    /// The layers that the manifest lists, and that are stored.
    pub(crate) fn layers(&self) -> Vec<&[u8]> {
        self.manifest()["layers"].as_array().unwrap().iter().map(|layer| self.blob(layer)).collect()
    }

    /// The only layer.
    pub(crate) fn layer(&self) -> &[u8] {
        let [layer] = self.layers()[..] else { panic!("{}", self.text()) };
        layer
    }

    /// Asserts that only the named manifest, its config and its layers are stored, and that only the content of the layers is
    /// wrong.
    pub(crate) fn assert_consistent(&self) {
        let manifest = self.manifest();
        let layers = manifest["layers"].as_array().unwrap();
        let mut expected = BTreeMap::new();
        let mut stored = |media_type: &Value, bytes: &[u8]| {
            expected.insert(digest(bytes), bytes.to_vec());
            described(media_type.as_str().unwrap(), bytes)
        };
        let config = stored(&json!(CONFIG), self.blob(&manifest["config"]));
        let layers: Vec<_> =
            layers.iter().map(|layer| stored(&layer["mediaType"], self.blob(layer))).collect();
        assert_eq!(
            manifest,
            json!({ "schemaVersion": 2, "mediaType": MANIFEST, "config": config, "layers": layers })
        );
        let root = stored(&json!(MANIFEST), self.text().as_bytes());
        let mut listed = self.root().clone();
        listed.as_object_mut().unwrap().remove("annotations");
        assert_eq!(listed, root);
        assert_eq!(self.blobs, expected);
    }
}

/// A correct descriptor of a blob.
pub(crate) fn described(media_type: &str, bytes: &[u8]) -> Value {
    json!({ "mediaType": media_type, "digest": digest(bytes), "size": bytes.len() })
}

pub(crate) fn parsed(document: &[u8]) -> Value {
    serde_json::from_slice(document).unwrap()
}

/// A member of a tar: the name, the type, the target and the size in its header, and the body that follows.
pub(crate) type Member = (String, char, String, u64, Vec<u8>);

/// The members by their headers, with those that extend other members.
pub(crate) fn headers(tar: &[u8]) -> Vec<Member> {
    members(tar::Archive::new(tar).entries().unwrap().raw(true))
}

/// The members as the `tar` crate reads them.
pub(crate) fn understood(tar: &[u8]) -> Vec<Member> {
    members(tar::Archive::new(tar).entries().unwrap())
}

fn members(entries: tar::Entries<'_, &[u8]>) -> Vec<Member> {
    let member = |entry: std::io::Result<tar::Entry<'_, &[u8]>>| {
        let mut entry = entry.unwrap();
        let mut body = Vec::new();
        entry.read_to_end(&mut body).unwrap();
        let text = |bytes: &[u8]| String::from_utf8(bytes.to_owned()).unwrap();
        let header = entry.header();
        let target = entry.link_name_bytes().map(|target| text(&target)).unwrap_or_default();
        let kind = char::from(header.entry_type().as_byte());
        (text(&entry.path_bytes()), kind, target, header.entry_size().unwrap(), body)
    };
    entries.map(member).collect()
}

/// A member that is a file.
pub(crate) fn file(path: &str, content: &[u8]) -> Member {
    (path.to_owned(), '0', String::new(), content.len() as u64, content.to_owned())
}

/// A member without a body.
pub(crate) fn bare(path: &str, kind: char, target: &str) -> Member {
    (path.to_owned(), kind, target.to_owned(), 0, Vec::new())
}
