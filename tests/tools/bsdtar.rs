//! bsdtar: describes layers, and extracts archives.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use oci_fixture::{LayerEntry, LayerEntryKind};
use oci_fixture_test_support::BSDTAR;

use crate::archives::assert_extracts;
use crate::images::each_layer;
use crate::refusals::Refusals;

#[test]
fn bsdtar_finds_in_each_layer_what_is_declared() {
    if !BSDTAR.is_here() {
        return;
    }
    let mut refusals = Refusals::of("bsdtar");
    each_layer(|name, path, entries| {
        let options = "mtree:!all,time,mode,gid,uid,type,size,link,device";
        let archive = format!("@{path}");
        let words = ["--create", "--format=mtree", "--options", options, "--file=-", &archive];
        let image = name.split_once(": ").unwrap().0;
        let Some(described) = refusals.check(image, "describe", BSDTAR.run(words)) else { return };
        let entries: BTreeMap<_, _> = entries.iter().map(description).collect();
        assert_eq!(descriptions(&String::from_utf8(described).unwrap()), entries, "{name}");
    });
    refusals.finish();
}

#[test]
fn bsdtar_extracts_each_archive() {
    if BSDTAR.is_here() {
        assert_extracts(BSDTAR);
    }
}

/// An entry's path, and its line in mtree(5).
fn description(entry: &LayerEntry) -> (String, String) {
    use LayerEntryKind::{Block, Char, Directory, Fifo, File, Hardlink, Symlink};

    let LayerEntry { kind, mode, uid, gid, size, mtime, nanoseconds, .. } = entry;
    let rest = match (kind, &entry.link, entry.device) {
        // mtree does not have the target of a hard link.
        (File | Hardlink, ..) => format!("file size={size}"),
        (Directory, ..) => "dir".to_owned(),
        (Fifo, ..) => "fifo".to_owned(),
        (Symlink, Some(target), _) => format!("link link={}", shown(target.as_bytes())),
        (Char, _, Some((major, minor))) => format!("char device=native,{major},{minor}"),
        (Block, _, Some((major, minor))) => format!("block device=native,{major},{minor}"),
        other => panic!("{other:?}"),
    };
    let description = format!("time={mtime}.{nanoseconds} mode={mode:o} gid={gid} uid={uid} type={rest}");
    (shown(entry.path.as_bytes()).trim_end_matches('/').to_owned(), description)
}

/// The lines of an mtree, in which each byte that is not a visible character is written as `\\ooo`.
fn descriptions(mtree: &str) -> BTreeMap<String, String> {
    let entry = |line: &str| {
        let (path, description) = line.split_once(' ').unwrap();
        (unescaped(path.strip_prefix("./").unwrap()), unescaped(description))
    };
    mtree.lines().filter(|line| !line.starts_with('#')).map(entry).collect()
}

fn unescaped(text: &str) -> String {
    let mut parts = text.split('\\');
    let mut bytes = parts.next().unwrap_or_default().as_bytes().to_vec();
    for part in parts {
        let (octal, rest) = part.split_at(3);
        bytes.push(u8::from_str_radix(octal, 8).unwrap());
        bytes.extend(rest.as_bytes());
    }
    shown(&bytes)
}

/// Bytes as text. A byte that is not UTF-8 is `\xNN`.
fn shown(bytes: &[u8]) -> String {
    let mut shown = String::new();
    for chunk in bytes.utf8_chunks() {
        write!(shown, "{}{}", chunk.valid(), chunk.invalid().escape_ascii()).unwrap();
    }
    shown
}
