//! Paths of entries, and targets of links.

use oci_fixture::{Entry, Fixture, Manifest};

use super::Harness;
use super::findings::{self, check_line};

pub(crate) const PATH: Harness = Harness { name: "path", corpus, tokens: TOKENS, run };

const TOKENS: &[&[u8]] = &[
    b"/",
    b"//",
    b".",
    b"./",
    b"..",
    b"../",
    b"/../",
    b" -> ",
    b".wh.",
    b".wh..wh..opq",
    b".wh..wh.plnk",
    b"\0",
    b"\n",
    b"\\",
    b"C:\\",
    b"\xc3\xa9",
    b"\xe2\x80\xae",
    b"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
];

fn corpus() -> Vec<Vec<u8>> {
    let long = format!("{}/{}", "a".repeat(120), "b".repeat(90));
    let paths = [
        "bash",
        "usr/bin/env",
        "var/cache/",
        "bin -> usr/bin",
        "a/b/c -> ../../d",
        "a/b -> ../../..",
        "etc/passwd -> /etc/shadow",
        "caf\u{e9} -> th\u{e9}",
        "../../etc/passwd",
        "/absolute",
        "a//b/./c",
        "a/.wh.b",
        "dir/.wh..wh..opq",
        "",
        ".",
        &long,
        &format!("{long} -> {long}"),
    ];
    let kinds = 0..u8::try_from(KINDS).unwrap();
    kinds.flat_map(|kind| paths.map(|path| [&[kind], path.as_bytes()].concat())).collect()
}

/// The number of kinds of entries.
const KINDS: usize = 6;

/// Declares an entry. The first byte is its kind; a path follows, and behind ` -> ` a target.
fn run(input: &[u8]) {
    let Some((kind, text)) = input.split_first() else { return };
    let text = String::from_utf8_lossy(text);
    let (path, target) = text.split_once(" -> ").unwrap_or((&text, "target"));
    let entry = match usize::from(*kind) % KINDS {
        0 => Entry::file(path, "content"),
        1 => Entry::directory(path),
        2 => Entry::symlink(path, target),
        3 => Entry::hardlink(path, target),
        4 => Entry::whiteout(path),
        _ => Entry::opaque(path),
    };
    // An entry that is declared without a fault has no findings.
    match Fixture::new().with(Manifest::new().with(entry.clone())).in_memory() {
        Ok(layout) => {
            assert_eq!(findings::of(&layout), []);
            let layers = layout.nodes().unwrap()[0].layers().unwrap();
            assert_eq!(layers[0].entries().unwrap().len(), 1);
        }
        Err(error) => check_line(&error),
    }
    // An unchecked entry may have any findings.
    match Fixture::new().with(Manifest::new().with(entry.unchecked())).in_memory() {
        Ok(layout) => drop(findings::of(&layout)),
        Err(error) => check_line(&error),
    }
}
