//! An entry of a layer, as its tar has it.

#[cfg(test)]
mod tests;
mod time;

use std::collections::BTreeMap;
use std::fmt::{self, Write as _};
use std::io::{self, Read};

use self::time::Time;
use crate::entry::{Entry, Kind, Parts};
use crate::error::{Error, ErrorKind, Result};
use crate::tar::read::{self, Fields, Reader};

/// An entry of a layer, as its tar has it: all that the header says, and what extends that, without the content.
///
/// It is one line, as `ls -l` would show it: type and mode, owner and group where they are not 0, size or device
/// numbers, time where it is not 0, path, target of a link, and the names of extended attributes. `{:#}` has owner,
/// group and time always. What cannot be printed is escaped, as in a string literal.
///
/// ```text
/// -rwsr-xr-x 6 bin/su
/// lrwxrwxrwx 0 bin/sh -> bash
/// drwxr-xr-x 1000/1000 0 2001-09-09 01:46:40 home/alice/ {user.comment}
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
    /// Its name in the tar: that of a directory ends with `/`, and a whiteout's begins with `.wh.`. What is not
    /// UTF-8 is replaced by U+FFFD, here, in `link` and in the names of extended attributes.
    pub path: String,
    /// What it is.
    pub kind: LayerEntryKind,
    /// The permission bits, and what more there is.
    pub mode: u32,
    /// The owner's number.
    pub uid: u64,
    /// The group's number.
    pub gid: u64,
    /// The size in bytes. Of a sparse file, it is that with its holes.
    pub size: u64,
    /// The time of the last change, in whole seconds since 1970-01-01 UTC.
    pub mtime: i64,
    /// What a link points to. An entry of another kind that has a target keeps it.
    pub link: Option<String>,
    /// The numbers, major and minor, of a device.
    pub device: Option<(u32, u32)>,
    /// The extended attributes.
    pub xattrs: BTreeMap<String, Vec<u8>>,
}

/// What a [`LayerEntry`] is.
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
    /// A regular file; also a whiteout.
    File,
    /// A directory.
    Directory,
    /// A symbolic link.
    Symlink,
    /// One more name of another entry.
    Hardlink,
    /// A named pipe.
    Fifo,
    /// A character device.
    Char,
    /// A block device.
    Block,
    /// Whatever else, by its type flag, such as `b'S'` for a sparse file in GNU's old format.
    Other(u8),
}

/// All entries of a tar, in their order. It is read to the end of the source, so that what decodes it can check that.
pub(crate) fn entries(source: impl Read) -> Result<Vec<LayerEntry>> {
    read(source).map_err(unreadable)
}

/// The content of the last regular file of a path; nothing where there is none.
pub(crate) fn file(source: impl Read, path: &str) -> Result<Option<Vec<u8>>> {
    read_file(source, path).map_err(unreadable)
}

fn unreadable(error: io::Error) -> Error {
    let kind = if error.kind() == io::ErrorKind::InvalidData { ErrorKind::Layout } else { ErrorKind::Io };
    Error::new(kind, "", "cannot be read as a layer").with_source(error)
}

fn read_file(source: impl Read, path: &str) -> io::Result<Option<Vec<u8>>> {
    let (mut reader, mut file) = (Reader::new(source), None);
    while let Some(member) = reader.next_member()? {
        if matches!(member.fields.typeflag, b'0' | b'7') && member.fields.path == path.as_bytes() {
            let mut content = Vec::new();
            reader.body().read_to_end(&mut content)?;
            file = Some(content);
        }
    }
    reader.finish()?;
    Ok(file)
}

fn read(source: impl Read) -> io::Result<Vec<LayerEntry>> {
    let (mut reader, mut entries) = (Reader::new(source), Vec::new());
    while let Some(member) = reader.next_member()? {
        entries.push(LayerEntry::read(&member.fields));
    }
    reader.finish()?;
    Ok(entries)
}

