//! Declared faults: each makes the bytes that it says, and changes nothing else.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by a panic")]

mod conditions;
mod display;
mod documents;
mod layouts;
mod sealed;

use std::collections::BTreeMap;

use oci_fixture::Fixture;
use oci_fixture_test_support::{self as support, Tree, members, stored};

fn files(fixture: &Fixture) -> Tree {
    let memory = stored(&fixture.in_memory().unwrap());
    // The other ways out hold the same files.
    let directory = fixture.tempdir().unwrap();
    assert_eq!(support::files(directory.path()), memory);
    let mut unpacked: Tree = members(&*fixture.write_archive(Vec::new()).unwrap()).into_iter().collect();
    unpacked.retain(|name, _| !name.ends_with('/'));
    assert_eq!(unpacked, memory);
    memory
}

/// The bytes of a file in the honest and in the faulty layout. `None` if there is no such file.
type Pair = (Option<Vec<u8>>, Option<Vec<u8>>);

/// The files that differ in two layouts.
fn differences(honest: &Fixture, faulty: &Fixture) -> BTreeMap<String, Pair> {
    let (honest, faulty) = (files(honest), files(faulty));
    let names = honest.keys().chain(faulty.keys());
    let pairs = names.map(|name| (name.clone(), (honest.get(name).cloned(), faulty.get(name).cloned())));
    pairs.filter(|(_, (honest, faulty))| honest != faulty).collect()
}

/// The texts of the files that differ in two layouts: those of the honest one, and those of the faulty one.
fn texts(honest: &Fixture, faulty: &Fixture) -> (Vec<String>, Vec<String>) {
    let differences = differences(honest, faulty);
    let text = |bytes: Option<Vec<u8>>| String::from_utf8(bytes?).ok();
    let (gone, new): (Vec<_>, Vec<_>) =
        differences.into_values().map(|(honest, faulty)| (text(honest), text(faulty))).unzip();
    (gone.into_iter().flatten().collect(), new.into_iter().flatten().collect())
}

fn error(fixture: &Fixture) -> String {
    let error = fixture.in_memory().map(drop).unwrap_err();
    assert_eq!(error.kind(), oci_fixture::ErrorKind::Declaration);
    assert_eq!(fixture.write_archive(Vec::new()).map(drop).unwrap_err().to_string(), error.to_string());
    let temp = tempfile::tempdir().unwrap();
    let directory = temp.path().join("new");
    assert_eq!(fixture.write_to(&directory).map(drop).unwrap_err().to_string(), error.to_string());
    assert!(!directory.exists());
    error.to_string()
}
