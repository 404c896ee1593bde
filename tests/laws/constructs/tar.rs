//! A reader of tars for the laws: names as bytes, PAX records, and sparse files of all formats of GNU tar.

use std::collections::BTreeMap;

/// A member of a tar, as PAX records and the header give it.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Member {
    pub(super) kind: u8,
    pub(super) name: Vec<u8>,
    pub(super) link: Vec<u8>,
    pub(super) mode: u64,
    /// The size of the content, with its holes.
    pub(super) size: u64,
    pub(super) xattrs: BTreeMap<Vec<u8>, Vec<u8>>,
    /// The content with its holes.
    pub(super) content: Vec<u8>,
    /// The bytes of the content that are stored, in blocks of 512; the map of a sparse file of the format 1.0 among
    /// them.
    pub(super) stored: usize,
    pub(super) is_sparse: bool,
}

/// The members of a whole tar, which ends with two empty blocks.
pub(super) fn read(mut tar: &[u8]) -> Vec<Member> {
    let mut members = Vec::new();
    let mut records = Vec::new();
    // The long name and the long target that GNU tar writes before a header that cannot hold them.
    let (mut long_name, mut long_link) = (None, None);
    loop {
        let header = take(&mut tar, 512);
        if header.iter().all(|byte| *byte == 0) {
            assert!(tar.len() >= 512 && tar.iter().all(|byte| *byte == 0), "the tar goes on behind its end");
            return members;
        }
        let sum: u64 = header
            .iter()
            .enumerate()
            .map(|(position, byte)| u64::from(if (148..156).contains(&position) { b' ' } else { *byte }))
            .sum();
        assert_eq!(number(&header[148..156]), sum, "the checksum is another");
        let size = number(&header[124..136]);
        if header[156] == b'x' {
            records = pax(take_blocks(&mut tar, size));
            continue;
        }
        if let b'L' | b'K' = header[156] {
            let long = if header[156] == b'L' { &mut long_name } else { &mut long_link };
            *long = Some(text(take_blocks(&mut tar, size)));
            continue;
        }
        let mut read = member(header, &std::mem::take(&mut records), &mut tar);
        read.name = long_name.take().unwrap_or(read.name);
        read.link = long_link.take().unwrap_or(read.link);
        members.push(read);
    }
}

fn member(header: &[u8], records: &[(Vec<u8>, Vec<u8>)], tar: &mut &[u8]) -> Member {
    let record = |key: &str| {
        let found = records.iter().rev().find(|(name, _)| name == key.as_bytes());
        found.map(|(_, value)| value.clone())
    };
    let decimal_record = |key: &str| record(key).map(|value| decimal(&value));
    let mut name = text(&header[..100]);
    if &header[257..263] == b"ustar\0" {
        let prefix = text(&header[345..500]);
        if !prefix.is_empty() {
            name = [prefix, b"/".to_vec(), name].concat();
        }
    }
    let kind = header[156];
    // The stored pieces: lengths by offsets.
    let mut pieces: Option<Vec<(u64, u64)>> = None;
    let mut size = decimal_record("size").unwrap_or_else(|| number(&header[124..136]));
    let mut whole = None;
    if kind == b'S' {
        let mut map = pairs(&header[386..482]);
        let mut goes_on = header[482] != 0;
        while goes_on {
            let more = take(tar, 512);
            map.extend(pairs(&more[..504]));
            goes_on = more[504] != 0;
        }
        whole = Some(number(&header[483..495]));
        pieces = Some(map);
    } else if let Some(map) = record("GNU.sparse.map") {
        let numbers: Vec<u64> =
            map.split(|byte| *byte == b',').filter(|digits| !digits.is_empty()).map(decimal).collect();
        pieces = Some(numbers.chunks(2).map(|pair| (pair[0], pair[1])).collect());
        whole = decimal_record("GNU.sparse.size");
    } else if record("GNU.sparse.numblocks").is_some() {
        let values = |key: &str| -> Vec<u64> {
            records
                .iter()
                .filter(|(name, _)| name == key.as_bytes())
                .map(|(_, value)| decimal(value))
                .collect()
        };
        let (offsets, lengths) = (values("GNU.sparse.offset"), values("GNU.sparse.numbytes"));
        assert_eq!(offsets.len() as u64, decimal_record("GNU.sparse.numblocks").unwrap());
        assert_eq!(offsets.len(), lengths.len());
        pieces = Some(offsets.into_iter().zip(lengths).collect());
        whole = decimal_record("GNU.sparse.size");
    }
    let mut data = take_blocks(tar, size);
    let stored = data.len().div_ceil(512) * 512;
    if record("GNU.sparse.major").is_some() {
        let blocks = data;
        let mut line = || {
            let end = data.iter().position(|byte| *byte == b'\n').unwrap();
            let digits = take(&mut data, end + 1);
            decimal(&digits[..end])
        };
        let count = line();
        pieces = Some((0..count).map(|_| (line(), line())).collect());
        let read = (blocks.len() - data.len()).div_ceil(512) * 512;
        data = &blocks[read..];
        whole = decimal_record("GNU.sparse.realsize");
    }
    let is_sparse = pieces.is_some();
    let content = match (pieces, whole) {
        (Some(pieces), Some(whole)) => {
            size = whole;
            expanded(&pieces, whole, data)
        }
        _ => data.to_vec(),
    };
    let named = record("GNU.sparse.name").or_else(|| record("path")).unwrap_or(name);
    let is_xattr = |name: &[u8]| name.strip_prefix(b"SCHILY.xattr.").map(<[u8]>::to_vec);
    Member {
        kind,
        name: named,
        link: record("linkpath").unwrap_or_else(|| text(&header[157..257])),
        mode: number(&header[100..108]),
        size,
        xattrs: records.iter().filter_map(|(name, value)| Some((is_xattr(name)?, value.clone()))).collect(),
        content,
        stored,
        is_sparse,
    }
}

