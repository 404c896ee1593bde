//! Tar as Go's archive/tar writes it: USTAR where that can hold the entry, else a PAX header before it.
//!
//! The `tar` crate's own writer pads numbers otherwise, leaves PAX headers without a name, and normalises paths;
//! its [`UstarHeader`] names the fields of the block.

mod block;
pub(crate) mod by_hand;
#[allow(dead_code, reason = "what judges a tar asks for more than what lists its entries")]
pub(crate) mod read;

use std::borrow::Cow;
use std::io::{self, Write};

use tar::UstarHeader;

use self::block::{blank, fits_octal, put_number, put_octal, put_text, write_block};
use crate::content::Content;
use crate::entry::{Kind, Parts};
use crate::member::Member;
use crate::recipe::{self, Recipe};

const BLOCK: usize = 512;
/// A tar ends with two blocks of zeros.
pub(crate) static END: [u8; 2 * BLOCK] = [0; 2 * BLOCK];
/// The largest body of a PAX header that Go's archive/tar and libarchive take.
const PAX_LIMIT: u64 = 1 << 20;

/// The tar of a layer.
pub(crate) enum Tar<'a> {
    /// That of some members, in their order, and what it ends with.
    Of { members: &'a [Member], end: &'static [u8] },
    /// Any bytes.
    Raw(&'a Content),
}

impl<'a> Tar<'a> {
    /// `blocks` is how many blocks of zeros it ends with, where that is said.
    pub(crate) fn of(members: &'a [Member], blocks: Option<u8>) -> Self {
        let end = blocks.and_then(|blocks| END.get(..usize::from(blocks) * BLOCK));
        Self::Of { members, end: end.unwrap_or(&END) }
    }
}

impl Recipe for Tar<'_> {
    fn write_to(&self, out: &mut dyn Write) -> io::Result<()> {
        let (members, end) = match self {
            Self::Of { members, end } => (members, end),
            Self::Raw(content) => return content.write_to(out),
        };
        for (number, member) in (1..).zip(*members) {
            match member {
                Member::Entry(entry) => write_entry(entry.parts(), out)?,
                Member::Header(header) => by_hand::write(header.parts(), &member.place(number), out)?,
            }
        }
        out.write_all(end)
    }

    fn size(&self) -> io::Result<u64> {
        match self {
            Self::Of { .. } => recipe::counted(self),
            Self::Raw(content) => content.size(),
        }
    }
}

fn write_entry(parts: &Parts, out: &mut dyn Write) -> io::Result<()> {
    let at = |error| at(&parts.place(), &error);
    let header = Header::of(parts).map_err(at)?;
    let pax = xattr_records(parts).and_then(|xattrs| header.pax_records(xattrs));
    write_header(&header, &pax.map_err(at)?, out)?;
    if let Kind::File(content) = &parts.kind {
        content.write_to(out)?;
        write_padding(header.size, out)?;
    }
    Ok(())
}

fn at(place: &str, error: &io::Error) -> io::Error {
    io::Error::new(error.kind(), format!("{place}: {error}"))
}

/// What a header says, before it is known which format can hold it.
pub(crate) struct Header<'a> {
    name: Cow<'a, str>,
    typeflag: u8,
    mode: u32,
    uid: u64,
    gid: u64,
    size: u64,
    mtime: i64,
    link: &'a str,
    major: u32,
    minor: u32,
}

impl<'a> Header<'a> {
    /// That of a regular file of no bytes, owned by nobody in particular.
    pub(crate) fn file(name: impl Into<Cow<'a, str>>) -> Self {
        Self {
            name: name.into(),
            typeflag: b'0',
            mode: 0o644,
            uid: 0,
            gid: 0,
            size: 0,
            mtime: 0,
            link: "",
            major: 0,
            minor: 0,
        }
    }

    pub(crate) fn with_size(self, size: u64) -> Self {
        Self { size, ..self }
    }

    pub(crate) fn directory(name: &'a str) -> Self {
        Self { typeflag: b'5', mode: 0o755, ..Self::file(name) }
    }

    pub(crate) fn symlink(name: &'a str, link: &'a str) -> Self {
        Self { typeflag: b'2', mode: 0o777, link, ..Self::file(name) }
    }

    /// Writes it, in the format that can hold it.
    pub(crate) fn write_to(&self, out: &mut dyn Write) -> io::Result<()> {
        write_header(self, &self.pax_records(Vec::new())?, out)
    }

