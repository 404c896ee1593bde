//! Bodies, and the end of a tar.

use std::io::{self, Read};
use std::ops::Range;

use super::super::{Marker, Reader, TarEnd};
use super::{END, GNU, MAGIC, SIZE};
use super::{bodies, end_of, file, header, member, one, pax, problem, read, text};
use crate::io::tests::{Broken, Slow};

#[test]
fn the_end_of_a_tar_has_its_marker_and_what_follows() {
    let files = [file("a", b"layer1"), file("b", b"")].concat();
    let with = |rest: &[u8]| [&files, rest].concat();
    let end = |marker, trailing, garbage| TarEnd { offset: 1536, marker, trailing, garbage };
    let mut record = END.to_vec();
    record.resize(10_240 - files.len(), 0);
    let more = [&END[..], b"more"].concat();
    let much = [&END[..], &END, &END, b"\0\0x\0"].concat();
    for (tar, expected) in [
        (with(&END), end(Marker::Two, 0, None)),
        (with(&END[..512]), end(Marker::One, 0, None)),
        (with(&[]), end(Marker::None, 0, None)),
        (with(&record), end(Marker::Two, 10_240 - 2560, None)),
        (with(&more), end(Marker::Two, 4, Some(2560))),
        (with(&much), end(Marker::Two, 2052, Some(2560 + 2050))),
        // GNU tar stops here and warns.
        (with(&[&END[..512], &files].concat()), end(Marker::One, 1536, Some(2048))),
        (with(&END[..700]), end(Marker::One, 188, None)),
        (with(&[&END[..512], b"\0garbage"].concat()), end(Marker::One, 8, Some(2049))),
    ] {
        let (members, found) = read(&tar);
        assert_eq!((members.len(), found), (2, expected));
        // `finish` finds the end also if no member was read.
        assert_eq!(Reader::new(&tar[..]).finish().unwrap(), end_of(&tar));
    }
    let nothing = TarEnd { offset: 0, marker: Marker::None, trailing: 0, garbage: None };
    assert_eq!(end_of(b""), nothing);
    assert_eq!(end_of(&END), TarEnd { marker: Marker::Two, ..nothing });
}

#[test]
fn a_tar_that_is_cut_off_is_an_error() {
    let tar = file("a", &[7; 600]);
    let pax = [pax(b'x', &[("path", b"long")]), file("a", b"")].concat();
    for (tar, expected) in [
        (&tar[..511], "byte 511: the tar ends within a block, after 511 of its 512 bytes"),
        (&tar[..512], "byte 512: the tar ends within the body of the member at byte 0"),
        (&tar[..1111], "byte 1111: the tar ends within the body of the member at byte 0"),
        (&tar[..1112], "byte 1112: the tar ends within the padding of the member at byte 0"),
        (&tar[..1535], "byte 1535: the tar ends within the padding of the member at byte 0"),
        (&tar, "nothing"),
        (&pax[..512], "byte 512: the tar ends within the PAX header at byte 0"),
        (&pax[..520], "byte 520: the tar ends within the PAX header at byte 0"),
        (&pax[..530], "byte 530: the tar ends within the PAX header at byte 0"),
        (&pax[..1024], "byte 1024: no member follows the header at byte 0"),
        (&[&pax[..1024], &END[..]].concat(), "byte 1024: no member follows the header at byte 0"),
        (&pax[..1025], "byte 1025: the tar ends within a block, after 1 of its 512 bytes"),
        (&pax, "nothing"),
        (
            &header(b'0', 0, &[(SIZE, b"777777777777")]),
            "byte 512: the tar ends within the body of the member at byte 0",
        ),
        (
            &header(b'0', 0, &[(SIZE, b"\x80\0\0\0\xff\xff\xff\xff\xff\xff\xff\xff")]),
            "byte 512: the tar ends within the body of the member at byte 0",
        ),
    ] {
        assert_eq!(problem(tar), expected);
    }
    let mut reader = Reader::new(&tar[..700]);
    reader.next_member().unwrap();
    let mut body = Vec::new();
    let error = reader.body().read_to_end(&mut body).unwrap_err();
    assert_eq!(error.to_string(), "byte 700: the tar ends within the body of the member at byte 0");
    assert_eq!(body, [7; 188]);
    let error = reader.next_member().unwrap_err();
    assert_eq!(error.to_string(), "byte 700: an error before this ended the reading");
}

