//! Entries by hand: the fields of a header, and the body behind it.

use oci_fixture::{Content, Entry, Header, Layer, Manifest};
use oci_fixture_test_support::{fixture, layer_of};

use super::{END, block, differences, entries_of, padded, shown};

#[test]
fn a_header_that_says_what_an_honest_one_says_is_that() {
    let file = || Header::new().name("f");
    let long = format!("{}/{}", "a".repeat(120), "b".repeat(90));
    let (prefix, name) = long.split_once('/').unwrap();
    for (entry, header) in [
        (Entry::file("f", ""), file()),
        (Entry::file("f", "layer1"), file().body("layer1")),
        (Entry::file("f", [7; 512]), file().body([7; 512])),
        (
            Entry::file("f", "").mode(0o4755).uid(1).gid(2).mtime(3),
            file().mode(0o4755).uid(1).gid(2).mtime(3),
        ),
        (Entry::file(&long, "layer1"), Header::new().prefix(prefix).name(name).body("layer1")),
        (Entry::directory("d/"), Header::new().name("d/").typeflag("5").mode(0o755)),
        (Entry::symlink("s", "f"), Header::new().name("s").typeflag(b'2').linkname("f").mode(0o777)),
        (Entry::hardlink("h", "f").unchecked(), Header::new().name("h").typeflag(b"1").linkname(b"f")),
        (Entry::whiteout("d/w"), Header::new().name("d/.wh.w")),
        (Entry::fifo("p"), Header::new().name("p").typeflag("6")),
        (Entry::char("c", 1, 3), Header::new().name("c").typeflag("3").devmajor(1).devminor(3)),
        (Entry::block("b", 8, 16), Header::new().name("b").typeflag("4").devmajor(8_u8).devminor(16_i64)),
        (
            Entry::file("f", "layer1").xattr("user.b", "1").xattr("user.a", [0, 255]),
            file()
                .pax([
                    (b"SCHILY.xattr.user.a".to_vec(), vec![0, 255]),
                    ("SCHILY.xattr.user.b".into(), "1".into()),
                ])
                .body("layer1"),
        ),
    ] {
        assert_eq!(differences(&layer_of(layer(header)), &layer_of(Layer::new().with(entry))), [""; 0]);
    }
}

#[test]
fn nothing_that_is_declared_is_an_empty_file_without_a_name() {
    assert_eq!(shown(&layer_of(layer(Header::new()))), shown(&[block(&[]).as_slice(), &END].concat()));
}

/// Each value with the bytes of its field in the tar. Values in base-256 are those that GNU tar and Python's tarfile
/// write.
#[test]
fn a_field_is_what_is_declared_and_no_other_is_another() {
    let (new, number) = (Header::new, &1000);
    let table: &[(&str, Header, &[u8])] = &[
        // Numbers, as honest ones are written.
        ("mode", new().mode(0), b"0000000\0"),
        ("mode", new().mode(0o100_755), b"0100755\0"),
        ("mode", new().mode(0o7_777_777_u64), b"7777777\0"),
        ("uid", new().uid(1000_usize), b"0001750\0"),
        ("gid", new().gid(number), b"0001750\0"),
        ("size", new().size(5_i8), b"00000000005\0"),
        ("size", new().size((1_u64 << 33) - 1), b"77777777777\0"),
        ("mtime", new().mtime(1_000_000_000), b"07346545000\0"),
        ("devmajor", new().devmajor(4095_u16), b"0007777\0"),
        ("devminor", new().devminor(3_isize), b"0000003\0"),
        ("typeflag", new().typeflag(b'7'), b"7"),
        ("typeflag", new().typeflag(0), b"\0"),
        ("typeflag", new().typeflag(255_i128), b"\xff"),
        ("checksum", new().checksum(0), b"000000\0 "),
        ("checksum", new().checksum(0o777_777), b"777777\0 "),
        // Numbers of more digits, and negative numbers.
        ("mode", new().mode(0o10_000_000), b"\x80\0\0\0\0\x20\0\0"),
        ("mode", new().mode(-1), b"\xff\xff\xff\xff\xff\xff\xff\xff"),
        ("uid", new().uid(u32::MAX), b"\x80\0\0\0\xff\xff\xff\xff"),
        ("uid", new().uid(-2), b"\xff\xff\xff\xff\xff\xff\xff\xfe"),
        ("gid", new().gid((1_i64 << 56) - 1), b"\x80\xff\xff\xff\xff\xff\xff\xff"),
        ("gid", new().gid(-1_i64 << 56), b"\xff\0\0\0\0\0\0\0"),
        ("size", new().size(1_u64 << 33), b"\x80\0\0\0\0\0\0\x02\0\0\0\0"),
        ("size", new().size(1_u64 << 63), b"\x80\0\0\0\x80\0\0\0\0\0\0\0"),
        ("size", new().size(u64::MAX), b"\x80\0\0\0\xff\xff\xff\xff\xff\xff\xff\xff"),
        ("size", new().size(-5), b"\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xfb"),
        ("size", new().size((1_u128 << 88) - 1), b"\x80\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"),
        ("size", new().size(-1_i128 << 88), b"\xff\0\0\0\0\0\0\0\0\0\0\0"),
        ("mtime", new().mtime(-1), b"\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff\xff"),
        ("mtime", new().mtime(i64::MIN), b"\xff\xff\xff\xff\x80\0\0\0\0\0\0\0"),
        ("devmajor", new().devmajor(u32::MAX), b"\x80\0\0\0\xff\xff\xff\xff"),
        ("devminor", new().devminor(-1), b"\xff\xff\xff\xff\xff\xff\xff\xff"),
        ("checksum", new().checksum(0o1_000_000), b"\x80\0\0\0\0\x04\0\0"),
        ("checksum", new().checksum(-1), b"\xff\xff\xff\xff\xff\xff\xff\xff"),
        // Bytes with NULs behind them.
        ("name", new().name("/etc/passwd"), b"/etc/passwd"),
        ("name", new().name(b"a\0b\xff"), b"a\0b\xff"),
        ("name", new().name("n".repeat(100)), &[b'n'; 100]),
        ("mode", new().mode("644"), b"644"),
        ("mode", new().mode(b"   644 \0"), b"   644 \0"),
        ("mode", new().mode("rw-r--r-"), b"rw-r--r-"),
        ("mode", new().mode(""), b""),
        ("uid", new().uid(b"\x80"), b"\x80"),
        ("gid", new().gid(String::from("-1")), b"-1"),
        ("size", new().size("777777777777"), b"777777777777"),
        ("size", new().size(b"00000000006 "), b"00000000006 "),
        ("mtime", new().mtime(vec![0xff; 12]), &[0xff; 12]),
        ("checksum", new().checksum(""), b""),
        ("checksum", new().checksum("0010041"), b"0010041"),
        ("typeflag", new().typeflag("L"), b"L"),
        ("typeflag", new().typeflag(b"\0"), b"\0"),
        ("linkname", new().linkname("../../etc"), b"../../etc"),
        ("linkname", new().linkname([b'/'; 100]), &[b'/'; 100]),
        ("magic", new().magic("ustar "), b"ustar "),
        ("magic", new().magic(""), b""),
        ("version", new().version(" \0"), b" \0"),
        ("version", new().version("1"), b"1"),
        ("uname", new().uname("root"), b"root"),
        ("uname", new().uname([b'u'; 32]), &[b'u'; 32]),
        ("gname", new().gname([0xff; 32]), &[0xff; 32]),
        ("devmajor", new().devmajor("8"), b"8"),
        ("devminor", new().devminor(b"12345678"), b"12345678"),
        ("prefix", new().prefix(".."), b".."),
        ("prefix", new().prefix(Content::repeat("p/", 3)), b"p/p/p/"),
        ("prefix", new().prefix([b'p'; 155]), &[b'p'; 155]),
    ];
    for (name, header, field) in table {
        let tar = layer_of(layer(header.clone()));
        let expected = [block(&[(name, field)]).as_slice(), &END].concat();
        assert_eq!(differences(&tar, &expected), [""; 0], "{name}: {field:?}");
    }
}

