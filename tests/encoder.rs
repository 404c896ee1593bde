//! Encoded layers: what their descriptors and configs say, and what other decoders read.

// clippy.toml lets `#[test]` functions do this; the helpers below are as much a part of the tests.
#![allow(clippy::unwrap_used, clippy::indexing_slicing)]

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::io::Read;

use oci_fixture::{
    Content, Encoder, Error, ErrorKind, Fixture, Gzip, Label, Layer, Manifest, Plain, Text, Zstd, oci_image,
};
use sha2::{Digest, Sha256};

/// The tar of a file `bash` with the content `layer1`; Go's own libraries give the same.
const TAR: &str = "sha256:319a4ffe3657636c627d4b0105d38fb73936b1233540d3468db5ef72ade574f0";
/// It as stored gzip and as raw zstd. These must never change: projects compare them with golden digests of
/// their own.
const GZIP: &str = "sha256:a32751eaf7d6e75b1748acdadd6aba3e0479e0a133dc2d34987c3fd6e353cf8d";
const ZSTD: &str = "sha256:ff11e8c5e822c8b68a64574cc447e47512b8f1ea68c96b03339d877d8cb97558";

const GARBAGE: &[u8] = b"garbage";

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
fn an_odd_plain_layer_is_what_its_descriptor_and_its_config_say() {
    let tar = bytes(layer());
    sealed([
        (Plain::new().into(), "", tar.clone(), TAR),
        (Plain::new().labelled("gzip").into(), "+gzip", tar.clone(), TAR),
        (
            Plain::new().prefix("garbage").into(),
            "",
            [GARBAGE, &tar].concat(),
            "sha256:b4f43a875c487711e113bbfb27e2a14e50abc19f52a0ce662f0395898ac723f0",
        ),
        (
            Plain::new().suffix("garbage").labelled("zstd").into(),
            "+zstd",
            [tar.as_slice(), GARBAGE].concat(),
            "sha256:ae7e4ff5db70257c543a76a6e36af3cd44fde37fd53ca93a63371b41dd5c0c27",
        ),
    ]);
}

#[test]
fn an_odd_gzip_layer_is_what_its_descriptor_and_its_config_say() {
    let tar = bytes(layer());
    let (one, other) = tar.split_at(1024);
    let (first, rest) = tar.split_at(683);
    let (second, third) = rest.split_at(683);
    sealed([
        (Gzip::stored().labelled("zstd").into(), "+zstd", gzip(&tar), GZIP),
        (Gzip::stored().labelled("").into(), "", gzip(&tar), GZIP),
        (
            Gzip::stored().members(2).into(),
            "+gzip",
            [gzip(one), gzip(other)].concat(),
            "sha256:c70e62e2a754fe6adcdd4d636f1adb75c52fdce67eccd5bd84c809aa5e1dd5f4",
        ),
        (
            Gzip::stored().members(3).into(),
            "+gzip",
            [gzip(first), gzip(second), gzip(third)].concat(),
            "sha256:b33e321403d766a732b87f89a1f8d88ba6b3b2f4e9e7ac325f66b5cc3b766ea0",
        ),
        (
            Gzip::stored().bad_crc().into(),
            "+gzip",
            inverted(gzip(&tar), 8, 4),
            "sha256:f39ba3be6db60b908ebdf9dbda750a787d96a3f4bd9cc978a360b67787fd94ff",
        ),
        (
            Gzip::stored().bad_size().into(),
            "+gzip",
            inverted(gzip(&tar), 4, 0),
            "sha256:e8cdb8b05280a6c23ccf2e23d3852a1c15fa2b880ea2e826d0175d4292a65d65",
        ),
        (
            Gzip::stored().members(2).bad_crc().prefix("garbage").suffix("garbage").labelled("").into(),
            "",
            [GARBAGE, &gzip(one), &inverted(gzip(other), 8, 4), GARBAGE].concat(),
            "sha256:33736e504a72ca568800da897a42a32841363f49fc609cf68ce607a87ba1689e",
        ),
    ]);
}

#[test]
fn an_odd_zstd_layer_is_what_its_descriptor_and_its_config_say() {
    let tar = bytes(layer());
    let (one, other) = tar.split_at(1024);
    let skippable = b"\x50\x2a\x4d\x18\x03\0\0\0abc".as_slice();
    // XXH64 of the tar is f24827fd419ea6e7.
    let with_checksum = [zstd(4, 7 << 3, &tar).as_slice(), &[0xe7, 0xa6, 0x9e, 0x41]].concat();
    sealed([
        (Zstd::stored().labelled("gzip").into(), "+gzip", zstd(0, 7 << 3, &tar), ZSTD),
        (Zstd::stored().labelled("").into(), "", zstd(0, 7 << 3, &tar), ZSTD),
        (
            Zstd::stored().frames(2).into(),
            "+zstd",
            [zstd(0, 7 << 3, one), zstd(0, 7 << 3, other)].concat(),
            "sha256:1fc5b1ce52cbb02442e7aa1808eb8aed382ffb00a1b6dff19fab1d78f9f3f094",
        ),
        (
            Zstd::stored().window(1 << 31).into(),
            "+zstd",
            zstd(0, 21 << 3, &tar),
            "sha256:21e4c675698c1f1613678fdff0684283b2842aeea047b41a0e916e20d82db096",
        ),
        (
            Zstd::stored().skippable("abc").into(),
            "+zstd",
            [skippable, &zstd(0, 7 << 3, &tar)].concat(),
            "sha256:acc834c5c6f4bed6b6d2d7b43a9220a9110839c75ecc36ed6fa787145b5d5b18",
        ),
        (
            Zstd::stored().checksum().into(),
            "+zstd",
            with_checksum.clone(),
            "sha256:6aed528cd2f95c2875875af82d1a858c3b41495cde8df93bbff45fa8ce61ed84",
        ),
        (
            Zstd::stored().bad_checksum().into(),
            "+zstd",
            inverted(with_checksum, 4, 0),
            "sha256:79c980f9224dcd26c7d20690e48ef390a67365d8dbeef2bec531f37dff12fade",
        ),
        (
            Zstd::stored()
                .window(4096)
                .skippable("abc")
                .prefix("garbage")
                .suffix("garbage")
                .labelled("lz4")
                .into(),
            "+lz4",
            [GARBAGE, skippable, &zstd(0, 2 << 3, &tar), GARBAGE].concat(),
            "sha256:5c5a248e3bc14b8e42299bfb4e15bcef32bda328b6ff897bd96e8705c423d0eb",
        ),
    ]);
}

