//! The entries of a layer: their tar is byte for byte that of Go, and another reader finds what was declared.

use std::collections::BTreeMap;

use oci_fixture::{Blob, Content, Entry, Fixture, Header, Label, Layer, Manifest, Text};
use oci_fixture_test_support::golden::assert_lines;
use oci_fixture_test_support::{EntryType, TarEntry, assert_checksums, fixture, layer_of, read_tar, sha256};
use proptest::prelude::*;

// The bytes.

#[test]
fn a_layer_without_entries_is_as_go_writes_it() {
    let hex = "5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef";
    assert_eq!(sha256(layer_of(Layer::new())), hex);
}

#[test]
fn every_entry_is_as_go_writes_it() {
    let found = measured().map(|(name, entry)| (name, sha256(layer_of(Layer::new().with(entry)))));
    assert_checksums(include_str!("entries.sha256"), found);
}

/// Entries of whose tars `entries.sha256` has the digests.
#[allow(clippy::too_many_lines, reason = "there are that many limits in the format")]
fn measured() -> [(&'static str, Entry); 90] {
    [
        ("a file", Entry::file("bash", "layer1")),
        ("an empty file", Entry::file("empty", "")),
        ("a full block", Entry::file("block", "x".repeat(512))),
        ("a block and a byte", Entry::file("block", "x".repeat(513))),
        ("a directory", Entry::directory("etc/")),
        ("a symlink", Entry::symlink("bin/sh", "bash")),
        ("a symlink to the root", Entry::symlink("usr/bin/root", "../..")),
        ("an absolute symlink", Entry::symlink("etc/mtab", "/proc/mounts")),
        ("a symlink to a directory", Entry::symlink("lib", "usr/lib/")),
        ("a hardlink", Entry::hardlink("bin/ls", "bin/busybox").unchecked()),
        ("a whiteout", Entry::whiteout("etc/passwd")),
        ("a whiteout in the root", Entry::whiteout("etc/")),
        ("an opaque directory", Entry::opaque("etc/")),
        ("an opaque root", Entry::opaque("./")),
        ("a fifo", Entry::fifo("run/initctl")),
        ("a character device", Entry::char("dev/null", 1, 3)),
        ("a block device", Entry::block("dev/sda", 8, 16)),
        ("the largest device", Entry::block("dev/last", 0o7_777_777, 0o7_777_777)),
        ("a name of 99", Entry::file(path_of("a*99"), "")),
        ("a name of 100", Entry::file(path_of("a*100"), "")),
        ("a name of 101", Entry::file(path_of("a*101"), "")),
        ("a name of 102", Entry::file(path_of("a*102"), "")),
        ("a prefix of 154", Entry::file(path_of("a*154 / b"), "")),
        ("a prefix of 155", Entry::file(path_of("a*155 / b"), "")),
        ("a prefix of 156", Entry::file(path_of("a*156 / b"), "")),
        ("a prefix of 157", Entry::file(path_of("a*157 / b"), "")),
        ("a base of 98", Entry::file(path_of("d / b*98"), "")),
        ("a base of 99", Entry::file(path_of("d / b*99"), "")),
        ("a base of 100", Entry::file(path_of("d / b*100"), "")),
        ("a base of 101", Entry::file(path_of("d / b*101"), "")),
        ("a prefix of 155, a base of 99", Entry::file(path_of("a*155 / b*99"), "")),
        ("a prefix of 155, a base of 100", Entry::file(path_of("a*155 / b*100"), "")),
        ("a prefix of 155, a base of 101", Entry::file(path_of("a*155 / b*101"), "")),
        ("a prefix of 154, a base of 100", Entry::file(path_of("a*154 / b*100"), "")),
        ("a prefix of 156, a base of 100", Entry::file(path_of("a*156 / b*100"), "")),
        ("a deep path", Entry::file(path_of("a/*127 b"), "")),
        ("a deeper path", Entry::file(path_of("a/*128 b"), "")),
        ("a path split at its last slash", Entry::file(path_of("a*120 / b*90"), "layer1")),
        ("a path split at one of many", Entry::file(path_of("d/*60 b*60"), "")),
        ("a directory of 98", Entry::directory(path_of("a*98 /"))),
        ("a directory of 99", Entry::directory(path_of("a*99 /"))),
        ("a directory of 100", Entry::directory(path_of("a*100 /"))),
        ("a directory of 149 in one of 50", Entry::directory(path_of("d*50 / a*98 /"))),
        ("a directory of 150 in one of 50", Entry::directory(path_of("d*50 / a*99 /"))),
        ("a directory of 151 in one of 50", Entry::directory(path_of("d*50 / a*100 /"))),
        ("a directory of 152 in one of 50", Entry::directory(path_of("d*50 / a*101 /"))),
        ("a directory of 255", Entry::directory(path_of("a*155 / b*98 /"))),
        ("a directory of 256", Entry::directory(path_of("a*155 / b*99 /"))),
        ("a directory of 257", Entry::directory(path_of("a*155 / b*100 /"))),
        ("a long name cut off at a slash", Entry::file(path_of("a*99 / b*200"), "")),
        ("a long name cut off before a slash", Entry::file(path_of("a*100 / b*200"), "")),
        ("the name of a directory's PAX header cut off", Entry::directory(path_of("a*86 / b*101 /"))),
        ("the name of a PAX header cut off at a slash", Entry::file(path_of("a*86 / c*160"), "")),
        ("a non-ASCII path", Entry::file("usr/share/\u{e9}t\u{e9}/\u{65e5}\u{672c}", "layer1")),
        ("a non-ASCII directory", Entry::directory("\u{1f600}/")),
        ("a name without ASCII", Entry::file("\u{65e5}", "")),
        ("a long non-ASCII path", Entry::file(path_of("\u{e9}*60 / b*30"), "")),
        ("a symlink to a target of 100", Entry::symlink("l", path_of("t*100"))),
        ("a symlink to a target of 101", Entry::symlink("l", path_of("t*101"))),
        ("a symlink to a target cut off at a slash", Entry::symlink("l", path_of("t*99 /u"))),
        ("a symlink to a non-ASCII target", Entry::symlink("l", "caf\u{e9}")),
        ("a hardlink to a target of 100", Entry::hardlink("l", path_of("t*100")).unchecked()),
        ("a hardlink to a target of 101", Entry::hardlink("l", path_of("t*50 / u*50")).unchecked()),
        ("a hardlink to a non-ASCII target", Entry::hardlink("l", "caf\u{e9}").unchecked()),
        ("a long symlink to a long target", Entry::symlink(path_of("a*120 /l"), path_of("t*120"))),
        ("a long whiteout", Entry::whiteout(path_of("a*120 / b*97"))),
        ("a mode with every bit", Entry::file("all", "").mode(0o7777)),
        ("uid 2097151", Entry::file("u", "").uid(2_097_151)),
        ("uid 2097152", Entry::file("u", "").uid(2_097_152)),
        ("gid 2097152", Entry::file("g", "").gid(2_097_152)),
        ("mtime 1", Entry::file("t", "").mtime(1)),
        ("mtime -1", Entry::file("t", "").mtime(-1)),
        ("mtime 8589934591", Entry::file("t", "").mtime(8_589_934_591)),
        ("mtime 8589934592", Entry::file("t", "").mtime(8_589_934_592)),
        ("an xattr", Entry::file("x", "layer1").xattr("user.comment", "a test")),
        ("an empty xattr", Entry::file("x", "").xattr("user.empty", "")),
        ("an xattr of 69 bytes", Entry::file("x", "").xattr("user.k", "v".repeat(69))),
        (
            "binary xattrs",
            Entry::file("x", "")
                .xattr("user.b", (0..=255).collect::<Vec<u8>>())
                .xattr("user.a", b"\x00\xff=\n")
                .xattr("security.capability", b"\x01\0\0\x02\0 ")
                .xattr("user.\u{e9}", "\u{e9}"),
        ),
        (
            "a path that is not split beside an xattr",
            Entry::file(path_of("a*120 / b*90"), "").xattr("user.k", "v"),
        ),
        ("a directory with an xattr", Entry::directory("d/e/").xattr("trusted.overlay.opaque", "y")),
        (
            "all together",
            Entry::file(path_of("\u{e9}/*100 f"), "layer1")
                .mode(0o4755)
                .uid(4_294_967_294)
                .gid(1 << 40)
                .mtime(-62_135_596_801)
                .xattr("user.b", "2")
                .xattr("user.a", b"\0"),
        ),
        (
            "all together for a symlink",
            Entry::symlink(path_of("a*101"), path_of("\u{e9}/ b*100"))
                .mode(1)
                .uid(2_097_152)
                .gid(2_097_152)
                .mtime(1 << 40)
                .xattr("user.a", "1"),
        ),
        ("a file of one letter that is not ASCII", Entry::file("\u{e9}", "layer1")),
        ("a directory of one letter that is not ASCII", Entry::directory("\u{e9}/")),
        ("a non-ASCII path in a directory", Entry::file("dir/\u{e9}/\u{65e5}", "layer1")),
        ("a PAX header whose name is cut off at a slash", Entry::file(path_of("a*86 / b*120"), "layer1")),
        ("a directory of 257 without a slash", Entry::directory(path_of("d*256 /"))),
        ("uid and gid 2097152", Entry::file("d", "layer1").uid(1 << 21).gid(1 << 21)),
        ("mtime -1 of a file with content", Entry::file("d", "layer1").mtime(-1)),
        // Alone the path would be split; beside a number in a PAX header it is there, too.
        (
            "a path that is not split beside a number",
            Entry::file(path_of("a*120 / b*90"), "layer1").uid(1 << 21),
        ),
    ]
}

#[test]
fn a_mode_is_that_of_its_kind_unless_it_is_declared() {
    let default = Layer::new()
        .with(("f", ""))
        .with(Entry::directory("d/"))
        .with(Entry::symlink("s", "f"))
        .with(Entry::hardlink("h", "f"))
        .with(Entry::whiteout("w"))
        .with(Entry::opaque("d/"))
        .with(Entry::fifo("p"))
        .with(Entry::char("c", 1, 3))
        .with(Entry::block("b", 8, 0));
    let declared = Layer::new()
        .with(Entry::file("f", "").mode(0o644))
        .with(Entry::directory("d/").mode(0o755))
        .with(Entry::symlink("s", "f").mode(0o777))
        .with(Entry::hardlink("h", "f").mode(0o644))
        .with(Entry::whiteout("w").mode(0o644))
        .with(Entry::opaque("d/").mode(0o644))
        .with(Entry::fifo("p").mode(0o644))
        .with(Entry::char("c", 1, 3).mode(0o644))
        .with(Entry::block("b", 8, 0).mode(0o644));
    assert_eq!(layer_of(default), layer_of(declared));
}

#[test]
fn the_order_of_xattrs_does_not_count() {
    let one = Entry::file("f", "").xattr("user.a", "1").xattr("user.b", "2");
    let other = Entry::file("f", "").xattr("user.b", "2").xattr("user.a", "1");
    assert_eq!(layer_of(Layer::new().with(one)), layer_of(Layer::new().with(other)));
}

#[test]
fn an_xattr_can_be_made_lazily() {
    let lazy = Entry::file("f", "").xattr("user.a", Content::repeat("ab", 3));
    let plain = Entry::file("f", "").xattr("user.a", "ababab");
    assert_eq!(layer_of(Layer::new().with(lazy)), layer_of(Layer::new().with(plain)));
}

// What a reader finds.

#[test]
fn each_kind_reads_back() {
    let plain = |kind, name: &str, mode| TarEntry {
        kind,
        name: name.to_owned(),
        link: None,
        mode,
        uid: 0,
        gid: 0,
        uname: String::new(),
        gname: String::new(),
        mtime: 0,
        fractional: None,
        device: None,
        xattrs: BTreeMap::new(),
        content: Vec::new(),
    };
    let link = |kind, name, target: &str, mode| TarEntry {
        link: Some(target.to_owned()),
        ..plain(kind, name, mode)
    };
    let device = |kind, name, numbers| TarEntry { device: Some(numbers), ..plain(kind, name, 0o644) };
    for (entry, expected) in [
        (
            Entry::file("f", "layer1"),
            TarEntry { content: b"layer1".to_vec(), ..plain(EntryType::Regular, "f", 0o644) },
        ),
        (Entry::directory("d/e/"), plain(EntryType::Directory, "d/e/", 0o755)),
        (Entry::symlink("d/s", "../f"), link(EntryType::Symlink, "d/s", "../f", 0o777)),
        (Entry::hardlink("d/h", "f").unchecked(), link(EntryType::Link, "d/h", "f", 0o644)),
        (Entry::whiteout("d/w"), plain(EntryType::Regular, "d/.wh.w", 0o644)),
        (Entry::whiteout("d/w/"), plain(EntryType::Regular, "d/.wh.w", 0o644)),
        (Entry::whiteout("w"), plain(EntryType::Regular, ".wh.w", 0o644)),
        (Entry::opaque("d/e"), plain(EntryType::Regular, "d/e/.wh..wh..opq", 0o644)),
        (Entry::opaque("d/e/"), plain(EntryType::Regular, "d/e/.wh..wh..opq", 0o644)),
        (Entry::opaque("./"), plain(EntryType::Regular, ".wh..wh..opq", 0o644)),
        (Entry::fifo("p"), plain(EntryType::Fifo, "p", 0o644)),
        (Entry::char("c", 1, 3), device(EntryType::Char, "c", (1, 3))),
        (Entry::block("b", 2_097_151, 2_097_151), device(EntryType::Block, "b", (2_097_151, 2_097_151))),
        (
            Entry::directory("all/")
                .mode(0o1777)
                .uid(i64::MAX as u64)
                .gid(1 << 40)
                .mtime(i64::MIN)
                .xattr("user.k", [0, 255]),
            TarEntry {
                uid: i64::MAX as u64,
                gid: 1 << 40,
                mtime: i64::MIN,
                xattrs: [("user.k".to_owned(), vec![0, 255])].into(),
                ..plain(EntryType::Directory, "all/", 0o1777)
            },
        ),
        // Go's zero time, of which Go itself writes 0.
        (
            Entry::file("t", "").mtime(-62_135_596_800),
            TarEntry { mtime: -62_135_596_800, ..plain(EntryType::Regular, "t", 0o644) },
        ),
    ] {
        assert_eq!(read_tar(&layer_of(Layer::new().with(entry))), [expected]);
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 128, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_entries_read_back(entries in prop::collection::vec(entry(), 0..8)) {
        let mut layer = Layer::new();
        let mut expected = Vec::new();
        for (number, (entry, lazy)) in entries.into_iter().enumerate() {
            // No two have the same name, and none is below another.
            let entry = TarEntry { name: format!("{number}.{}", entry.name), ..entry };
            layer.push(declare(&entry, lazy));
            expected.push(entry);
        }
        let tar = layer_of(layer.clone());
        prop_assert_eq!(&read_tar(&tar), &expected);
        prop_assert_eq!(layer_of(layer), tar);
    }
}

/// The declaration of an entry that is to be read, with its content made lazily or not.
fn declare(expected: &TarEntry, lazy: bool) -> Entry {
    let name = expected.name.as_str();
    let target = || expected.link.as_deref().unwrap();
    let (major, minor) = expected.device.unwrap_or_default();
    let (directory, base) = name.rsplit_once('/').unwrap_or(("", name));
    let mut entry = match expected.kind {
        EntryType::Regular if base == ".wh..wh..opq" => Entry::opaque(format!("{directory}/")),
        EntryType::Regular if base.starts_with(".wh.") => Entry::whiteout(name.replace(".wh.", "")),
        EntryType::Regular if lazy => Entry::file(name, Content::repeat(expected.content.as_slice(), 1)),
        EntryType::Regular => Entry::file(name, expected.content.as_slice()),
        EntryType::Directory => Entry::directory(name),
        EntryType::Symlink => Entry::symlink(name, target()),
        EntryType::Link => Entry::hardlink(name, target()).unchecked(),
        EntryType::Char => Entry::char(name, major, minor),
        EntryType::Block => Entry::block(name, major, minor),
        _ => Entry::fifo(name),
    };
    for (name, value) in &expected.xattrs {
        entry = entry.xattr(name, value);
    }
    let entry = entry.mode(expected.mode).uid(expected.uid).gid(expected.gid).mtime(expected.mtime);
    entry.uname(&expected.uname).gname(&expected.gname)
}

/// An entry and whether its content is made lazily. Most numbers are near a limit of the format.
fn entry() -> impl Strategy<Value = (TarEntry, bool)> {
    let uid = || prop_oneof![4 => Just(0), 2 => 2_097_150..2_097_154_u64, 1 => 0..=i64::MAX as u64];
    let mtime =
        prop_oneof![4 => Just(0), 1 => -2..2_i64, 1 => 8_589_934_590..8_589_934_594_i64, 1 => any::<i64>()];
    // The `tar` crate ends a PAX record at the first line break, so there is none here; Go's reader takes them, and
    // the measured digests have some.
    let value = any::<u8>().prop_filter("no line break", |byte| *byte != b'\n');
    let xattrs = prop_oneof![
        3 => Just(BTreeMap::new()),
        1 => prop::collection::btree_map("user\\.[a-z\u{e9}]{1,4}", prop::collection::vec(value, 0..200), 1..4),
    ];
    let content = prop::collection::vec(any::<u8>(), 0..1100);
    let device = (0..=2_097_151_u32, 0..=2_097_151_u32);
    let owner = || prop_oneof![4 => Just(String::new()), 1 => "[a-z]{1,34}", 1 => "[a-z\u{e9}/ ]{1,20}"];
    let numbers = (0..=0o7777_u32, uid(), uid(), mtime, owner(), owner());
    (0..9, path(), path(), numbers, device, xattrs, content, any::<bool>()).prop_map(
        |(kind, path, target, (mode, uid, gid, mtime, uname, gname), device, xattrs, content, lazy)| {
            let (directory, base) = path.rsplit_once('/').unwrap_or(("d", &path));
            let (kind, name) = match kind {
                0 => (EntryType::Regular, path),
                1 => (EntryType::Directory, format!("{path}/")),
                2 => (EntryType::Symlink, path),
                3 => (EntryType::Link, path),
                4 => (EntryType::Char, path),
                5 => (EntryType::Block, path),
                6 => (EntryType::Fifo, path),
                7 => (EntryType::Regular, format!("{directory}/.wh.{base}")),
                _ => (EntryType::Regular, format!("{path}/.wh..wh..opq")),
            };
            let is_link = matches!(kind, EntryType::Symlink | EntryType::Link);
            let is_device = matches!(kind, EntryType::Char | EntryType::Block);
            let is_file = kind == EntryType::Regular && !name.contains(".wh.");
            let entry = TarEntry {
                kind,
                name,
                link: is_link.then_some(target),
                mode,
                uid,
                gid,
                uname,
                gname,
                mtime,
                fractional: None,
                device: is_device.then_some(device),
                xattrs,
                content: if is_file { content } else { Vec::new() },
            };
            (entry, lazy)
        },
    )
}

/// Paths of the lengths at which the format changes.
fn path() -> impl Strategy<Value = String> {
    let component = prop_oneof![4 => "[a-z]{1,8}", 2 => "[a-z]{48,103}", 1 => "[a-z\u{e9}\u{65e5} =]{1,60}"];
    prop::collection::vec(component, 1..5).prop_map(|components| components.join("/"))
}

// What is refused.

#[test]
fn an_entry_that_no_tar_should_hold_is_an_error() {
    let layers = [
        Layer::new().with(Entry::symlink("bin/sh", "../../bash")),
        Layer::new().with(Entry::symlink("bin/", "bash")),
        Layer::new().with(Entry::hardlink("bin/ls", "/bin/busybox")),
        Layer::new().with(("bin/busybox", "")).with(Entry::hardlink("bin/ls", "busybox")),
        Layer::new().with(Entry::hardlink("bin/ls", "bin/busybox")).with(("bin/busybox", "")),
        Layer::new().with(Entry::whiteout("etc/name")).with(Entry::hardlink("name", "etc/name")),
        Layer::new().with(Entry::hardlink("a", "a")),
        Layer::new().with(Entry::directory("etc/")).with(Entry::hardlink("conf", "etc")),
        Layer::new().with(Entry::whiteout("../etc")),
        Layer::new().with(Entry::opaque(".")),
        Layer::new().with(Entry::fifo("a//b")),
        Layer::new().with(Entry::char("null", 1, 2_097_152)),
        Layer::new().with(Entry::file("f", "").xattr("", "v")),
        Layer::new().with(Entry::file("f", "").xattr("user.k", "1").xattr("user.k", "2")),
        Layer::new().with(("a", "")).with(Entry::fifo("a")),
        Layer::new().with(Entry::whiteout("a")).with(Entry::whiteout("a/")),
        Layer::new().with(Entry::opaque("./")).with(Entry::opaque("./")),
        Layer::new().with(Entry::whiteout("a")).with(("a", "")),
        Layer::new().with(Entry::directory("a/")).with(Entry::whiteout("a")),
        Layer::new().with(Entry::whiteout("a")).with(("a/b/c", "")),
        Layer::new().with(Entry::opaque("a/")).with(Entry::whiteout("a")),
        Layer::new().with(Entry::whiteout("a")).with(Entry::whiteout("a/b")),
    ];
    assert_lines("layer/refused.txt", layers.map(|layer| fixture(layer).tempdir().unwrap_err()));
}

#[test]
fn a_whiteout_beside_entries_of_other_names_is_none() {
    let layer = Layer::new()
        .with(Entry::whiteout("a"))
        .with(("ab", ""))
        .with(("b/a", ""))
        .with(("A", ""))
        .with(Entry::opaque("b/"))
        .with(Entry::whiteout("b/c/"))
        .with(("b/cd/e", ""));
    assert_eq!(read_tar(&layer_of(layer)).len(), 7);
}

/// The attributes of the entries of a layer, and what `declared_entries` says of them, which is the same.
fn attributes_of(layer: Layer) -> Vec<(String, u32, u64, u64, i64)> {
    let layout = fixture(layer).in_memory().unwrap();
    let layer = layout.platform("linux/amd64").unwrap().layers().unwrap().remove(0);
    let entries = layer.entries().unwrap();
    let declared = layer.declared_entries().unwrap();
    assert!(declared.is_none() || declared.as_ref() == Some(&entries), "{declared:?} {entries:?}");
    let attributes = entries
        .into_iter()
        .map(|entry| (entry.path.to_string(), entry.mode, entry.uid, entry.gid, entry.mtime));
    attributes.collect()
}

#[test]
fn a_hard_link_repeats_the_attributes_of_its_target() {
    let layer = Layer::new()
        .with(Entry::file("su", "x").mode(0o4755).uid(1).gid(5_000_000_000).mtime(-3).xattr("user.a", "b"))
        .with(Entry::hardlink("first", "su"))
        .with(Entry::hardlink("second", "first").mode(0o700).mtime(0))
        .with(Entry::hardlink("third", "second").gid(4))
        .with(Entry::symlink("link", "su").uid(7))
        .with(Entry::hardlink("fourth", "link"))
        .with(Entry::fifo("pipe").mode(0o600))
        .with(Entry::hardlink("fifth", "pipe"));
    let expected = [
        ("su", 0o4755, 1, 5_000_000_000, -3),
        ("first", 0o4755, 1, 5_000_000_000, -3),
        ("second", 0o700, 1, 5_000_000_000, 0),
        ("third", 0o700, 1, 4, 0),
        ("link", 0o777, 7, 0, 0),
        ("fourth", 0o777, 7, 0, 0),
        ("pipe", 0o600, 0, 0, 0),
        ("fifth", 0o600, 0, 0, 0),
    ];
    assert_eq!(
        attributes_of(layer),
        expected.map(|(path, mode, uid, gid, mtime)| (path.to_owned(), mode, uid, gid, mtime))
    );
}

#[test]
fn a_hard_link_needs_no_target_where_only_the_bytes_tell_what_is_there_or_nothing_is_checked() {
    let plain = |path: &str, mode| (path.to_owned(), mode, 0, 0, 0);
    let unchecked = Layer::new()
        .with(Entry::hardlink("a", "nothing").unchecked())
        .with(Entry::file("/b", "").mode(0o600).unchecked())
        .with(Entry::hardlink("c", "/b").unchecked())
        .with(Entry::directory("d").mode(0o711).unchecked())
        .with(Entry::hardlink("e", "d").unchecked());
    let expected =
        [plain("a", 0o644), plain("/b", 0o600), plain("c", 0o600), plain("d", 0o711), plain("e", 0o711)];
    assert_eq!(attributes_of(unchecked), expected);

    let by_hand = Layer::new()
        .with(Entry::file("f", "").mode(0o600))
        .with(Entry::hardlink("g", "h"))
        .with(Entry::hardlink("i", "f"))
        .with(Header::new().name("h").mode(0o111));
    assert_eq!(
        attributes_of(by_hand),
        [plain("f", 0o600), plain("g", 0o644), plain("i", 0o600), plain("h", 0o111)]
    );
}

/// As Go's archive/tar writes it: the record of a PAX header has the bytes, and the field has the ASCII of them.
#[test]
fn a_name_that_is_not_utf_8_has_a_record_with_its_bytes() {
    let layer = layer_of(Layer::new().with(Entry::symlink(b"caf\xe9/\xff", b"th\xe9")));
    assert_eq!(&layer[..20], b"caf/PaxHeaders.0\0\0\0\0");
    assert_eq!(&layer[512..543], b"16 linkpath=th\xe9\n15 path=caf\xe9/\xff\n");
    assert_eq!((&layer[1024..1030], &layer[1181..1185]), (&b"caf/\0\0"[..], &b"th\0\0"[..]));
    assert_eq!(sha256(&layer), "73f751e8a5d343f9760a3734bccf43cebee92969eb89b16ce510c0e2463c8250");
}

#[test]
fn names_of_other_bytes_are_other_names() {
    let names =
        [&b"caf\xe8"[..], b"caf\xe9", "caf\u{e9}".as_bytes(), "caf\u{10ffe9}".as_bytes(), b"caf\\xe9"];
    let mut layer = Layer::new();
    for name in names {
        layer.push((name, ""));
    }
    let layout = fixture(layer).in_memory().unwrap();
    let layer = &layout.platform("linux/amd64").unwrap().layers().unwrap()[0];
    let entries = layer.entries().unwrap();
    assert_eq!(entries.iter().map(|entry| entry.path.as_bytes()).collect::<Vec<_>>(), names);
    assert_eq!(layer.declared_entries().unwrap(), Some(entries.clone()));
    layout.assert_verified();
    // A name that was read is declared again.
    let again = Layer::new().with(Entry::file(&entries[1].path, "")).with(Entry::file(b"caf\xe9", ""));
    assert_eq!(
        fixture(again).in_memory().unwrap_err().to_string(),
        r#"linux/amd64 > layer 1 > "caf\xe9": this path is twice in the layer; remove one of the two entries"#
    );
    let absolute = fixture(Layer::new().with(Entry::symlink(b"/caf\xe9", "a"))).in_memory().unwrap_err();
    assert_eq!(
        absolute.to_string(),
        r#"linux/amd64 > layer 1 > "/caf\xe9": path `/caf\xe9` starts with `/`; write `caf\xe9`"#
    );
}

#[test]
fn a_name_may_say_what_a_node_is() {
    let four = Label::new("four", Blob::new("text/plain", "four"));
    let name = || Text::new("a-") + four.size();
    for (entry, written) in [
        (Entry::file(name(), ""), Entry::file("a-4", "")),
        (Entry::symlink("a", name()), Entry::symlink("a", "a-4")),
        (Entry::directory("a/").xattr(name(), four.bytes()), Entry::directory("a/").xattr("a-4", "four")),
    ] {
        let layer = |entry: Entry| {
            let image = Manifest::new().with(Layer::new().with(("a-5", "")).with(entry));
            let layout = Fixture::new().with(&four).with(image).in_memory().unwrap();
            layout.platform("linux/amd64").unwrap().layers().unwrap()[0].bytes().unwrap().into_owned()
        };
        assert_eq!(layer(entry), layer(written));
    }
    let link = Layer::new().with(("a-5", "")).with(Entry::hardlink("a", name()));
    let error = Fixture::new().with(&four).with(Manifest::new().with(link)).in_memory().unwrap_err();
    assert!(error.to_string().starts_with("linux/amd64 > layer 1 > \"a\": "), "{error}");
}

#[test]
fn a_pax_header_of_more_than_one_mebibyte_is_an_error() {
    let xattr = |value: Content| Entry::file("f", "").xattr("user.k", value);
    // "LENGTH SCHILY.xattr.user.k=VALUE\n"
    let around = "1048576 SCHILY.xattr.user.k=\n".len() as u64;
    layer_of(Layer::new().with(xattr(Content::zeros((1 << 20) - around))));
    for entry in [
        xattr(Content::zeros((1 << 20) - around + 1)),
        xattr(Content::zeros(u64::MAX >> 1)),
        xattr(Content::random(1, 1 << 40)).xattr("user.l", Content::random(1, 1 << 40)),
        Entry::symlink("f", "a".repeat(1 << 20)),
    ] {
        let error = fixture(Layer::new().with(entry)).tempdir().unwrap_err();
        let expected = ": \"f\": its names and extended attributes are larger than the 1 MiB that readers take; \
                        make them smaller";
        assert!(error.to_string().ends_with(expected), "{error}");
    }
}

/// Words put together, `a*3 / b` for `aaa/b`.
fn path_of(words: &str) -> String {
    let mut path = String::new();
    for word in words.split(' ') {
        match word.split_once('*') {
            Some((text, count)) => path.push_str(&text.repeat(count.parse().unwrap())),
            None => path.push_str(word),
        }
    }
    path
}
