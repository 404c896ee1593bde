//! The lines of entries, and the law that the entries of a tar are those that were declared.

use std::collections::BTreeMap;
use std::io::{self, Read};

use super::{LayerEntry, LayerEntryKind, TarName, entries};
use crate::Content;
use crate::Entry;
use crate::ErrorKind;
use crate::declare::layer::LayerMember;
use crate::declare::layer::hardlink::HardlinkTargets;
use crate::declare::layer::tarball::Tar;
use crate::io::Recipe;
use crate::io::tests::{Broken, Numbers};

fn plain(kind: LayerEntryKind, mode: u32, path: &str) -> LayerEntry {
    LayerEntry::plain(kind, mode, path.into())
}

fn xattrs(names: &[&str]) -> BTreeMap<TarName, Vec<u8>> {
    names.iter().map(|name| ((*name).into(), Vec::new())).collect()
}

#[test]
fn an_entry_is_a_line() {
    use LayerEntryKind::{Block, Char, Directory, Fifo, File, Hardlink, Other, Symlink};
    let link =
        |kind, mode, path, target: &str| LayerEntry { link: Some(target.into()), ..plain(kind, mode, path) };
    let device = |kind, mode, path, numbers| LayerEntry { device: Some(numbers), ..plain(kind, mode, path) };
    for (entry, short, long) in [
        (
            LayerEntry { size: 6, ..plain(File, 0o755, "bin/app") },
            "-rwxr-xr-x 6 bin/app",
            "-rwxr-xr-x 0/0 6 1970-01-01 00:00 bin/app",
        ),
        (
            link(Symlink, 0o777, "bin/sh", "bash"),
            "lrwxrwxrwx 0 bin/sh -> bash",
            "lrwxrwxrwx 0/0 0 1970-01-01 00:00 bin/sh -> bash",
        ),
        (
            link(Hardlink, 0o644, "bin/ls", "bin/busybox"),
            "hrw-r--r-- 0 bin/ls link to bin/busybox",
            "hrw-r--r-- 0/0 0 1970-01-01 00:00 bin/ls link to bin/busybox",
        ),
        (
            device(Char, 0o666, "dev/null", (1, 3)),
            "crw-rw-rw- 1,3 dev/null",
            "crw-rw-rw- 0/0 1,3 1970-01-01 00:00 dev/null",
        ),
        (
            LayerEntry { gid: 6, ..device(Block, 0o660, "dev/sda", (8, 0)) },
            "brw-rw---- 0/6 8,0 dev/sda",
            "brw-rw---- 0/6 8,0 1970-01-01 00:00 dev/sda",
        ),
        (
            LayerEntry {
                uid: 1000,
                gid: 1000,
                mtime: 1_000_000_000,
                xattrs: xattrs(&["user.a", "user.b\n"]),
                ..plain(Directory, 0o755, "home/alice/")
            },
            r"drwxr-xr-x 1000/1000 0 2001-09-09 01:46:40 home/alice/ {user.a, user.b\n}",
            r"drwxr-xr-x 1000/1000 0 2001-09-09 01:46:40 home/alice/ {user.a, user.b\n}",
        ),
        (
            LayerEntry {
                uid: 7,
                uname: "\u{e9}\n".into(),
                gname: "wheel".into(),
                mtime: -2,
                nanoseconds: 500_000_000,
                ..plain(File, 0o644, "f")
            },
            "-rw-r--r-- 7(\u{e9}\\n)/0(wheel) 0 1969-12-31 23:59:58.5 f",
            "-rw-r--r-- 7(\u{e9}\\n)/0(wheel) 0 1969-12-31 23:59:58.5 f",
        ),
        (
            LayerEntry { mtime: -60, ..plain(Fifo, 0o600, "run/initctl") },
            "prw------- 0 1969-12-31 23:59 run/initctl",
            "prw------- 0/0 0 1969-12-31 23:59 run/initctl",
        ),
        (
            LayerEntry { xattrs: xattrs(&["user.k"]), ..link(Other(b'S'), 0o644, "holes", "odd") },
            "?rw-r--r-- 0 holes link to odd type 'S' {user.k}",
            "?rw-r--r-- 0/0 0 1970-01-01 00:00 holes link to odd type 'S' {user.k}",
        ),
        (
            plain(Other(0xff), 0, ""),
            r"?--------- 0  type '\xff'",
            r"?--------- 0/0 0 1970-01-01 00:00  type '\xff'",
        ),
    ] {
        assert_eq!(entry.to_string(), short);
        assert_eq!(format!("{entry:#}"), long);
    }
}

