mod faulty;
mod refused;

use std::cell::Cell;
use std::io::{Read, Seek};
use std::process::{Command, Output};

use ruzstd::decoding::{FrameDecoder, StreamingDecoder};

use super::*;
use crate::io::Recipe;

const GZIP_BLOCK: usize = 65_535;
const ZSTD_BLOCK: usize = 131_072;

/// Sizes around the limits of the blocks of both formats.
const SIZES: [usize; 20] = [
    0, 1, 6, 65_534, 65_535, 65_536, 65_537, 131_069, 131_070, 131_071, 131_072, 131_073, 196_604, 196_605,
    196_606, 262_144, 262_145, 393_215, 393_216, 393_217,
];

#[test]
fn stored_gzip_has_these_bytes() {
    let gzip = Gzip::stored().into();
    assert_eq!(hex(&encoded(&gzip, b"")), "1f8b08000000000000ff010000ffff0000000000000000");
    assert_eq!(hex(&encoded(&gzip, b"layer1")), "1f8b08000000000000ff010600f9ff6c6179657231eccd5a7e06000000");

    let content = content(GZIP_BLOCK + 1);
    let bytes = encoded(&gzip, &content);
    assert_eq!(hex(&bytes[..15]), "1f8b08000000000000ff00ffff0000");
    assert_eq!(bytes[15..][..GZIP_BLOCK], content[..GZIP_BLOCK]);
    assert_eq!(hex(&bytes[15 + GZIP_BLOCK..][..5]), "010100feff");
    assert_eq!(bytes[20 + GZIP_BLOCK], content[GZIP_BLOCK]);
    assert_eq!(hex(&bytes[25 + GZIP_BLOCK..]), "00000100");
}

#[test]
fn stored_zstd_has_these_bytes() {
    let zstd = Zstd::stored().into();
    assert_eq!(hex(&encoded(&zstd, b"")), "28b52ffd0038010000");
    assert_eq!(hex(&encoded(&zstd, b"layer1")), "28b52ffd00383100006c6179657231");

    let content = content(ZSTD_BLOCK + 1);
    let bytes = encoded(&zstd, &content);
    assert_eq!(hex(&bytes[..9]), "28b52ffd0038000010");
    assert_eq!(bytes[9..][..ZSTD_BLOCK], content[..ZSTD_BLOCK]);
    assert_eq!(hex(&bytes[9 + ZSTD_BLOCK..][..3]), "090000");
    assert_eq!(bytes[12 + ZSTD_BLOCK..], content[ZSTD_BLOCK..]);
}

#[test]
fn the_fewest_blocks_that_hold_the_content() {
    for size in SIZES {
        let content = content(size);
        let gzip = encoded(&Gzip::stored().into(), &content);
        assert_eq!(gzip.len(), 10 + size.div_ceil(GZIP_BLOCK).max(1) * 5 + size + 8, "{size} bytes");
        let zstd = encoded(&Zstd::stored().into(), &content);
        assert_eq!(zstd.len(), 6 + size.div_ceil(ZSTD_BLOCK).max(1) * 3 + size, "{size} bytes");
    }
}

#[test]
fn other_decoders_read_one_stream_and_nothing_after_it() {
    for encoder in usable() {
        for size in SIZES {
            let content = content(size);
            let bytes = encoded(&encoder, &content);
            assert!(one_stream(&encoder, &bytes) == content, "{encoder:?} of {size} bytes");
            assert!(all_streams(&encoder, &bytes) == content, "{encoder:?} of {size} bytes");
        }
    }
}

#[test]
fn the_command_line_tools_accept_the_streams() {
    for tool in ["gzip", "zstd"] {
        if !has(tool) {
            continue;
        }
        for encoder in usable().iter().filter(|encoder| encoder.media_type_suffix() == tool) {
            for size in SIZES {
                accepted_by(tool, &encoded(encoder, &content(size)), &format!("{encoder:?} of {size} bytes"));
            }
        }
    }
}

#[test]
fn an_error_of_the_source_or_of_the_writer_is_returned() {
    for encoder in usable() {
        let none = source(|_| Err(io::Error::other("no source")));
        let error = encoder.encode(&none, &mut Vec::new()).unwrap_err();
        assert_eq!(error.to_string(), "no source", "{encoder:?}");

        let content = content(2 * ZSTD_BLOCK);
        let large = source(|out| out.write_all(&content));
        let mut full = [0; 8];
        let error = encoder.encode(&large, &mut full.as_mut_slice()).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::WriteZero, "{encoder:?}");
    }
}

