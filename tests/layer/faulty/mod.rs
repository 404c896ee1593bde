//! Faulty tars: the bytes have the declared fault, and nothing else changes.

mod by_hand;
mod ends;
mod mistakes;
mod readers;
mod records;
mod unchecked;

use std::ops::Range;

use oci_fixture::Layer;
use oci_fixture_test_support::layer_of;

/// The fields of a header, as POSIX has them.
const FIELDS: [(&str, Range<usize>); 17] = [
    ("name", 0..100),
    ("mode", 100..108),
    ("uid", 108..116),
    ("gid", 116..124),
    ("size", 124..136),
    ("mtime", 136..148),
    ("checksum", 148..156),
    ("typeflag", 156..157),
    ("linkname", 157..257),
    ("magic", 257..263),
    ("version", 263..265),
    ("uname", 265..297),
    ("gname", 297..329),
    ("devmajor", 329..337),
    ("devminor", 337..345),
    ("prefix", 345..500),
    ("the rest", 500..512),
];

const END: [u8; 1024] = [0; 1024];

/// The bytes of all entries, without the end.
fn entries_of(layer: Layer) -> Vec<u8> {
    let tar = layer_of(layer);
    tar.strip_suffix(&END).unwrap().to_vec()
}

/// The header of an honest file with other values in some fields, and its checksum.
fn block(fields: &[(&str, &[u8])]) -> Vec<u8> {
    let mut block = vec![0; 512];
    let honest: [(&str, &[u8]); 10] = [
        ("mode", b"0000644\0"),
        ("uid", b"0000000\0"),
        ("gid", b"0000000\0"),
        ("size", b"00000000000\0"),
        ("mtime", b"00000000000\0"),
        ("typeflag", b"0"),
        ("magic", b"ustar\0"),
        ("version", b"00"),
        ("devmajor", b"0000000\0"),
        ("devminor", b"0000000\0"),
    ];
    for (name, bytes) in honest.iter().chain(fields) {
        put(&mut block, name, bytes);
    }
    if fields.iter().all(|(name, _)| *name != "checksum") {
        put(&mut block, "checksum", b"        ");
        let sum: u32 = block.iter().map(|byte| u32::from(*byte)).sum();
        put(&mut block, "checksum", format!("{sum:06o}\0 ").as_bytes());
    }
    block
}

fn put(block: &mut [u8], name: &str, bytes: &[u8]) {
    let (_, range) = FIELDS.iter().find(|(field, _)| *field == name).unwrap();
    let field = &mut block[range.clone()];
    field.fill(0);
    field[..bytes.len()].copy_from_slice(bytes);
}

/// The PAX header before an honest entry with values that ustar cannot hold, and its body.
fn pax(name: &str, records: &[u8]) -> Vec<u8> {
    let size = format!("{:011o}\0", records.len());
    let fields: [(&str, &[u8]); 6] = [
        ("name", name.as_bytes()),
        ("mode", b"0000000\0"),
        ("size", size.as_bytes()),
        ("typeflag", b"x"),
        ("devmajor", b""),
        ("devminor", b""),
    ];
    [block(&fields), padded(records)].concat()
}

/// Bytes, and zeros up to the next whole block.
fn padded(bytes: &[u8]) -> Vec<u8> {
    let mut padded = bytes.to_vec();
    padded.resize(bytes.len().next_multiple_of(512), 0);
    padded
}

/// A line for each block, in which a dot is a NUL, without the zeros at its end.
fn shown(tar: &[u8]) -> Vec<String> {
    let line = |block: &[u8]| {
        let end = block.iter().rposition(|byte| *byte != 0).map_or(0, |last| last + 1);
        let bytes = block[..end].escape_ascii().to_string().replace("\\x00", "\u{b7}");
        format!("{bytes}, {} zeros", block.len() - end)
    };
    tar.chunks(512).map(line).collect()
}

/// The differences of two tars of the same size: numbers of blocks, and fields.
fn differences(one: &[u8], other: &[u8]) -> Vec<String> {
    assert_eq!(one.len(), other.len());
    let mut differences = Vec::new();
    for (number, (one, other)) in one.chunks(512).zip(other.chunks(512)).enumerate() {
        let differ = FIELDS.iter().filter(|(_, range)| one[range.clone()] != other[range.clone()]);
        differences.extend(differ.map(|(name, _)| format!("{number} {name}")));
    }
    differences
}
