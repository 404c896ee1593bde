//! The files of a layout.

use std::path::Path;

use oci_fixture::{Layout, Store};

use crate::golden::{assert_golden, listing};
use crate::{Tree, files, sha256};

/// A directory is a layout of these documents and layers, by the hexadecimal digits of their digests, and its files are
/// those of the golden.
pub fn assert_layout(directory: &Path, golden: &str, documents: &[&str], layers: &[&str]) {
    let files = files(directory);
    let blob = |hex: &&str| format!("blobs/sha256/{hex}");
    let mut expected: Vec<_> = documents.iter().chain(layers).map(blob).collect();
    expected.extend(["index.json".to_owned(), "oci-layout".to_owned()]);
    expected.sort();
    assert_eq!(files.keys().collect::<Vec<_>>(), expected.iter().collect::<Vec<_>>());
    for (name, bytes) in &files {
        if let Some(hex) = name.strip_prefix("blobs/sha256/") {
            assert_eq!(sha256(bytes), hex);
            assert_eq!(bytes.starts_with(b"{"), documents.contains(&hex), "{name} is a document");
        }
    }
    assert_golden(golden, &listing(files.iter().map(|(name, bytes)| (name.as_str(), bytes.as_slice()))));
}

/// Both hold the same files. What differs is named, and shown only there.
#[track_caller]
pub fn assert_same(found: &Tree, expected: &Tree) {
    assert_eq!(found.keys().collect::<Vec<_>>(), expected.keys().collect::<Vec<_>>());
    for (name, bytes) in found {
        assert!(*bytes == expected[name], "{name}: {}", bytes.escape_ascii());
    }
}

/// The files that a layout says it holds, with oci-layout only where there is one.
pub fn stored<S: Store>(layout: &Layout<S>) -> Tree {
    let mut files = Tree::new();
    for blob in layout.blobs().unwrap() {
        let (digest, bytes) = blob.unwrap();
        files.insert(format!("blobs/{}/{}", digest.algorithm(), digest.hex()), bytes.into_owned());
    }
    files.insert("index.json".to_owned(), layout.index_bytes().unwrap().into_owned());
    if let Ok(bytes) = layout.oci_layout_bytes() {
        files.insert("oci-layout".to_owned(), bytes.into_owned());
    }
    files
}