#[test]
fn bodies_can_be_read_or_skipped_in_part() {
    let tar = [file("a", &[1; 600]), file("b", b""), file("c", &[3; 512]), END.to_vec()].concat();
    let whole = [("a".to_owned(), vec![1; 600]), ("b".to_owned(), vec![]), ("c".to_owned(), vec![3; 512])];
    assert_eq!(bodies(&tar), whole);
    let mut reader = Reader::new(&tar[..]);
    reader.next_member().unwrap();
    let mut part = [0; 100];
    reader.body().read_exact(&mut part).unwrap();
    reader.body().read_exact(&mut part).unwrap();
    assert_eq!(text(&reader.next_member().unwrap().unwrap().fields.path), "b");
    assert_eq!(reader.body().read(&mut part).unwrap(), 0);
    assert_eq!(text(&reader.next_member().unwrap().unwrap().fields.path), "c");
    let mut body = Vec::new();
    reader.body().read_to_end(&mut body).unwrap();
    assert_eq!(body, [3; 512]);
    assert!(reader.next_member().unwrap().is_none());
    assert_eq!(reader.body().read(&mut part).unwrap(), 0);
    assert!(reader.next_member().unwrap().is_none());
}

#[test]
fn a_source_may_give_any_part_of_what_is_asked_for() {
    let tar = [pax(b'x', &[("path", b"long")]), file("a", &[1; 600]), END.to_vec(), b"garbage".to_vec()];
    let tar = tar.concat();
    let mut reader = Reader::new(Slow::new(&tar));
    assert_eq!(reader.next_member().unwrap().unwrap().fields.path, b"long");
    let mut body = Vec::new();
    reader.body().read_to_end(&mut body).unwrap();
    assert_eq!(body, [1; 600]);
    assert_eq!(reader.finish().unwrap(), end_of(&tar));
}

#[test]
fn an_error_of_the_source_is_passed_on() {
    let error = Reader::new(Broken).next_member().unwrap_err();
    assert_eq!((error.kind(), error.to_string().as_str()), (io::ErrorKind::PermissionDenied, "no source"));
    let tar = file("a", &[1; 600]);
    let mut reader = Reader::new(tar[..600].chain(Broken));
    reader.next_member().unwrap();
    assert_eq!(reader.next_member().unwrap_err().kind(), io::ErrorKind::PermissionDenied);
}

/// A link or a directory may have a size, which readers treat in different ways.
#[test]
fn the_body_of_a_member_whose_type_has_none_is_skipped() {
    for typeflag in b'1'..=b'6' {
        for size in [1, 511, 512, 513, 2000] {
            let with_body = member(typeflag, &vec![b'x'; size], &[]);
            let without = header(typeflag, size, &[]);
            let follower = [pax(b'x', &[("uid", b"1")]), file("next", b"layer1")].concat();
            for tar in [&with_body[..], &without] {
                let found = bodies(&[tar, &follower, &END].concat());
                let expected = [("f".to_owned(), Vec::new()), ("next".to_owned(), b"layer1".to_vec())];
                assert_eq!(found, expected, "{} of {size} bytes", typeflag.escape_ascii());
                assert_eq!(end_of(&[tar, &END].concat()).trailing, 0);
                assert_eq!(one(&[tar, &END].concat()).fields.size, size as u64);
            }
            assert_eq!(end_of(&without).offset, 512);
        }
    }
    let cut = &member(b'2', &[b'x'; 2000], &[])[..1500];
    assert_eq!(problem(cut), "byte 1500: the tar ends within the body of the member at byte 0");
    let unknown = member(b'Q', b"layer1", &[]);
    assert_eq!(bodies(&unknown), [("f".to_owned(), b"layer1".to_vec())]);
}

/// A field of a number in an old GNU map.
fn octal(number: u64) -> Vec<u8> {
    format!("{number:011o}\0").into_bytes()
}

/// The body of each member with its holes.
fn files(tar: &[u8]) -> Vec<(String, Vec<u8>)> {
    let mut reader = Reader::new(tar);
    let mut found = Vec::new();
    while let Some(member) = reader.next_member().unwrap() {
        let mut file = Vec::new();
        member.map().expand(reader.body()).read_to_end(&mut file).unwrap();
        assert_eq!(file.len() as u64, member.size());
        found.push((text(&member.fields.path), file));
    }
    found
}

/// `lay` at 0, `er1` at 10, and 20 bytes with the holes.
fn with_holes() -> Vec<u8> {
    [&b"lay\0\0\0\0\0\0\0er1"[..], &[0; 7]].concat()
}

#[test]
fn an_old_gnu_sparse_file_has_its_holes() {
    let pieces = [octal(0), octal(3), octal(10)].concat();
    let mut map = [0; 512];
    map[..24].copy_from_slice(&[octal(20), octal(0)].concat());
    // The second number of the second piece is in its own field.
    let more = octal(3);
    let fields: [(Range<usize>, &[u8]); 5] = [
        (MAGIC, GNU),
        (386..422, &pieces),
        (422..434, &more),
        (482..483, &[1]),
        (483..495, b"00000000024\0"),
    ];
    let head = header(b'S', 6, &fields);
    let body = &member(b'0', b"layer1", &[])[512..];
    let tar = [&head, &map, body, &file("next", b""), &END].concat();
    assert_eq!(files(&tar), [("f".to_owned(), with_holes()), ("next".to_owned(), vec![])]);
    let found = &read(&tar).0[0].fields;
    assert_eq!((found.typeflag, found.size, found.real_size), (b'S', 6, Some(20)));
    assert_eq!(problem(&head), "byte 512: the tar ends within the map of a sparse file");
}

