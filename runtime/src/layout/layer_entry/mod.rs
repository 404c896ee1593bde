//! An entry of a layer, as it is in the tar.

mod name;
#[cfg(test)]
pub(crate) mod tests;
pub(crate) mod time;

use std::collections::BTreeMap;
use std::fmt::{self, Write as _};
use std::io::{self, Read};

use oci_fixture_grammar::mtime::SecondsSince1970;
use oci_fixture_grammar::path;

pub use self::name::TarName;
use self::time::Time;
use crate::declare::layer::entry::Entry;
use crate::declare::layer::hardlink::InodeAttributes;
use crate::error::{Error, ErrorKind, Result};
use crate::tar::TarHeader;
use crate::tar::read::{Reader, TarMember};

/// An entry of a layer, as it is in the tar: the values of the header and of its extensions, without the content.
///
/// `Display` is one line in the manner of `ls -l`: the type and the mode, the owner and the group if they are not 0 or have
/// names, the size or the device numbers, the time if it is not 0, the path, the target of a link, and the names of
/// extended attributes. `{:#}` always has the owner, the group and the time. Characters that cannot be printed are
/// escaped as in a string literal.
///
/// ```text
/// -rwsr-xr-x 6 bin/su
/// lrwxrwxrwx 0 bin/sh -> bash
/// drwxr-xr-x 1000(alice)/1000 0 2001-09-09 01:46:40.5 home/alice/ {user.comment}
/// crw-rw-rw- 1,3 dev/null
/// hrw-r--r-- 0 bin/ls link to bin/busybox
/// ```
///
/// ```text
/// -rwsr-xr-x 0/0 6 1970-01-01 00:00 bin/su
/// ```
///
/// ```
/// use oci_fixture::{LayerEntry, LayerEntryKind};
///
/// fn is_setuid(entry: &LayerEntry) -> bool {
///     entry.kind == LayerEntryKind::File && entry.mode & 0o4000 != 0
/// }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct LayerEntry {
    /// The path in the tar. The path of a directory ends with `/`, and the last component of a whiteout's path begins with
    /// `.wh.`.
    pub path: TarName,
    /// The kind of the entry.
    pub kind: LayerEntryKind,
    /// The permission bits, with the bits for set-user-id (`0o4000`), set-group-id and sticky.
    pub mode: u32,
    /// The numeric id of the owner.
    pub uid: u64,
    /// The numeric id of the group.
    pub gid: u64,
    /// The size of the content, in bytes. The size of a sparse file includes its holes.
    pub size: u64,
    /// The name of the owner, which is empty if the tar has none.
    pub uname: TarName,
    /// The name of the group, which is empty if the tar has none.
    pub gname: TarName,
    /// The time of the last change, in whole seconds since 1970-01-01 UTC.
    pub mtime: i64,
    /// The nanoseconds that follow the whole seconds of the time. Further digits are cut off.
    pub nanoseconds: u32,
    /// The target of a link. An entry of another kind that has a target keeps it.
    pub link: Option<TarName>,
    /// The major and the minor number of a device.
    pub device: Option<(u32, u32)>,
    /// The extended attributes: names and values.
    pub xattrs: BTreeMap<TarName, Vec<u8>>,
}

/// The kind of a [`LayerEntry`].
///
/// ```
/// use oci_fixture::LayerEntryKind;
///
/// fn has_target(kind: LayerEntryKind) -> bool {
///     matches!(kind, LayerEntryKind::Symlink | LayerEntryKind::Hardlink)
/// }
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum LayerEntryKind {
    /// A regular file. A whiteout is a regular file, too.
    File,
    /// A directory.
    Directory,
    /// A symbolic link.
    Symlink,
    /// A hard link: a further name of another entry.
    Hardlink,
    /// A named pipe.
    Fifo,
    /// A character device.
    Char,
    /// A block device.
    Block,
    /// An entry of another type, by its type flag, such as `b'V'` for the label of a GNU volume.
    Other(u8),
}

