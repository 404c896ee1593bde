//! Compressed bytes.

use std::io::{self, Read, Write};
use std::process::{Command, Stdio};

use super::super::Decoder;
use crate::Encoder;
use crate::Entry;
use crate::Gzip;
use crate::Zstd;
use crate::declare::encoder::tests::content;
use crate::declare::layer::LayerMember;
use crate::declare::layer::tarball::Tar;
use crate::io::tests::{Broken, Numbers, Slow};
use crate::layer_format::LayerFormat;
use crate::layout::layer_entry::entries;
use crate::layout::layer_entry::tests::said_of;
use crate::xxh64::Xxh64;

const MAGIC: [u8; 4] = [0x28, 0xb5, 0x2f, 0xfd];

fn gzip(content: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(content).unwrap();
    encoder.finish().unwrap()
}

/// One frame with a compressed block.
fn zstd(content: &[u8]) -> Vec<u8> {
    ruzstd::encoding::compress_to_vec(content, ruzstd::encoding::CompressionLevel::Fastest)
}

/// One frame with a raw block, the size of its content and its checksum.
fn checked(content: &[u8]) -> Vec<u8> {
    let mut checksum = Xxh64::default();
    checksum.update(content);
    let size = u8::try_from(content.len()).unwrap();
    let block = [size << 3 | 1, size >> 5, 0];
    [&MAGIC[..], &[0b10_0100, size], &block, content, &checksum.low().to_le_bytes()].concat()
}

/// A skippable frame of any bytes.
fn skipped(bytes: &[u8]) -> Vec<u8> {
    let size = u32::try_from(bytes.len()).unwrap();
    [&[0x5a, 0x2a, 0x4d, 0x18], &size.to_le_bytes()[..], bytes].concat()
}

fn decode(bytes: &[u8]) -> io::Result<(Vec<u8>, LayerFormat, u64)> {
    let mut decoder = Decoder::of(bytes)?;
    let mut content = Vec::new();
    decoder.read_to_end(&mut content)?;
    Ok((content, LayerFormat::of_magic(bytes), decoder.streams()))
}

#[test]
fn all_members_and_frames_are_read() {
    let (a, b, c) = (content(300_000), b"".to_vec(), content(7));
    let whole = [a.clone(), b.clone(), c.clone()].concat();
    let members = [gzip(&a), gzip(&b), gzip(&c)].concat();
    let frames = [zstd(&a), zstd(&b), checked(&c)].concat();
    let mixed = [
        skipped(b""),
        zstd(&a),
        skipped(&vec![7; 100_000]),
        skipped(&MAGIC),
        zstd(&b),
        checked(&c),
        skipped(b"end"),
    ]
    .concat();
    assert_eq!(decode(&members).unwrap(), (whole.clone(), LayerFormat::Gzip, 3));
    assert_eq!(decode(&frames).unwrap(), (whole.clone(), LayerFormat::Zstd, 3));
    assert_eq!(decode(&mixed).unwrap(), (whole.clone(), LayerFormat::Zstd, 3));
    assert_eq!(decode(&skipped(b"only")).unwrap(), (Vec::new(), LayerFormat::Zstd, 0));

    for bytes in [members, frames, mixed] {
        let mut read = Vec::new();
        Decoder::of(Slow::new(&bytes)).unwrap().read_to_end(&mut read).unwrap();
        assert_eq!(read, whole);
        let mut decoder = Decoder::of(&bytes[..]).unwrap();
        let mut piece = [0; 7];
        let mut read = Vec::new();
        loop {
            assert_eq!(decoder.read(&mut []).unwrap(), 0);
            match decoder.read(&mut piece).unwrap() {
                0 => break,
                size => read.extend_from_slice(&piece[..size]),
            }
        }
        assert_eq!(read, whole);
        assert_eq!(decoder.read(&mut piece).unwrap(), 0);
    }
}

