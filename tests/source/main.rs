//! Declarations as text: printed, read, and printed again.

// clippy.toml lets `#[test]` functions do this; the helpers below are as much a part of the tests.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

use oci_fixture::Fixture;
use oci_fixture_test_support::{assert_same, stored};
use tempfile::TempDir;

#[cfg(all(feature = "decode", feature = "gzip", unix))]
mod further;
#[cfg(all(feature = "decode", feature = "gzip"))]
mod import;
mod imports;
#[cfg(all(feature = "decode", feature = "gzip"))]
mod large;
mod parse;
mod print;
mod rare;
mod sealed;
#[cfg(all(feature = "decode", feature = "gzip", unix))]
mod sparse;
#[cfg(all(feature = "decode", feature = "gzip", unix))]
mod tools;

#[allow(dead_code)]
#[path = "../../examples/specialimage.rs"]
mod specialimage;
/// Images of many kinds.
#[allow(dead_code)]
#[path = "../tools/images.rs"]
mod tool_images;

/// The text of the fixture, with the files beside it, declares the same bytes, and prints as itself.
#[track_caller]
fn reads_back(fixture: &Fixture) -> String {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("fixture.oci");
    let source = fixture.source().unwrap();
    source.write_to(&file).unwrap();
    let parsed = Fixture::parse_file(&file).unwrap_or_else(|error| panic!("{error}\n{source}"));
    assert_same(&stored(&parsed.in_memory().unwrap()), &stored(&fixture.in_memory().unwrap()));
    assert_eq!(parsed.source().unwrap().text(), source.text());
    source.text().to_owned()
}