    fn of(parts: &'a Parts) -> io::Result<Self> {
        let mut header = Self {
            mode: parts.mode(),
            uid: parts.uid,
            gid: parts.gid,
            mtime: parts.mtime,
            ..Self::file(parts.name())
        };
        match &parts.kind {
            Kind::File(content) => header.size = content.size()?,
            Kind::Whiteout | Kind::Opaque => {}
            Kind::Hardlink(target) => (header.typeflag, header.link) = (b'1', target.as_str()),
            Kind::Symlink(target) => (header.typeflag, header.link) = (b'2', target.as_str()),
            Kind::Char { major, minor } => {
                (header.typeflag, header.major, header.minor) = (b'3', *major, *minor);
            }
            Kind::Block { major, minor } => {
                (header.typeflag, header.major, header.minor) = (b'4', *major, *minor);
            }
            Kind::Directory => header.typeflag = b'5',
            Kind::Fifo => header.typeflag = b'6',
        }
        Ok(header)
    }

    /// What USTAR cannot hold, besides these records, as the body of a PAX header: sorted by key. Empty where there is
    /// nothing.
    fn pax_records(&self, mut records: Vec<(String, Vec<u8>)>) -> io::Result<Vec<u8>> {
        let numbers = [
            ("gid", 8, i128::from(self.gid)),
            // Go leaves out the record of one time, `time.Time{}` in the year 1, and so writes 0; that would be a lie.
            ("mtime", 12, self.mtime.into()),
            ("size", 12, self.size.into()),
            ("uid", 8, self.uid.into()),
        ];
        for (key, width, value) in numbers {
            if !fits_octal(width, value) {
                records.push((key.to_owned(), value.to_string().into_bytes()));
            }
        }
        if !fits_name(self.link) {
            records.push(("linkpath".to_owned(), self.link.into()));
        }
        // Beside other records even a name that could be split has a record: with a PAX header Go does not split.
        let fits = fits_name(&self.name) || records.is_empty() && split(&self.name).is_some();
        if !fits {
            records.push(("path".to_owned(), self.name.as_bytes().into()));
        }
        // Those of one key, which only unchecked attributes have, keep their order: for readers, the last one counts.
        records.sort_by(|(one, _), (other, _)| one.cmp(other));
        let mut body = Vec::new();
        for (key, value) in &records {
            put_record(&mut body, key, value);
        }
        if body.len() as u64 > PAX_LIMIT { Err(too_large()) } else { Ok(body) }
    }
}

/// One record for each extended attribute, made only while they are not too large.
fn xattr_records(parts: &Parts) -> io::Result<Vec<(String, Vec<u8>)>> {
    let mut records = Vec::with_capacity(parts.xattrs.len());
    let mut size = 0_u64;
    for (name, value) in &parts.xattrs {
        size = size.saturating_add(value.size()?);
        if size > PAX_LIMIT {
            return Err(too_large());
        }
        let mut bytes = Vec::new();
        value.write_to(&mut bytes)?;
        records.push((format!("SCHILY.xattr.{name}"), bytes));
    }
    Ok(records)
}

fn too_large() -> io::Error {
    let what =
        "its names and extended attributes are larger than the 1 MiB that readers take; make them smaller";
    io::Error::new(io::ErrorKind::InvalidInput, what)
}

fn write_header(header: &Header<'_>, pax: &[u8], out: &mut dyn Write) -> io::Result<()> {
    let mut block = numbered(header);
    if pax.is_empty() {
        let (prefix, name) = split(&header.name).unwrap_or(("", &header.name));
        put_text(&mut block.prefix, prefix.as_bytes());
        put_text(&mut block.name, name.as_bytes());
        put_text(&mut block.linkname, header.link.as_bytes());
    } else {
        write_pax_header(&header.name, pax.len() as u64, out)?;
        out.write_all(pax)?;
        write_padding(pax.len() as u64, out)?;
        put_text(&mut block.name, &plain(&header.name));
        put_text(&mut block.linkname, &plain(header.link));
    }
    write_block(block, out)
}

/// The fields that are not texts.
fn numbered(header: &Header<'_>) -> UstarHeader {
    let mut block = blank();
    block.typeflag = [header.typeflag];
    put_octal(&mut block.mode, header.mode.into());
    put_octal(&mut block.uid, header.uid.into());
    put_octal(&mut block.gid, header.gid.into());
    put_octal(&mut block.size, header.size.into());
    put_octal(&mut block.mtime, header.mtime.into());
    put_octal(&mut block.dev_major, header.major.into());
    put_octal(&mut block.dev_minor, header.minor.into());
    block
}

/// A PAX header is an entry of its own, named `PaxHeaders.0/BASE` in the directory of the entry that it precedes.
/// Unlike in other headers, its fields for a device are left blank.
fn write_pax_header(name: &str, size: u64, out: &mut dyn Write) -> io::Result<()> {
    let mut block = blank();
    let mut pax_name = plain(&pax_header_name(name));
    pax_name.truncate(block.name.len());
    while pax_name.last() == Some(&b'/') {
        pax_name.pop();
    }
    put_text(&mut block.name, &pax_name);
    block.typeflag = *b"x";
    for field in [&mut block.mode, &mut block.uid, &mut block.gid] {
        put_octal(field, 0);
    }
    put_number(&mut block.size, size.into());
    put_octal(&mut block.mtime, 0);
    write_block(block, out)
}

