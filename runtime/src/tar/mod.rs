//! Tar as Go's archive/tar writes it: a USTAR header, and, if that cannot hold the entry, a PAX header before it. This
//! module knows only the format, and does not depend on the entries of a declaration.
//!
//! The writer of the `tar` crate pads numbers in another way, leaves PAX headers without a name, and normalises paths.

pub(crate) mod block;
pub(crate) mod read;
pub(crate) mod sparse;

use std::borrow::Cow;
use std::io::{self, Write};

use self::block::{
    GID, GNAME, LINK, MAJOR, MINOR, MODE, MTIME, NAME, PREFIX, SIZE, TYPEFLAG, TarBlock, UID, UNAME, blank,
    field, fits_octal, put_number, put_octal, put_text, write_block,
};
use oci_fixture_grammar::path;

pub(crate) const BLOCK: usize = 512;
/// A tar ends with two blocks of zeros.
pub(crate) static END: [u8; 2 * BLOCK] = [0; 2 * BLOCK];
/// The largest body of a PAX header that Go's archive/tar and libarchive take.
pub(crate) const PAX_LIMIT: u64 = 1 << 20;

/// The values of a header, before it is known which format can hold them. Names are as `path::from_bytes` makes them.
pub(crate) struct TarHeader<'a> {
    pub(crate) name: Cow<'a, str>,
    pub(crate) typeflag: u8,
    pub(crate) mode: u32,
    pub(crate) uid: u64,
    pub(crate) gid: u64,
    pub(crate) size: u64,
    /// Whole seconds. `mtime_text` also has the fraction, if there is one.
    pub(crate) mtime: i64,
    /// The time as text for a PAX record, if it is not a number of whole seconds.
    pub(crate) mtime_text: Option<&'a str>,
    pub(crate) uname: &'a str,
    pub(crate) gname: &'a str,
    pub(crate) link: &'a str,
    pub(crate) major: u32,
    pub(crate) minor: u32,
}