impl LayerEntry {
    /// The entry that a member of a tar is.
    pub(crate) fn read(fields: &Fields) -> Self {
        let kind = match fields.typeflag {
            b'0' | b'7' => LayerEntryKind::File,
            b'1' => LayerEntryKind::Hardlink,
            b'2' => LayerEntryKind::Symlink,
            b'3' => LayerEntryKind::Char,
            b'4' => LayerEntryKind::Block,
            b'5' => LayerEntryKind::Directory,
            b'6' => LayerEntryKind::Fifo,
            other => LayerEntryKind::Other(other),
        };
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        let has_link = kind.is_link() || !fields.link.is_empty();
        Self {
            path: text(&fields.path),
            kind,
            mode: fields.mode,
            uid: fields.uid,
            gid: fields.gid,
            size: fields.real_size.unwrap_or(fields.size),
            mtime: fields.mtime,
            link: has_link.then(|| text(&fields.link)),
            device: fields.device,
            xattrs: fields.xattrs.iter().map(|(name, value)| (text(name), value.clone())).collect(),
        }
    }

    /// The entry that the tar will have.
    pub(crate) fn declared(entry: &Entry) -> io::Result<Self> {
        let parts = entry.parts();
        let (mut size, mut link, mut device) = (0, None, None);
        let kind = match &parts.kind {
            Kind::File(content) => {
                size = content.size()?;
                LayerEntryKind::File
            }
            Kind::Whiteout | Kind::Opaque => LayerEntryKind::File,
            Kind::Directory => LayerEntryKind::Directory,
            Kind::Symlink(target) => {
                link = Some(target.as_str().to_owned());
                LayerEntryKind::Symlink
            }
            Kind::Hardlink(target) => {
                link = Some(target.as_str().to_owned());
                LayerEntryKind::Hardlink
            }
            Kind::Fifo => LayerEntryKind::Fifo,
            Kind::Char { major, minor } => {
                device = Some((*major, *minor));
                LayerEntryKind::Char
            }
            Kind::Block { major, minor } => {
                device = Some((*major, *minor));
                LayerEntryKind::Block
            }
        };
        Ok(Self {
            path: parts.name().into_owned(),
            kind,
            mode: parts.mode(),
            uid: parts.uid,
            gid: parts.gid,
            size,
            mtime: parts.mtime,
            link,
            device,
            xattrs: xattrs(parts)?,
        })
    }
}

/// The extended attributes that an entry declares, made only while a tar can hold them.
fn xattrs(parts: &Parts) -> io::Result<BTreeMap<String, Vec<u8>>> {
    let mut xattrs = BTreeMap::new();
    let mut size = 0_u64;
    for (name, value) in &parts.xattrs {
        size = size.saturating_add(value.size()?);
        if size > read::LIMIT {
            let what =
                "its extended attributes are larger than the 1 MiB that readers take; make them smaller";
            return Err(io::Error::new(io::ErrorKind::InvalidInput, what));
        }
        let mut bytes = Vec::new();
        value.write_to(&mut bytes)?;
        xattrs.insert(name.as_str().to_owned(), bytes);
    }
    Ok(xattrs)
}

impl LayerEntryKind {
    fn is_link(self) -> bool {
        matches!(self, Self::Symlink | Self::Hardlink)
    }

    /// What a line begins with.
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
        if all || (self.uid, self.gid) != (0, 0) {
            write!(f, " {}/{}", self.uid, self.gid)?;
        }
        match self.device {
            Some((major, minor)) => write!(f, " {major},{minor}")?,
            None => write!(f, " {}", self.size)?,
        }
        if all || self.mtime != 0 {
            write!(f, " {}", Time(self.mtime))?;
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

/// The permissions of owner, group and others. The bit above each three takes the place of the `x`, in a capital
/// letter where that is not set.
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

/// A text in one line, in which nothing is hidden: what cannot be printed is escaped, and so is a backslash. Quotes
/// stay as they are.
struct Printable<'t>(&'t str);

impl fmt::Display for Printable<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for part in self.0.split_inclusive(['"', '\'']) {
            let text = part.trim_end_matches(['"', '\'']);
            write!(f, "{}{}", text.escape_debug(), part.get(text.len()..).unwrap_or_default())?;
        }
        Ok(())
    }
}
