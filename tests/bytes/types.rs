//! The values that other crates read back from a layout.

use std::collections::BTreeSet;
use std::fs;
use std::io::Read;
use std::path::Path;

use oci_fixture::oci_spec::image::{
    Arch, ConfigBuilder, Descriptor, DescriptorBuilder, ImageConfiguration, ImageConfigurationBuilder,
    ImageIndex, ImageIndexBuilder, ImageManifest, ImageManifestBuilder, MediaType, Os, PlatformBuilder,
    RootFsBuilder, SCHEMA_VERSION,
};
use oci_fixture::{ErrorKind, Fixture};
use oci_fixture_test_support::images::{EXAMPLE_DOCUMENTS, EXAMPLE_LAYERS, everything, example, many};
use oci_fixture_test_support::{files, sha256};
use tempfile::TempDir;

#[test]
fn the_typed_index_is_what_oci_spec_reads_from_index_json() {
    let temp = TempDir::new().unwrap();
    let index = example().write_to(temp.path()).unwrap().index().unwrap();
    assert_eq!(index, ImageIndex::from_file(temp.path().join("index.json")).unwrap());
    let names = [
        ("io.containerd.image.name".to_owned(), "docker.io/library/twoplatform:latest".to_owned()),
        ("org.opencontainers.image.ref.name".to_owned(), "latest".to_owned()),
    ];
    let entry = descriptor(MediaType::ImageIndex, EXAMPLE_DOCUMENTS[4], 491).annotations(names);
    let expected = ImageIndexBuilder::default()
        .schema_version(SCHEMA_VERSION)
        .media_type(MediaType::ImageIndex)
        .manifests([entry.build().unwrap()])
        .build();
    assert_eq!(index, expected.unwrap());

    let layout = everything().tempdir().unwrap();
    let index = layout.index().unwrap();
    assert_eq!(index, ImageIndex::from_file(layout.path().join("index.json")).unwrap());
    assert_eq!(index, serde_json::from_slice(&layout.index_bytes().unwrap()).unwrap());
}

#[test]
fn the_typed_documents_are_what_was_declared() {
    let layout = example().tempdir().unwrap();
    let root = layout.reference("twoplatform").unwrap();
    let platforms = [(Arch::Amd64, EXAMPLE_DOCUMENTS[1]), (Arch::ARM64, EXAMPLE_DOCUMENTS[3])];
    let manifests = platforms.map(|(arch, hex)| {
        let platform = PlatformBuilder::default().os(Os::Linux).architecture(arch).build().unwrap();
        descriptor(MediaType::ImageManifest, hex, 397).platform(platform).build().unwrap()
    });
    let index = ImageIndexBuilder::default()
        .schema_version(SCHEMA_VERSION)
        .media_type(MediaType::ImageIndex)
        .manifests(manifests)
        .build();
    assert_eq!(root.index().unwrap(), index.unwrap());

    let node = layout.platform("linux/arm64").unwrap();
    let layer = descriptor(MediaType::ImageLayer, EXAMPLE_LAYERS[1], 2048).build().unwrap();
    let manifest = ImageManifestBuilder::default()
        .schema_version(SCHEMA_VERSION)
        .media_type(MediaType::ImageManifest)
        .config(descriptor(MediaType::ImageConfig, EXAMPLE_DOCUMENTS[2], 238).build().unwrap())
        .layers([layer])
        .build();
    assert_eq!(node.manifest().unwrap(), manifest.unwrap());

    let process = ConfigBuilder::default()
        .env(["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin".to_owned()])
        .build();
    let rootfs =
        RootFsBuilder::default().typ("layers").diff_ids([format!("sha256:{}", EXAMPLE_LAYERS[1])]).build();
    let config = ImageConfigurationBuilder::default()
        .os(Os::Linux)
        .architecture(Arch::ARM64)
        .config(process.unwrap())
        .rootfs(rootfs.unwrap())
        .build();
    assert_eq!(node.config().unwrap(), config.unwrap());
}

#[test]
fn every_digest_size_platform_and_diff_id_agrees() {
    for fixture in [example(), everything(), many(), Fixture::new()] {
        let layout = fixture.tempdir().unwrap();
        let stored: BTreeSet<String> = files(layout.path())
            .into_keys()
            .filter_map(|name| name.strip_prefix("blobs/sha256/").map(|hex| format!("sha256:{hex}")))
            .collect();
        assert_eq!(reached(layout.path()), stored);
    }
}