#[test]
fn a_level_is_checked_before_the_feature() {
    let cases = [
        (Gzip::level(10).into(), "gzip has no level 10; write one from 0 to 9"),
        (Gzip::level(u32::MAX).into(), "gzip has no level 4294967295; write one from 0 to 9"),
        (Zstd::level(23).into(), "zstd has no level 23; write one from -131072 to 22"),
        (Zstd::level(-131_073).into(), "zstd has no level -131073; write one from -131072 to 22"),
    ];
    for (encoder, problem) in cases {
        refuses(&encoder, problem);
    }
}

#[test]
fn stored_needs_no_feature() {
    for encoder in [Encoder::from(Plain::new()), Gzip::stored().into(), Zstd::stored().into()] {
        assert!(encoder.check().is_ok(), "{encoder:?}");
    }
}

#[test]
#[cfg(not(feature = "gzip"))]
fn a_level_of_gzip_names_the_feature_that_it_needs() {
    for level in 0..=9 {
        refuses(
            &Gzip::level(level).into(),
            "`Gzip::level` needs the feature `gzip` of oci-fixture; \
             run `cargo add --dev oci-fixture --features gzip`, or write `Gzip::stored()`",
        );
    }
}

#[test]
#[cfg(not(feature = "zstd"))]
fn a_level_of_zstd_names_the_feature_that_it_needs() {
    for level in [-131_072, 0, 22] {
        refuses(
            &Zstd::level(level).into(),
            "`Zstd::level` needs the feature `zstd` of oci-fixture; \
             run `cargo add --dev oci-fixture --features zstd`, or write `Zstd::stored()`",
        );
    }
}

#[test]
#[cfg(feature = "gzip")]
fn every_level_of_gzip_encodes() {
    let content = content(GZIP_BLOCK + 1);
    for level in 0..=9 {
        let encoder = Gzip::level(level).into();
        let bytes = encoded(&encoder, &content);
        assert!(one_stream(&encoder, &bytes) == content, "level {level}");
        assert_eq!(hex(&bytes[..10]), "1f8b08000000000000ff", "level {level}");
        assert_eq!(bytes.len() < content.len(), level > 0, "level {level}");
    }
}

#[test]
#[cfg(feature = "zstd")]
fn every_level_of_zstd_encodes() {
    assert_eq!(::zstd::compression_level_range(), -131_072..=22);
    let content = content(ZSTD_BLOCK + 1);
    for level in [-131_072, -7, -1].into_iter().chain(0..=22) {
        let encoder = Zstd::level(level).into();
        assert!(one_stream(&encoder, &encoded(&encoder, &content)) == content, "level {level}");
    }
}

/// The encoders for which this build has the features.
fn usable() -> Vec<Encoder> {
    let all = [
        Plain::new().into(),
        Gzip::stored().into(),
        Gzip::level(1).into(),
        Gzip::level(9).into(),
        Zstd::stored().into(),
        Zstd::level(1).into(),
        Zstd::level(3).into(),
    ];
    all.into_iter().filter(|encoder: &Encoder| encoder.check().is_ok()).collect()
}

/// Bytes that compress a little, and whose pattern does not repeat with a block.
pub(crate) fn content(size: usize) -> Vec<u8> {
    let mut state = 1;
    (0..size)
        .map(|_| {
            state = random(state);
            b"layer1\0\n"[state as usize % 8]
        })
        .collect()
}

fn random(state: u32) -> u32 {
    let state = state ^ state << 13;
    let state = state ^ state >> 17;
    state ^ state << 5
}

/// Writes in pieces of all sizes, empty ones included, with flushes in between.
fn write_at_random(mut rest: &[u8], seed: u32, out: &mut dyn Write) -> io::Result<()> {
    let mut state = seed;
    while !rest.is_empty() {
        state = random(state);
        let longest = [1, 10, 1000, 100_000, 300_000][state as usize % 5];
        state = random(state);
        let (now, then) = rest.split_at((state as usize % (longest + 1)).min(rest.len()));
        out.write_all(now)?;
        if state.is_multiple_of(7) {
            out.flush()?;
        }
        rest = then;
    }
    Ok(())
}