impl<'a> TarHeader<'a> {
    /// The header of an empty regular file of uid and gid 0.
    pub(crate) fn file(name: impl Into<Cow<'a, str>>) -> Self {
        Self {
            name: name.into(),
            typeflag: b'0',
            mode: 0o644,
            uid: 0,
            gid: 0,
            size: 0,
            mtime: 0,
            mtime_text: None,
            uname: "",
            gname: "",
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

    /// Writes the header in the format that can hold it.
    pub(crate) fn write_to(&self, out: &mut dyn Write) -> io::Result<()> {
        write_header(self, &self.pax_records(Vec::new(), false)?, out)
    }

    /// The body of a PAX header: the given records, and records for the values that USTAR cannot hold, sorted by key.
    /// It is empty if no PAX header is needed. `beside` says whether the PAX header also gets other records.
    pub(crate) fn pax_records(
        &self,
        mut records: Vec<(String, Vec<u8>)>,
        beside: bool,
    ) -> io::Result<Vec<u8>> {
        let numbers = [
            ("gid", 8, i128::from(self.gid)),
            // Unlike in Go, the time `time.Time{}` in the year 1 has a record. Go omits it, so that readers find the time 0.
            ("mtime", 12, self.mtime.into()),
            ("size", 12, self.size.into()),
            ("uid", 8, self.uid.into()),
        ];
        for (key, width, value) in numbers {
            let text = match self.mtime_text {
                Some(text) if key == "mtime" => text.to_owned(),
                _ if fits_octal(width, value) => continue,
                _ => value.to_string(),
            };
            records.push((key.to_owned(), text.into_bytes()));
        }
        for (key, width, text) in
            [("gname", 32, self.gname), ("linkpath", 100, self.link), ("uname", 32, self.uname)]
        {
            if !fits_text(width, text) {
                // Only the names of an entry may have characters that stand for bytes that are not UTF-8.
                let bytes = if key == "linkpath" { path::to_bytes(text) } else { text.as_bytes().into() };
                records.push((key.to_owned(), bytes.into_owned()));
            }
        }
        // If there are other records, a name that could be split gets a record, too: Go splits no name of an entry that has
        // a PAX header.
        let fits = fits_text(100, &self.name) || records.is_empty() && !beside && split(&self.name).is_some();
        if !fits {
            records.push(("path".to_owned(), path::to_bytes(&self.name).into_owned()));
        }
        // Several records of one key, which only unchecked attributes can cause, keep their order: readers take the last one.
        records.sort_by(|(one, _), (other, _)| one.cmp(other));
        let mut body = Vec::new();
        for (key, value) in &records {
            put_record(&mut body, key, value);
        }
        if body.len() as u64 > PAX_LIMIT { Err(too_large()) } else { Ok(body) }
    }
}

pub(crate) fn too_large() -> io::Error {
    let what =
        "its names and extended attributes are larger than the 1 MiB that readers take; make them smaller";
    io::Error::new(io::ErrorKind::InvalidInput, what)
}

pub(crate) fn write_header(header: &TarHeader<'_>, pax: &[u8], out: &mut dyn Write) -> io::Result<()> {
    let mut block = numbered(header);
    if pax.is_empty() {
        let (prefix, name) = split(&header.name).unwrap_or(("", &header.name));
        put_text(field(&mut block, PREFIX), prefix.as_bytes());
        put_text(field(&mut block, NAME), name.as_bytes());
        put_text(field(&mut block, LINK), header.link.as_bytes());
    } else {
        write_pax_header(&header.name, pax.len() as u64, out)?;
        out.write_all(pax)?;
        write_padding(pax.len() as u64, out)?;
        put_text(field(&mut block, NAME), &plain(&header.name));
        put_text(field(&mut block, LINK), &plain(header.link));
    }
    write_block(block, out)
}

/// The USTAR block, without the values that only a PAX record can hold.
pub(crate) fn numbered(header: &TarHeader<'_>) -> TarBlock {
    let mut block = blank();
    field(&mut block, TYPEFLAG).fill(header.typeflag);
    put_octal(field(&mut block, MODE), header.mode.into());
    put_octal(field(&mut block, UID), header.uid.into());
    put_octal(field(&mut block, GID), header.gid.into());
    put_octal(field(&mut block, SIZE), header.size.into());
    put_octal(field(&mut block, MTIME), header.mtime.into());
    put_text(field(&mut block, UNAME), &plain(header.uname));
    put_text(field(&mut block, GNAME), &plain(header.gname));
    put_octal(field(&mut block, MAJOR), header.major.into());
    put_octal(field(&mut block, MINOR), header.minor.into());
    block
}

/// Writes the header of a PAX header, which is an entry of its own, named `PaxHeaders.0/BASE` in the directory of the
/// entry that it precedes. As in Go, its fields for a device are blank.
pub(crate) fn write_pax_header(name: &str, size: u64, out: &mut dyn Write) -> io::Result<()> {
    let mut block = blank();
    let mut pax_name = plain(&pax_header_name(name));
    pax_name.truncate(NAME.len());
    while pax_name.last() == Some(&b'/') {
        pax_name.pop();
    }
    put_text(field(&mut block, NAME), &pax_name);
    field(&mut block, TYPEFLAG).fill(b'x');
    for number in [MODE, UID, GID, MTIME] {
        put_octal(field(&mut block, number), 0);
    }
    put_number(field(&mut block, SIZE), size.into());
    write_block(block, out)
}

/// `DIRECTORY/PaxHeaders.0/BASE`, cleaned as Go's `path.Join` does. The base of a directory is empty.
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
    // The component `PaxHeaders.0` keeps the path from being empty, unless the base is `..`.
    if root.is_empty() && cleaned.is_empty() {
        ".".to_owned()
    } else {
        format!("{root}{}", cleaned.join("/"))
    }
}

/// Appends a record: `LENGTH KEY=VALUE\n`.
fn put_record(body: &mut Vec<u8>, key: &str, value: &[u8]) {
    let length = record_length((key.len() + value.len()) as u64);
    body.extend_from_slice(format!("{length} {key}=").as_bytes());
    body.extend_from_slice(value);
    body.push(b'\n');
}

/// The length of a record, which counts its own digits. `text` is the number of bytes of key and value.
pub(crate) fn record_length(text: u64) -> u64 {
    let rest = text.saturating_add(" =\n".len() as u64);
    let counted = |length: u64| rest.saturating_add(length.to_string().len() as u64);
    let mut length = counted(rest);
    while counted(length) != length {
        length = counted(length);
    }
    length
}

/// Splits a path that fits only in two fields: the directory for `prefix`, the rest for `name`.
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

/// Whether a field of `width` bytes can hold the text. As in Go, no NUL has to follow it.
fn fits_text(width: usize, text: &str) -> bool {
    text.len() <= width && is_plain(text)
}

/// Whether a USTAR field can hold the characters.
fn is_plain(text: &str) -> bool {
    text.is_ascii() && !text.contains('\0')
}

/// The characters of a text that a USTAR field can hold. A PAX record has the whole text.
fn plain(text: &str) -> Vec<u8> {
    text.bytes().filter(|byte| byte.is_ascii() && *byte != 0).collect()
}

/// Writes zeros up to the next whole block.
pub(crate) fn write_padding(size: u64, out: &mut dyn Write) -> io::Result<()> {
    let padding = usize::try_from(size.wrapping_neg() % BLOCK as u64).unwrap_or_default();
    out.write_all(END.get(..padding).unwrap_or_default())
}
