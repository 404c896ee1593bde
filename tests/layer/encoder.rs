//! Encoded layers: their descriptors and configs, and what other decoders read.

use std::collections::BTreeSet;

use oci_fixture::{
    Content, Encoder, Error, ErrorKind, Fixture, Gzip, Label, Layer, Manifest, Plain, Text, Zstd,
};
use oci_fixture_test_support::golden::assert_lines;
use oci_fixture_test_support::{assert_checksums, decompressed, digest, fixture, layer_of, sha256};

/// The tar of a file `bash` with the content `layer1`; Go's own libraries give the same.
const TAR: &str = "sha256:319a4ffe3657636c627d4b0105d38fb73936b1233540d3468db5ef72ade574f0";
/// The same tar as stored gzip and as raw zstd. These digests must never change: projects compare them with golden
/// digests of their own.
const GZIP: &str = "sha256:a32751eaf7d6e75b1748acdadd6aba3e0479e0a133dc2d34987c3fd6e353cf8d";
const ZSTD: &str = "sha256:ff11e8c5e822c8b68a64574cc447e47512b8f1ea68c96b03339d877d8cb97558";

const GARBAGE: &[u8] = b"garbage";

#[test]
fn descriptor_and_config_match_the_layer() {
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
    let tar = layer_of(big());
    assert_eq!(digest(&tar), written(big()).diff_id);
    assert!(decompressed(&layer_of(big().gzip())) == tar);
    assert!(decompressed(&layer_of(big().zstd())) == tar);
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
fn descriptor_and_config_match_the_faulty_layer() {
    let tar = layer_of(layer());
    let (one, other) = tar.split_at(1024);
    let (first, rest) = tar.split_at(683);
    let (second, third) = rest.split_at(683);
    let skippable = b"\x50\x2a\x4d\x18\x03\0\0\0abc".as_slice();
    let frame = zstd(0, 7 << 3, &tar);
    // XXH64 of the tar is f24827fd419ea6e7.
    let with_checksum = [zstd(4, 7 << 3, &tar).as_slice(), &[0xe7, 0xa6, 0x9e, 0x41]].concat();
    let faulty_members = Gzip::stored().members(2).bad_crc().prefix("garbage").suffix("garbage").labelled("");
    let faulty_frames =
        Zstd::stored().window(4096).skippable("abc").prefix("garbage").suffix("garbage").labelled("lz4");
    let layers: [(&str, Encoder, &str, Vec<u8>); 19] = [
        ("plain", Plain::new().into(), "", tar.clone()),
        ("plain, labelled gzip", Plain::new().labelled("gzip").into(), "+gzip", tar.clone()),
        ("plain, a prefix", Plain::new().prefix("garbage").into(), "", [GARBAGE, &tar].concat()),
        (
            "plain, a suffix, labelled zstd",
            Plain::new().suffix("garbage").labelled("zstd").into(),
            "+zstd",
            [tar.as_slice(), GARBAGE].concat(),
        ),
        ("gzip, labelled zstd", Gzip::stored().labelled("zstd").into(), "+zstd", gzip(&tar)),
        ("gzip, not labelled", Gzip::stored().labelled("").into(), "", gzip(&tar)),
        ("gzip, two members", Gzip::stored().members(2).into(), "+gzip", [gzip(one), gzip(other)].concat()),
        (
            "gzip, three members",
            Gzip::stored().members(3).into(),
            "+gzip",
            [gzip(first), gzip(second), gzip(third)].concat(),
        ),
        ("gzip, a bad CRC", Gzip::stored().bad_crc().into(), "+gzip", inverted(gzip(&tar), 8, 4)),
        ("gzip, a bad size", Gzip::stored().bad_size().into(), "+gzip", inverted(gzip(&tar), 4, 0)),
        (
            "gzip, several faults",
            faulty_members.into(),
            "",
            [GARBAGE, &gzip(one), &inverted(gzip(other), 8, 4), GARBAGE].concat(),
        ),
        ("zstd, labelled gzip", Zstd::stored().labelled("gzip").into(), "+gzip", frame.clone()),
        ("zstd, not labelled", Zstd::stored().labelled("").into(), "", frame.clone()),
        (
            "zstd, two frames",
            Zstd::stored().frames(2).into(),
            "+zstd",
            [zstd(0, 7 << 3, one), zstd(0, 7 << 3, other)].concat(),
        ),
        ("zstd, a large window", Zstd::stored().window(1 << 31).into(), "+zstd", zstd(0, 21 << 3, &tar)),
        (
            "zstd, a skippable frame",
            Zstd::stored().skippable("abc").into(),
            "+zstd",
            [skippable, &frame].concat(),
        ),
        ("zstd, a checksum", Zstd::stored().checksum().into(), "+zstd", with_checksum.clone()),
        (
            "zstd, a bad checksum",
            Zstd::stored().bad_checksum().into(),
            "+zstd",
            inverted(with_checksum, 4, 0),
        ),
        (
            "zstd, several faults",
            faulty_frames.into(),
            "+lz4",
            [GARBAGE, skippable, &zstd(0, 2 << 3, &tar), GARBAGE].concat(),
        ),
    ];
    let sealed = layers.map(|(name, encoder, suffix, expected)| {
        let layer = layer().encoder(encoder);
        assert!(layer_of(layer.clone()) == expected, "{name}");
        let written = written(layer);
        let (size, hash) = (expected.len() as u64, sha256(expected));
        let (digest, diff_id) = (format!("sha256:{hash}"), TAR.to_owned());
        assert_eq!(written, Written { media_type: media_type(suffix), digest, size, diff_id }, "{name}");
        (name, hash)
    });
    assert_checksums(include_str!("encoded.sha256"), sealed);
}

#[test]
fn faulty_layers_have_faulty_media_types_of_docker_too() {
    for (encoder, suffix) in [
        (Encoder::from(Plain::new()), ""),
        (Plain::new().labelled("gzip").into(), ".gzip"),
        (Gzip::stored().labelled("").into(), ""),
        (Gzip::stored().labelled("zstd").into(), ".zstd"),
    ] {
        let docker = Manifest::new().docker().with(layer().encoder(encoder));
        let layout = Fixture::new().with(docker).in_memory().unwrap();
        let media_type = format!("application/vnd.docker.image.rootfs.diff.tar{suffix}");
        assert_eq!(layout.nodes().unwrap()[0].layers().unwrap()[0].media_type(), media_type);
    }
}

/// Only the manifest and the layer change: the config and all other blobs are those of the image without the fault.
#[test]
fn a_fault_changes_only_the_digests_above_it() {
    let image = |encoder: Encoder| {
        let other = Manifest::new().platform("linux/arm64").with(layer().gzip());
        let faulty = Manifest::new().with(Layer::new().with(("a", "b"))).with(layer().encoder(encoder));
        let layout = Fixture::new().with(other).with(faulty).in_memory().unwrap();
        let digests: BTreeSet<String> =
            layout.blobs().unwrap().map(|blob| blob.unwrap().0.to_string()).collect();
        let faulty = &layout.nodes().unwrap()[1];
        let layer = &faulty.layers().unwrap()[1];
        let moved = BTreeSet::from([faulty.digest().to_string(), layer.digest().to_string()]);
        (digests, moved)
    };
    let (honest, was) = image(Zstd::stored().into());
    let (faulty, is) = image(Zstd::stored().bad_checksum().into());
    assert_eq!(&honest - &faulty, was);
    assert_eq!(&faulty - &honest, is);
}

#[test]
fn a_faulty_stream_of_an_empty_layer_holds_its_tar() {
    for encoder in [Encoder::from(Gzip::stored().members(1024)), Gzip::stored().members(3).into()] {
        assert!(decompressed(&layer_of(Layer::new().encoder(encoder))) == [0; 1024]);
    }
}

#[test]
fn an_impossible_encoding_is_refused_when_it_is_written() {
    let encoders: [Encoder; 9] = [
        Gzip::stored().members(0).into(),
        Zstd::stored().frames(1).into(),
        Plain::new().labelled("").into(),
        Plain::new().suffix("").into(),
        Gzip::stored().labelled("g zip").into(),
        Zstd::stored().labelled(mention()).into(),
        Zstd::stored().prefix(mention()).into(),
        Plain::new().suffix(Content::repeat(mention(), 2)).into(),
        Zstd::stored().skippable(mention()).into(),
    ];
    assert_lines("layer/encoders_refused.txt", encoders.map(refused));
}

#[test]
fn a_label_is_not_too_long_for_the_media_type_of_docker() {
    let label = "x".repeat(127 - "vnd.docker.image.rootfs.diff.tar.".len());
    assert_eq!(
        written(layer().encoder(Plain::new().labelled(&label))).media_type,
        media_type(&format!("+{label}"))
    );
    assert_eq!(
        refused(Plain::new().labelled(format!("{label}x"))),
        format!(
            "linux/amd64 > layer 1: media type `application/vnd.docker.image.rootfs.diff.tar.{label}x` has a subtype \
             of more than 127 characters; write a shorter one"
        )
    );
}

#[test]
fn errors_while_the_bytes_are_made_are_reported() {
    let made = |encoder: Encoder| {
        let error = fixture(layer().encoder(encoder)).tempdir().unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Io);
        error.to_string()
    };
    assert_eq!(
        made(Gzip::stored().members(2049).into()),
        "linux/amd64 > layer 1: cannot be made: 2049 members need a tar of at least 2049 bytes, but it has 2048; \
         write at most `members(2048)`, or remove it"
    );
    // The rest is the text of the operating system.
    let missing = "linux/amd64 > layer 1: cannot be made: no-such-file: cannot be read: ";
    let error = made(Plain::new().prefix(Content::file("no-such-file")).into());
    assert!(error.starts_with(missing), "{error}");
    let error = made(Zstd::stored().skippable(Content::file("no-such-file")).into());
    assert!(error.starts_with(missing), "{error}");
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
    compresses(Gzip::level(9), "+gzip");
}

