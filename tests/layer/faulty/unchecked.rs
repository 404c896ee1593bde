//! Entries whose names are taken as they are written.

use oci_fixture::{Content, Entry, Layer};
use oci_fixture_test_support::{fixture, layer_of};

use super::{block, differences, entries_of, pax, shown};

/// The field has the path, whatever it is, and all other fields are those of the honest entry.
#[test]
fn a_path_is_written_as_it_is() {
    let honest = layer_of(Layer::new().with(("f", "layer1")));
    for path in [
        "",
        ".",
        "..",
        "/",
        "/f",
        "//f",
        "f/",
        "./f",
        "../f",
        "a/../../f",
        "a//f",
        "a/.",
        ".wh.",
        ".wh.f",
        ".wh..wh..opq",
        ".wh..wh.plnk/f",
        "C:\\f",
        "\n",
        "\u{1b}[2J",
    ] {
        let expected = {
            let size = ("size", &b"00000000006\0"[..]);
            let mut tar = block(&[("name", path.as_bytes()), size]);
            tar.extend(&honest[512..]);
            tar
        };
        let tar = layer_of(Layer::new().with(Entry::file(path, "layer1").unchecked()));
        assert_eq!(differences(&tar, &expected), [""; 0], "{path:?}");
        assert_eq!(differences(&tar, &honest), ["0 name", "0 checksum"], "{path:?}");
    }
}

#[test]
fn a_name_of_any_kind_is_written_as_it_is() {
    for (entry, fields) in [
        (Entry::directory("d"), &[("name", &b"d"[..]), ("typeflag", b"5"), ("mode", b"0000755\0")][..]),
        (Entry::directory(""), &[("typeflag", b"5"), ("mode", b"0000755\0")]),
        (Entry::directory("/d/"), &[("name", b"/d/"), ("typeflag", b"5"), ("mode", b"0000755\0")]),
        (
            Entry::symlink("s", "../../etc"),
            &[("name", b"s"), ("typeflag", b"2"), ("mode", b"0000777\0"), ("linkname", b"../../etc")],
        ),
        (Entry::symlink("s/", ""), &[("name", b"s/"), ("typeflag", b"2"), ("mode", b"0000777\0")]),
        (
            Entry::hardlink("../h", "/etc/passwd"),
            &[("name", b"../h"), ("typeflag", b"1"), ("linkname", b"/etc/passwd")],
        ),
        (Entry::hardlink("h", "h/"), &[("name", b"h"), ("typeflag", b"1"), ("linkname", b"h/")]),
        (Entry::whiteout("../w"), &[("name", b"../.wh.w")]),
        (Entry::whiteout(""), &[("name", b".wh.")]),
        (Entry::whiteout(".."), &[("name", b".wh...")]),
        (Entry::whiteout(".wh..opq"), &[("name", b".wh..wh..opq")]),
        (Entry::opaque("/"), &[("name", b"/.wh..wh..opq")]),
        (Entry::opaque("../"), &[("name", b"../.wh..wh..opq")]),
        (Entry::fifo("/p"), &[("name", b"/p"), ("typeflag", b"6")]),
        (
            Entry::char("../c", 1, 3),
            &[("name", b"../c"), ("typeflag", b"3"), ("devmajor", b"0000001\0"), ("devminor", b"0000003\0")],
        ),
        (Entry::block("b/", 0, 0), &[("name", b"b/"), ("typeflag", b"4")]),
    ] {
        assert_eq!(shown(&entries_of(Layer::new().with(entry.unchecked()))), shown(&block(fields)));
    }
}