#[test]
fn the_tar_crate_reads_the_declared_entries() {
    let layout = everything().tempdir().unwrap();
    let node = layout.platform("linux/amd64").unwrap_err();
    assert_eq!(node.kind(), ErrorKind::Ambiguous);
    let layers = layout.reference("registry.example:5000/team/everything:1.0").unwrap();
    let layers = layers.platform("linux/amd64").unwrap().layers().unwrap();
    let base = [
        "5 etc/ 755 0:0 0 \"\"",
        "0 etc/passwd 600 1:2 1700000000 \"root:x:0:0::/root:/bin/sh\\n\"",
        "5 run/lock/ 1777 1000:1000 0 \"\"",
        "0 run/0 644 0:0 0 \"number 0\"",
        "5 run/even/0/ 755 0:0 0 \"\"",
        "0 run/1 644 0:0 0 \"number 1\"",
        "5 run/odd/1/ 755 0:0 0 \"\"",
        "0 run/2 644 0:0 0 \"number 2\"",
        "5 run/even/2/ 755 0:0 0 \"\"",
    ];
    // `tar` reads a uid and a gid from PAX records, but no time; Go writes 0 into the field then.
    let odd =
        ["0 é 644 0:0 0 \"\\0\\xff\"", "0 before 4755 2097152:4294967295 0 \"\"", "0 d 0 2097151:0 0 \"\""];
    let read: Vec<_> = layers.iter().map(|layer| entries(&layer.bytes().unwrap())).collect();
    assert_eq!(read, [base.to_vec(), odd.to_vec(), base.to_vec()]);
}

/// Reads a layout with other crates alone, checks that each descriptor matches its blob, and returns the digests of all
/// blobs on the way.
fn reached(directory: &Path) -> BTreeSet<String> {
    let index = ImageIndex::from_file(directory.join("index.json")).unwrap();
    let mut digests = BTreeSet::new();
    let mut open = index.manifests().clone();
    while let Some(descriptor) = open.pop() {
        let blob = blob(directory, &descriptor);
        digests.insert(descriptor.digest().to_string());
        match descriptor.media_type() {
            MediaType::ImageIndex => {
                let index: ImageIndex = serde_json::from_slice(&blob).unwrap();
                assert_eq!(*index.media_type(), Some(MediaType::ImageIndex));
                open.extend(index.manifests().clone());
            }
            MediaType::ImageManifest => {
                let manifest: ImageManifest = serde_json::from_slice(&blob).unwrap();
                assert_eq!(*manifest.media_type(), Some(MediaType::ImageManifest));
                let config = self::blob(directory, manifest.config());
                let config: ImageConfiguration = serde_json::from_slice(&config).unwrap();
                if let Some(platform) = descriptor.platform() {
                    assert_eq!(platform.os(), config.os());
                    assert_eq!(platform.architecture(), config.architecture());
                    assert_eq!(platform.variant(), config.variant());
                }
                let diff_ids = manifest
                    .layers()
                    .iter()
                    .map(|layer| format!("sha256:{}", sha256(self::blob(directory, layer))));
                assert_eq!(*config.rootfs().diff_ids(), diff_ids.collect::<Vec<_>>());
                open.push(manifest.config().clone());
                open.extend(manifest.layers().clone());
            }
            MediaType::ImageConfig => {
                serde_json::from_slice::<ImageConfiguration>(&blob).unwrap();
            }
            MediaType::ImageLayer => assert_eq!(blob.len() % 512, 0),
            other => panic!("{other}"),
        }
    }
    digests
}

/// The blob to which a descriptor refers. Checks the blob's digest and size.
fn blob(directory: &Path, descriptor: &Descriptor) -> Vec<u8> {
    let digest = descriptor.digest();
    let bytes = fs::read(directory.join("blobs/sha256").join(digest.digest())).unwrap();
    assert_eq!(format!("sha256:{}", sha256(&bytes)), digest.to_string());
    assert_eq!(bytes.len() as u64, descriptor.size());
    bytes
}

/// The entries of a tar as the `tar` crate reads them: type, path, mode, owner, time, content.
fn entries(layer: &[u8]) -> Vec<String> {
    let mut archive = tar::Archive::new(layer);
    let mut entries = Vec::new();
    for entry in archive.entries().unwrap() {
        let mut entry = entry.unwrap();
        let mut content = Vec::new();
        entry.read_to_end(&mut content).unwrap();
        let header = entry.header();
        entries.push(format!(
            "{} {} {:o} {}:{} {} \"{}\"",
            char::from(header.entry_type().as_byte()),
            String::from_utf8(entry.path_bytes().into_owned()).unwrap(),
            header.mode().unwrap(),
            header.uid().unwrap(),
            header.gid().unwrap(),
            header.mtime().unwrap(),
            content.escape_ascii().to_string().replace("\\x00", "\\0"),
        ));
    }
    entries
}

fn descriptor(media_type: MediaType, hex: &str, size: u64) -> DescriptorBuilder {
    let digest: oci_fixture::oci_spec::image::Digest = format!("sha256:{hex}").parse().unwrap();
    DescriptorBuilder::default().media_type(media_type).digest(digest).size(size)
}
