//! Compressed layers: what their descriptors and configs say, and what other decoders read.

// clippy.toml lets `#[test]` functions do this; the helpers below are as much a part of the tests.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use std::fmt::Write as _;
use std::io::Read;

use oci_fixture::{Encoder, Error, ErrorKind, Fixture, Gzip, Layer, Manifest, Zstd};
use sha2::{Digest, Sha256};

/// The tar of a file `bash` with the content `layer1`; Go's own libraries give the same.
const TAR: &str = "sha256:319a4ffe3657636c627d4b0105d38fb73936b1233540d3468db5ef72ade574f0";
/// It as stored gzip and as raw zstd. These must never change: projects compare them with golden digests of
/// their own.
const GZIP: &str = "sha256:a32751eaf7d6e75b1748acdadd6aba3e0479e0a133dc2d34987c3fd6e353cf8d";
const ZSTD: &str = "sha256:ff11e8c5e822c8b68a64574cc447e47512b8f1ea68c96b03339d877d8cb97558";

#[test]
fn a_layer_is_what_its_descriptor_and_its_config_say() {
    assert_eq!(
        written(layer()),
        Written { media_type: media_type(""), digest: TAR.to_owned(), size: 2048, diff_id: TAR.to_owned() }
    );
    for (stored, suffix, digest, size) in [
        (layer().gzip(), "+gzip", GZIP, 2048 + 23),
        (layer().encoder(Gzip::stored()), "+gzip", GZIP, 2048 + 23),
        (layer().zstd(), "+zstd", ZSTD, 2048 + 9),
        (layer().encoder(Zstd::stored()), "+zstd", ZSTD, 2048 + 9),
    ] {
        let expected = Written {
            media_type: media_type(suffix),
            digest: digest.to_owned(),
            size,
            diff_id: TAR.to_owned(),
        };
        assert_eq!(written(stored), expected);
    }
}

#[test]
fn a_stored_layer_holds_the_tar() {
    // More than a block of each format.
    let big = || layer().with(("usr/lib/big", vec![7; 300_000]));
    let tar = bytes(big());
    assert_eq!(sha256(&tar), written(big()).diff_id);
    assert!(unpacked(&bytes(big().gzip())) == tar);
    assert!(unpacked(&bytes(big().zstd())) == tar);
}

#[test]
fn a_level_out_of_range_is_refused_when_it_is_written() {
    assert_eq!(
        refused(Gzip::level(10)),
        "linux/amd64 > layer 1: gzip has no level 10; write one from 0 to 9"
    );
    assert_eq!(
        refused(Zstd::level(23)),
        "linux/amd64 > layer 1: zstd has no level 23; write one from -131072 to 22"
    );
}

#[test]
#[cfg(not(feature = "gzip"))]
fn a_level_of_gzip_names_the_feature_that_it_needs() {
    assert_eq!(
        refused(Gzip::level(9)),
        "linux/amd64 > layer 1: `Gzip::level` needs the feature `gzip` of oci-fixture; \
         run `cargo add --dev oci-fixture --features gzip`, or write `Gzip::stored()`"
    );
}

#[test]
#[cfg(not(feature = "zstd"))]
fn a_level_of_zstd_names_the_feature_that_it_needs() {
    assert_eq!(
        refused(Zstd::level(3)),
        "linux/amd64 > layer 1: `Zstd::level` needs the feature `zstd` of oci-fixture; \
         run `cargo add --dev oci-fixture --features zstd`, or write `Zstd::stored()`"
    );
}

#[test]
#[cfg(feature = "gzip")]
fn a_level_of_gzip_compresses_the_same_tar() {
    let compressed = layer().encoder(Gzip::level(9));
    assert!(unpacked(&bytes(compressed.clone())) == bytes(layer()));
    let written = written(compressed);
    assert_eq!((written.media_type, written.diff_id), (media_type("+gzip"), TAR.to_owned()));
    assert!(written.size < 200, "{} bytes", written.size);
}

#[test]
#[cfg(feature = "zstd")]
fn a_level_of_zstd_compresses_the_same_tar() {
    let compressed = layer().encoder(Zstd::level(19));
    assert!(unpacked(&bytes(compressed.clone())) == bytes(layer()));
    let written = written(compressed);
    assert_eq!((written.media_type, written.diff_id), (media_type("+zstd"), TAR.to_owned()));
    assert!(written.size < 200, "{} bytes", written.size);
}

fn layer() -> Layer {
    Layer::new().with(("bash", "layer1"))
}

fn media_type(suffix: &str) -> String {
    format!("application/vnd.oci.image.layer.v1.tar{suffix}")
}

fn fixture(layer: Layer) -> Fixture {
    Fixture::new().with(Manifest::new().with(layer))
}

/// What a written fixture says of its layer.
#[derive(Debug, PartialEq)]
struct Written {
    media_type: String,
    digest: String,
    size: u64,
    diff_id: String,
}

fn written(layer: Layer) -> Written {
    let layout = fixture(layer).tempdir().unwrap();
    let node = &layout.nodes().unwrap()[0];
    let (manifest, config) = (node.manifest().unwrap(), node.config().unwrap());
    let descriptor = &manifest.layers()[0];
    Written {
        media_type: descriptor.media_type().to_string(),
        digest: descriptor.digest().to_string(),
        size: descriptor.size(),
        diff_id: config.rootfs().diff_ids()[0].clone(),
    }
}

/// The blob of the layer, which is what its descriptor says.
fn bytes(layer: Layer) -> Vec<u8> {
    let layout = fixture(layer).tempdir().unwrap();
    let node = &layout.nodes().unwrap()[0].layers().unwrap()[0];
    let bytes = node.bytes().unwrap().into_owned();
    assert_eq!((node.digest().to_string(), node.size()), (sha256(&bytes), bytes.len() as u64));
    bytes
}

/// What a reader of layers gets, which tells the formats apart by their first bytes.
fn unpacked(bytes: &[u8]) -> Vec<u8> {
    let mut tar = Vec::new();
    match bytes[0] {
        0x1f => flate2::read::MultiGzDecoder::new(bytes).read_to_end(&mut tar),
        _ => ruzstd::decoding::StreamingDecoder::new(bytes).unwrap().read_to_end(&mut tar),
    }
    .unwrap();
    tar
}

fn refused(encoder: impl Into<Encoder>) -> String {
    let error: Error = fixture(layer().encoder(encoder)).tempdir().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Declaration);
    error.to_string()
}

fn sha256(bytes: &[u8]) -> String {
    let mut text = "sha256:".to_owned();
    for byte in Sha256::digest(bytes) {
        write!(text, "{byte:02x}").unwrap();
    }
    text
}
