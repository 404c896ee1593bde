//! Bodies, and where a tar ends.

use std::io::{self, Read};
use std::ops::Range;

use super::super::{End, Marker, Reader};
use super::{END, GNU, MAGIC, SIZE};
use super::{bodies, end_of, file, header, member, one, pax, problem, read, text};

#[test]
fn how_a_tar_ends() {
    let files = [file("a", b"layer1"), file("b", b"")].concat();
    let with = |rest: &[u8]| [&files, rest].concat();
    let end = |marker, trailing, garbage| End { offset: 1536, marker, trailing, garbage };
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
        // Also where nobody asked for the members.
        assert_eq!(Reader::new(&tar[..]).finish().unwrap(), end_of(&tar));
    }
    let nothing = End { offset: 0, marker: Marker::None, trailing: 0, garbage: None };
    assert_eq!(end_of(b""), nothing);
    assert_eq!(end_of(&END), End { marker: Marker::Two, ..nothing });
}

#[test]
fn what_ends_too_early_is_an_error() {
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
fn bodies_are_read_or_passed_over_in_part() {
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
    struct Slow<'b>(&'b [u8], usize);
    impl Read for Slow<'_> {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            self.1 += 1;
            if self.1.is_multiple_of(3) {
                return Err(io::ErrorKind::Interrupted.into());
            }
            let size = buffer.len().min(self.1 % 5 + 1);
            self.0.read(&mut buffer[..size])
        }
    }
    let tar = [pax(b'x', &[("path", b"long")]), file("a", &[1; 600]), END.to_vec(), b"garbage".to_vec()];
    let tar = tar.concat();
    let mut reader = Reader::new(Slow(&tar, 0));
    assert_eq!(reader.next_member().unwrap().unwrap().fields.path, b"long");
    let mut body = Vec::new();
    reader.body().read_to_end(&mut body).unwrap();
    assert_eq!(body, [1; 600]);
    assert_eq!(reader.finish().unwrap(), end_of(&tar));
}

#[test]
fn an_error_of_the_source_is_passed_on() {
    struct Broken;
    impl Read for Broken {
        fn read(&mut self, _: &mut [u8]) -> io::Result<usize> {
            Err(io::Error::new(io::ErrorKind::PermissionDenied, "no source"))
        }
    }
    let error = Reader::new(Broken).next_member().unwrap_err();
    assert_eq!((error.kind(), error.to_string().as_str()), (io::ErrorKind::PermissionDenied, "no source"));
    let tar = file("a", &[1; 600]);
    let mut reader = Reader::new(tar[..600].chain(Broken));
    reader.next_member().unwrap();
    assert_eq!(reader.next_member().unwrap_err().kind(), io::ErrorKind::PermissionDenied);
}

/// A link or a directory may have a size, of which readers make this or that.
#[test]
fn a_body_where_none_should_be_is_passed_over() {
    for typeflag in b'1'..=b'6' {
        for size in [1, 511, 512, 513, 2000] {
            let with_body = member(typeflag, &vec![b'x'; size], &[]);
            let without = header(typeflag, size, &[]);
            let follower = [pax(b'x', &[("uid", b"1")]), file("next", b"layer1")].concat();
            for odd in [&with_body[..], &without] {
                let found = bodies(&[odd, &follower, &END].concat());
                let expected = [("f".to_owned(), Vec::new()), ("next".to_owned(), b"layer1".to_vec())];
                assert_eq!(found, expected, "{} of {size} bytes", typeflag.escape_ascii());
                assert_eq!(end_of(&[odd, &END].concat()).trailing, 0);
                assert_eq!(one(&[odd, &END].concat()).fields.size, size as u64);
            }
            assert_eq!(end_of(&without).offset, 512);
        }
    }
    let cut = &member(b'2', &[b'x'; 2000], &[])[..1500];
    assert_eq!(problem(cut), "byte 1500: the tar ends within the body of the member at byte 0");
    let unknown = member(b'Q', b"layer1", &[]);
    assert_eq!(bodies(&unknown), [("f".to_owned(), b"layer1".to_vec())]);
}

#[test]
fn a_sparse_file_is_what_is_stored_of_it() {
    let mut map = [0; 512];
    map[504] = 1;
    let fields: [(Range<usize>, &[u8]); 3] = [(MAGIC, GNU), (482..483, &[1]), (483..495, b"00004000000\0")];
    let head = header(b'S', 6, &fields);
    let body = &member(b'0', b"layer1", &[])[512..];
    let tar = [&head, &map, &[0; 512], body, &file("next", b""), &END].concat();
    assert_eq!(bodies(&tar), [("f".to_owned(), b"layer1".to_vec()), ("next".to_owned(), vec![])]);
    let found = &read(&tar).0[0].fields;
    assert_eq!((found.typeflag, found.size, found.real_size), (b'S', 6, Some(1 << 20)));
    assert_eq!(problem(&[head, map].concat()), "byte 1024: the tar ends within the map of a sparse file");

    let records: [(&str, &[u8]); 4] = [
        ("GNU.sparse.major", b"1"),
        ("GNU.sparse.name", b"holes"),
        ("GNU.sparse.realsize", b"1048576"),
        ("path", b"GNUSparseFile.0/holes"),
    ];
    let found = one(&[pax(b'x', &records), file("GNUSparseFile.0/holes", b"layer1")].concat()).fields;
    assert_eq!((text(&found.path).as_str(), found.size, found.real_size), ("holes", 6, Some(1 << 20)));
    assert_eq!(found.typeflag, b'0');
}