#[test]
fn every_permission_has_its_letter() {
    for (mode, letters) in [
        (0, "---------"),
        (0o777, "rwxrwxrwx"),
        (0o124, "--x-w-r--"),
        (0o4755, "rwsr-xr-x"),
        (0o4644, "rwSr--r--"),
        (0o2755, "rwxr-sr-x"),
        (0o2745, "rwxr-Sr-x"),
        (0o1777, "rwxrwxrwt"),
        (0o1776, "rwxrwxrwT"),
        (0o7000, "--S--S--T"),
        (0o7777, "rwsrwsrwt"),
        (0o100_644, "rw-r--r--"),
        (u32::MAX, "rwsrwsrwt"),
    ] {
        let line = plain(LayerEntryKind::File, mode, "f").to_string();
        assert_eq!(line, format!("-{letters} 0 f"), "{mode:o}");
    }
}

#[test]
fn characters_that_cannot_be_printed_are_escaped() {
    for (path, shown) in [
        ("caf\u{e9}/\u{65e5}\u{672c} \u{1f600}", "caf\u{e9}/\u{65e5}\u{672c} \u{1f600}"),
        ("it's \"quoted\"", "it's \"quoted\""),
        ("'\"", "'\""),
        ("a\nb\tc\0d\x1b[31m\x7f", r"a\nb\tc\0d\u{1b}[31m\u{7f}"),
        ("\u{202e}gpj.exe", r"\u{202e}gpj.exe"),
        (r"a\nb", r"a\\nb"),
        ("\u{fffd}", "\u{fffd}"),
    ] {
        let entry = LayerEntry { link: Some(path.into()), ..plain(LayerEntryKind::Symlink, 0o777, path) };
        assert_eq!(entry.to_string(), format!("lrwxrwxrwx 0 {shown} -> {shown}"));
    }
}

// Reading.

fn tar_of(declared: &[Entry]) -> Vec<u8> {
    let mut tar = Vec::new();
    let members: Vec<LayerMember> = declared.iter().cloned().map(LayerMember::Entry).collect();
    Tar::of(&members, None).write_to(&mut tar).unwrap();
    tar
}

#[test]
fn the_entries_of_a_layer() {
    let declared = [
        Entry::directory("bin/"),
        Entry::file("bin/bash", "layer1").mode(0o4755).uid(1000).mtime(-1).xattr("user.k", "a\nb"),
        Entry::symlink("bin/sh", "bash"),
        Entry::hardlink("bin/rbash", "bin/bash"),
        Entry::whiteout("etc/passwd"),
        Entry::opaque("var/"),
        Entry::fifo("run/initctl"),
        Entry::char("dev/null", 1, 3).mode(0o666),
        Entry::block("dev/sda", 8, 0),
    ];
    let lines: Vec<_> = entries(&tar_of(&declared)[..]).unwrap().iter().map(LayerEntry::to_string).collect();
    assert_eq!(
        lines,
        [
            "drwxr-xr-x 0 bin/",
            "-rwsr-xr-x 1000/0 6 1969-12-31 23:59:59 bin/bash {user.k}",
            "lrwxrwxrwx 0 bin/sh -> bash",
            "hrwsr-xr-x 1000/0 0 1969-12-31 23:59:59 bin/rbash link to bin/bash",
            "-rw-r--r-- 0 etc/.wh.passwd",
            "-rw-r--r-- 0 var/.wh..wh..opq",
            "prw-r--r-- 0 run/initctl",
            "crw-rw-rw- 1,3 dev/null",
            "brw-r--r-- 8,0 dev/sda",
        ]
    );
}