#[test]
fn the_media_types_of_docker_lie_too() {
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

/// The config and all other blobs are those of the honest image: its manifest and its layer are not.
#[test]
fn a_lie_moves_the_digests_above_it_and_no_others() {
    let image = |encoder: Encoder| {
        let other = Manifest::new().platform("linux/arm64").with(layer().gzip());
        let lying = Manifest::new().with(Layer::new().with(("a", "b"))).with(layer().encoder(encoder));
        let layout = Fixture::new().with(other).with(lying).in_memory().unwrap();
        let digests: BTreeSet<String> =
            layout.blobs().unwrap().map(|blob| blob.unwrap().0.to_string()).collect();
        let lying = &layout.nodes().unwrap()[1];
        let layer = &lying.layers().unwrap()[1];
        let moved = BTreeSet::from([lying.digest().to_string(), layer.digest().to_string()]);
        (digests, moved)
    };
    let (honest, was) = image(Zstd::stored().into());
    let (lying, is) = image(Zstd::stored().bad_checksum().into());
    assert_eq!(&honest - &lying, was);
    assert_eq!(&lying - &honest, is);
}

#[test]
fn the_macro_says_what_the_builder_says() {
    let garbage = "garbage".repeat(3);
    let declared = oci_image! {
        linux/amd64 {
            layer (Plain::new().labelled("gzip")) { "bash" => "layer1" }
            layer (Gzip::stored().members(3).suffix(&garbage)) { "bash" => "layer1" }
            layer (Zstd::stored().frames(2).window(2 << 30)) { "bash" => "layer1" }
        }
    };
    let built = Fixture::new().with(
        Manifest::new()
            .with(layer().encoder(Plain::new().labelled("gzip")))
            .with(layer().encoder(Gzip::stored().members(3).suffix(&garbage)))
            .with(layer().encoder(Zstd::stored().frames(2).window(2 << 30))),
    );
    let [declared, built] = [declared, built].map(|fixture| fixture.in_memory().unwrap());
    assert_eq!(declared.index_bytes().unwrap(), built.index_bytes().unwrap());
}

#[test]
fn an_odd_stream_of_an_empty_layer_holds_its_tar() {
    for encoder in [Encoder::from(Gzip::stored().members(1024)), Gzip::stored().members(3).into()] {
        assert!(unpacked(&bytes(Layer::new().encoder(encoder))) == [0; 1024]);
    }
}

#[test]
fn what_an_encoder_cannot_do_is_refused_when_it_is_written() {
    let cases: [(Encoder, &str); 9] = [
        (
            Gzip::stored().members(0).into(),
            "`members(0)` leaves nothing that could hold the tar; write at least `members(2)`, or remove it",
        ),
        (
            Zstd::stored().frames(1).into(),
            "`frames(1)` changes nothing, since that is what there is without it; \
             write at least `frames(2)`, or remove it",
        ),
        (
            Plain::new().labelled("").into(),
            "`labelled(\"\")` changes nothing, since the media type says that without it; \
             write another text, or remove it",
        ),
        (Plain::new().suffix("").into(), "`suffix` of no bytes changes nothing; write some, or remove it"),
        (
            Gzip::stored().labelled("g zip").into(),
            "media type `application/vnd.oci.image.layer.v1.tar+g zip` has ' ' in its subtype; \
             write letters, digits and `!#$&-^_.+`",
        ),
        (
            Zstd::stored().labelled(mention()).into(),
            "`labelled` cannot say anything of a labelled node; write the text out",
        ),
        (
            Zstd::stored().prefix(mention()).into(),
            "an encoder cannot say anything of a labelled node; write the bytes out",
        ),
        (
            Plain::new().suffix(Content::repeat(mention(), 2)).into(),
            "what says something of a label cannot be repeated; write it once, as the whole content",
        ),
        (
            Zstd::stored().skippable(mention()).into(),
            "an encoder cannot say anything of a labelled node; write the bytes out",
        ),
    ];
    for (encoder, problem) in cases {
        assert_eq!(refused(encoder), format!("linux/amd64 > layer 1: {problem}"));
    }
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
fn what_is_found_when_the_bytes_are_made_is_reported() {
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
    // The rest is the system's.
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

/// Each layer is these bytes, its descriptor says so with this digest, which must never change either, and its config
/// has the digest of the tar.
fn sealed<const N: usize>(layers: [(Encoder, &str, Vec<u8>, &str); N]) {
    for (encoder, suffix, expected, digest) in layers {
        let layer = layer().encoder(encoder.clone());
        assert!(bytes(layer.clone()) == expected, "{encoder:?}");
        let expected = Written {
            media_type: media_type(suffix),
            digest: digest.to_owned(),
            size: expected.len() as u64,
            diff_id: TAR.to_owned(),
        };
        assert_eq!(written(layer), expected, "{encoder:?}");
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

/// A text that says something of a node.
fn mention() -> Text {
    Label::new("node", Manifest::new()).digest()
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
