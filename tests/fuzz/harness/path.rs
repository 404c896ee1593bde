//! Paths of entries, and targets of links.

use oci_fixture::{Entry, Fixture, Manifest};

use super::findings::{self, check_line};
use super::{Harness, texts};

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
    let mut corpus = texts(&[
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
    ]);
    corpus.push(long.clone().into_bytes());
    corpus.push(format!("{long} -> {long}").into_bytes());
    corpus
}

/// Declares each kind of entry of a path, which after ` -> ` has a target.
fn run(input: &[u8]) {
    let text = String::from_utf8_lossy(input);
    let (path, target) = text.split_once(" -> ").unwrap_or((&text, "target"));
    let entries = || {
        [
            Entry::file(path, "content"),
            Entry::directory(path),
            Entry::symlink(path, target),
            Entry::whiteout(path),
            Entry::opaque(path),
        ]
    };
    for entry in entries() {
        check(entry);
    }
    // What it is a link to has to be there before it.
    check_all([Entry::file(target, ""), Entry::hardlink(path, target)]);
    for entry in entries().into_iter().chain([Entry::hardlink(path, target)]) {
        unchecked(entry);
    }
}

fn check(entry: Entry) {
    check_all([entry]);
}

/// What is declared as it should be has nothing wrong with it.
fn check_all<const N: usize>(entries: [Entry; N]) {
    let mut manifest = Manifest::new();
    for entry in entries {
        manifest.push(entry);
    }
    match Fixture::new().with(manifest).in_memory() {
        Ok(layout) => {
            assert_eq!(findings::of(&layout), []);
            let layers = layout.nodes().unwrap()[0].layers().unwrap();
            assert_eq!(layers[0].entries().unwrap().len(), N);
        }
        Err(error) => check_line(&error),
    }
}

/// What is not checked may have anything wrong with it.
fn unchecked(entry: Entry) {
    match Fixture::new().with(Manifest::new().with(entry.unchecked())).in_memory() {
        Ok(layout) => drop(findings::of(&layout)),
        Err(error) => check_line(&error),
    }
}
