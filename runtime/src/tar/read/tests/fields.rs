//! Fields of a header.

use std::ops::Range;

use super::super::Fields;
use super::super::header::{HeaderBlock, HeaderFormat};
use super::{CHECKSUM, GNU, LINK, MAGIC, MAJOR, MINOR, MODE, MTIME, NAME, PREFIX, SIZE, UID};
use super::{file, header, one, pax, problem, text};

#[test]
fn the_fields_of_a_header_have_their_values() {
    let tar = header(
        b'3',
        0,
        &[
            (NAME, b"dev/null"),
            (MODE, b"0020666\0"),
            (UID, b"0001750\0"),
            (116..124, b"0001751\0"),
            (MTIME, b"07346545000\0"),
            (LINK, b"unused"),
            (265..297, b"user"),
            (297..329, b"group\0x"),
            (MAJOR, b"0000001\0"),
            (MINOR, b"0000003\0"),
            (PREFIX, b"prefix/of"),
        ],
    );
    let found = one(&tar);
    let expected = Fields {
        path: b"prefix/of/dev/null".to_vec(),
        link: b"unused".to_vec(),
        typeflag: b'3',
        mode: 0o20666,
        uid: 1000,
        gid: 1001,
        size: 0,
        uname: b"user".to_vec(),
        gname: b"group".to_vec(),
        mtime: 1_000_000_000.into(),
        device: Some((1, 3)),
        xattrs: [].into(),
        real_size: None,
    };
    assert_eq!(found.fields, expected);
    assert_eq!(found.header.fields().unwrap(), expected);
    assert_eq!(found.header, HeaderBlock::of(&tar).unwrap());
    assert_eq!(found.extensions.offset, None);
}

#[test]
fn the_fields_behind_the_magic_follow_from_it() {
    let star = [(PREFIX.start..476, b"p".as_slice()), (476..500, b"time"), (508..512, b"tar\0")];
    for (fields, format, path, device) in [
        (vec![(MAGIC, b"ustar\x0000".as_slice()), (PREFIX, b"p")], HeaderFormat::Ustar, "p/f", Some((1, 0))),
        // Go does not check the version.
        (vec![(MAGIC, b"ustar\0\0\0"), (PREFIX, b"p")], HeaderFormat::Ustar, "p/f", Some((1, 0))),
        (vec![(MAGIC, GNU), (PREFIX, b"00000000001\0")], HeaderFormat::Gnu, "f", Some((1, 0))),
        (vec![(MAGIC, b""), (PREFIX, b"p")], HeaderFormat::V7, "f", None),
        (vec![(MAGIC, b"ustar   "), (PREFIX, b"p")], HeaderFormat::V7, "f", None),
        (star.to_vec(), HeaderFormat::Star, "p/f", Some((1, 0))),
    ] {
        let fields: Vec<_> = [(MAJOR, b"0000001\0".as_slice())].into_iter().chain(fields).collect();
        let found = one(&header(b'4', 0, &fields));
        assert_eq!(found.header.format(), format);
        assert_eq!((text(&found.fields.path).as_str(), found.fields.device), (path, device), "{format:?}");
    }
}

#[test]
fn names_fill_their_fields() {
    let (name, prefix) = ([b'n'; 100], [b'p'; 155]);
    let found = one(&header(b'2', 0, &[(NAME, &name), (PREFIX, &prefix), (LINK, &name)]));
    assert_eq!(found.fields.path, [&prefix[..], b"/", &name].concat());
    assert_eq!(found.fields.link, name);
}

#[test]
fn numbers_as_go_and_gnu_write_them() {
    for (field, number) in [
        (b"00000000644\0", 0o644),
        (b"000000000644", 0o644),
        (b"        644 ", 0o644),
        (b"     644 \0\0\0", 0o644),
        (b"\0\0 644\0\0\0\0\0\0", 0o644),
        (b"644\x00garbage\0", 0o644),
        (b"\0\0\0\0\0\0\0\0\0\0\0\0", 0),
        (b"            ", 0),
        (b"777777777777", (1 << 36) - 1),
        (b"\x80\0\0\0\0\0\0\0\0\0\x01\0", 256),
        (b"\x80\0\0\0\x7f\xff\xff\xff\xff\xff\xff\xff", i64::MAX),
        (b"\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff", -1),
        (b"\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xfe\0", -512),
        (b"\xff\xff\xff\xff\x80\0\0\0\0\0\0\0", i64::MIN),
    ] as [(&[u8; 12], i64); 14]
    {
        assert_eq!(
            one(&header(b'0', 0, &[(MTIME, field)])).fields.mtime.seconds(),
            number,
            "{}",
            field.escape_ascii()
        );
    }
    let found = one(&header(b'0', 0, &[(UID, b"\x80\0\0\0\xff\xff\xff\xff")]));
    assert_eq!(found.fields.uid, u64::from(u32::MAX));
}

