//! Reading tars made by hand, by our writer and by other programs, valid and corrupt.

mod bodies;
mod corrupt;
mod extensions;
mod fields;
#[cfg(unix)]
mod programs;

use std::io::{self, Read};
use std::ops::Range;

use super::{Reader, TarEnd, TarMember, TarProblem};

// Making tars.

const NAME: Range<usize> = 0..100;
const MODE: Range<usize> = 100..108;
const UID: Range<usize> = 108..116;
const SIZE: Range<usize> = 124..136;
const MTIME: Range<usize> = 136..148;
const CHECKSUM: Range<usize> = 148..156;
const TYPEFLAG: Range<usize> = 156..157;
const LINK: Range<usize> = 157..257;
const MAGIC: Range<usize> = 257..265;
const MAJOR: Range<usize> = 329..337;
const MINOR: Range<usize> = 337..345;
const PREFIX: Range<usize> = 345..500;

const GNU: &[u8] = b"ustar  \0";
const END: [u8; 1024] = [0; 1024];

/// A header with these fields, and its checksum.
fn header(typeflag: u8, size: usize, fields: &[(Range<usize>, &[u8])]) -> [u8; 512] {
    let mut block = [0; 512];
    let size = format!("{size:011o}\0");
    let plain: [(Range<usize>, &[u8]); 7] = [
        (NAME, b"f"),
        (MODE, b"0000644\0"),
        (UID, b"0000000\0"),
        (SIZE, size.as_bytes()),
        (MTIME, b"00000000000\0"),
        (TYPEFLAG, &[typeflag]),
        (MAGIC, b"ustar\x0000"),
    ];
    for (range, value) in plain.iter().chain(fields) {
        block[range.clone()].fill(0);
        block[range.start..][..value.len()].copy_from_slice(value);
    }
    block[CHECKSUM].fill(b' ');
    let sum: u32 = block.iter().map(|byte| u32::from(*byte)).sum();
    block[CHECKSUM].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    block
}

/// A header and its padded body.
fn member(typeflag: u8, body: &[u8], fields: &[(Range<usize>, &[u8])]) -> Vec<u8> {
    let mut bytes = header(typeflag, body.len(), fields).to_vec();
    bytes.extend(body);
    bytes.resize(bytes.len().next_multiple_of(512), 0);
    bytes
}

fn file(name: &str, body: &[u8]) -> Vec<u8> {
    member(b'0', body, &[(NAME, name.as_bytes())])
}

fn record(key: &str, value: &[u8]) -> Vec<u8> {
    let mut body = Vec::new();
    crate::tar::put_record(&mut body, key, value);
    body
}

fn pax(typeflag: u8, records: &[(&str, &[u8])]) -> Vec<u8> {
    let body: Vec<u8> = records.iter().flat_map(|(key, value)| record(key, value)).collect();
    member(typeflag, &body, &[(NAME, b"PaxHeaders.0/f")])
}

// Reading them.

fn read(tar: &[u8]) -> (Vec<TarMember>, TarEnd) {
    let mut reader = Reader::new(tar);
    let mut members = Vec::new();
    while let Some(member) = reader.next_member().unwrap() {
        members.push(member);
    }
    (members, reader.finish().unwrap())
}

fn one(tar: &[u8]) -> TarMember {
    let (mut members, _) = read(tar);
    assert_eq!(members.len(), 1);
    members.remove(0)
}

/// The paths and the bodies of the members.
fn bodies(tar: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut reader = Reader::new(tar);
    let mut found = Vec::new();
    while let Some(member) = reader.next_member().unwrap() {
        let mut body = Vec::new();
        reader.body().read_to_end(&mut body).unwrap();
        found.push((text(&member.fields.path), body));
    }
    found
}

/// The error of reading a tar.
fn problem(tar: &[u8]) -> String {
    let mut reader = Reader::new(tar);
    loop {
        match reader.next_member() {
            Ok(Some(_)) => {}
            Ok(None) => return "nothing".to_owned(),
            Err(error) => {
                assert_eq!(error.kind(), io::ErrorKind::InvalidData);
                assert!(error.get_ref().unwrap().is::<TarProblem>());
                return error.to_string();
            }
        }
    }
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

fn end_of(tar: &[u8]) -> TarEnd {
    read(tar).1
}
