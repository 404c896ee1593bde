//! Makes the entries of a layer from choices.

use tar::EntryType;

use crate::choices::Choices;
use crate::model::{Content, Entry};

/// Around the sizes at which blocks of a tar, of gzip and of zstd end. The last are rare.
const SIZES: [usize; 12] = [0, 1, 6, 100, 511, 512, 513, 1024, 2000, 5000, 65_535, 140_000];

/// Entries of which no two have the same name, and none is below another that is no directory.
pub(crate) fn entries(choices: &mut Choices<'_>) -> Vec<Entry> {
    let mut entries: Vec<Entry> = Vec::new();
    for number in 0..choices.below(6) {
        let directories = entries.iter().filter(|entry| entry.kind == EntryType::Directory);
        let directories: Vec<String> = directories.map(|entry| entry.name.clone()).collect();
        let parent = if directories.is_empty() || !choices.one_in(2) {
            String::new()
        } else {
            directories[choices.below(directories.len())].clone()
        };
        let path = format!("{parent}{number}{}", rest(choices));
        let entry = entry(choices, &path, &entries);
        if entries.iter().all(|other| other.name != entry.name) {
            entries.push(entry);
        }
    }
    entries
}

/// The part of a path behind the part that makes it unique, with the lengths at which the format of the header
/// changes.
fn rest(choices: &mut Choices<'_>) -> String {
    match choices.below(10) {
        0..3 => String::new(),
        3 => "/sub/dir".to_owned(),
        4 => "\u{e9}\u{65e5}".to_owned(),
        5 => " =\t\\\"'".to_owned(),
        6 => "a".repeat(96 + choices.below(8)),
        7 => format!("/{}/{}", "b".repeat(140 + choices.below(20)), "c".repeat(95 + choices.below(10))),
        8 => format!("/{}\u{1f600}/d", "\u{e9}".repeat(60)),
        _ => format!("/{}", ".hidden/".repeat(1 + choices.below(40))) + "e",
    }
}

fn entry(choices: &mut Choices<'_>, path: &str, before: &[Entry]) -> Entry {
    let mut entry = file(path, Content::Bytes(Vec::new()));
    let linkable = |entry: &&Entry| entry.kind != EntryType::Directory && !entry.name.contains(".wh.");
    let files: Vec<&Entry> = before.iter().filter(linkable).collect();
    let depth = path.matches('/').count();
    match choices.below(11) {
        0 | 1 => entry.content = content(choices),
        2 | 3 => (entry.kind, entry.name, entry.mode) = (EntryType::Directory, format!("{path}/"), 0o755),
        4 => {
            entry.mode = 0o777;
            entry.kind = EntryType::Symlink;
            // No path of any layer leads through it.
            entry.name.push('~');
            entry.link = Some(match choices.below(5) {
                0 => "bash".to_owned(),
                1 => "/etc/../etc/mtab".to_owned(),
                2 => format!("{}up", "../".repeat(depth)),
                3 => "t".repeat(99 + choices.below(3)),
                _ => "\u{e9}/..//.".to_owned(),
            });
        }
        5 => {
            let number = choices.below(files.len().max(1));
            if let Some(target) = files.get(number) {
                let link = Some(target.name.clone());
                // A link repeats all but the content and the extended attributes.
                entry = Entry {
                    kind: EntryType::Link,
                    link,
                    name: entry.name,
                    xattrs: Vec::new(),
                    device: None,
                    content: entry.content,
                    ..(*target).clone()
                };
            }
        }
        6 => {
            let (directory, base) = path.rsplit_once('/').map_or(("", path), |(start, base)| (start, base));
            let slash = if directory.is_empty() { "" } else { "/" };
            entry.name = format!("{directory}{slash}.wh.{base}");
        }
        7 => {
            let opaque = if choices.one_in(4) { String::new() } else { format!("{path}/") };
            entry.name = format!("{opaque}.wh..wh..opq");
        }
        8 => entry.kind = EntryType::Fifo,
        kind => {
            entry.kind = if kind == 9 { EntryType::Char } else { EntryType::Block };
            let numbers = [0, 1, 8, 255, 4095, 2_097_151];
            entry.device = Some((choices.one_of(&numbers), choices.one_of(&numbers)));
        }
    }
    let ids = [0, 1000, 2_097_151, 2_097_152, i64::MAX.unsigned_abs()];
    if choices.one_in(3) {
        entry.mode = choices.one_of(&[0o755, 0, 0o4755, 0o7777, 0o600]);
    }
    if choices.one_in(4) {
        (entry.uid, entry.gid) = (choices.one_of(&ids), choices.one_of(&ids));
    }
    if choices.one_in(4) {
        entry.fractional = None;
        entry.mtime = choices.one_of(&[1, -1, 1 << 33, (1 << 33) - 1, i64::MIN, i64::MAX, -62_135_596_800]);
    }
    if choices.one_in(6) {
        (entry.mtime, entry.fractional) = match choices.below(4) {
            0 => (1, Some("1.5".to_owned())),
            1 => (-1, Some("-0.000000001".to_owned())),
            2 => (1 << 33, Some("8589934592.1234567891234".to_owned())),
            _ => (7, Some("7.0".to_owned())),
        };
    }
    if choices.one_in(4) {
        let long = "n".repeat(31 + choices.below(3));
        choices.one_of(&["root", "", "ren\u{e9}", &*long]).clone_into(&mut entry.uname);
        choices.one_of(&["wheel", "", "\u{65e5}/", &*long]).clone_into(&mut entry.gname);
    }
    if choices.one_in(4) {
        let names = ["security.capability", "user.k", "user.\u{e9} b"];
        let kept = names.into_iter().filter(|_| choices.one_in(2)).collect::<Vec<_>>();
        for name in kept {
            let length = choices.one_of(&[0, 1, 60, 69, 70, 600]);
            // The `tar` crate ends a record at the first line break.
            let value = (0..length).map(|_| choices.byte()).map(|byte| if byte == b'\n' { 0 } else { byte });
            entry.xattrs.push((name.to_owned(), value.collect()));
        }
    }
    entry
}

/// A file with what nothing else is said of.
pub(crate) fn file(path: &str, content: Content) -> Entry {
    Entry {
        kind: EntryType::Regular,
        name: path.to_owned(),
        link: None,
        mode: 0o644,
        uid: 0,
        gid: 0,
        uname: String::new(),
        gname: String::new(),
        mtime: 0,
        fractional: None,
        device: None,
        xattrs: Vec::new(),
        content,
    }
}

/// Content of every kind, and mostly of a small size.
pub(crate) fn content(choices: &mut Choices<'_>) -> Content {
    let rare = if choices.one_in(12) { SIZES.len() } else { SIZES.len() - 2 };
    let size = choices.one_of(&SIZES[..rare]);
    match choices.below(6) {
        2 => Content::Zeros(size as u64),
        3 => Content::Random(choices.number(), size as u64),
        4 => Content::Sparse(size as u64, b"data".repeat(choices.below(200))),
        5 => {
            let inner = if choices.one_in(3) {
                Content::Repeat(Box::new(Content::Random(choices.number(), 9)), 3)
            } else {
                Content::Bytes(b"line\n".to_vec())
            };
            Content::Repeat(Box::new(inner), size as u64 / 5)
        }
        _ => Content::Bytes((0..size.min(600)).map(|_| choices.byte()).collect()),
    }
}