impl LayerEntry {
    /// An entry of root's, of which nothing else is said.
    pub(super) fn plain(kind: LayerEntryKind, mode: u32, path: TarName) -> Self {
        Self {
            path,
            kind,
            mode,
            uid: 0,
            gid: 0,
            size: 0,
            uname: TarName::default(),
            gname: TarName::default(),
            mtime: 0,
            nanoseconds: 0,
            link: None,
            device: None,
            xattrs: BTreeMap::new(),
        }
    }
}

/// All entries of a tar, in their order. The source is read to its end, so that a decoder can check its checksum.
pub(crate) fn entries(source: impl Read) -> Result<Vec<LayerEntry>> {
    read(source).map_err(unreadable)
}

/// The content of the last regular file with this path. `None` if there is no such file.
pub(crate) fn file(source: impl Read, path: &[u8]) -> Result<Option<Vec<u8>>> {
    read_file(source, path).map_err(unreadable)
}

pub(crate) fn unreadable(error: io::Error) -> Error {
    let kind = if error.kind() == io::ErrorKind::InvalidData { ErrorKind::Layout } else { ErrorKind::Io };
    Error::new(kind, "", "cannot be read as a layer").with_source(error)
}

fn read_file(source: impl Read, path: &[u8]) -> io::Result<Option<Vec<u8>>> {
    let (mut reader, mut file) = (Reader::new(source), None);
    while let Some(member) = reader.next_member()? {
        if member.fields.is_file() && member.fields.path == path {
            let map = member.map();
            map.check_memory()?;
            let mut content = Vec::new();
            map.expand(reader.body()).read_to_end(&mut content)?;
            file = Some(content);
        }
    }
    reader.finish()?;
    Ok(file)
}

fn read(source: impl Read) -> io::Result<Vec<LayerEntry>> {
    let (mut reader, mut entries) = (Reader::new(source), Vec::new());
    while let Some(member) = reader.next_member()? {
        entries.push(LayerEntry::read(&member));
    }
    reader.finish()?;
    Ok(entries)
}

impl LayerEntry {
    /// The entry of a member that was read.
    pub(crate) fn read(member: &TarMember) -> Self {
        let fields = &member.fields;
        let kind = if fields.is_file() { LayerEntryKind::File } else { LayerEntryKind::of(fields.typeflag) };
        let has_link = kind.is_link() || !fields.link.is_empty();
        Self {
            path: TarName::from(&fields.path),
            kind,
            mode: fields.mode,
            uid: fields.uid,
            gid: fields.gid,
            size: member.size(),
            uname: TarName::from(&fields.uname),
            gname: TarName::from(&fields.gname),
            mtime: fields.mtime.seconds(),
            nanoseconds: fields.mtime.nanoseconds(),
            link: has_link.then(|| TarName::from(&fields.link)),
            device: fields.device,
            xattrs: fields.xattrs.iter().map(|(name, value)| (name.into(), value.clone())).collect(),
        }
    }

    /// The entry as it will be in the tar.
    pub(crate) fn declared(entry: &Entry, attributes: InodeAttributes<'_>) -> io::Result<Self> {
        let data = entry.data();
        let header = TarHeader::of(data, attributes)?;
        let kind = LayerEntryKind::of(header.typeflag);
        let is_device = matches!(kind, LayerEntryKind::Char | LayerEntryKind::Block);
        let xattrs = data.xattrs()?.into_iter().map(|(name, value)| (name.into(), value));
        Ok(Self {
            path: TarName::from(&path::to_bytes(&header.name)),
            kind,
            mode: header.mode,
            uid: header.uid,
            gid: header.gid,
            size: header.size,
            uname: header.uname.into(),
            gname: header.gname.into(),
            mtime: header.mtime,
            nanoseconds: attributes.mtime.map_or(0, SecondsSince1970::nanoseconds),
            link: kind.is_link().then(|| TarName::from(&path::to_bytes(header.link))),
            device: is_device.then_some((header.major, header.minor)),
            xattrs: xattrs.collect(),
        })
    }
}

