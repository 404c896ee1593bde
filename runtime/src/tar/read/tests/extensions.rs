//! Extensions of a header.

use oci_fixture_grammar::mtime::SecondsSince1970;

use super::super::{Fields, PAX_LIMIT, Reader};
use super::{END, LINK, MAJOR, MINOR, MTIME, NAME, SIZE};
use super::{file, header, member, one, pax, problem, read, text};

#[test]
fn a_pax_record_replaces_a_gnu_extension_which_replaces_the_header() {
    let records: [(&str, &[u8]); 11] = [
        ("path", b"pax/path"),
        ("linkpath", b"pax\nlink"),
        ("uid", b"2097152"),
        ("gid", b"18446744073709551615"),
        ("size", b"6"),
        ("uname", b"a name that is longer than 32 bytes"),
        ("gname", b"\xff"),
        ("mtime", b"-1.5"),
        ("SCHILY.xattr.user.k", b"a=b\n\n12 c=d\n\0\xff"),
        ("SCHILY.xattr.user.empty", b""),
        ("comment", b"none"),
    ];
    let gnu = [member(b'L', b"gnu/path\0", &[]), member(b'K', b"gnu/link", &[])].concat();
    let file = member(b'0', b"layer1", &[(NAME, b"name"), (LINK, b"link"), (MTIME, b"1"), (SIZE, b"")]);

    let found = one(&[gnu.clone(), pax(b'x', &records), file.clone()].concat());
    let raw = found.header.fields().unwrap();
    let expected = Fields {
        path: b"pax/path".to_vec(),
        link: b"pax\nlink".to_vec(),
        uid: 2_097_152,
        gid: u64::MAX,
        size: 6,
        uname: b"a name that is longer than 32 bytes".to_vec(),
        gname: b"\xff".to_vec(),
        mtime: SecondsSince1970::parse("-1.5").unwrap(),
        xattrs: [
            (b"user.k".to_vec(), b"a=b\n\n12 c=d\n\0\xff".to_vec()),
            (b"user.empty".to_vec(), Vec::new()),
        ]
        .into(),
        ..raw.clone()
    };
    assert_eq!(found.fields, expected);
    assert_eq!(raw.path, b"name");
    assert_eq!(found.extensions.offset, Some(0));
    let pax = found.extensions.pax.unwrap();
    let raw: Vec<_> = pax.records().map(|record| (text(record.key), record.value.to_vec())).collect();
    assert_eq!(raw, records.map(|(key, value)| (key.to_owned(), value.to_vec())));
    let offsets: Vec<_> = pax.records().map(|record| record.offset).take(3).collect();
    assert_eq!(offsets, [2560, 2560 + 17, 2560 + 17 + 21]);
    assert_eq!(found.extensions.name.unwrap(), b"gnu/path");
    assert_eq!(found.extensions.link.unwrap(), b"gnu/link");
    assert!(!found.extensions.repeated);

    let found = one(&[gnu, member(b'0', b"layer1", &[])].concat());
    assert_eq!((found.fields.path, found.fields.link), (b"gnu/path".to_vec(), b"gnu/link".to_vec()));
}

#[test]
fn an_empty_value_cancels_earlier_records_of_its_key() {
    let records: [(&str, &[u8]); 16] = [
        ("path", b"pax"),
        ("linkpath", b"pax"),
        ("uid", b"7"),
        ("gid", b"7"),
        ("size", b"7"),
        ("mtime", b"7"),
        ("path", b""),
        ("linkpath", b""),
        ("uid", b""),
        ("gid", b""),
        ("size", b""),
        ("mtime", b""),
        ("uname", b"u"),
        ("gname", b"g"),
        ("uname", b""),
        ("gname", b""),
    ];
    let found = one(&[pax(b'x', &records), member(b'0', b"layer1", &[(LINK, b"link")])].concat());
    assert_eq!(found.fields, found.header.fields().unwrap());
    let found = one(&[member(b'L', b"\0", &[]), member(b'K', b"", &[]), file("f", b"")].concat());
    assert_eq!(found.fields, found.header.fields().unwrap());
}

