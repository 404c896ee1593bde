//! Digests of sha512: which nodes have them, where their blobs are, and what readers and ways out make of them.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use oci_fixture::{Digest, Fixture, Layout, Store, oci_image};

/// Nodes of both algorithms.
fn mixed() -> Fixture {
    oci_image! {
        #[sha512]
        index "app:1" {
            'image: linux/amd64 {
                'base: layer gzip { "etc/", "etc/name" => "x" }
                layer { "a" => "b" }
            }
        }
        'short: linux/arm64 {
            annotations: { "of": 'base.digest, "diff_id": 'base.diff_id },
            'base,
            layer { "a" => "b" }
            #[sha512] 'blob: blob "text/plain" => "text",
        }
        blob "text/plain" => "text"
    }
}

/// The files of a layout, with their paths.
fn files(path: &Path) -> BTreeSet<String> {
    let mut files = BTreeSet::new();
    let mut rest = vec![path.to_owned()];
    while let Some(directory) = rest.pop() {
        for entry in fs::read_dir(directory).unwrap().map(Result::unwrap) {
            if entry.file_type().unwrap().is_dir() {
                rest.push(entry.path());
            } else {
                files.insert(entry.path().strip_prefix(path).unwrap().display().to_string());
            }
        }
    }
    files
}

fn algorithms<S: Store>(layout: &Layout<S>) -> Vec<(String, String)> {
    let nodes = layout.walk().unwrap().map(Result::unwrap);
    nodes.map(|node| (node.media_type().to_owned(), node.digest().algorithm().to_owned())).collect()
}

#[test]
fn a_node_has_its_own_algorithm_or_that_of_the_node_in_which_it_is_declared() {
    let layout = mixed().in_memory().unwrap();
    let of = |label: &str| layout.label(label).unwrap().digest().algorithm().to_owned();
    assert_eq!(["image", "base", "short", "blob"].map(of), ["sha512", "sha512", "sha256", "sha512"]);
    let found: Vec<String> = algorithms(&layout).into_iter().map(|(_, algorithm)| algorithm).collect();
    let expected = [
        // The index, its manifest, that one's config and layers.
        ["sha512"; 5].as_slice(),
        // The second manifest, its config, the shared layer, its own layer, and its blob.
        &["sha256", "sha256", "sha512", "sha256", "sha512"],
        // The blob at the top level, which has the same bytes.
        &["sha256"],
    ];
    assert_eq!(found, expected.concat());
}

#[test]
fn every_blob_is_named_by_its_digest_in_every_store() {
    let directory = mixed().tempdir().unwrap();
    let memory = mixed().in_memory().unwrap();
    directory.assert_verified();
    memory.assert_verified();
    let mut expected = BTreeSet::from(["index.json".to_owned(), "oci-layout".to_owned()]);
    for (digest, bytes) in memory.blobs().unwrap().map(Result::unwrap) {
        let made =
            if digest.algorithm() == "sha512" { Digest::sha512(&bytes) } else { Digest::sha256(&bytes) };
        assert_eq!(digest, made);
        expected.insert(format!("blobs/{}/{}", digest.algorithm(), digest.hex()));
    }
    assert_eq!(files(directory.path()), expected);
    assert_eq!(expected.iter().filter(|path| path.starts_with("blobs/sha512/")).count(), 6);

    let archive = tempfile::NamedTempFile::new().unwrap();
    mixed().write_archive(archive.as_file()).unwrap();
    let archive = Layout::open_archive(archive.path()).unwrap();
    archive.assert_verified();
    assert_eq!(algorithms(&archive), algorithms(&memory));
    assert_eq!(archive.to_string(), Layout::open(directory.path()).unwrap().to_string());

    // A layout that exists gets further blobs.
    let temp = tempfile::tempdir().unwrap();
    oci_image! { linux/s390x { "a" => "c" } }.write_to(temp.path()).unwrap();
    let added = mixed().write_to(temp.path()).unwrap();
    added.assert_verified();
    assert!(files(temp.path()).is_superset(&expected));
}

#[test]
fn a_diff_id_has_the_algorithm_of_its_layer() {
    let layout = mixed().tempdir().unwrap();
    let image = layout.label("short").unwrap();
    let layers = image.layers().unwrap();
    let tar = {
        let mut tar = Vec::new();
        let gzip = layers[0].bytes().unwrap();
        std::io::Read::read_to_end(&mut flate2::read::GzDecoder::new(&*gzip), &mut tar).unwrap();
        tar
    };
    let plain = layers[1].bytes().unwrap();
    let diff_ids = [Digest::sha512(&tar), Digest::sha256(&plain)].map(|digest| digest.to_string());
    let config = image.config().unwrap();
    assert_eq!(*config.rootfs().diff_ids(), diff_ids);
    let annotations = image.manifest().unwrap().annotations().clone().unwrap();
    assert_eq!(annotations["diff_id"], diff_ids[0]);
    assert_eq!(annotations["of"], layers[0].digest().to_string());
    // One of the layers is compressed.
    #[cfg(feature = "decode")]
    {
        let rootfs = layout.platform("linux/amd64").unwrap().rootfs().unwrap();
        assert_eq!(rootfs.to_string(), "-rw-r--r-- 1 a\ndrwxr-xr-x 0 etc/\n-rw-r--r-- 1 etc/name\n");
    }
}

/// Each of the two blobs has faults of its own.
#[test]
fn equal_bytes_under_two_algorithms_are_two_blobs() {
    let layout = oci_image! {
        #[flip = 0] blob "text/plain" => "text",
        #[sha512] #[truncate = 1] blob "text/plain" => "text",
        #[sha512 = false] blob "text/html" => "html",
    };
    let layout = layout.tempdir().unwrap();
    let [one, other] = [Digest::sha256("text"), Digest::sha512("text")];
    assert_eq!(*layout.blob(&one).unwrap(), *b"uext");
    assert_eq!(*layout.blob(&other).unwrap(), *b"t");
    let findings: Vec<String> = layout.verify().iter().map(ToString::to_string).collect();
    assert_eq!(findings.len(), 2, "{findings:?}");
    let missing =
        oci_image! { #[sha512] #[missing] blob "text/plain" => "text", blob "text/plain" => "text" };
    let missing = missing.tempdir().unwrap();
    assert!(missing.blob(&other).is_err() && missing.blob(&one).is_ok());
}

#[test]
fn an_archive_for_docker_refuses_a_layer_by_another_algorithm() {
    let refused = oci_image! { linux/amd64 { layer { "a" => "b" } #[sha512] layer { "c" => "d" } } };
    let expected = "linux/amd64: layer 2 of the image has a digest of sha512, and Docker knows sha256 alone; remove `#[sha512]`";
    for layout in [false, true] {
        let archive = refused.docker_archive();
        let archive = if layout { archive.with_layout() } else { archive };
        assert_eq!(archive.write(Vec::new()).unwrap_err().to_string(), expected);
    }
    // The identity of an image is for Docker to find.
    oci_image! { manifest "app:1" { layer { "a" => "b" } #[sha512] config { user: "a" } } }
        .write_docker_archive(Vec::new())
        .unwrap();
}