#[test]
fn the_streams_of_every_encoder_are_read() {
    let encoders: [Encoder; 6] = [
        Gzip::stored().into(),
        Gzip::level(6).into(),
        Gzip::level(9).into(),
        Zstd::stored().into(),
        Zstd::level(3).into(),
        Zstd::level(19).into(),
    ];
    let declared =
        [Entry::directory("bin/"), Entry::file("bin/bash", content(400_000)).xattr("user.k", "\n")];
    let expected = said_of(&declared).unwrap();
    let members: Vec<LayerMember> = declared.into_iter().map(LayerMember::Entry).collect();
    for encoder in encoders.iter().filter(|encoder| encoder.check().is_ok()) {
        let mut bytes = Vec::new();
        encoder.encode(&Tar::of(&members, None), &mut bytes).unwrap();
        assert_eq!(entries(Decoder::of(&bytes[..]).unwrap()).unwrap(), expected, "{encoder:?}");
        let error = entries(Decoder::of(&bytes[..bytes.len() - 1]).unwrap()).unwrap_err();
        let suffix = encoder.media_type_suffix();
        let what = if suffix == "gzip" { "gzip member" } else { "zstd frame" };
        let expected = format!("cannot be read as a layer: {what} 1 at byte 0: it ends too early");
        assert_eq!(error.to_string(), expected, "{encoder:?}");
    }
}

#[test]
fn an_error_in_a_stream_has_its_place() {
    let (member, frame) = (gzip(b"layer1"), checked(b"layer1"));
    let changed = |bytes: &[u8], at: usize| {
        let mut bytes = bytes.to_vec();
        bytes[at] ^= 0x10;
        bytes
    };
    let after = |bytes: &[u8], more: &[u8]| [bytes, more].concat();
    let last = member.len();
    assert_eq!((last, frame.len()), (26, 19));
    let header = |rest: &[u8]| after(&MAGIC, rest);
    let checksum = "corrupt gzip stream does not have a matching checksum";
    let window = "it needs a window of 268435456 bytes, more than the 134217728 that are taken";
    let reserved = "Failed to parse/decode block body: Reserved block occured. \
                    This is considered corruption by the documentation";
    for (bytes, place, problem) in [
        (changed(&member, last - 8), "gzip member 1 at byte 0", checksum),
        (changed(&member, last - 4), "gzip member 1 at byte 0", checksum),
        (changed(&member, 2), "gzip member 1 at byte 0", "invalid gzip header"),
        (after(&member[..10], &[0xff; 20]), "gzip member 1 at byte 0", "corrupt deflate stream"),
        (member[..2].to_vec(), "gzip member 1 at byte 0", "it ends too early"),
        (member[..12].to_vec(), "gzip member 1 at byte 0", "it ends too early"),
        (member[..last - 1].to_vec(), "gzip member 1 at byte 0", "it ends too early"),
        (after(&member, b"\0"), "gzip at byte 26", "bytes that are no member follow the last member"),
        (after(&member, b"trailing"), "gzip at byte 26", "bytes that are no member follow the last member"),
        (after(&member, b"\x1ftrailing!"), "gzip member 2 at byte 26", "invalid gzip header"),
        (after(&member, &changed(&member, last - 8)), "gzip member 2 at byte 26", checksum),
        (changed(&frame, 18), "zstd frame 1 at byte 0", "its checksum does not match"),
        (changed(&frame, 10), "zstd frame 1 at byte 0", "its checksum does not match"),
        (after(&frame, &changed(&frame, 18)), "zstd frame 2 at byte 19", "its checksum does not match"),
        (changed(&frame, 5), "zstd frame 1 at byte 0", "its content is not as large as it says"),
        (frame[..4].to_vec(), "zstd frame 1 at byte 0", "it ends too early"),
        (frame[..12].to_vec(), "zstd frame 1 at byte 0", "it ends too early"),
        (frame[..18].to_vec(), "zstd frame 1 at byte 0", "it ends too early"),
        (
            after(&frame, b"trailing"),
            "zstd frame 2 at byte 19",
            "bytes that are no frame follow the last frame",
        ),
        (after(&frame, b"\0"), "zstd frame 2 at byte 19", "it ends too early"),
        (skipped(b"more")[..10].to_vec(), "skippable zstd frame at byte 0", "it ends too early"),
        (skipped(b"more")[..6].to_vec(), "zstd frame 1 at byte 0", "it ends too early"),
        (header(&[0, 18 << 3, 1, 0, 0]), "zstd frame 1 at byte 0", window),
        (
            header(&[1, 0, 5, 1, 0, 0]),
            "zstd frame 1 at byte 0",
            "it needs the dictionary 5, which no layer has",
        ),
        (header(&[0, 0, 7, 0, 0]), "zstd frame 1 at byte 0", reserved),
    ] {
        let error = decode(&bytes).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::InvalidData, "{error}");
        assert_eq!(error.to_string(), format!("{place}: {problem}"));
    }
}