#[test]
#[cfg(feature = "zstd")]
fn a_level_of_zstd_compresses_the_same_tar() {
    compresses(Zstd::level(19), "+zstd");
}

#[cfg(any(feature = "gzip", feature = "zstd"))]
fn compresses(encoder: impl Into<Encoder>, suffix: &str) {
    let compressed = layer().encoder(encoder);
    assert!(decompressed(&layer_of(compressed.clone())) == layer_of(layer()));
    let written = written(compressed);
    assert_eq!((written.media_type, written.diff_id), (media_type(suffix), TAR.to_owned()));
    assert!(written.size < 200, "{} bytes", written.size);
}

fn layer() -> Layer {
    Layer::new().with(("bash", "layer1"))
}

fn media_type(suffix: &str) -> String {
    format!("application/vnd.oci.image.layer.v1.tar{suffix}")
}

/// The digests and the size that a written fixture records of its layer.
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

/// One member with one stored block, made by hand.
fn gzip(content: &[u8]) -> Vec<u8> {
    let mut crc = flate2::Crc::new();
    crc.update(content);
    let size = u16::try_from(content.len()).unwrap();
    let mut bytes = b"\x1f\x8b\x08\0\0\0\0\0\0\xff\x01".to_vec();
    bytes.extend(size.to_le_bytes());
    bytes.extend((!size).to_le_bytes());
    bytes.extend(content);
    bytes.extend(crc.sum().to_le_bytes());
    bytes.extend(u32::from(size).to_le_bytes());
    bytes
}

/// One frame with one raw block, made by hand.
fn zstd(flags: u8, window: u8, content: &[u8]) -> Vec<u8> {
    let block = u32::try_from(content.len() << 3 | 1).unwrap().to_le_bytes();
    [&[0x28, 0xb5, 0x2f, 0xfd, flags, window], &block[..3], content].concat()
}

/// The bytes with all bits inverted from one place to another, both counted from the end.
fn inverted(mut bytes: Vec<u8>, from: usize, to: usize) -> Vec<u8> {
    let size = bytes.len();
    for byte in &mut bytes[size - from..size - to] {
        *byte = !*byte;
    }
    bytes
}

/// A text that mentions a node.
fn mention() -> Text {
    Label::new("node", Manifest::new()).digest()
}

fn refused(encoder: impl Into<Encoder>) -> String {
    let error: Error = fixture(layer().encoder(encoder)).tempdir().unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Declaration);
    error.to_string()
}