#[test]
fn names_are_bytes() {
    let mut tar = tar_of(&[Entry::symlink("a?b", "c?d")]);
    for byte in &mut tar[..512] {
        *byte = if *byte == b'?' { 0xff } else { *byte };
    }
    tar[148..156].fill(b' ');
    let sum: u32 = tar[..512].iter().map(|byte| u32::from(*byte)).sum();
    tar[148..156].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
    let expected = LayerEntry {
        path: b"a\xffb".into(),
        link: Some(b"c\xffd".into()),
        ..plain(LayerEntryKind::Symlink, 0o777, "")
    };
    assert_eq!(expected.to_string(), r"lrwxrwxrwx 0 a\xffb -> c\xffd");
    assert_eq!(entries(&tar[..]).unwrap(), [expected]);
}

#[test]
fn an_error_says_why_a_layer_cannot_be_read() {
    let tar = tar_of(&[Entry::file("f", "layer1")]);
    let error = entries(&tar[..600]).unwrap_err();
    let expected =
        "cannot be read as a layer: byte 600: the tar ends within the padding of the member at byte 0";
    assert_eq!((error.kind(), error.to_string().as_str()), (ErrorKind::Layout, expected));

    // The bytes behind the end of the tar are read, too: they may hold the checksum that tells that the tar is wrong.
    let error = entries(tar.chain(Broken)).unwrap_err();
    assert_eq!(
        (error.kind(), error.to_string().as_str()),
        (ErrorKind::Io, "cannot be read as a layer: no source")
    );
}

// The law.

fn assert_law(declared: &[Entry]) {
    let tar = tar_of(declared);
    let expected = said_of(declared).unwrap();
    assert_eq!(entries(&tar[..]).unwrap(), expected);
    // The `tar` crate ends a PAX record at the first line break, and reads none of the records behind it.
    if !expected.iter().any(has_line_break) {
        assert_eq!(others(&tar), expected.iter().map(Other::of).collect::<Vec<_>>());
    }
}

/// The declared entries, as `declared_entries` gives them.
pub(crate) fn said_of(declared: &[Entry]) -> io::Result<Vec<LayerEntry>> {
    let members: Vec<_> = declared.iter().cloned().map(LayerMember::Entry).collect();
    let mut targets = HardlinkTargets::of(&members);
    declared.iter().map(|entry| LayerEntry::declared(entry, targets.add(entry.data()))).collect()
}

fn has_line_break(entry: &LayerEntry) -> bool {
    let LayerEntry { path, link, xattrs, .. } = entry;
    let names = [path].into_iter().chain(link).chain(xattrs.keys());
    names.map(TarName::as_bytes).chain(xattrs.values().map(Vec::as_slice)).any(|text| text.contains(&b'\n'))
}

/// The values that the `tar` crate, an independent reader, reads correctly.
#[derive(Debug, PartialEq, Eq)]
struct Other {
    path: TarName,
    kind: LayerEntryKind,
    mode: u32,
    size: u64,
    link: Option<TarName>,
    device: Option<(u32, u32)>,
}

impl Other {
    fn of(entry: &LayerEntry) -> Self {
        let LayerEntry { path, kind, mode, size, link, device, .. } = entry.clone();
        Self { path, kind, mode, size, link, device }
    }
}

fn others(tar: &[u8]) -> Vec<Other> {
    let mut found = Vec::new();
    for entry in tar::Archive::new(tar).entries().unwrap() {
        let entry = entry.unwrap();
        let header = entry.header();
        let kind = match header.entry_type() {
            tar::EntryType::Regular => LayerEntryKind::File,
            tar::EntryType::Directory => LayerEntryKind::Directory,
            tar::EntryType::Symlink => LayerEntryKind::Symlink,
            tar::EntryType::Link => LayerEntryKind::Hardlink,
            tar::EntryType::Fifo => LayerEntryKind::Fifo,
            tar::EntryType::Char => LayerEntryKind::Char,
            tar::EntryType::Block => LayerEntryKind::Block,
            other => LayerEntryKind::Other(other.as_byte()),
        };
        let is_device = matches!(kind, LayerEntryKind::Char | LayerEntryKind::Block);
        found.push(Other {
            path: (&*entry.path_bytes()).into(),
            kind,
            mode: header.mode().unwrap(),
            size: entry.size(),
            link: entry.link_name_bytes().map(|link| (&*link).into()),
            device: is_device
                .then(|| (header.device_major().unwrap().unwrap(), header.device_minor().unwrap().unwrap())),
        });
    }
    found
}

