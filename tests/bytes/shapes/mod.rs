//! Shapes of images that real projects have in their tests: each is a short declaration.
//!
//! They are read with other crates alone: oci-spec and `tar`.

mod artifacts;
mod images;
mod indexes;

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use oci_fixture::Fixture;
use oci_fixture::oci_spec::image::{Descriptor, ImageConfiguration, ImageIndex, ImageManifest};
use oci_fixture_test_support::golden::{assert_golden, listing};
use oci_fixture_test_support::{TarEntry, decompressed, read_tar, sha256};

/// The layout is the documents and the layers of the golden, each once, in the order in which they are found from
/// index.json on: a node before what it refers to. index.json has this digest, which all others follow from.
fn assert_shape(fixture: &Fixture, golden: &str, index: &str) {
    let found = Found::of(fixture);
    let documents = found.documents.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice()));
    let layers = found.layers.iter().map(|entries| format!("== a layer\n{}\n", entries.join("\n")));
    let listing = layers.fold(listing(documents), |listing, layer| listing + &layer);
    assert_golden(&format!("bytes/shapes/{golden}.txt"), &listing);
    assert_eq!(sha256(&found.documents[0].1), index);
}

/// Like the function above, for documents that depend on the machine on which the test runs.
fn assert_found(fixture: &Fixture, documents: &[String], layers: &[&[&str]]) {
    let found = Found::of(fixture);
    let texts = found.documents.iter().map(|(_, bytes)| str::from_utf8(bytes).unwrap());
    assert_eq!(texts.collect::<Vec<_>>(), documents);
    assert_eq!(found.layers, layers);
}

/// The documents of a layout.
#[derive(Default)]
struct Found {
    digests: BTreeSet<String>,
    documents: Vec<(String, Vec<u8>)>,
    layers: Vec<Vec<String>>,
}

impl Found {
    /// The walk from index.json finds all stored blobs.
    fn of(fixture: &Fixture) -> Self {
        let layout = fixture.tempdir().unwrap();
        let mut found = Self::default();
        found.index(layout.path(), "index.json", &fs::read(layout.path().join("index.json")).unwrap());
        let stored = layout.blobs().unwrap().map(|blob| blob.unwrap().0.to_string());
        assert_eq!(found.digests, stored.collect());
        found
    }

    fn index(&mut self, directory: &Path, name: &str, bytes: &[u8]) {
        self.document(name, bytes.to_owned());
        let index = ImageIndex::from_reader(bytes).unwrap();
        assert_eq!(index.schema_version(), 2);
        for descriptor in index.manifests() {
            self.node(directory, descriptor);
        }
    }

    fn node(&mut self, directory: &Path, descriptor: &Descriptor) {
        let digest = descriptor.digest();
        let file = directory.join("blobs/sha256").join(digest.digest());
        if !file.exists() || !self.digests.insert(digest.to_string()) {
            return;
        }
        let bytes = fs::read(file).unwrap();
        assert_eq!((sha256(&bytes), bytes.len() as u64), (digest.digest().to_owned(), descriptor.size()));
        match &*descriptor.media_type().to_string() {
            "application/vnd.oci.image.index.v1+json"
            | "application/vnd.docker.distribution.manifest.list.v2+json" => {
                self.index(directory, digest.as_ref(), &bytes);
            }
            "application/vnd.oci.image.manifest.v1+json"
            | "application/vnd.docker.distribution.manifest.v2+json" => {
                let manifest = ImageManifest::from_reader(&*bytes).unwrap();
                assert_eq!(manifest.media_type().as_ref(), Some(descriptor.media_type()));
                assert_eq!(manifest.artifact_type(), descriptor.artifact_type());
                self.document(digest.as_ref(), bytes);
                self.node(directory, manifest.config());
                for layer in manifest.layers() {
                    self.node(directory, layer);
                }
            }
            "application/vnd.oci.image.config.v1+json" | "application/vnd.docker.container.image.v1+json" => {
                ImageConfiguration::from_reader(&*bytes).unwrap();
                self.document(digest.as_ref(), bytes);
            }
            "application/vnd.oci.image.layer.v1.tar" | "application/vnd.docker.image.rootfs.diff.tar" => {
                self.layers.push(entries(&bytes));
            }
            gzip if gzip.ends_with("gzip") => self.layers.push(entries(&decompressed(&bytes))),
            _ => self.document(digest.as_ref(), bytes),
        }
    }

    fn document(&mut self, name: &str, bytes: Vec<u8>) {
        self.documents.push((name.to_owned(), bytes));
    }
}

/// The entries of a tar: type and path, and the target or the content.
fn entries(layer: &[u8]) -> Vec<String> {
    let line = |entry: TarEntry| {
        let (kind, name) = (char::from(entry.kind.as_byte()), entry.name);
        let content = String::from_utf8(entry.content).unwrap();
        match (kind, entry.link) {
            ('0', None) => format!("{kind} {name} {content:?}"),
            (_, Some(target)) => format!("{kind} {name} -> {target}"),
            _ => format!("{kind} {name}"),
        }
    };
    read_tar(layer).into_iter().map(line).collect()
}