#[test]
fn a_sparse_file_in_pax_records_has_its_holes() {
    let version_0_0: &[(&str, &[u8])] = &[
        ("GNU.sparse.size", b"20"),
        ("GNU.sparse.numblocks", b"2"),
        ("GNU.sparse.offset", b"0"),
        ("GNU.sparse.numbytes", b"3"),
        ("GNU.sparse.offset", b"10"),
        ("GNU.sparse.numbytes", b"3"),
    ];
    let version_0_1: &[(&str, &[u8])] = &[
        ("GNU.sparse.size", b"20"),
        ("GNU.sparse.numblocks", b"2"),
        ("GNU.sparse.name", b"f"),
        ("GNU.sparse.map", b"0,3,10,3"),
        ("path", b"GNUSparseFile.0/f"),
    ];
    let version_1_0: &[(&str, &[u8])] = &[
        ("GNU.sparse.major", b"1"),
        ("GNU.sparse.minor", b"0"),
        ("GNU.sparse.name", b"f"),
        ("GNU.sparse.realsize", b"20"),
        ("path", b"GNUSparseFile.0/f"),
    ];
    let mut with_map = b"2\n0\n3\n10\n3\n".to_vec();
    with_map.resize(512, 0);
    with_map.extend(b"layer1");
    for (records, body) in [(version_0_0, &b"layer1"[..]), (version_0_1, b"layer1"), (version_1_0, &with_map)]
    {
        let tar = [pax(b'x', records), file("f", body), file("next", b"")].concat();
        assert_eq!(files(&tar), [("f".to_owned(), with_holes()), ("next".to_owned(), vec![])]);
        assert_eq!(one(&[pax(b'x', records), file("f", body)].concat()).fields.real_size, Some(20));
    }
}

#[test]
fn an_impossible_map_of_a_sparse_file_is_an_error() {
    let mapped = |map: &'static [u8], size: &'static [u8]| {
        let records: [(&str, &[u8]); 2] = [("GNU.sparse.map", map), ("GNU.sparse.size", size)];
        problem(&[pax(b'x', &records), file("f", b"layer1")].concat())
    };
    let place = "byte 1536: the map of a sparse file has";
    for (map, size, expected) in [
        (&b"0,6"[..], &b"6"[..], "nothing".to_owned()),
        (b"6,6,0,0", b"20", format!("{place} 0 bytes at 0, which is not behind 12 and within 20")),
        (b"0,4,3,2", b"20", format!("{place} 2 bytes at 3, which is not behind 4 and within 20")),
        (b"0,6", b"5", format!("{place} 6 bytes at 0, which is not behind 0 and within 5")),
        (
            b"18446744073709551615,6",
            b"20",
            format!("{place} 6 bytes at 18446744073709551615, which is not behind 0 and within 20"),
        ),
        (b"0,5", b"20", format!("{place} 5 bytes, and the tar has 6 of it")),
        (b"0,7", b"20", format!("{place} 7 bytes, and the tar has 6 of it")),
        (b"0,6,7", b"20", format!("{place} an offset without a size")),
        (b"0,x", b"20", format!("{place} \"x\" for a number")),
    ] {
        assert_eq!(mapped(map, size), expected, "{}", map.escape_ascii());
    }

    let version = |major: &'static [u8], minor: &'static [u8], body: &[u8]| {
        let records: [(&str, &[u8]); 3] =
            [("GNU.sparse.major", major), ("GNU.sparse.minor", minor), ("GNU.sparse.realsize", b"20")];
        problem(&[pax(b'x', &records), file("f", body)].concat())
    };
    let unknown = "byte 1536: the version of the sparse file, \"2\".\"0\", is unknown";
    assert_eq!(version(b"2", b"0", b"layer1"), unknown);
    let short = "byte 1536: the map of a sparse file does not end within its body";
    assert_eq!(version(b"1", b"0", b"layer1"), short);
    assert_eq!(
        version(b"1", b"0", &[b'1'; 512]),
        "byte 1536: the map of a sparse file does not end within its body"
    );
    let many = "byte 1536: the map of a sparse file has 99999999 pieces, more than 262144";
    assert_eq!(version(b"1", b"0", &[&b"99999999\n"[..], &[0; 503]].concat()), many);
    assert_eq!(
        version(b"1", b"0", &[&b"\n"[..], &[0; 511]].concat()),
        "byte 1536: the map of a sparse file has \"\" for a number"
    );

    let turn: [(&str, &[u8]); 2] = [("GNU.sparse.offset", b"0"), ("GNU.sparse.offset", b"3")];
    assert_eq!(
        problem(&[pax(b'x', &turn), file("f", b"layer1")].concat()),
        "byte 1536: the offsets and sizes of a sparse file do not follow in turn"
    );
}