fn expanded(pieces: &[(u64, u64)], size: u64, mut data: &[u8]) -> Vec<u8> {
    let mut content = vec![0; usize::try_from(size).unwrap()];
    for (offset, length) in pieces {
        let (offset, length) = (usize::try_from(*offset).unwrap(), usize::try_from(*length).unwrap());
        content[offset..offset + length].copy_from_slice(take(&mut data, length));
    }
    assert!(data.is_empty(), "there are bytes of no piece");
    content
}

fn take<'t>(tar: &mut &'t [u8], size: usize) -> &'t [u8] {
    let (taken, rest) = tar.split_at(size);
    *tar = rest;
    taken
}

fn take_blocks<'t>(tar: &mut &'t [u8], size: u64) -> &'t [u8] {
    let size = usize::try_from(size).unwrap();
    let blocks = take(tar, size.div_ceil(512) * 512);
    assert!(blocks[size..].iter().all(|byte| *byte == 0), "a block is not filled with zeros");
    &blocks[..size]
}

/// The bytes before the first NUL.
fn text(field: &[u8]) -> Vec<u8> {
    field.iter().take_while(|byte| **byte != 0).copied().collect()
}

/// Octal digits, or the bytes of the number behind a set first bit.
fn number(field: &[u8]) -> u64 {
    if field[0] & 0x80 != 0 {
        return field[1..].iter().fold(0, |number, byte| number << 8 | u64::from(*byte));
    }
    let digits = text(field);
    let digits = str::from_utf8(&digits).unwrap().trim();
    if digits.is_empty() { 0 } else { u64::from_str_radix(digits, 8).unwrap() }
}

fn decimal(digits: &[u8]) -> u64 {
    str::from_utf8(digits).unwrap().parse().unwrap()
}

/// The offsets and the lengths in the header of a sparse file of the old format.
fn pairs(map: &[u8]) -> Vec<(u64, u64)> {
    let pairs = map.chunks(24).take_while(|pair| pair[0] != 0);
    pairs.map(|pair| (number(&pair[..12]), number(&pair[12..]))).collect()
}

/// Records `LENGTH KEY=VALUE\n`.
fn pax(mut body: &[u8]) -> Vec<(Vec<u8>, Vec<u8>)> {
    let mut records = Vec::new();
    while !body.is_empty() {
        let space = body.iter().position(|byte| *byte == b' ').unwrap();
        let length = usize::try_from(decimal(&body[..space])).unwrap();
        let record = take(&mut body, length);
        let (last, record) = record[space + 1..].split_last().unwrap();
        assert_eq!(*last, b'\n');
        let equals = record.iter().position(|byte| *byte == b'=').unwrap();
        records.push((record[..equals].to_vec(), record[equals + 1..].to_vec()));
    }
    records
}
