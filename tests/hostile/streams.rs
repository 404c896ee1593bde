//! Gzip and Zstandard.

use std::fmt::Debug;
use std::io::{self, Read};

use oci_fixture::Fixture;
use oci_fixture_test_support::{digest, hex};
use ruzstd::decoding::StreamingDecoder;
use serde_json::json;
use sha2::{Digest, Sha256};

use crate::fixture;
use crate::image::{END, GZIP, Image, ZSTD};

/// The layer of an image, of a type, whose `diff_id` is that of the tar.
fn layer(fixture: &Fixture, media_type: &str, tar: &[u8]) -> Vec<u8> {
    let image = Image::consistent(fixture);
    assert_eq!(image.manifest()["layers"][0]["mediaType"], media_type);
    assert_eq!(image.config()["rootfs"]["diff_ids"], json!([digest(tar)]));
    image.layer().to_vec()
}

/// A tar with one file.
fn tar() -> Vec<u8> {
    [Image::of(&fixture("no_end")).layer(), &END].concat()
}

/// What one member holds, and what is behind it.
fn gunzip(mut gzip: &[u8]) -> io::Result<(Vec<u8>, &[u8])> {
    let mut content = Vec::new();
    flate2::bufread::GzDecoder::new(&mut gzip).read_to_end(&mut content)?;
    Ok((content, gzip))
}

/// What one frame holds, and what is behind it.
fn unzstd(mut zstd: &[u8]) -> Result<(Vec<u8>, &[u8]), String> {
    let mut content = Vec::new();
    let mut decoder = StreamingDecoder::new(&mut zstd).map_err(|error| error.to_string())?;
    decoder.read_to_end(&mut content).map_err(|error| error.to_string())?;
    Ok((content, zstd))
}

/// A layer is three streams, which hold equal parts of the tar and nothing behind them.
fn assert_three_streams<E: Debug>(layer: &[u8], read: impl Fn(&[u8]) -> Result<(Vec<u8>, &[u8]), E>) {
    let (one, rest) = read(layer).unwrap();
    let (two, rest) = read(rest).unwrap();
    let (three, rest) = read(rest).unwrap();
    assert_eq!([one.len(), two.len(), three.len(), rest.len()], [683, 683, 682, 0]);
    assert_eq!([one, two, three].concat(), tar());
}

#[test]
fn gzip_has_several_members() {
    assert_three_streams(&layer(&fixture("gzip_members"), GZIP, &tar()), gunzip);
}

#[test]
fn gzip_has_bytes_behind_it() {
    let layer = layer(&fixture("gzip_trailing_bytes"), GZIP, &tar());
    assert_eq!(gunzip(&layer).unwrap(), (tar(), &b"garbage"[..]));
}

#[test]
fn gzip_has_a_bad_checksum() {
    let mut layer = layer(&fixture("gzip_bad_crc"), GZIP, &tar());
    let error = gunzip(&layer).unwrap_err();
    assert_eq!(error.to_string(), "corrupt gzip stream does not have a matching checksum");
    // That is all that is wrong with it.
    let at = layer.len() - 8;
    layer[at..at + 4].iter_mut().for_each(|byte| *byte = !*byte);
    assert_eq!(gunzip(&layer).unwrap(), (tar(), &b""[..]));
}

#[test]
fn zstd_has_several_frames() {
    assert_three_streams(&layer(&fixture("zstd_frames"), ZSTD, &tar()), unzstd);
}

#[test]
fn zstd_begins_with_a_frame_to_be_skipped() {
    let layer = layer(&fixture("zstd_skippable_frame"), ZSTD, &tar());
    let frame = layer.strip_prefix(b"\x50\x2a\x4d\x18\x07\0\0\0skipped").unwrap();
    assert_eq!(unzstd(frame).unwrap(), (tar(), &b""[..]));
}

#[test]
fn zstd_has_a_window_of_2_gib() {
    let mut layer = layer(&fixture("zstd_window"), ZSTD, &tar());
    // 2^(10 + 21) bytes; with one of 128 KiB it is read.
    assert_eq!(layer[5], 21 << 3);
    let error = unzstd(&layer).unwrap_err();
    assert!(error.contains(&(2_u64 << 30).to_string()), "{error}");
    layer[5] = 7 << 3;
    assert_eq!(unzstd(&layer).unwrap(), (tar(), &b""[..]));
}

const MIB: usize = 1 << 20;

/// How many times the bombs have 1 MiB.
const TIMES: usize = 10 << 10;

/// The header of the file in the bombs.
fn header() -> Vec<u8> {
    gunzip(Image::of(&fixture("gzip_bomb")).layer()).unwrap().0
}

#[test]
fn bombs_are_a_file_of_10_gib() {
    let zstd = Image::of(&fixture("zstd_bomb"));
    let gzip = Image::of(&fixture("gzip_bomb"));
    for (image, size) in [(&gzip, 10_895_895), (&zstd, 420_361)] {
        image.assert_consistent();
        assert_eq!(image.layer().len(), size);
    }
    assert_eq!(gzip.manifest()["config"], zstd.manifest()["config"]);
    assert_eq!(unzstd(zstd.layer()).unwrap().0, header());

    let found = tar::Header::from_byte_slice(&header()).clone();
    assert_eq!((found.path().unwrap().to_str(), found.size().unwrap()), (Some("zeros"), (10 << 30) - 1024));
    // Its content and the two blocks that end the tar are equal members, or frames, of 1 MiB.
    let (_, rest) = gunzip(gzip.layer()).unwrap();
    assert!(gunzip(repeated(rest)).unwrap() == (vec![0; MIB], &b""[..]));
    let (_, rest) = unzstd(zstd.layer()).unwrap();
    assert!(unzstd(repeated(rest)).unwrap() == (vec![0; MIB], &b""[..]));
}

/// The bytes that these are many times.
fn repeated(bytes: &[u8]) -> &[u8] {
    let mut times = bytes.chunks_exact(bytes.len() / TIMES);
    let once = times.next().unwrap();
    assert_eq!(times.filter(|other| *other == once).count(), TIMES - 1);
    assert_eq!(bytes.len() % TIMES, 0);
    once
}

#[test]
fn bombs_have_the_diff_id_of_what_they_expand_to() {
    let mut hash = Sha256::new_with_prefix(header());
    let zeros = vec![0; MIB];
    (0..TIMES).for_each(|_| hash.update(&zeros));
    assert_eq!(
        Image::of(&fixture("zstd_bomb")).config()["rootfs"]["diff_ids"],
        json!([format!("sha256:{}", hex(&hash.finalize()))])
    );
}
