//! Unusual and wrong streams: each differs from the honest one only in the declared fault.

use super::*;
use crate::Content;

/// The positions of a member's CRC-32 and size, counted from its end.
const CRC: [usize; 2] = [8, 4];
const ISIZE: [usize; 2] = [4, 0];

#[test]
fn several_streams_are_the_honest_streams_of_equal_parts() {
    for (honest, cut) in streams() {
        for size in [1024, 2048, 65_536, 131_070, 131_072, 196_607, 262_145] {
            let content = content(size);
            for count in [2, 3, 7] {
                let mut expected = Vec::new();
                for part in parts(&content, count) {
                    expected.extend(encoded(&honest, part));
                }
                assert!(encoded(&cut(count), &content) == expected, "{honest:?} of {size} bytes in {count}");
            }
        }
    }
}

#[test]
fn the_bytes_of_two_members_and_of_two_frames() {
    let members = encoded(&Gzip::stored().members(2).into(), b"layer");
    assert_eq!(
        hex(&members),
        "1f8b08000000000000ff010300fcff6c61792878b3eb03000000\
         1f8b08000000000000ff010200fdff65720d9d58e702000000"
    );
    let frames = encoded(&Zstd::stored().frames(2).into(), b"layer");
    assert_eq!(hex(&frames), "28b52ffd00381900006c617928b52ffd00381100006572");
}

#[test]
fn a_part_may_be_a_single_byte() {
    for (honest, cut) in streams() {
        let expected: Vec<u8> = b"layer1".iter().flat_map(|byte| encoded(&honest, &[*byte])).collect();
        assert!(encoded(&cut(6), b"layer1") == expected, "{honest:?}");
    }
}

#[test]
fn the_crc_and_the_size_of_the_last_member_are_inverted() {
    let both = |gzip: Gzip| gzip.bad_crc().bad_size();
    let faults: [(GzipFault, &[[usize; 2]]); 3] =
        [(Gzip::bad_crc, &[CRC]), (Gzip::bad_size, &[ISIZE]), (both, &[CRC, ISIZE])];
    for gzip in gzips() {
        for (fault, places) in faults {
            let sizes = [0, 6, 2048, 65_536].map(|size| (gzip.clone(), size));
            for (gzip, size) in sizes.into_iter().chain([(gzip.clone().members(3), 2048)]) {
                let content = content(size);
                let honest = encoded(&gzip.clone().into(), &content);
                let expected = places.iter().fold(honest, |bytes, place| inverted(&bytes, *place));
                assert!(encoded(&fault(gzip).into(), &content) == expected, "{places:?} of {size} bytes");
            }
        }
    }
}

#[test]
fn a_checksum_is_a_flag_and_the_lower_half_of_xxh64() {
    for (size, checksum) in
        [(0, 0x51d8_e999_u32), (31, 0xcb90_641b), (1000, 0xfa36_849d), (300_000, 0x4c8a_79f0)]
    {
        let content = content(size);
        let mut expected = encoded(&Zstd::stored().into(), &content);
        expected[4] |= 4;
        expected.extend(checksum.to_le_bytes());
        assert!(encoded(&Zstd::stored().checksum().into(), &content) == expected, "{size} bytes");
        assert!(
            encoded(&Zstd::stored().bad_checksum().into(), &content) == inverted(&expected, [4, 0]),
            "{size} bytes"
        );
    }
}

#[test]
fn the_checksum_of_the_last_frame_is_inverted() {
    for zstd in zstds() {
        let right = zstd.clone().checksum();
        for size in [0, 6, 2048, 131_073] {
            let content = content(size);
            let honest = encoded(&right.clone().into(), &content);
            let wrong = inverted(&honest, [4, 0]);
            assert!(encoded(&zstd.clone().bad_checksum().into(), &content) == wrong);
            assert!(encoded(&right.clone().bad_checksum().into(), &content) == wrong);
            assert!(encoded(&zstd.clone().bad_checksum().checksum().into(), &content) == wrong);
        }
        let content = content(2048);
        let honest = encoded(&right.frames(3).into(), &content);
        assert!(encoded(&zstd.frames(3).bad_checksum().into(), &content) == inverted(&honest, [4, 0]));
    }
}

