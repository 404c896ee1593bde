//! Layouts with random faults: verifying them ends, without a panic.

use std::fs;
use std::path::{Path, PathBuf};

use oci_fixture::{Blob, Config, Entry, Fixture, Gzip, Index, Layer, Manifest, Zstd, verify};

use crate::digest;

/// Random numbers, the same in every run.
struct Random(u64);

impl Random {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 % end.max(1) as u64).unwrap()
    }

    /// Makes a few changes at random places.
    fn corrupt(&mut self, bytes: &mut Vec<u8>) {
        for _ in 0..=self.below(4) {
            let at = self.below(bytes.len());
            match self.below(6) {
                0 => bytes.truncate(at),
                1 => bytes.insert(at.min(bytes.len()), u8::try_from(self.below(256)).unwrap()),
                2 => bytes.extend_from_within(at..),
                _ => {
                    if let Some(byte) = bytes.get_mut(at) {
                        *byte ^= 1 << self.below(8);
                    }
                }
            }
        }
    }
}

/// The number of rounds, which `OCI_FIXTURE_ROUNDS` sets.
fn rounds() -> usize {
    std::env::var("OCI_FIXTURE_ROUNDS").map_or(300, |rounds| rounds.parse().unwrap())
}

fn entries() -> Layer {
    Layer::new()
        .with(Entry::directory("a/"))
        .with(("a/b", "c"))
        .with(Entry::symlink("d", "a"))
        .with(Entry::hardlink("e", "a/b").xattr("user.k", "v"))
        .with(Entry::whiteout("f").mtime(-1))
}

fn fixture() -> Fixture {
    let image = |platform: &str, layer: Layer| Manifest::new().platform(platform).with(layer);
    Fixture::new().with(
        Index::new()
            .reference("app:1")
            .with(image("linux/amd64", entries()))
            .with(image("linux/arm64", entries().gzip()))
            .with(image("linux/s390x", entries().zstd())),
    )
}

/// Each finding is one line, and a second run gives the same findings.
fn check(path: &Path) {
    let Ok(findings) = verify(path) else { return };
    for finding in &findings {
        let line = format!("{finding:#}");
        assert!(!line.contains(['\n', '\r', '\0']), "{line:?}");
        assert!(line.len() < 2000, "{line:?}");
    }
    assert_eq!(findings, verify(path).unwrap());
}

#[test]
fn files_of_any_bytes_are_judged() {
    let (temp, mut random) = (tempfile::tempdir().unwrap(), Random(1));
    let layout = fixture().write_to(temp.path()).unwrap();
    let mut files: Vec<PathBuf> = layout.walk().unwrap().map(|node| node.unwrap().path()).collect();
    files.extend(["index.json", "oci-layout"].map(|name| temp.path().join(name)));
    for _ in 0..rounds() {
        let file = &files[random.below(files.len())];
        let honest = fs::read(file).unwrap();
        let mut bytes = honest.clone();
        random.corrupt(&mut bytes);
        fs::write(file, bytes).unwrap();
        check(temp.path());
        fs::write(file, honest).unwrap();
    }
    assert_eq!(verify(temp.path()).unwrap(), []);
}

#[test]
fn archives_of_any_bytes_are_judged() {
    let (temp, mut random) = (tempfile::tempdir().unwrap(), Random(2));
    let path = temp.path().join("app.tar");
    let honest = fixture().write_archive(Vec::new()).unwrap();
    for _ in 0..rounds() {
        let mut bytes = honest.clone();
        random.corrupt(&mut bytes);
        fs::write(&path, bytes).unwrap();
        check(&path);
    }
}

#[test]
fn documents_and_layers_of_any_bytes_are_judged() {
    let (temp, mut random) = (tempfile::tempdir().unwrap(), Random(3));
    let layout = fixture().in_memory().unwrap();
    let index = layout.index_bytes().unwrap().into_owned();
    let nodes: Vec<(String, Vec<u8>)> = layout
        .walk()
        .unwrap()
        .map(|node| node.unwrap())
        .map(|node| (node.media_type().to_owned(), node.bytes().unwrap().into_owned()))
        .collect();
    let others = [
        Layer::new().with(("a", "b")).encoder(Gzip::stored().members(3)),
        Layer::new().with(("a", "b")).encoder(Zstd::stored().frames(2).skippable("s").checksum()),
    ];
    let others = others.map(|layer| {
        let layout = Fixture::new().with(Manifest::new().with(layer)).in_memory().unwrap();
        let layer = layout.nodes().unwrap()[0].layers().unwrap()[0].clone();
        (layer.media_type().to_owned(), layer.bytes().unwrap().into_owned())
    });
    let nodes: Vec<_> = nodes.into_iter().chain(others).collect();
    for _ in 0..rounds() {
        let (media_type, mut bytes) = nodes[random.below(nodes.len())].clone();
        random.corrupt(&mut bytes);
        let fixture = if media_type.contains("image.layer") {
            Fixture::new().with(Manifest::new().with(Blob::new(media_type, &bytes).diff_id(digest(&bytes))))
        } else if media_type.contains("image.config") {
            Fixture::new().with(Manifest::new().with(Config::new().raw(&bytes)))
        } else if media_type.contains("image.manifest") {
            Fixture::new().with(Manifest::new().raw(&bytes))
        } else {
            Fixture::new().with(Index::new().raw(&bytes))
        };
        let directory = tempfile::tempdir_in(&temp).unwrap();
        fixture.write_to(directory.path()).unwrap();
        check(directory.path());

        let mut bytes = index.clone();
        random.corrupt(&mut bytes);
        fs::write(directory.path().join("index.json"), bytes).unwrap();
        check(directory.path());
    }
}
