//! Declared lies: each makes the bytes that it says, and changes nothing else.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test fails by a panic")]

mod display;
mod documents;
mod layouts;
mod sealed;

use std::collections::BTreeMap;

use oci_fixture::{Fixture, Layout, Store};

/// The files of a layout, by their names; oci-layout only where there is one.
type Files = BTreeMap<String, Vec<u8>>;

fn files(fixture: &Fixture) -> Files {
    let memory = of_layout(&fixture.in_memory().unwrap());
    // The other ways out hold the same.
    let directory = fixture.tempdir().unwrap();
    assert_eq!(of_directory(directory.path()), memory);
    let mut archive = tar::Archive::new(std::io::Cursor::new(fixture.write_archive(Vec::new()).unwrap()));
    let mut unpacked = Files::new();
    for entry in archive.entries().unwrap() {
        let mut entry = entry.unwrap();
        let name = String::from_utf8(entry.path_bytes().into_owned()).unwrap();
        if !name.ends_with('/') {
            let mut bytes = Vec::new();
            std::io::Read::read_to_end(&mut entry, &mut bytes).unwrap();
            unpacked.insert(name, bytes);
        }
    }
    assert_eq!(unpacked, memory);
    memory
}

fn of_layout<S: Store>(layout: &Layout<S>) -> Files {
    let mut files = Files::new();
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

fn of_directory(directory: &std::path::Path) -> Files {
    let mut files = Files::new();
    let mut open = vec![directory.to_owned()];
    while let Some(next) = open.pop() {
        for entry in std::fs::read_dir(next).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else {
                let name = path.strip_prefix(directory).unwrap().to_str().unwrap().to_owned();
                files.insert(name, std::fs::read(&path).unwrap());
            }
        }
    }
    files
}

/// The bytes in the honest and in the lying layout; nothing where there is no such file.
type Pair = (Option<Vec<u8>>, Option<Vec<u8>>);

/// What is another in two layouts.
fn differences(honest: &Fixture, lying: &Fixture) -> BTreeMap<String, Pair> {
    let (honest, lying) = (files(honest), files(lying));
    let names = honest.keys().chain(lying.keys());
    let pairs = names.map(|name| (name.clone(), (honest.get(name).cloned(), lying.get(name).cloned())));
    pairs.filter(|(_, (honest, lying))| honest != lying).collect()
}

/// The same where all is text, and without the names: what is gone and what is new.
fn texts(honest: &Fixture, lying: &Fixture) -> (Vec<String>, Vec<String>) {
    let differences = differences(honest, lying);
    let text = |bytes: Option<Vec<u8>>| String::from_utf8(bytes?).ok();
    let (gone, new): (Vec<_>, Vec<_>) =
        differences.into_values().map(|(honest, lying)| (text(honest), text(lying))).unzip();
    (gone.into_iter().flatten().collect(), new.into_iter().flatten().collect())
}

fn sha256(bytes: &[u8]) -> String {
    use sha2::Digest;
    oci_fixture::Digest::sha256(sha2::Sha256::digest(bytes).into()).to_string()
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