/// If the window is not smaller than a block, only the last byte of the header differs.
#[test]
fn a_window_is_the_smallest_that_has_as_many_bytes() {
    let content = content(ZSTD_BLOCK + 1);
    let honest = encoded(&Zstd::stored().into(), &content);
    for (bytes, descriptor) in [
        ((128 << 10) + 1, 7 << 3 | 1),
        ((128 << 10) + (16 << 10), 7 << 3 | 1),
        ((128 << 10) + (16 << 10) + 1, 7 << 3 | 2),
        (1 << 31, 21 << 3),
        ((1 << 31) + 1, 21 << 3 | 1),
        (4_123_168_604_160, 255),
    ] {
        let mut expected = honest.clone();
        expected[5] = descriptor;
        assert!(encoded(&Zstd::stored().window(bytes).into(), &content) == expected, "{bytes} bytes");
    }
}

#[test]
fn a_small_window_has_small_blocks() {
    for (bytes, descriptor, block) in
        [(1024, 0, 1024), (1025, 1, 1152), (2048, 1 << 3, 2048), (114_688, 6 << 3 | 6, 114_688)]
    {
        let content = content(ZSTD_BLOCK + 1);
        let mut expected = vec![0x28, 0xb5, 0x2f, 0xfd, 0, descriptor];
        let last = content.len().div_ceil(block) - 1;
        for (number, block) in content.chunks(block).enumerate() {
            let header = u32::try_from(block.len() << 3).unwrap() | u32::from(number == last);
            expected.extend(&header.to_le_bytes()[..3]);
            expected.extend(block);
        }
        let encoder = Zstd::stored().window(bytes).into();
        assert!(encoded(&encoder, &content) == expected, "{bytes} bytes");
        assert!(one_stream(&encoder, &expected) == content, "{bytes} bytes");
    }
}

#[test]
fn a_skippable_frame_is_before_the_frames() {
    for zstd in zstds() {
        let honest = encoded(&zstd.clone().frames(2).into(), b"layer1");
        for content in [&b""[..], b"abc"] {
            let mut expected = vec![0x50, 0x2a, 0x4d, 0x18, u8::try_from(content.len()).unwrap(), 0, 0, 0];
            expected.extend(content);
            expected.extend(&honest);
            let skippable = zstd.clone().frames(2).skippable(content).into();
            assert!(encoded(&skippable, b"layer1") == expected);
            assert_eq!(all_streams(&skippable, &expected), b"layer1");
        }
    }
}

#[test]
fn the_prefix_and_the_suffix_stand_around_the_streams() {
    for (honest, around) in [
        (Plain::new().into(), Plain::new().prefix("before").suffix("after").into()),
        (Gzip::stored().into(), Gzip::stored().prefix("before").suffix("after").into()),
        (
            Zstd::stored().skippable("abc").into(),
            Zstd::stored().skippable("abc").prefix("before").suffix("after").into(),
        ),
    ] {
        let honest: Encoder = honest;
        let expected = [b"before", encoded(&honest, b"layer1").as_slice(), b"after"].concat();
        assert_eq!(encoded(&around, b"layer1"), expected, "{honest:?}");
    }
    let large = Plain::new().prefix(Content::zeros(100_000)).suffix(Content::repeat("ab", 2)).into();
    assert!(encoded(&large, b"layer1") == [vec![0; 100_000].as_slice(), b"layer1", b"abab"].concat());
}

#[test]
fn a_label_changes_no_bytes() {
    for (honest, labelled) in [
        (Encoder::from(Plain::new()), Encoder::from(Plain::new().labelled("gzip"))),
        (Gzip::stored().into(), Gzip::stored().labelled("").into()),
        (Zstd::stored().into(), Zstd::stored().labelled("gzip").into()),
    ] {
        assert_eq!(encoded(&labelled, b"layer1"), encoded(&honest, b"layer1"), "{honest:?}");
    }
}

#[test]
fn other_decoders_read_all_streams_and_the_first_one() {
    let content = content(300_000);
    for gzip in gzips() {
        let encoder = gzip.members(7).into();
        let bytes = encoded(&encoder, &content);
        assert!(all_streams(&encoder, &bytes) == content);
        let mut first = Vec::new();
        flate2::read::GzDecoder::new(bytes.as_slice()).read_to_end(&mut first).unwrap();
        assert!(first == parts(&content, 7)[0]);
    }
    for zstd in zstds() {
        let encoder = zstd.frames(7).checksum().skippable("abc").into();
        let bytes = encoded(&encoder, &content);
        assert!(all_streams(&encoder, &bytes) == content);
        let mut first = Vec::new();
        StreamingDecoder::new(&bytes[11..]).unwrap().read_to_end(&mut first).unwrap();
        assert!(first == parts(&content, 7)[0]);
    }
}

