//! A member of a tar, declared as an entry.

use oci_fixture_grammar::path;

use crate::declare::content::Content;
use crate::declare::layer::entry::Entry;
use crate::declare::layer::mtime::Mtime;
use crate::tar::read::{Fields, TarMember};

/// The member as an entry with all attributes.
pub(super) fn entry(fields: &Fields, body: &Content) -> Option<Entry> {
    let name = path::from_bytes(&fields.path);
    let entry = match (fields.typeflag, fields.device) {
        (b'0', _) if fields.size == 0 => match hidden(&name) {
            Some(Hidden::Path(hidden)) => Entry::whiteout(hidden),
            Some(Hidden::Directory(directory)) => Entry::opaque(directory),
            None => Entry::file(&fields.path, ""),
        },
        (b'0', _) => Entry::file(&fields.path, body),
        (b'1', _) => Entry::hardlink(&fields.path, &fields.link),
        (b'2', _) => Entry::symlink(&fields.path, &fields.link),
        (b'3', Some((major, minor))) => Entry::char(&fields.path, major, minor),
        (b'4', Some((major, minor))) => Entry::block(&fields.path, major, minor),
        (b'5', _) => Entry::directory(&fields.path),
        (b'6', _) => Entry::fifo(&fields.path),
        _ => return None,
    };
    let mtime = match fields.mtime.fractional() {
        Some(text) => Mtime::new(text),
        None => Mtime::new(fields.mtime.seconds()),
    };
    let mut entry = entry.mode(fields.mode).uid(fields.uid).gid(fields.gid).mtime(mtime);
    entry = entry.uname(str::from_utf8(&fields.uname).ok()?).gname(str::from_utf8(&fields.gname).ok()?);
    for (name, value) in &fields.xattrs {
        entry = entry.xattr(str::from_utf8(name).ok()?, value);
    }
    // The path may be unusual, but the numbers must be valid in an entry.
    entry.data().check(true).is_ok().then_some(entry)
}

/// The member as an unpacker sees it, with an honest path. `None` for the root, and for types that no unpacker knows.
pub(super) fn honest_entry(member: &TarMember, body: &Content) -> Option<Entry> {
    let fields = &member.fields;
    let clean = |path: &[u8]| {
        let parts: Vec<&[u8]> =
            path.split(|byte| *byte == b'/').filter(|part| !matches!(*part, b"" | b".")).collect();
        parts.join(&b'/')
    };
    let (path, size) = (clean(&fields.path), member.size());
    let mut honest = Fields { uname: Vec::new(), gname: Vec::new(), path, size, ..fields.clone() };
    match honest.typeflag {
        _ if honest.path.is_empty() => return None,
        b'1' => honest.link = clean(&honest.link),
        b'5' => honest.path.push(b'/'),
        b'2'..=b'6' => {}
        _ => honest.typeflag = b'0',
    }
    honest.mode &= 0o7777;
    entry(&honest, body)
}

/// The path that a whiteout hides.
enum Hidden {
    Path(String),
    Directory(String),
}

fn hidden(name: &str) -> Option<Hidden> {
    let (directory, base) = name.rsplit_once('/').map_or(("", name), |(directory, base)| (directory, base));
    let join =
        |base: &str| if directory.is_empty() { base.to_owned() } else { format!("{directory}/{base}") };
    let (path, is_opaque) = match base.strip_prefix(".wh.")? {
        ".wh..opq" if directory.is_empty() => ("./".to_owned(), true),
        ".wh..opq" => (format!("{directory}/"), true),
        hidden => (join(hidden), false),
    };
    let is_honest = if is_opaque { path::opaque(&path) } else { path::whiteout(&path) }.is_ok();
    is_honest.then_some(if is_opaque { Hidden::Directory(path) } else { Hidden::Path(path) })
}