#[test]
fn the_last_word_on_a_field_counts() {
    let header = Header::new().name("a").size("bytes").body("a").name("b").size(7).body("layer1");
    let field = ("size", b"00000000007\0".as_slice());
    assert_eq!(
        shown(&entries_of(layer(header))),
        shown(&[block(&[("name", b"b"), field]), padded(b"layer1")].concat())
    );
}

/// Each entry differs from the honest entry in its header alone.
#[test]
fn a_body_does_not_depend_on_what_the_header_says() {
    let layers = |fault: Header| Layer::new().with(("a", "")).with(fault).with(("b", "layer2"));
    let file = || Header::new().name("f").body([b'x'; 600]);
    let honest = layer_of(Layer::new().with(("a", "")).with(("f", [b'x'; 600])).with(("b", "layer2")));
    for (fault, different) in [
        (file(), &[][..]),
        (file().size(0), &["1 size", "1 checksum"]),
        (file().size(-5), &["1 size", "1 checksum"]),
        (file().size(1_u64 << 63), &["1 size", "1 checksum"]),
        (file().size(599), &["1 size", "1 checksum"]),
        (file().typeflag("5"), &["1 checksum", "1 typeflag"]),
        (file().typeflag("2").linkname("a"), &["1 checksum", "1 typeflag", "1 linkname"]),
        (file().checksum(0), &["1 checksum"]),
    ] {
        assert_eq!(differences(&honest, &layer_of(layers(fault))), different);
    }
}

#[test]
fn bytes_stand_instead_of_an_entry() {
    let (one, other) = (entries_of(Layer::new().with(("a", "1"))), entries_of(Layer::new().with(("b", "2"))));
    let between = |raw: Header| layer_of(Layer::new().with(("a", "1")).with(raw).with(("b", "2")));
    for raw in [&b""[..], b"x", &[0; 512], &END, &one, &[0xff; 513]] {
        let expected = [&one, raw, &other, &END].concat();
        assert_eq!(shown(&between(Header::new().raw(raw))), shown(&expected));
    }
    let lazy = Header::new().raw(Content::repeat([0; 512], 3));
    assert_eq!(shown(&between(lazy)), shown(&[one.as_slice(), &[0; 3 * 512], &other, &END].concat()));
}

#[test]
fn a_manifest_takes_entries_by_hand_as_its_layer() {
    let bare = Manifest::new().with(("a", "")).with(Header::new().name("../b")).with(Entry::fifo("c"));
    let layer = Layer::new().with(("a", "")).with(Header::new().name("../b")).with(Entry::fifo("c"));
    let bare = oci_fixture::Fixture::new().with(bare).in_memory().unwrap();
    assert_eq!(bare.index_bytes().unwrap(), fixture(layer).in_memory().unwrap().index_bytes().unwrap());
}

fn layer(header: Header) -> Layer {
    Layer::new().with(header)
}