/// The fields have the characters that they can hold.
#[test]
fn a_value_that_a_field_cannot_hold_is_unchanged_in_a_record() {
    let long = "/".repeat(300);
    let cut_off = [&[0][..], &[b'/'; 99]].concat();
    for (entry, name, records, fields) in [
        (Entry::file("a\0b", ""), "PaxHeaders.0/ab", b"12 path=a\0b\n".to_vec(), &[("name", &b"ab"[..])][..]),
        (
            Entry::symlink("s", "a\0"),
            "PaxHeaders.0/s",
            b"15 linkpath=a\0\n".to_vec(),
            &[("name", b"s"), ("typeflag", b"2"), ("mode", b"0000777\0"), ("linkname", b"a")],
        ),
        (
            Entry::file("../caf\u{e9}", ""),
            "../PaxHeaders.0/caf",
            "17 path=../caf\u{e9}\n".into(),
            &[("name", b"../caf")],
        ),
        (
            Entry::file(long.as_str(), ""),
            "/PaxHeaders.0",
            format!("310 path={long}\n").into_bytes(),
            &[("name", &cut_off)],
        ),
        (
            Entry::file("f", "").xattr("", "1").xattr("a=b", "2").xattr("\0", "3"),
            "PaxHeaders.0/f",
            b"19 SCHILY.xattr.=1\n20 SCHILY.xattr.\0=3\n22 SCHILY.xattr.a=b=2\n".to_vec(),
            &[("name", b"f")],
        ),
        (
            Entry::file("f", "").xattr("b", "2").xattr("a", "0").xattr("b", "1"),
            "PaxHeaders.0/f",
            b"20 SCHILY.xattr.a=0\n20 SCHILY.xattr.b=2\n20 SCHILY.xattr.b=1\n".to_vec(),
            &[("name", b"f")],
        ),
    ] {
        let expected = [pax(name, &records), block(fields)].concat();
        assert_eq!(shown(&entries_of(Layer::new().with(entry.unchecked()))), shown(&expected), "{name}");
    }
}

#[test]
fn an_honest_entry_is_the_same_unchecked() {
    let long = format!("{}/{}", "a".repeat(120), "b".repeat(90));
    for entry in [
        Entry::file("f", "layer1").mode(0o4755).uid(2_097_152).mtime(-1),
        Entry::file(long.as_str(), ""),
        Entry::directory(format!("{long}/")),
        Entry::symlink("caf\u{e9}", "\u{e9}"),
        Entry::whiteout("a/b/"),
        Entry::opaque("./"),
        Entry::file("f", Content::zeros(513)).xattr("user.b", "1").xattr("user.a", [0, 255]),
    ] {
        let unchecked = entry.clone().unchecked();
        assert_eq!(
            shown(&entries_of(Layer::new().with(unchecked))),
            shown(&entries_of(Layer::new().with(entry)))
        );
    }
}

/// One of the two entries has to be unchecked, whichever it is.
#[test]
fn an_unchecked_entry_may_contradict_another_one() {
    for (honest, fault) in [
        (Entry::file("a", "1"), Entry::file("a", "2")),
        (Entry::directory("a/"), Entry::symlink("a", "/etc")),
        (Entry::opaque("./"), Entry::opaque("./")),
        (Entry::whiteout("a"), Entry::file("a", "")),
        (Entry::whiteout("a"), Entry::file("a/b/c", "")),
        (Entry::file("a", ""), Entry::whiteout("a")),
        (Entry::directory("a/"), Entry::whiteout("a")),
    ] {
        let [one, other] = [&honest, &fault].map(|entry| entries_of(Layer::new().with(entry)));
        for (layer, expected) in [
            (Layer::new().with(&honest).with(fault.clone().unchecked()), [one.clone(), other.clone()]),
            (Layer::new().with(fault.unchecked()).with(&honest), [other, one]),
        ] {
            assert_eq!(shown(&entries_of(layer)), shown(&expected.concat()));
        }
    }
    let thrice = Layer::new().with(("a", "")).with(Entry::file("a", "").unchecked()).with(("a", ""));
    assert_eq!(
        fixture(thrice).in_memory().unwrap_err().to_string(),
        "linux/amd64 > layer 1 > \"a\": this path is twice in the layer; remove one of the two entries"
    );
}