#[test]
fn a_field_without_a_valid_number_is_an_error() {
    let of = |range: Range<usize>, value: &[u8]| problem(&header(b'4', 0, &[(range, value)]));
    for (found, expected) in [
        (of(MODE, b"0000648\0"), r#"byte 0: the header's mode is no octal number, "0000648\x00""#),
        (of(MODE, b"64 4\0"), r#"byte 0: the header's mode is no octal number, "64 4\x00\x00\x00\x00""#),
        (of(UID, b"-1"), r#"byte 0: the header's uid is no octal number, "-1\x00\x00\x00\x00\x00\x00""#),
        (
            of(MAJOR, b"x"),
            r#"byte 0: the header's devmajor is no octal number, "x\x00\x00\x00\x00\x00\x00\x00""#,
        ),
        (of(UID, &[255; 8]), "byte 0: the header's uid is -1, below what it can be"),
        (of(SIZE, &[255; 12]), "byte 0: the header's size is -1, below what it can be"),
        (of(MODE, b"\x80\0\0\x01\0\0\0\0"), "byte 0: the header's mode is 4294967296, above what it can be"),
        (
            of(MTIME, b"\x80\0\0\0\x80\0\0\0\0\0\0\0"),
            "byte 0: the header's mtime is 9223372036854775808, above what it can be",
        ),
        (
            of(SIZE, b"\x80\0\0\x01\0\0\0\0\0\0\0\0"),
            "byte 0: the header's size is 18446744073709551616, above what it can be",
        ),
        (
            problem(&header(b'0', 0, &[(MINOR, b"8")])),
            r#"byte 0: the header's devminor is no octal number, "8\x00\x00\x00\x00\x00\x00\x00""#,
        ),
        (
            problem(&header(b'x', 0, &[(MTIME, b"x")])),
            r#"byte 0: the header's mtime is no octal number, "x\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00""#,
        ),
        (problem(&header(b'0', 0, &[(MAGIC, b""), (MAJOR, b"x")])), "nothing"),
    ] {
        assert_eq!(found, expected);
    }
}

#[test]
fn a_checksum_of_signed_or_unsigned_bytes_is_right() {
    let mut block = header(b'0', 0, &[(NAME, b"caf\xe9\xff")]);
    assert_eq!(one(&block).fields.path, b"caf\xe9\xff");
    block[CHECKSUM].fill(b' ');
    let signed: i32 = block.iter().map(|byte| i32::from(byte.cast_signed())).sum();
    block[CHECKSUM].copy_from_slice(format!("{signed:06o}\0 ").as_bytes());
    assert_eq!(one(&block).fields.path, b"caf\xe9\xff");

    block[NAME.start] = b'd';
    assert_eq!(
        problem(&block),
        "byte 0: the block is no header: its checksum says 2975, but its bytes sum to 3488"
    );
    block[CHECKSUM].copy_from_slice(b"checksum");
    let tar = [file("a", b"b"), block.to_vec()].concat();
    assert_eq!(
        problem(&tar),
        r#"byte 1024: the block is no header: its checksum is no octal number, "checksum""#
    );
}

#[test]
fn a_directory_with_an_old_header_is_known_by_its_name() {
    for (typeflag, name, expected) in [
        (0, "d/", b'5'),
        (0, "f", b'0'),
        (b'0', "d/", b'0'),
        (b'7', "f", b'7'),
        (b'S', "f", b'S'),
        (b'V', "v", b'V'),
        (b'M', "m", b'M'),
        (0xff, "x", 0xff),
    ] {
        let found = one(&header(typeflag, 0, &[(NAME, name.as_bytes())]));
        assert_eq!(found.fields.typeflag, expected, "{name}");
        assert_eq!(found.header.typeflag(), typeflag, "{name}");
    }
    let found = one(&[pax(b'x', &[("path", b"long/")]), header(0, 0, &[]).to_vec()].concat());
    assert_eq!(found.fields.typeflag, b'5');
}