#[test]
fn an_error_of_the_source_is_passed_on() {
    for bytes in [gzip(&content(100_000)), zstd(&content(100_000)), skipped(&[7; 100])] {
        for size in [4, 5, 9, 50, bytes.len() - 1, bytes.len()] {
            let mut decoder = Decoder::of(bytes[..size].chain(Broken)).unwrap();
            let error = decoder.read_to_end(&mut Vec::new()).unwrap_err();
            let found = (error.kind(), error.to_string());
            assert_eq!(found, (io::ErrorKind::PermissionDenied, "no source".to_owned()), "{size} bytes");
        }
    }
}

#[test]
fn streams_of_the_command_line_tools_are_read() {
    let content = content(2_000_000);
    for (tool, arguments) in [
        ("gzip", &["-1"][..]),
        ("gzip", &["-9"]),
        ("zstd", &["-1"]),
        ("zstd", &["-19", "--no-check"]),
        ("zstd", &["-3", "--long=27"]),
        ("zstd", &["--format=gzip"]),
    ] {
        if Command::new(tool).arg("--version").output().is_err() {
            // Not `eprintln!`: that is captured, and a test that was skipped must be seen.
            writeln!(io::stderr(), "skipped: there is no `{tool}` here to make a stream").unwrap();
            continue;
        }
        let mut command = Command::new(tool);
        let mut child =
            command.arg("-c").args(arguments).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().unwrap();
        let (mut input, bytes) = (child.stdin.take().unwrap(), content.clone());
        let writer = std::thread::spawn(move || input.write_all(&bytes));
        let output = child.wait_with_output().unwrap();
        writer.join().unwrap().unwrap();
        let (read, _, streams) = decode(&output.stdout).unwrap();
        assert!(read == content, "{tool} {arguments:?}");
        assert_eq!(streams, 1, "{tool} {arguments:?}");
    }
}

/// Reading any bytes as a stream ends, without a panic. `OCI_FIXTURE_ROUNDS` asks for more streams.
#[test]
fn a_corrupt_stream_is_read_or_refused() {
    let content = content(3000);
    let streams = [
        [gzip(&content), gzip(b"layer1")].concat(),
        [zstd(&content), skipped(b"skipped"), checked(b"layer1")].concat(),
    ];
    let mut numbers = Numbers::new();
    let mut below = |limit| numbers.below(limit);
    let rounds = std::env::var("OCI_FIXTURE_ROUNDS").map_or(2000, |rounds| rounds.parse().unwrap());
    for _ in 0..rounds {
        for stream in &streams {
            let mut bytes = stream.clone();
            for _ in 0..=below(3) {
                // Mostly in the headers and tables.
                let limit = if below(2) == 0 { 80 } else { bytes.len() };
                let at = below(limit.min(bytes.len()));
                match below(3) {
                    0 => bytes[at] = u8::try_from(below(256)).unwrap(),
                    1 => bytes[at] ^= 1 << below(8),
                    _ => bytes.truncate(at + 1),
                }
            }
            // A few bytes can be a bomb, so the number of decoded bytes is limited.
            let read = Decoder::of(&bytes[..]).unwrap().take(1 << 20).read_to_end(&mut Vec::new());
            if let Err(error) = read {
                assert_eq!(error.kind(), io::ErrorKind::InvalidData, "{error}");
            }
        }
    }
}