#[test]
fn the_last_of_several_extensions_is_used() {
    let several = [
        pax(b'x', &[("path", b"first"), ("uid", b"1")]),
        member(b'L', b"gnu1", &[]),
        pax(b'x', &[("gid", b"2")]),
        member(b'L', b"gnu2", &[]),
        file("f", b""),
        file("g", b""),
    ];
    let (members, _) = read(&several.concat());
    assert_eq!(
        members[0].fields,
        Fields { path: b"gnu2".to_vec(), gid: 2, ..members[0].header.fields().unwrap() }
    );
    assert!(members[0].extensions.repeated);
    assert_eq!(members[1].fields, members[1].header.fields().unwrap());
    assert_eq!(members[1].extensions.offset, None);
}

#[test]
fn global_records_are_kept_apart() {
    let tar = [
        pax(b'g', &[("comment", b"16ec32a"), ("path", b"global")]),
        pax(b'x', &[("uid", b"1")]),
        file("a", b"b"),
        pax(b'g', &[("mtime", b"7")]),
        END.to_vec(),
    ];
    let tar = tar.concat();
    let mut reader = Reader::new(&tar[..]);
    let found = reader.next_member().unwrap().unwrap();
    assert_eq!(found.fields, Fields { uid: 1, ..found.header.fields().unwrap() });
    assert_eq!(found.extensions.offset, Some(1024));
    assert_eq!(reader.global().len(), 1);
    assert!(reader.next_member().unwrap().is_none());
    let global: Vec<_> = reader.global().iter().flat_map(|pax| pax.records()).collect();
    let global: Vec<_> = global.iter().map(|record| (record.offset, text(record.key))).collect();
    assert_eq!(global, [(512, "comment".to_owned()), (531, "path".to_owned()), (3584, "mtime".to_owned())]);
}

#[test]
fn extensions_have_a_limit() {
    let at_most = usize::try_from(PAX_LIMIT).unwrap();
    let of = |typeflag, size| {
        let value = vec![b'v'; size - b"1048576 k=\n".len()];
        [pax(typeflag, &[("k", &value)]), file("f", b"")].concat()
    };
    assert_eq!(problem(&of(b'x', at_most)), "nothing");
    assert_eq!(problem(&of(b'g', at_most)), "nothing");
    for (tar, expected) in [
        (
            of(b'x', at_most + 1),
            "byte 0: the PAX header has 1048577 bytes, more than the 1048576 that readers take",
        ),
        (
            of(b'g', at_most + 1),
            "byte 0: the global PAX header has 1048577 bytes, more than the 1048576 that readers take",
        ),
        (
            [of(b'g', at_most), of(b'g', 600)].concat(),
            "byte 1049600: with this one the global PAX headers have more than 1048576 bytes",
        ),
        (
            header(b'L', 0, &[(SIZE, b"777777777777")]).to_vec(),
            "byte 0: the GNU long name has 68719476735 bytes, more than the 1048576 that readers take",
        ),
        (
            header(b'K', at_most + 1, &[]).to_vec(),
            "byte 0: the GNU long link has 1048577 bytes, more than the 1048576 that readers take",
        ),
        (header(b'L', at_most, &[]).to_vec(), "byte 512: the tar ends within the GNU long name at byte 0"),
    ] {
        assert_eq!(problem(&tar), expected);
    }
}

