//! Makes the entries of a layer from choices.

use oci_fixture::LayerEntryKind;

use super::choices::Choices;
use super::model::{Content, Entry};
use super::settings::Settings;

/// Sizes near those at which blocks of a tar, of gzip and of zstd end. The last two are rare.
const SIZES: [usize; 12] = [0, 1, 6, 100, 511, 512, 513, 1024, 2000, 5000, 65_535, 140_000];

/// Entries with different names. None is below another one that is no directory.
pub(crate) fn entries(choices: &mut Choices<'_>, settings: &Settings) -> Vec<Entry> {
    let mut entries: Vec<Entry> = Vec::new();
    for left in (1..=settings.entries).rev() {
        let begin = choices.begin();
        if !choices.more(left) {
            break;
        }
        // Each path begins with a letter of its own, so that no two paths are equal or below one another.
        let letter = char::from(b'a' + u8::try_from(entries.len()).unwrap());
        let directories = entries.iter().filter(|entry| entry.kind == LayerEntryKind::Directory);
        let directories: Vec<String> = directories.map(|entry| entry.name.clone()).collect();
        // There are as many choices without directories as with them, so that an entry stays the same if entries before it are
        // left out.
        let (nested, which) = (choices.one_in(2), choices.below(8));
        let parent = match directories.len() {
            0 => String::new(),
            _ if !nested => String::new(),
            count => directories[which % count].clone(),
        };
        let path = format!("{parent}{letter}{}", choices.part(rest));
        let entry = entry(choices, settings, &path, &entries);
        // The opaque whiteout of the root has the same name each time.
        if entries.iter().all(|other| other.name != entry.name) {
            entries.push(entry);
        }
        choices.end(begin);
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

fn entry(choices: &mut Choices<'_>, settings: &Settings, path: &str, before: &[Entry]) -> Entry {
    let mut entry = choices.part(|choices| kind(choices, settings, path, before));
    attributes(choices, &mut entry);
    entry
}

/// An entry of any kind, with the default attributes of that kind.
fn kind(choices: &mut Choices<'_>, settings: &Settings, path: &str, before: &[Entry]) -> Entry {
    // An entry without a content also makes the choices of one, so that later choices stay the same if it becomes a file.
    let content = content(choices, settings);
    let mut entry = file(path, Content::Bytes(Vec::new()));
    let linkable = |entry: &&Entry| entry.kind != LayerEntryKind::Directory && !entry.name.contains(".wh.");
    let files: Vec<&Entry> = before.iter().filter(linkable).collect();
    let depth = path.matches('/').count();
    match choices.below(11) {
        2 | 3 if settings.allows(LayerEntryKind::Directory) => {
            (entry.kind, entry.name, entry.mode) = (LayerEntryKind::Directory, format!("{path}/"), 0o755);
        }
        4 if settings.allows(LayerEntryKind::Symlink) => {
            entry.mode = 0o777;
            entry.kind = LayerEntryKind::Symlink;
            // No path in any layer leads through this link.
            entry.name.push('~');
            entry.link = Some(match choices.below(5) {
                0 => "bash".to_owned(),
                1 => "/etc/../etc/mtab".to_owned(),
                2 => format!("{}up", "../".repeat(depth)),
                3 => "t".repeat(99 + choices.below(3)),
                _ => "\u{e9}/..//.".to_owned(),
            });
        }
        5 if settings.allows(LayerEntryKind::Hardlink) => {
            let number = choices.below(files.len().max(1));
            if let Some(target) = files.get(number) {
                let link = Some(target.name.clone());
                // A hard link repeats all attributes except for the content and the extended attributes.
                entry = Entry {
                    kind: LayerEntryKind::Hardlink,
                    link,
                    name: entry.name,
                    xattrs: Vec::new(),
                    device: None,
                    content: entry.content,
                    ..(*target).clone()
                };
            }
        }
        6 if settings.whiteouts => {
            let (directory, base) = path.rsplit_once('/').map_or(("", path), |(start, base)| (start, base));
            let slash = if directory.is_empty() { "" } else { "/" };
            entry.name = format!("{directory}{slash}.wh.{base}");
        }
        7 if settings.whiteouts => {
            let opaque = if choices.one_in(4) { String::new() } else { format!("{path}/") };
            entry.name = format!("{opaque}.wh..wh..opq");
        }
        8 if settings.allows(LayerEntryKind::Fifo) => entry.kind = LayerEntryKind::Fifo,
        9 if settings.allows(LayerEntryKind::Char) => entry.kind = LayerEntryKind::Char,
        10 if settings.allows(LayerEntryKind::Block) => entry.kind = LayerEntryKind::Block,
        _ => entry.content = content,
    }
    if matches!(entry.kind, LayerEntryKind::Char | LayerEntryKind::Block) && entry.device.is_none() {
        let numbers = [0, 1, 8, 255, 4095, 2_097_151];
        entry.device = Some((choices.one_of(&numbers), choices.one_of(&numbers)));
    }
    entry
}

fn attributes(choices: &mut Choices<'_>, entry: &mut Entry) {
    let ids = [0, 1000, 2_097_151, 2_097_152, i64::MAX.unsigned_abs()];
    if let Some(mode) = choices.maybe(3, |choices| choices.one_of(&[0o755, 0, 0o4755, 0o7777, 0o600])) {
        entry.mode = mode;
    }
    if let Some(owner) = choices.maybe(4, |choices| (choices.one_of(&ids), choices.one_of(&ids))) {
        (entry.uid, entry.gid) = owner;
    }
    let times = [1, -1, 1 << 33, (1 << 33) - 1, i64::MIN, i64::MAX, -62_135_596_800];
    if let Some(time) = choices.maybe(4, |choices| choices.one_of(&times)) {
        (entry.mtime, entry.fractional) = (time, None);
    }
    let fractional = [(1, "1.5"), (-1, "-0.000000001"), (1 << 33, "8589934592.1234567891234"), (7, "7.0")];
    if let Some((time, text)) = choices.maybe(6, |choices| choices.one_of(&fractional)) {
        (entry.mtime, entry.fractional) = (time, Some(text.to_owned()));
    }
    let names = |choices: &mut Choices<'_>| {
        let long = "n".repeat(31 + choices.below(3));
        let user = choices.one_of(&["root", "", "ren\u{e9}", &*long]).to_owned();
        (user, choices.one_of(&["wheel", "", "\u{65e5}/", &*long]).to_owned())
    };
    if let Some(names) = choices.maybe(4, names) {
        (entry.uname, entry.gname) = names;
    }
    let xattrs = |choices: &mut Choices<'_>| {
        let names = ["security.capability", "user.k", "user.\u{e9} b"];
        names.into_iter().filter_map(|name| Some((name.to_owned(), choices.maybe(2, xattr)?))).collect()
    };
    if let Some(xattrs) = choices.maybe(4, xattrs) {
        entry.xattrs = xattrs;
    }
}

