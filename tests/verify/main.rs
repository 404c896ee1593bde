//! Each finding of `verify` on a small case, and how much `verify` reads.

// clippy.toml lets `#[test]` functions do this; the helpers below are as much a part of the tests.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

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

use oci_fixture::{Finding, Fixture, Layout, Store};
use oci_fixture_test_support::digest;

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
