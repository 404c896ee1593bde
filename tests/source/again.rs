//! Reading a printed text again.

use oci_fixture::{Fixture, Layout, SourceText, Store};
use oci_fixture_test_support::{assert_same, stored};
use tempfile::TempDir;

/// What a text declares, and the folder with the files beside it.
#[track_caller]
pub(crate) fn read_again(source: &SourceText) -> (Fixture, TempDir) {
    // Shown where the test fails.
    println!("{source}");
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("fixture.oci");
    source.write_to(&file).unwrap();
    (Fixture::parse_file(&file).unwrap_or_else(|error| panic!("{error}")), folder)
}

/// The text of a fixture, which declares the same bytes, and is printed again as it is.
#[track_caller]
pub(crate) fn reads_back(fixture: &Fixture) -> String {
    let source = fixture.source().unwrap();
    let (parsed, _folder) = read_again(&source);
    assert_same(&stored(&parsed.in_memory().unwrap()), &stored(&fixture.in_memory().unwrap()));
    assert_eq!(parsed.source().unwrap().text(), source.text());
    source.text().to_owned()
}

/// The text of a layout, which declares its files.
#[track_caller]
pub(crate) fn imported<S: Store>(layout: &Layout<S>) -> String {
    let source = layout.source().unwrap();
    let (parsed, _folder) = read_again(&source);
    assert_same(&stored(&parsed.in_memory().unwrap()), &stored(layout));
    source.text().to_owned()
}
