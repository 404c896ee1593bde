//! The records of PAX headers, and GNU tar's long names.

use oci_fixture::{Content, Entry, Header, Layer};

use super::{block, entries_of, padded, pax, shown};

#[test]
fn records_keep_their_order_repeat_and_may_be_anything() {
    let header = Header::new()
        .name("f")
        .body("layer1")
        .pax([("size", "0"), ("path", "a"), ("path", "../b"), ("comment", "")])
        .pax([(b"k=\n\0\xff".to_vec(), b"v\0\n\xff".to_vec()), (Vec::new(), Vec::new())]);
    let records = b"9 size=0\n9 path=a\n13 path=../b\n12 comment=\n14 k=\n\0\xff=v\0\n\xff\n4 =\n";
    let own = block(&[("name", b"f"), ("size", b"00000000006\0")]);
    assert_eq!(
        shown(&entries_of(Layer::new().with(header))),
        shown(&[pax("PaxHeaders.0/f", records), own, padded(b"layer1")].concat())
    );
}

#[test]
fn a_record_counts_the_digits_of_its_length() {
    for size in [0, 4, 5, 6, 92, 93, 94, 95, 989, 990, 991, 992, 9987, 9988, 9989, 9990, 99_986, 99_987] {
        let value = || Content::repeat("v", size);
        let by_hand = Header::new().name("f").pax([(Content::new("SCHILY.xattr.k"), value())]);
        let honest = Entry::file("f", "").xattr("k", value());
        assert!(entries_of(Layer::new().with(by_hand)) == entries_of(Layer::new().with(honest)), "{size}");
    }
}

#[test]
fn a_header_without_records_is_one() {
    let none: [(&str, &str); 0] = [];
    let header = Header::new().name("d/f").pax(none);
    let expected = [pax("d/PaxHeaders.0/f", b""), block(&[("name", b"d/f")])].concat();
    assert_eq!(shown(&entries_of(Layer::new().with(header))), shown(&expected));
}

/// The name is made as for an honest entry, but from the declared fields.
#[test]
fn a_pax_header_is_named_after_the_path() {
    for (header, name) in [
        (Header::new(), "PaxHeaders.0"),
        (Header::new().name("d/"), "d/PaxHeaders.0"),
        (Header::new().name("f").prefix("d/e"), "d/e/PaxHeaders.0/f"),
        (Header::new().name("/f"), "/PaxHeaders.0/f"),
        (Header::new().name("../f"), "../PaxHeaders.0/f"),
        (Header::new().name(b"a\xff\xc3\xa9b\0c"), "PaxHeaders.0/ab"),
        (Header::new().prefix("p".repeat(155)), &"p".repeat(100)),
    ] {
        let written = entries_of(Layer::new().with(header.pax([("path", "a")])));
        assert_eq!(shown(&written[..1024]), shown(&pax(name, b"9 path=a\n")), "{name}");
    }
}

#[test]
fn the_records_of_an_entry_that_is_a_pax_header_are_its_body() {
    for typeflag in ["x", "g"] {
        let records = b"9 uid=-1\n9 path=a\n9 path=b\n";
        let declared = [("uid", "-1"), ("path", "a"), ("path", "b")];
        let header = Header::new().typeflag(typeflag);
        let fields = [("typeflag", typeflag.as_bytes()), ("size", b"00000000033\0")];
        let expected = [block(&fields), padded(records)].concat();
        assert_eq!(shown(&entries_of(Layer::new().with(header.clone().pax(declared)))), shown(&expected));
        assert_eq!(shown(&entries_of(Layer::new().with(header.body(records)))), shown(&expected));
    }
    let short = Header::new().typeflag(b'x').size(3).pax([("path", "a")]);
    let expected = [block(&[("typeflag", b"x"), ("size", b"00000000003\0")]), padded(b"9 path=a\n")].concat();
    assert_eq!(shown(&entries_of(Layer::new().with(short))), shown(&expected));
}

/// As GNU tar 1.34 writes it, but for the owner's names: `tar --format=gnu --mtime=@0`.
#[test]
fn a_long_name_of_gnu_tar() {
    let long = "n".repeat(101);
    let gnu = || Header::new().magic("ustar ").version(" ").devmajor("").devminor("");
    let layer = Layer::new()
        .with(gnu().name("././@LongLink").typeflag("L").body(format!("{long}\0")).uname("root").gname("root"))
        .with(gnu().name(&long[..100]));
    let fields = [("magic", &b"ustar "[..]), ("version", b" "), ("devmajor", b""), ("devminor", b"")];
    let first: [(&str, &[u8]); 5] = [
        ("name", b"././@LongLink"),
        ("typeflag", b"L"),
        ("size", b"00000000146\0"),
        ("uname", b"root"),
        ("gname", b"root"),
    ];
    let expected = [
        block(&[&fields[..], &first].concat()),
        padded(format!("{long}\0").as_bytes()),
        block(&[&fields[..], &[("name", &long.as_bytes()[..100])]].concat()),
    ];
    assert_eq!(shown(&entries_of(layer)), shown(&expected.concat()));
}
