//! Imports go one way: from a room to those below it, and from a package to those below it.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;
use std::{fmt, fs};

use super::source::{File, files, mentions};

/// The rooms of the runtime, from the top. All other modules lie below them.
const ROOMS: [(&str, &str); 8] = [
    ("registry", "serves a layout over HTTP, and receives pushes"),
    ("source", "writes a layout or a fixture as the text of a declaration"),
    ("verify", "says what is wrong with a layout, whoever has written it"),
    ("write", "the ways out: a directory, memory, an archive, a Docker archive"),
    ("layout", "reads back what is stored"),
    ("store", "keeps the bytes: in a directory, in memory, in an archive"),
    ("seal", "plans a fixture, gives its nodes their digests, and applies the faults after sealing"),
    ("declare", "the builders, and how each encodes itself"),
];

/// The packages, and the packages of ours that each may depend on.
const PACKAGES: [(&str, &[&str]); 7] = [
    ("grammar", &[]),
    ("syntax", &["grammar"]),
    ("macros", &["grammar", "syntax"]),
    // Only the feature `text` needs the syntax.
    ("runtime", &["grammar", "syntax"]),
    ("", &["macros", "runtime"]),
    ("gallery", &[""]),
    ("cli", &[""]),
];

#[test]
fn the_rooms_of_the_runtime_know_only_of_rooms_below() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("runtime/src");
    let files = files(&src);
    let root = files.iter().find(|file| file.name == "lib.rs").unwrap();
    // What the root of the crate calls by another name: `crate::Descriptor` is `crate::declare::descriptor::Descriptor`.
    let exported: BTreeMap<String, Vec<String>> = mentions(root)
        .into_iter()
        .filter_map(|mention| Some((mention.path.last()?.clone(), mention.path)))
        .collect();
    let mut imports = Vec::new();
    for file in files.iter().filter(|file| file.name != "lib.rs") {
        // A unit test may make what it reads with the rooms above.
        for mention in mentions(file).iter().filter(|mention| !mention.in_test) {
            let renamed = mention.path.first().filter(|_| mention.path.len() == 1);
            let path = renamed.and_then(|name| exported.get(name)).unwrap_or(&mention.path);
            let to = file_of(path, &files).filter(|target| target.module[0] != file.module[0]);
            imports.extend(to.map(|to| Import { from: file, line: mention.line, to }));
        }
    }
    report(&imports);
    let up = |import: &&Import<'_>| room(import.from).0 > room(import.to).0;
    let up: Vec<String> = imports.iter().filter(up).map(Import::to_string).collect();
    assert!(up.is_empty(), "these imports go up:\n{}", up.join("\n"));
    let circle: Vec<String> = circle(imports).iter().map(Import::to_string).collect();
    assert!(circle.is_empty(), "these modules import one another in a circle:\n{}", circle.join("\n"));
}

/// A path in one file that leads to another file, which is in another module at the root of the crate.
struct Import<'f> {
    from: &'f File,
    line: usize,
    to: &'f File,
}

impl fmt::Display for Import<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{} imports {}", self.from.name, self.line, self.to.name)
    }
}

/// How far down the room of a file is, and the room's name.
fn room(file: &File) -> (usize, &'static str) {
    let position = ROOMS.iter().position(|(room, _)| *room == file.module[0]);
    position.map_or((ROOMS.len(), "below"), |position| (position, ROOMS[position].0))
}

/// The file whose module is the longest beginning of a path.
fn file_of<'f>(path: &[String], files: &'f [File]) -> Option<&'f File> {
    let of = |module: &[String]| files.iter().find(|file| !module.is_empty() && file.module == module);
    (0..=path.len()).rev().find_map(|length| of(&path[..length]))
}

/// Prints how many files of one room are imported by how many of another: each pair of files is one arrow.
fn report(imports: &[Import<'_>]) {
    let arrows: BTreeSet<_> = imports
        .iter()
        .map(|import| (room(import.from), room(import.to), &import.from.name, &import.to.name))
        .filter(|(from, to, ..)| from != to)
        .collect();
    let mut counts: BTreeMap<_, usize> = BTreeMap::new();
    for (from, to, ..) in &arrows {
        *counts.entry((from, to)).or_default() += 1;
    }
    let below = arrows.iter().filter(|(_, to, ..)| to.0 == ROOMS.len()).count();
    let up = arrows.iter().filter(|(from, to, ..)| from.0 > to.0).count();
    println!("{} arrows between rooms, {up} of them up; {below} to what lies below", arrows.len() - below);
    for (((_, from), (_, to)), count) in counts {
        println!("{from:>10} -> {to:<10} {count}");
    }
}

/// The imports that stay when each module that imports none of those that stay, or is imported by none, is taken away.
fn circle(mut imports: Vec<Import<'_>>) -> Vec<Import<'_>> {
    loop {
        let count = imports.len();
        let importing: BTreeSet<_> = imports.iter().map(|import| import.from.module[0].clone()).collect();
        let imported: BTreeSet<_> = imports.iter().map(|import| import.to.module[0].clone()).collect();
        imports.retain(|import| {
            importing.contains(&import.to.module[0]) && imported.contains(&import.from.module[0])
        });
        if imports.len() == count {
            return imports;
        }
    }
}

#[test]
fn the_packages_depend_only_on_packages_below() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    for (package, allowed) in PACKAGES {
        let Ok(manifest) = fs::read_to_string(root.join(package).join("Cargo.toml")) else { continue };
        let dependencies = manifest.split("\n[dependencies]").nth(1).unwrap_or_default();
        let dependencies = dependencies.split("\n[").next().unwrap_or_default();
        for dependency in dependencies.lines().filter_map(|line| line.strip_prefix("oci-fixture-")) {
            let name = dependency.split(['.', ' ', '=']).next().unwrap_or_default();
            assert!(allowed.contains(&name), "`{package}` depends on `{name}`, which is not below it");
        }
    }
}

/// What users add only passes on what other packages have.
#[test]
fn the_front_has_no_logic() {
    for file in files(&Path::new(env!("CARGO_MANIFEST_DIR")).join("src")) {
        for word in file.words {
            let logic = ["fn", "struct", "enum", "trait", "impl", "static"].contains(&word.text.as_str());
            assert!(
                !logic,
                "src/{}:{} has a `{}`; it belongs to another package",
                file.name, word.line, word.text
            );
        }
    }
}