impl LayerEntryKind {
    fn of(typeflag: u8) -> Self {
        match typeflag {
            b'0' | b'7' => Self::File,
            b'1' => Self::Hardlink,
            b'2' => Self::Symlink,
            b'3' => Self::Char,
            b'4' => Self::Block,
            b'5' => Self::Directory,
            b'6' => Self::Fifo,
            other => Self::Other(other),
        }
    }

    fn is_link(self) -> bool {
        matches!(self, Self::Symlink | Self::Hardlink)
    }

    /// The first character of the line.
    fn letter(self) -> char {
        match self {
            Self::File => '-',
            Self::Directory => 'd',
            Self::Symlink => 'l',
            Self::Hardlink => 'h',
            Self::Fifo => 'p',
            Self::Char => 'c',
            Self::Block => 'b',
            Self::Other(_) => '?',
        }
    }
}

impl fmt::Display for LayerEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let all = f.alternate();
        f.write_char(self.kind.letter())?;
        write_mode(self.mode, f)?;
        let owner = Owner { number: self.uid, name: &self.uname };
        let group = Owner { number: self.gid, name: &self.gname };
        if all || !owner.is_default() || !group.is_default() {
            write!(f, " {owner}/{group}")?;
        }
        match self.device {
            Some((major, minor)) => write!(f, " {major},{minor}")?,
            None => write!(f, " {}", self.size)?,
        }
        if all || (self.mtime, self.nanoseconds) != (0, 0) {
            write!(f, " {}", Time { seconds: self.mtime, nanoseconds: self.nanoseconds })?;
        }
        write!(f, " {}", Printable(&self.path))?;
        if let Some(link) = &self.link {
            let arrow = if self.kind == LayerEntryKind::Symlink { "->" } else { "link to" };
            write!(f, " {arrow} {}", Printable(link))?;
        }
        if let LayerEntryKind::Other(typeflag) = self.kind {
            write!(f, " type '{}'", typeflag.escape_ascii())?;
        }
        let mut before = " {";
        for name in self.xattrs.keys() {
            write!(f, "{before}{}", Printable(name))?;
            before = ", ";
        }
        if self.xattrs.is_empty() { Ok(()) } else { f.write_char('}') }
    }
}

/// An owner or a group as a line shows it: `1000`, or `1000(alice)` with a name, as the program `id` does.
struct Owner<'n> {
    number: u64,
    name: &'n TarName,
}

impl Owner<'_> {
    fn is_default(&self) -> bool {
        self.number == 0 && self.name.as_bytes().is_empty()
    }
}

impl fmt::Display for Owner<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.number)?;
        if self.name.as_bytes().is_empty() { Ok(()) } else { write!(f, "({})", Printable(self.name)) }
    }
}

/// Writes the permissions of owner, group and others. The set-user-id, set-group-id and sticky bits replace the
/// `x`, with a capital letter if the `x` is not set.
fn write_mode(mode: u32, f: &mut fmt::Formatter<'_>) -> fmt::Result {
    for (shift, special, letter) in [(6, 0o4000, 's'), (3, 0o2000, 's'), (0, 0o1000, 't')] {
        let bits = mode >> shift;
        f.write_char(if bits & 4 == 0 { '-' } else { 'r' })?;
        f.write_char(if bits & 2 == 0 { '-' } else { 'w' })?;
        f.write_char(match (mode & special == 0, bits & 1 == 0) {
            (true, true) => '-',
            (true, false) => 'x',
            (false, true) => letter.to_ascii_uppercase(),
            (false, false) => letter,
        })?;
    }
    Ok(())
}

/// A name as one line that shows every character: characters that cannot be printed are escaped, and so are backslashes and
/// bytes that are not UTF-8. Quotes stay as they are.
struct Printable<'n>(&'n TarName);

impl fmt::Display for Printable<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for chunk in self.0.as_bytes().utf8_chunks() {
            for part in chunk.valid().split_inclusive(['"', '\'']) {
                let text = part.trim_end_matches(['"', '\'']);
                write!(f, "{}{}", text.escape_debug(), part.get(text.len()..).unwrap_or_default())?;
            }
            write!(f, "{}", chunk.invalid().escape_ascii())?;
        }
        Ok(())
    }
}
