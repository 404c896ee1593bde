//! The blobs of an image, each with the digest that its bytes have.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use oci_fixture::{ErrorKind, Layout, Node, Store};
use oci_fixture_test_support::digest;
use serde_json::Value;

/// The digest of an image, and those of all its blobs.
#[derive(Debug, PartialEq)]
pub(crate) struct Blobs {
    pub(crate) root: String,
    pub(crate) all: BTreeSet<String>,
}

impl Blobs {
    /// The stored blobs among a node's own blob and those below it.
    pub(crate) fn of<S: Store>(root: &Node<'_, S>) -> Self {
        let mut all = BTreeSet::new();
        for node in root.walk().map(Result::unwrap) {
            match node.bytes() {
                Ok(bytes) => {
                    let found = (digest(&bytes), bytes.len() as u64);
                    assert_eq!(found, (node.digest().to_string(), node.size()));
                    all.insert(node.digest().to_string());
                }
                Err(error) => assert_eq!(error.kind(), ErrorKind::NotFound, "{error}"),
            }
        }
        Self { root: root.digest().to_string(), all }
    }

    /// The blobs that skopeo writes by one of its transports to an empty place.
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

    /// In a directory of skopeo, `manifest.json` is the document of the image, `HEX.manifest.json` is a manifest that its index
    /// lists, and `HEX` is a config or a layer.
    fn in_directory(path: &Path) -> Self {
        let (mut root, mut all) = (None, BTreeSet::new());
        for file in fs::read_dir(path).unwrap().map(Result::unwrap) {
            let (name, digest) = (file.file_name(), digest(fs::read(file.path()).unwrap()));
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

/// The `diff_ids` of a config. Go writes `null` if there are none.
pub(crate) fn diff_ids(config: &Value) -> Vec<&str> {
    config["rootfs"]["diff_ids"].as_array().into_iter().flatten().map(|id| id.as_str().unwrap()).collect()
}

/// The document that a blob is.
pub(crate) fn parsed(bytes: &[u8]) -> Value {
    serde_json::from_slice(bytes).unwrap()
}