#[test]
fn other_decoders_find_the_faults() {
    let read_gzip = |gzip: Gzip| {
        let bytes = encoded(&gzip.into(), b"layer1");
        flate2::read::MultiGzDecoder::new(bytes.as_slice()).read_to_end(&mut Vec::new()).unwrap_err()
    };
    let wrong = "corrupt gzip stream does not have a matching checksum";
    assert_eq!(read_gzip(Gzip::stored().bad_crc()).to_string(), wrong);
    assert_eq!(read_gzip(Gzip::stored().bad_size()).to_string(), wrong);
    assert_eq!(read_gzip(Gzip::stored().members(2).bad_crc()).to_string(), wrong);
    assert_eq!(read_gzip(Gzip::stored().prefix("garbage")).to_string(), "invalid gzip header");
    assert_eq!(read_gzip(Gzip::stored().suffix("garbage garbage")).to_string(), "invalid gzip header");

    let read_zstd = |zstd: Zstd| {
        let bytes = encoded(&zstd.into(), b"layer1");
        FrameDecoder::new().decode_all(&bytes, &mut [0; 100]).unwrap_err().to_string()
    };
    assert_eq!(
        read_zstd(Zstd::stored().window(1 << 31)),
        "Specified window_size is too big; Requested: 2147483648, Max: 134217728"
    );
    let garbage = format!("BadMagicNumber({})", u32::from_le_bytes(*b"garb"));
    assert_eq!(read_zstd(Zstd::stored().prefix("garbage")), garbage);
    assert_eq!(read_zstd(Zstd::stored().suffix("garbage")), garbage);
}

/// Without its feature `hash`, ruzstd reads a checksum but does not compare it.
#[test]
#[cfg(feature = "zstd")]
fn another_decoder_compares_the_checksum() {
    for zstd in zstds() {
        let wrong = encoded(&zstd.bad_checksum().into(), b"layer1");
        let error = ::zstd::decode_all(wrong.as_slice()).unwrap_err();
        assert_eq!(error.to_string(), "Restored data doesn't match checksum");
    }
}

#[test]
fn gzip_reports_the_faults_of_the_streams() {
    if !has("gzip") {
        return;
    }
    for gzip in gzips() {
        accepted_by("gzip", &encoded(&gzip.clone().members(5).into(), &content(100_000)), "five members");
        for (gzip, code, said) in [
            (gzip.clone().bad_crc(), 1, "invalid compressed data--crc error"),
            (gzip.clone().members(2).bad_crc(), 1, "invalid compressed data--crc error"),
            (gzip.clone().bad_size(), 1, "invalid compressed data--length error"),
            (gzip.clone().prefix("garbage"), 1, "not in gzip format"),
            (gzip.clone().suffix("garbage"), 2, "decompression OK, trailing garbage ignored"),
        ] {
            assert_said("gzip", &[], &gzip.into(), code, said);
        }
    }
}

#[test]
fn zstd_reports_the_faults_of_the_streams() {
    if !has("zstd") {
        return;
    }
    let content = content(300_000);
    for zstd in zstds() {
        for (unusual, what) in [
            (zstd.clone().frames(5), "five frames"),
            (zstd.clone().checksum(), "a checksum"),
            (zstd.clone().frames(5).checksum(), "five checksums"),
            (zstd.clone().skippable("abc"), "a skippable frame"),
        ] {
            accepted_by("zstd", &encoded(&unusual.into(), &content), what);
        }
        for (zstd, said) in [
            (zstd.clone().bad_checksum(), "Restored data doesn't match checksum"),
            (zstd.clone().frames(2).bad_checksum(), "Restored data doesn't match checksum"),
            (zstd.clone().prefix("garbage"), "unsupported format"),
            (zstd.clone().suffix("garbage"), "unsupported format"),
        ] {
            assert_said("zstd", &[], &zstd.into(), 1, said);
        }
    }
    for window in [1 << 10, 3000, 100_000, 1 << 27] {
        let encoder = Zstd::stored().window(window).into();
        accepted_by("zstd", &encoded(&encoder, &content), &format!("a window of {window} bytes"));
    }
    let said = "Window size larger than maximum : 2147483648 > 134217728";
    assert_said("zstd", &[], &Zstd::stored().window(1 << 31).into(), 1, said);
    assert_said("zstd", &["--long=28"], &Zstd::stored().window(1 << 28).into(), 0, "");
}

#[test]
fn any_writes_of_the_same_content_give_the_same_streams() {
    let content = content(ZSTD_BLOCK + 5);
    for encoder in usable().into_iter().chain(unusual()) {
        let whole = encoded(&encoder, &content);
        for size in [1, 7, 512, 43_690, 43_692, 65_534, 65_535, 65_536, 131_071, 131_072, 131_073] {
            let parts = encode(&encoder, |out| content.chunks(size).try_for_each(|part| out.write_all(part)));
            assert!(parts == whole, "{encoder:?} of writes of {size} bytes");
        }
        for seed in 1..6 {
            let parts = encode(&encoder, |out| write_at_random(&content, seed, out));
            assert!(parts == whole, "{encoder:?} of the writes of seed {seed}");
        }
    }
}

