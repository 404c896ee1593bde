//! Laws of single constructs, each with a model of its own: the expected result is computed from the model, by code that
//! shares nothing with the library.

mod bases;
mod conditions;
mod diff_ids;
mod digests;
mod encoders;
mod extra_files;
mod names;
mod sparse;
mod tar;
mod values;

use oci_fixture::{Fixture, Layout, Store};
use oci_fixture_test_support::{Tree, sha256, stored};
use proptest::prelude::*;
use serde_json::Value;

/// Bytes that a name can have: all except NUL and `/`.
fn name_bytes(length: std::ops::Range<usize>) -> impl Strategy<Value = Vec<u8>> {
    let byte = any::<u8>().prop_map(|byte| if matches!(byte, 0 | b'/') { 0xff } else { byte });
    prop::collection::vec(byte, length)
}

/// The stored blobs of a fixture, and its index.json.
fn in_memory(fixture: &Fixture) -> Tree {
    stored(&fixture.in_memory().unwrap())
}

/// The document of a descriptor.
fn document(files: &Tree, descriptor: &Value) -> Value {
    serde_json::from_slice(blob(files, descriptor)).unwrap()
}

/// The bytes of the blob of a descriptor, after a check of their digest and size.
fn blob<'f>(files: &'f Tree, descriptor: &Value) -> &'f [u8] {
    let digest = descriptor["digest"].as_str().unwrap();
    let bytes = &files[&format!("blobs/{}", digest.replace(':', "/"))];
    assert_eq!(digest, format!("sha256:{}", sha256(bytes)));
    assert_eq!(descriptor["size"], bytes.len());
    bytes
}

/// The entries of index.json.
fn listed(files: &Tree) -> Vec<Value> {
    let index: Value = serde_json::from_slice(&files["index.json"]).unwrap();
    index["manifests"].as_array().unwrap().clone()
}

/// Asserts that `verify` finds nothing above a note.
fn is_honest<S: Store>(layout: &Layout<S>) -> bool {
    layout.verify().iter().all(|finding| finding.level() <= oci_fixture::Level::Note)
}

/// Asserts that the text of a fixture declares the same files.
#[cfg(feature = "text")]
fn has_a_text(fixture: &Fixture) {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("fixture.oci");
    let source = fixture.source().unwrap();
    source.write_to(&file).unwrap();
    let parsed = Fixture::parse_file(&file).unwrap_or_else(|error| panic!("{error}\n{source}"));
    oci_fixture_test_support::assert_same(&in_memory(&parsed), &in_memory(fixture));
}

#[cfg(not(feature = "text"))]
fn has_a_text(_: &Fixture) {}