/// A tar that is made by a function.
struct Source<F>(F);

impl<F: Fn(&mut dyn Write) -> io::Result<()>> Recipe for Source<F> {
    fn write_to(&self, out: &mut dyn Write) -> io::Result<()> {
        self.0(out)
    }
}

/// A source. The signature tells the compiler that it writes to any writer.
fn source<F: Fn(&mut dyn Write) -> io::Result<()>>(make: F) -> Source<F> {
    Source(make)
}

fn encode(encoder: &Encoder, make: impl Fn(&mut dyn Write) -> io::Result<()>) -> Vec<u8> {
    let mut bytes = Vec::new();
    encoder.encode(&source(make), &mut bytes).unwrap();
    bytes
}

fn encoded(encoder: &Encoder, content: &[u8]) -> Vec<u8> {
    encode(encoder, |out| out.write_all(content))
}

/// The content of the first stream, behind which nothing may follow.
fn one_stream(encoder: &Encoder, bytes: &[u8]) -> Vec<u8> {
    let (mut rest, mut content) = (bytes, Vec::new());
    match encoder.0 {
        EncoderFormat::Plain(_) | EncoderFormat::Own(_) => rest.read_to_end(&mut content),
        EncoderFormat::Gzip(_) => flate2::bufread::GzDecoder::new(&mut rest).read_to_end(&mut content),
        EncoderFormat::Zstd(_) => StreamingDecoder::new(&mut rest).unwrap().read_to_end(&mut content),
    }
    .unwrap();
    assert!(rest.is_empty(), "{encoder:?}: {} bytes after the stream", rest.len());
    content
}

/// The content of all streams, as a reader of layers gets it.
fn all_streams(encoder: &Encoder, bytes: &[u8]) -> Vec<u8> {
    let mut content = Vec::with_capacity(1 << 20);
    match encoder.0 {
        EncoderFormat::Plain(_) | EncoderFormat::Own(_) => content.extend_from_slice(bytes),
        EncoderFormat::Gzip(_) => {
            flate2::read::MultiGzDecoder::new(bytes).read_to_end(&mut content).unwrap();
        }
        EncoderFormat::Zstd(_) => FrameDecoder::new().decode_all_to_vec(bytes, &mut content).unwrap(),
    }
    // Another reader, which needs a C compiler.
    #[cfg(feature = "zstd")]
    if let EncoderFormat::Zstd(_) = encoder.0 {
        assert!(::zstd::decode_all(bytes).unwrap() == content, "{encoder:?}");
    }
    content
}

/// Whether the machine has the tool.
fn has(tool: &str) -> bool {
    let has = Command::new(tool).arg("--version").output().is_ok();
    if !has {
        // `eprintln!` would be captured, and a skipped test must be seen.
        writeln!(io::stderr(), "skipped: there is no `{tool}` here to check the streams").unwrap();
    }
    has
}

/// `TOOL -t` reads the whole stream.
fn accepted_by(tool: &str, bytes: &[u8], what: &str) {
    let output = tested_by(tool, &[], bytes);
    assert!(output.status.success(), "{what}: {}", String::from_utf8_lossy(&output.stderr));
}

fn tested_by(tool: &str, options: &[&str], bytes: &[u8]) -> Output {
    // A pipe would break if the tool stops early, so the tool reads a file.
    let mut file = tempfile::tempfile().unwrap();
    file.write_all(bytes).unwrap();
    file.rewind().unwrap();
    Command::new(tool).arg("-t").args(options).stdin(file).output().unwrap()
}

fn refuses(encoder: &Encoder, problem: &str) {
    let error = encoder.check().err().unwrap().into_error("layer 1".to_owned());
    assert_eq!(error.to_string(), format!("layer 1: {problem}"));
    let error = encoder.encode(&source(|_| Ok(())), &mut Vec::new()).unwrap_err();
    assert_eq!(error.to_string(), problem);
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().concat()
}

/// Counts the bytes that are written, while others look at the count.
#[derive(Default)]
struct Counter(Cell<usize>);

impl Write for &Counter {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.set(self.0.get() + bytes.len());
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