#[test]
fn a_broken_pax_record_is_an_error() {
    let value = |record: usize, key, value| {
        let at = 512 + record;
        format!(r#"byte {at}: the PAX record "{key}" has the value "{value}", which it cannot have"#)
    };
    let no_length = "byte 512: the PAX record does not begin with its length and a space";
    for (body, expected) in [
        (b"" as &[u8], "nothing"),
        (b"7 k=vv\n6 l=v\n", "nothing"),
        (b"007 k=\n", "nothing"),
        (b"x", no_length),
        (b"7", no_length),
        (b"-7 k=v\n", no_length),
        (b" 7 k=v\n", no_length),
        (b"\0\0\0", no_length),
        (b"99999999999999999999999 k=v\n", no_length),
        (b"18446744073709551616 k=v\n", no_length),
        (
            b"18446744073709551615 k=v\n",
            "byte 512: the PAX record has a length of 18446744073709551615, but 25 bytes are there",
        ),
        (b"8 k=v\n", "byte 512: the PAX record has a length of 8, but 6 bytes are there"),
        (b"6 k=v\n9 l=v\n", "byte 518: the PAX record has a length of 9, but 6 bytes are there"),
        (b"5 k=v\n", "byte 512: the PAX record of 5 bytes does not end with a line break"),
        (b"0 k=v\n", "byte 512: the PAX record of 0 bytes does not end with a line break"),
        (b"3 \nk=v", "byte 512: the PAX record has no `=`"),
        (b"2 \n", "byte 512: the PAX record of 2 bytes does not end with a line break"),
        (b"4 k\n", "byte 512: the PAX record has no `=`"),
        (b"5 =v\n", "byte 512: the PAX record has no key"),
        (b"7 k\0=v\n", r#"byte 512: the PAX record "k\x00" has a NUL in a name"#),
        (b"11 path=v\0\n", r#"byte 512: the PAX record "path" has a NUL in a name"#),
        (b"10 uid=-1\n", &value(0, "uid", "-1")),
        (b"10 gid=+1\n", &value(0, "gid", "+1")),
        (b"6 k=v\n13 size=0x10\n", &value(6, "size", "0x10")),
        (b"29 size=18446744073709551616\n", &value(0, "size", "18446744073709551616")),
        (b"11 mtime=.\n", &value(0, "mtime", ".")),
        (b"13 mtime=--1\n", &value(0, "mtime", "--1")),
        (b"13 mtime=1e9\n", &value(0, "mtime", "1e9")),
        (b"14 mtime=1.-1\n", &value(0, "mtime", "1.-1")),
        (b"32 mtime=-9223372036854775808.1\n", &value(0, "mtime", "-9223372036854775808.1")),
        (b"30 SCHILY.devmajor=4294967296\n", &value(0, "SCHILY.devmajor", "4294967296")),
    ] {
        let tar = [member(b'x', body, &[]), file("f", b"")].concat();
        assert_eq!(problem(&tar), expected, "{}", body.escape_ascii());
    }
}

#[test]
fn times_with_fractions_are_cut_off_towards_the_past() {
    for (value, seconds) in [
        (b"1350244992.023960108" as &[u8], 1_350_244_992),
        (b"-1.000", -1),
        (b"-1.0001", -2),
        (b"-0.5", -1),
        (b"5.", 5),
        (b"0", 0),
        (b"-9223372036854775808", i64::MIN),
        (b"9223372036854775807.9", i64::MAX),
    ] {
        let found = one(&[pax(b'x', &[("mtime", value)]), file("f", b"")].concat());
        assert_eq!(found.fields.mtime.seconds(), seconds, "{}", value.escape_ascii());
    }
}

#[test]
fn large_device_numbers_are_in_records() {
    let records: [(&str, &[u8]); 2] = [("SCHILY.devmajor", b"4294967295"), ("SCHILY.devminor", b"2097152")];
    let device = header(b'4', 0, &[(MAJOR, b"1"), (MINOR, b"2")]).to_vec();
    let found = one(&[pax(b'x', &records), device].concat());
    assert_eq!(found.fields.device, Some((u32::MAX, 2_097_152)));
    assert_eq!(found.header.fields().unwrap().device, Some((1, 2)));
    assert_eq!(one(&[pax(b'x', &records), file("f", b"")].concat()).fields.device, None);
}

/// bsdtar writes both records by default, and can leave out `SCHILY.xattr.`.
#[test]
fn attributes_of_libarchive_are_read_where_no_other_record_has_them() {
    let records: [(&str, &[u8]); 4] = [
        ("LIBARCHIVE.xattr.user.a%3Db%", b"AP8KJQ"),
        ("LIBARCHIVE.xattr.user.padded", b"AP8KJQ=="),
        ("SCHILY.xattr.user.both", b"bytes"),
        ("LIBARCHIVE.xattr.user.both", b"AP8KJQ"),
    ];
    let xattrs = one(&[pax(b'x', &records), file("f", b"")].concat()).fields.xattrs;
    let expected = [("user.a=b%", &b"\0\xff\n%"[..]), ("user.both", b"bytes"), ("user.padded", b"\0\xff\n%")];
    let expected = expected.map(|(name, value)| (name.as_bytes().to_vec(), value.to_vec()));
    assert_eq!(xattrs, expected.into());

    let broken: [(&str, &[u8]); 1] = [("LIBARCHIVE.xattr.user.k", b"!")];
    assert_eq!(
        problem(&[pax(b'x', &broken), file("f", b"")].concat()),
        r#"byte 512: the PAX record "LIBARCHIVE.xattr.user.k" has the value "!", which it cannot have"#
    );
}