/// Choices that look random, but are the same in each run.
struct Choices(Numbers);

impl Choices {
    fn below(&mut self, limit: usize) -> usize {
        self.0.below(limit)
    }

    fn one_of<T: Copy>(&mut self, of: &[T]) -> T {
        of[self.below(of.len())]
    }

    /// The lengths at which the format changes.
    fn path(&mut self) -> String {
        match self.below(8) {
            0 | 1 => "f".to_owned(),
            2 => "a".repeat(96 + self.below(8)),
            3 => format!("{}/{}", "b".repeat(150 + self.below(10)), "c".repeat(95 + self.below(10))),
            4 => format!("{}/d", "\u{e9}".repeat(40 + self.below(30))),
            5 => format!("{}e", "dir/".repeat(1 + self.below(100))),
            6 => " =\t\n\\\"'".to_owned(),
            _ => "\u{65e5}\u{1f600}".to_owned(),
        }
    }

    fn entry(&mut self) -> Entry {
        let path = self.path();
        let mut entry = match self.below(10) {
            0 => Entry::file(path, Content::random(7, self.one_of(&[0, 1, 6, 511, 512, 513, 2000]))),
            1 => Entry::file(path, "layer1"),
            2 => Entry::directory(path + "/"),
            3 => Entry::symlink(path, self.path()),
            4 => Entry::hardlink(path, self.path()),
            5 => Entry::whiteout(path),
            6 => Entry::opaque(path),
            7 => Entry::fifo(path),
            8 => Entry::char(path, self.device(), self.device()),
            _ => Entry::block(path, self.device(), self.device()),
        };
        if self.below(2) == 0 {
            entry = entry.mode(self.one_of(&[0, 0o600, 0o755, 0o4755, 0o7777]));
        }
        if self.below(2) == 0 {
            let ids = [0, 1000, 2_097_151, 2_097_152, 1 << 40, i64::MAX.unsigned_abs()];
            entry = entry.uid(self.one_of(&ids)).gid(self.one_of(&ids));
        }
        if self.below(2) == 0 {
            let times = [1, -1, (1 << 33) - 1, 1 << 33, -62_135_596_800, i64::MIN, i64::MAX];
            entry = entry.mtime(self.one_of(&times));
        }
        for name in ["user.k", "security.capability", "user.\u{e9} b\n"] {
            if self.below(4) == 0 {
                let length = self.one_of(&[0, 1, 60, 69, 70, 600]);
                let value: Vec<u8> = (0..length).map(|_| self.one_of(b"a=1 \n\n\0\xff")).collect();
                entry = entry.xattr(name, value);
            }
        }
        entry
    }

    fn device(&mut self) -> u32 {
        self.one_of(&[0, 1, 8, 255, 4095, 2_097_151])
    }
}

#[test]
fn any_entries_read_back_as_declared() {
    let mut choices = Choices(Numbers::new());
    for _ in 0..2000 {
        let declared: Vec<_> = (0..choices.below(5)).map(|_| choices.entry()).collect();
        assert_law(&declared);
    }
}

#[test]
fn large_attributes_read_back_as_declared() {
    let entry = |size| Entry::file("f", "").xattr("user.k", Content::repeat("\n", size));
    assert_law(&[entry((1 << 20) - 100)]);
    let error = said_of(&[entry((1 << 20) + 1)]).unwrap_err();
    let expected =
        "its names and extended attributes are larger than the 1 MiB that readers take; make them smaller";
    assert_eq!(error.to_string(), expected);
}
