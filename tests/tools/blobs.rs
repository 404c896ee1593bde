//! The blobs of an image, each with the digest that its bytes have.

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::io::Read;
use std::path::Path;
use std::{fs, str};

use oci_fixture::{ErrorKind, Layout, Node, Store};
use serde_json::Value;
use sha2::{Digest, Sha256};

/// The digest of an image, and those of all its blobs.
#[derive(Debug, PartialEq)]
pub(crate) struct Blobs {
    pub(crate) root: String,
    pub(crate) all: BTreeSet<String>,
}

impl Blobs {
    /// A node's own blob and all that it leads to, as far as they are stored.
    pub(crate) fn of<S: Store>(root: &Node<'_, S>) -> Self {
        let mut all = BTreeSet::new();
        for node in root.walk().map(Result::unwrap) {
            match node.bytes() {
                Ok(bytes) => {
                    let found = (sha256(&bytes), bytes.len() as u64);
                    assert_eq!(found, (node.digest().to_string(), node.size()));
                    all.insert(node.digest().to_string());
                }
                Err(error) => assert_eq!(error.kind(), ErrorKind::NotFound, "{error}"),
            }
        }
        Self { root: root.digest().to_string(), all }
    }

    /// What skopeo has written by one of its transports, where there was nothing.
    pub(crate) fn copied(transport: &str, path: &Path) -> Self {
        match transport {
            "dir" => Self::in_directory(path),
            "oci" => Self::alone(&Layout::open(path).unwrap()),
            _ => Self::alone(&Layout::open_archive(path).unwrap()),
        }
    }

    fn alone<S: Store>(layout: &Layout<S>) -> Self {
        let nodes = layout.nodes().unwrap();
        assert_eq!(nodes.len(), 1);
        let blobs = Self::of(&nodes[0]);
        let stored: BTreeSet<_> = layout.blobs().unwrap().map(|blob| blob.unwrap().0.to_string()).collect();
        assert_eq!(blobs.all, stored);
        blobs
    }

    /// In a directory, `manifest.json` is the image's, `HEX.manifest.json` is one that its index lists, and `HEX` is
    /// what those refer to.
    fn in_directory(path: &Path) -> Self {
        let (mut root, mut all) = (None, BTreeSet::new());
        for file in fs::read_dir(path).unwrap().map(Result::unwrap) {
            let (name, digest) = (file.file_name(), sha256(&fs::read(file.path()).unwrap()));
            match name.to_str().unwrap() {
                "version" => continue,
                "manifest.json" => root = Some(digest.clone()),
                name => assert_eq!(format!("sha256:{}", name.trim_end_matches(".manifest.json")), digest),
            }
            all.insert(digest);
        }
        Self { root: root.unwrap(), all }
    }
}

/// A blob as the document that it is.
pub(crate) fn parsed(bytes: &[u8]) -> Value {
    serde_json::from_slice(bytes).unwrap()
}

/// The tar of a layer: the formats differ in their first bytes.
pub(crate) fn decompressed(layer: &[u8]) -> Vec<u8> {
    let mut tar = Vec::new();
    let read = match layer {
        [0x1f, 0x8b, ..] => flate2::read::MultiGzDecoder::new(layer).read_to_end(&mut tar),
        [0x28, 0xb5, 0x2f, 0xfd, ..] => {
            ruzstd::decoding::StreamingDecoder::new(layer).unwrap().read_to_end(&mut tar)
        }
        mut plain => plain.read_to_end(&mut tar),
    };
    read.unwrap();
    tar
}

pub(crate) fn sha256(bytes: &[u8]) -> String {
    let mut text = "sha256:".to_owned();
    for byte in Sha256::digest(bytes) {
        write!(text, "{byte:02x}").unwrap();
    }
    text
}
