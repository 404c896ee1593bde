//! Large layers, which are made at the same time.

use oci_fixture::{Content, Digest, Fixture, Layer, Layout, Manifest, Store};
use tempfile::TempDir;

/// All blobs, sorted by digest.
fn blobs<S: Store>(layout: &Layout<S>) -> Vec<(Digest, Vec<u8>)> {
    layout
        .blobs()
        .unwrap()
        .map(|blob| blob.map(|(digest, bytes)| (digest, bytes.to_vec())).unwrap())
        .collect()
}

#[test]
fn large_layers_are_those_that_are_made_one_after_the_other() {
    let layer = |path: &str, content: Content| Layer::new().with((path, content));
    let image = Manifest::new()
        .with(layer("a", Content::random(1, 3 << 20)))
        .with(layer("b", Content::random(2, 2 << 20)).gzip())
        .with(layer("small", Content::new("small")))
        // The bytes of the first one.
        .with(layer("a", Content::random(1, 3 << 20)))
        .with(layer("c", Content::zeros(4 << 20)).sha512())
        .with(layer("d", Content::zeros(1 << 20)).flip(0));
    let fixture = Fixture::new().with(image);
    let temp = TempDir::new().unwrap();
    let written = fixture.write_to(temp.path()).unwrap();
    // Memory makes one layer after the other.
    let expected = blobs(&fixture.in_memory().unwrap());
    assert_eq!(expected.len(), 7);
    assert!(blobs(&written) == expected);
    let archive = temp.path().join("archive");
    assert!(blobs(&fixture.write_archive_to(archive).unwrap()) == expected);
}

#[test]
fn the_first_of_several_large_layers_that_cannot_be_made_is_reported() {
    let layer = |file: &str| {
        Layer::new().with(("zeros", Content::zeros(2 << 20))).with(("file", Content::file(file)))
    };
    let image = Manifest::new().with(layer("no/first")).with(layer("no/second")).with(layer("no/third"));
    let fixture = Fixture::new().with(image);
    let temp = TempDir::new().unwrap();
    let expected = "linux/amd64 > layer 1: cannot be made: \"file\": no/first: cannot be read: No such file or directory (os error 2)";
    assert_eq!(fixture.write_to(temp.path()).unwrap_err().to_string(), expected);
    assert_eq!(fixture.write_archive(Vec::new()).unwrap_err().to_string(), expected);
    assert_eq!(fixture.in_memory().unwrap_err().to_string(), expected);
}
