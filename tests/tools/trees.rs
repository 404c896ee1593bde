//! The directories into which images are unpacked.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io::Read;
use std::path::Path;
use std::time::{SystemTime, UNIX_EPOCH};

use oci_fixture_test_support::{GNU_TAR, digest};
use tar::EntryType;

use crate::images::long;

/// The tree of each image, as root unpacks it. The file follows from the declarations of the images. It is edited by hand,
/// and no tool writes it.
pub(crate) fn expected_trees() -> BTreeMap<String, Vec<String>> {
    let text = include_str!("trees.txt").replace("LONG", &long());
    let mut trees = BTreeMap::new();
    for tree in text.split("== ").filter(|tree| !tree.is_empty()) {
        let mut lines = tree.lines().map(str::to_owned);
        trees.insert(lines.next().unwrap(), lines.collect());
    }
    trees
}

/// The files of a directory, as GNU tar archives them with these further options, one in each line. The line has the type,
/// the mode, the owner, the time, the path, the target or the content or the device numbers, and the extended attributes.
/// Values that are 0 or empty are left out.
pub(crate) fn tree(directory: &Path, options: &[&str]) -> Vec<String> {
    let words =
        ["--create", "--format=posix", "--sort=name", "--xattrs", "--xattrs-include=user.*", "--file=-"];
    let directory = ["--directory", directory.to_str().unwrap(), "."];
    let archive = GNU_TAR.run(words.into_iter().chain(options.iter().copied()).chain(directory)).unwrap();
    let mut archive = tar::Archive::new(&*archive);
    // The first entry is the directory itself.
    archive.entries().unwrap().skip(1).map(|entry| line(entry.unwrap())).collect()
}

fn line(mut entry: tar::Entry<'_, &[u8]>) -> String {
    let mut xattrs = BTreeMap::new();
    let header = entry.header();
    // A value that does not fit in the header is in a PAX record.
    let number = |number: std::io::Result<u64>| number.unwrap_or_default().to_string();
    let (mut user, mut group) = (number(header.uid()), number(header.gid()));
    let (mut rootless, mut time) = (None, number(header.mtime()));
    for record in entry.pax_extensions().unwrap().into_iter().flatten().map(Result::unwrap) {
        match (record.key().unwrap(), record.value_bytes()) {
            ("mtime", value) => time = text(value),
            ("uid", value) => user = text(value),
            ("gid", value) => group = text(value),
            ("SCHILY.xattr.user.rootlesscontainers", value) => rootless = Some(rootless_owner(value)),
            (key, value) => {
                let name = key.strip_prefix("SCHILY.xattr.").map(str::to_owned);
                xattrs.extend(name.map(|name| (name, value.to_owned())));
            }
        }
    }
    let time = if is_recent(&time) { "now".to_owned() } else { time };

    let header = entry.header();
    let kind = match header.entry_type() {
        EntryType::Regular => '-',
        EntryType::Directory => 'd',
        EntryType::Symlink => 'l',
        EntryType::Link => 'h',
        EntryType::Fifo => 'p',
        EntryType::Char => 'c',
        EntryType::Block => 'b',
        other => panic!("{other:?}"),
    };
    let mut line = format!("{kind}{:o}", header.mode().unwrap());
    let owner = rootless.unwrap_or_else(|| format!("{user}/{group}"));
    if owner != "0/0" {
        write!(line, " {owner}").unwrap();
    }
    if time != "0" {
        write!(line, " @{time}").unwrap();
    }
    write!(line, " {}", path(entry.path_bytes().strip_prefix(b"./").unwrap())).unwrap();
    if let Some(target) = entry.link_name_bytes() {
        write!(line, " -> {}", path(&target)).unwrap();
    }
    if let 'b' | 'c' = kind {
        let (major, minor) = (header.device_major().unwrap(), header.device_minor().unwrap());
        write!(line, " = {},{}", major.unwrap(), minor.unwrap()).unwrap();
    }
    let mut content = Vec::new();
    entry.read_to_end(&mut content).unwrap();
    match content.len() {
        0 => {}
        1..100 => write!(line, " = {:?}", text(&content)).unwrap(),
        size => write!(line, " = {size} bytes {}", digest(&content)).unwrap(),
    }
    for (name, value) in xattrs {
        write!(line, " {{{name} = {}}}", value.escape_ascii()).unwrap();
    }
    line
}

/// An owner that only root can give to a file. Without root's rights, umoci keeps it in an extended attribute instead, as [a
/// message of two numbers](https://github.com/rootless-containers/proto), in which 2^32 - 1 stands for root.
fn rootless_owner(mut message: &[u8]) -> String {
    let mut owner = ["0".to_owned(), "0".to_owned()];
    while let [field, rest @ ..] = message {
        let size = 1 + rest.iter().take_while(|byte| **byte >= 0x80).count();
        let number = rest[..size].iter().rev().fold(0, |number, byte| number << 7 | u64::from(byte & 0x7f));
        let is_root = number == u64::from(u32::MAX);
        owner[usize::from(field >> 3) - 1] = if is_root { "0".to_owned() } else { number.to_string() };
        message = &rest[size..];
    }
    owner.join("/")
}

/// Whether a time is that of the test, as the time of a directory that no layer has.
fn is_recent(time: &str) -> bool {
    let seconds: f64 = time.parse().unwrap();
    let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_secs_f64();
    time.contains('.') && (now - 86_400.0..=now).contains(&seconds)
}

/// A path or a target, in which bytes that are not UTF-8 are `\xNN`.
fn path(bytes: &[u8]) -> String {
    let mut path = String::new();
    for chunk in bytes.utf8_chunks() {
        path.push_str(&chunk.valid().replace('\\', r"\\").replace('\t', r"\t"));
        write!(path, "{}", chunk.invalid().escape_ascii()).unwrap();
    }
    path
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_owned()).unwrap()
}