/// `count` bytes that follow from one number. For 0, all are 0.
fn bytes(seed: usize, count: usize) -> Vec<u8> {
    (1..=count).map(|position| ((seed * position * position) >> 8).to_le_bytes()[0]).collect()
}

fn xattr(choices: &mut Choices<'_>) -> Vec<u8> {
    let length = choices.one_of(&[0, 1, 60, 69, 70, 600]);
    // The `tar` crate ends a record at the first line break.
    bytes(choices.below(1 << 16), length)
        .into_iter()
        .map(|byte| if byte == b'\n' { 0 } else { byte })
        .collect()
}

/// A file with the default attributes.
pub(crate) fn file(path: &str, content: Content) -> Entry {
    Entry {
        kind: LayerEntryKind::File,
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

/// A content of any kind, which is mostly small.
pub(crate) fn content(choices: &mut Choices<'_>, settings: &Settings) -> Content {
    choices.part(|choices| any_content(choices, settings))
}

fn any_content(choices: &mut Choices<'_>, settings: &Settings) -> Content {
    let kind = choices.below(6);
    let rare = if choices.one_in(12) { SIZES.len() } else { SIZES.len() - 2 };
    let size = choices.one_of(&SIZES[..rare]).min(settings.content);
    // Each kind has as many choices as any other.
    let seed = choices.below(1 << 16);
    match kind {
        2 => Content::Zeros(size as u64),
        3 => Content::Random(seed as u64, size as u64),
        4 => Content::Sparse(size as u64, b"data".repeat(seed % 200.min(settings.content / 4 + 1))),
        5 => {
            let inner = if seed % 3 == 2 {
                Content::Repeat(Box::new(Content::Random(seed as u64, 9)), 3)
            } else {
                Content::Bytes(b"line\n".to_vec())
            };
            Content::Repeat(Box::new(inner), size as u64 / 5)
        }
        _ => Content::Bytes(bytes(seed, size.min(600))),
    }
}