/// `dir/PaxHeaders.0/base`, in which the base of a directory is empty, cleaned as Go's `path.Join` does.
fn pax_header_name(name: &str) -> String {
    let (directory, base) = name.rsplit_once('/').unwrap_or(("", name));
    let root = if name.starts_with('/') { "/" } else { "" };
    let mut cleaned = Vec::new();
    for component in directory.split('/').chain(["PaxHeaders.0", base]) {
        match component {
            "" | "." => {}
            ".." if cleaned.last().is_some_and(|last| *last != "..") => {
                cleaned.pop();
            }
            // The root is its own parent.
            ".." if !root.is_empty() => {}
            component => cleaned.push(component),
        }
    }
    // The component of our own keeps it from being empty, unless the base is `..`.
    if root.is_empty() && cleaned.is_empty() {
        ".".to_owned()
    } else {
        format!("{root}{}", cleaned.join("/"))
    }
}

/// `LENGTH KEY=VALUE\n`
fn put_record(body: &mut Vec<u8>, key: &str, value: &[u8]) {
    let length = record_length((key.len() + value.len()) as u64);
    body.extend_from_slice(format!("{length} {key}=").as_bytes());
    body.extend_from_slice(value);
    body.push(b'\n');
}

/// The length of a record, which counts its own digits. Key and value together have so many bytes.
fn record_length(text: u64) -> u64 {
    let rest = text.saturating_add(" =\n".len() as u64);
    let counted = |length: u64| rest.saturating_add(length.to_string().len() as u64);
    let mut length = counted(rest);
    while counted(length) != length {
        length = counted(length);
    }
    length
}

/// The directory for the field `prefix` and the rest for the field `name`, of a path that only fits so.
fn split(path: &str) -> Option<(&str, &str)> {
    if path.len() <= 100 || !is_plain(path) {
        return None;
    }
    let longest = match path.len() {
        157.. => 156,
        length if path.ends_with('/') => length - 1,
        length => length,
    };
    let slash = path.get(..longest)?.rfind('/')?;
    let (prefix, name) = (path.get(..slash)?, path.get(slash + 1..)?);
    let fits = !prefix.is_empty() && prefix.len() <= 155 && !name.is_empty() && name.len() <= 100;
    fits.then_some((prefix, name))
}

/// Whether the field `name` or `linkname` can hold the text.
fn fits_name(text: &str) -> bool {
    text.len() <= 100 && is_plain(text)
}

/// Whether a USTAR field can hold the characters.
fn is_plain(text: &str) -> bool {
    text.is_ascii() && !text.contains('\0')
}

/// The characters that a USTAR field can hold; the whole text is in a PAX record.
fn plain(text: &str) -> Vec<u8> {
    text.bytes().filter(|byte| byte.is_ascii() && *byte != 0).collect()
}

/// Zeros up to the next whole block.
pub(crate) fn write_padding(size: u64, out: &mut dyn Write) -> io::Result<()> {
    let padding = usize::try_from(size.wrapping_neg() % BLOCK as u64).unwrap_or_default();
    out.write_all(END.get(..padding).unwrap_or_default())
}

#[cfg(test)]
mod tests {
    use super::Header;
    use crate::digest::Hasher;
    use crate::{Content, Entry};

    /// Nobody wants to write so much; what Go's archive/tar makes of the header alone.
    #[test]
    fn the_header_of_a_huge_file_is_that_of_go() {
        let long = format!("{}/b", "a".repeat(120));
        for (path, size, digest) in [
            ("big", (8 << 30) - 1, "391fe18c154625620a9f4106c3d3f4d861aaae3dc562950e9ba30d905cd6e95d"),
            ("big", 8 << 30, "17d96f133b60826f0e4950a557763433c264c08eafe87e0c8458faaee0ca3edd"),
            ("big", 9 << 30, "41baf3e865292d12bc912ac9e641054505213e14e1f4e9008d69ad6f14b1f3c9"),
            (&long, 9 << 30, "f02676b393244f4da12b4405425f26c34e2c56d7baf268b0b64b694203145d9b"),
        ] {
            let entry = Entry::file(path, Content::zeros(size));
            let header = Header::of(entry.parts()).unwrap();
            let mut bytes = Vec::new();
            header.write_to(&mut bytes).unwrap();
            let mut hasher = Hasher::default();
            hasher.update(&bytes);
            assert_eq!(hasher.finish().hex(), digest, "{path}, {size}");
        }
    }
}
