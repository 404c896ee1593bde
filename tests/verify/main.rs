//! Each finding of `verify` on a small case, and how much `verify` reads.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by a panic")]

mod assert;
mod blobs;
mod descriptors;
mod documents;
mod entries;
mod files;
mod images;
mod limits;
mod random;
mod streams;
mod tarball;
mod tars;
mod writers;

use oci_fixture::{Finding, Fixture, Layer, Layout, Manifest, Store};
use oci_fixture_test_support::digest;
use tempfile::TempDir;

/// A layer of a few bytes.
fn layer() -> Layer {
    Layer::new().with(("a", "b"))
}

/// The digest of that layer.
const DIGEST: &str = "sha256:79c5ee601b352d634b21525bdb3c6dba2f9d8382c9548124d2dbd2ba47f8c25b";

/// An image of that layer.
fn image() -> Manifest {
    Manifest::new().with(layer())
}

/// A layout of this index.json alone.
fn with_index_json(text: impl AsRef<[u8]>) -> TempDir {
    let temp = tempfile::tempdir().unwrap();
    Fixture::new().write_to(temp.path()).unwrap();
    std::fs::write(temp.path().join("index.json"), text).unwrap();
    temp
}

/// The findings as lines.
fn lines(findings: &[Finding]) -> Vec<String> {
    findings.iter().map(ToString::to_string).collect()
}

/// The findings about a layout.
fn found<S: Store>(layout: &Layout<S>) -> Vec<String> {
    lines(&layout.verify())
}

/// The findings about a fixture, which are the same in memory, in a directory and in an archive.
fn found_in(fixture: &Fixture) -> Vec<String> {
    let temp = tempfile::tempdir().unwrap();
    let memory = found(&fixture.in_memory().unwrap());
    let directory = temp.path().join("layout");
    fixture.write_to(&directory).unwrap();
    let archive = temp.path().join("layout.tar");
    std::fs::write(&archive, fixture.write_archive(Vec::new()).unwrap()).unwrap();
    assert_eq!(memory, lines(&oci_fixture::verify(&directory).unwrap()), "a directory");
    assert_eq!(memory, lines(&oci_fixture::verify(&archive).unwrap()), "an archive");
    memory
}

/// The findings about an image, each without the place, if it begins with that.
fn found_at(place: &str, image: Manifest) -> Vec<String> {
    after(place, found_in(&Fixture::new().with(image)))
}

/// The lines, each without its beginning, if it has that.
fn after(beginning: &str, lines: Vec<String>) -> Vec<String> {
    lines.into_iter().map(|line| line.strip_prefix(beginning).unwrap_or(&line).to_owned()).collect()
}