#[test]
fn a_stored_stream_is_never_more_than_a_block_behind() {
    let honest = [(Gzip::stored().into(), GZIP_BLOCK), (Zstd::stored().into(), ZSTD_BLOCK)];
    for (encoder, block) in honest.into_iter().chain(unusual().map(|encoder| (encoder, ZSTD_BLOCK))) {
        let (piece, seen, behind) = (content(1000), Counter::default(), Cell::new(0));
        let source = source(|out| {
            // The first run, if there are two, only counts.
            behind.set(0);
            for number in 1..=1000 {
                out.write_all(&piece)?;
                behind.set((number * piece.len()).saturating_sub(seen.0.get()).max(behind.get()));
            }
            Ok(())
        });
        encoder.encode(&source, &mut &seen).unwrap();
        assert!(behind.get() <= block, "{encoder:?}: {} bytes", behind.get());
        assert!(seen.0.get() > 1_000_000);
    }
}

#[test]
fn the_source_runs_once_or_twice_where_its_size_must_be_known() {
    let honest = usable().into_iter().map(|encoder| (encoder, 1));
    for (encoder, expected) in honest.chain([
        (Gzip::stored().members(2).into(), 2),
        (Zstd::stored().frames(2).into(), 2),
        (Gzip::stored().bad_crc().bad_size().prefix("a").suffix("b").labelled("").into(), 1),
        (Zstd::stored().bad_checksum().window(1024).skippable("").prefix("a").into(), 1),
    ]) {
        let runs = Cell::new(0);
        encode(&encoder, |out| {
            runs.set(runs.get() + 1);
            out.write_all(b"layer1")
        });
        assert_eq!(runs.get(), expected, "{encoder:?}");
    }
}

fn gzips() -> impl Iterator<Item = Gzip> {
    [Gzip::stored(), Gzip::level(6)].into_iter().filter(|gzip| gzip.usable().is_ok())
}

fn zstds() -> impl Iterator<Item = Zstd> {
    [Zstd::stored(), Zstd::level(3)].into_iter().filter(|zstd| zstd.usable().is_ok())
}

/// Unusual streams of stored blocks that other decoders read.
fn unusual() -> [Encoder; 4] {
    [
        Gzip::stored().members(3).into(),
        Zstd::stored().frames(3).into(),
        Zstd::stored().window(3000).checksum().into(),
        Zstd::stored().frames(2).window(1 << 31).skippable("abc").bad_checksum().suffix("garbage").into(),
    ]
}

type GzipFault = fn(Gzip) -> Gzip;
type Cut = Box<dyn Fn(u64) -> Encoder>;

/// Honest encoders, and the same encoders with several streams.
fn streams() -> Vec<(Encoder, Cut)> {
    let mut all: Vec<(Encoder, Cut)> = Vec::new();
    for gzip in gzips() {
        all.push((gzip.clone().into(), Box::new(move |count| gzip.clone().members(count).into())));
    }
    for zstd in zstds() {
        all.push((zstd.clone().into(), Box::new(move |count| zstd.clone().frames(count).into())));
    }
    all
}

/// Cuts into equal parts. If they cannot be equal, the first ones have one byte more.
fn parts(content: &[u8], count: u64) -> Vec<&[u8]> {
    let count = usize::try_from(count).unwrap();
    let (size, more) = (content.len() / count, content.len() % count);
    let (larger, rest) = content.split_at(more * (size + 1));
    larger.chunks(size + 1).chain(rest.chunks(size)).collect()
}

/// Inverts all bits between two positions, which are counted from the end.
fn inverted(bytes: &[u8], [from, to]: [usize; 2]) -> Vec<u8> {
    let mut inverted = bytes.to_vec();
    for byte in &mut inverted[bytes.len() - from..bytes.len() - to] {
        *byte = !*byte;
    }
    inverted
}

/// The message of `TOOL -t` for an encoded tar, and its exit code.
fn assert_said(tool: &str, options: &[&str], encoder: &Encoder, code: i32, said: &str) {
    let output = tested_by(tool, options, &encoded(encoder, &content(2048)));
    let all = String::from_utf8_lossy(&output.stderr);
    assert!(
        output.status.code() == Some(code) && all.contains(said),
        "{encoder:?}: {:?}: {all}",
        output.status
    );
}
