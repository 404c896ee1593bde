//! Tar as Go's archive/tar writes it: USTAR where that can hold the entry, else a PAX header before it.
//!
//! The `tar` crate's own writer pads numbers otherwise, leaves PAX headers without a name, and normalises paths;
//! its [`UstarHeader`] names the fields of the block.

use std::io::{self, Write};

use tar::UstarHeader;

use crate::entry::{Kind, Parts};
use crate::recipe::Recipe;

const BLOCK: usize = 512;
/// A tar ends with two blocks of zeros.
const END: [u8; 2 * BLOCK] = [0; 2 * BLOCK];

/// The tar of some entries, in their order.
pub(crate) struct Tar<'a>(pub(crate) &'a [crate::Entry]);

impl Recipe for Tar<'_> {
    fn write_to(&self, out: &mut dyn Write) -> io::Result<()> {
        for entry in self.0 {
            let parts = entry.parts();
            write_header(&Header::of(parts), out)?;
            if let Kind::File(content) = &parts.kind {
                content.write_to(out)?;
                write_padding(content.size(), out)?;
            }
        }
        out.write_all(&END)
    }
}

/// What a header says, before it is known which format can hold it.
struct Header<'a> {
    name: &'a str,
    typeflag: u8,
    mode: u32,
    uid: i128,
    gid: i128,
    size: i128,
    mtime: i128,
}

impl<'a> Header<'a> {
    fn of(parts: &'a Parts) -> Self {
        let (typeflag, size) = match &parts.kind {
            Kind::File(content) => (b'0', content.size()),
            Kind::Directory => (b'5', 0),
        };
        Self {
            name: parts.path.as_str(),
            typeflag,
            mode: parts.mode(),
            uid: parts.uid.into(),
            gid: parts.gid.into(),
            size: size.into(),
            mtime: parts.mtime.into(),
        }
    }

    /// The records of the PAX header: what USTAR cannot hold, sorted by key.
    fn pax_records(&self) -> Vec<(&'static str, String)> {
        let mut records = Vec::new();
        let mut number = |key, width, value: i128| {
            if !fits_octal(width, value) {
                records.push((key, value.to_string()));
            }
        };
        number("gid", 8, self.gid);
        number("mtime", 12, self.mtime);
        number("size", 12, self.size);
        number("uid", 8, self.uid);
        if !(is_plain(self.name) && self.name.len() <= 100 || split(self.name).is_some()) {
            records.push(("path", self.name.to_owned()));
        }
        records.sort_unstable();
        records
    }
}

fn write_header(header: &Header<'_>, out: &mut dyn Write) -> io::Result<()> {
    let mut block = blank();
    let records = header.pax_records();
    if records.is_empty() {
        let (prefix, name) = split(header.name).unwrap_or(("", header.name));
        put_text(&mut block.prefix, prefix.as_bytes());
        put_text(&mut block.name, name.as_bytes());
    } else {
        write_pax_header(header.name, &records, out)?;
        put_text(&mut block.name, &plain(header.name));
    }
    block.typeflag = [header.typeflag];
    put_octal(&mut block.mode, header.mode.into());
    put_octal(&mut block.uid, header.uid);
    put_octal(&mut block.gid, header.gid);
    put_octal(&mut block.size, header.size);
    put_octal(&mut block.mtime, header.mtime);
    put_octal(&mut block.dev_major, 0);
    put_octal(&mut block.dev_minor, 0);
    write_block(block, out)
}

/// A PAX header is an entry of its own, named `PaxHeaders.0/BASE` in the directory of the entry that it precedes.
/// Unlike in other headers, its fields for a device are left blank.
fn write_pax_header(name: &str, records: &[(&str, String)], out: &mut dyn Write) -> io::Result<()> {
    let mut body = Vec::new();
    for (key, value) in records {
        put_record(&mut body, key, value);
    }
    let mut block = blank();
    let mut pax_name = plain(&pax_header_name(name));
    pax_name.truncate(block.name.len());
    put_text(&mut block.name, &pax_name);
    block.typeflag = *b"x";
    for field in [&mut block.mode, &mut block.uid, &mut block.gid] {
        put_octal(field, 0);
    }
    put_octal(&mut block.size, body.len() as i128);
    put_octal(&mut block.mtime, 0);
    write_block(block, out)?;
    out.write_all(&body)?;
    write_padding(body.len() as u64, out)
}

/// `dir/PaxHeaders.0/base`; the base of a directory is empty.
fn pax_header_name(name: &str) -> String {
    match name.rsplit_once('/') {
        Some((directory, "")) => format!("{directory}/PaxHeaders.0"),
        Some((directory, base)) => format!("{directory}/PaxHeaders.0/{base}"),
        None => format!("PaxHeaders.0/{name}"),
    }
}

/// `LENGTH KEY=VALUE\n`, where the length counts its own digits.
fn put_record(body: &mut Vec<u8>, key: &str, value: &str) {
    let rest = key.len() + value.len() + " =\n".len();
    let mut length = rest + 1;
    while rest + length.to_string().len() != length {
        length = rest + length.to_string().len();
    }
    body.extend_from_slice(format!("{length} {key}={value}\n").as_bytes());
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

/// Whether a USTAR field can hold the characters.
fn is_plain(text: &str) -> bool {
    text.is_ascii() && !text.contains('\0')
}

/// The characters that a USTAR field can hold; the whole text is in a PAX record.
fn plain(text: &str) -> Vec<u8> {
    text.bytes().filter(|byte| byte.is_ascii() && *byte != 0).collect()
}

/// Whether a field of `width` bytes holds the number in octal digits and a NUL.
fn fits_octal(width: usize, value: i128) -> bool {
    (0..1 << ((width - 1) * 3)).contains(&value)
}

fn put_text(field: &mut [u8], text: &[u8]) {
    for (to, from) in field.iter_mut().zip(text) {
        *to = *from;
    }
    // Readers that take a path ending in `/` for a directory must not see a cut-off path end so.
    if text.len() > field.len() && field.last() == Some(&b'/') {
        let end = field.iter().rposition(|byte| *byte != b'/').map_or(0, |last| last + 1);
        if let Some(byte) = field.get_mut(end) {
            *byte = 0;
        }
    }
}

/// Octal digits, as many as leave room for a NUL; 0 for what does not fit, which then is in a PAX record.
fn put_octal<const WIDTH: usize>(field: &mut [u8; WIDTH], value: i128) {
    let mut rest = if fits_octal(WIDTH, value) { value } else { 0 };
    for digit in field.iter_mut().rev().skip(1) {
        *digit = b'0' + rest.to_le_bytes().first().map_or(0, |low| low & 7);
        rest >>= 3;
    }
}

fn blank() -> UstarHeader {
    UstarHeader {
        name: [0; 100],
        mode: [0; 8],
        uid: [0; 8],
        gid: [0; 8],
        size: [0; 12],
        mtime: [0; 12],
        cksum: [0; 8],
        typeflag: [0; 1],
        linkname: [0; 100],
        magic: *b"ustar\0",
        version: *b"00",
        uname: [0; 32],
        gname: [0; 32],
        dev_major: [0; 8],
        dev_minor: [0; 8],
        prefix: [0; 155],
        pad: [0; 12],
    }
}

/// Six digits, a NUL and a space: the sum of all bytes, in which the checksum itself counts as spaces.
fn write_block(mut block: UstarHeader, out: &mut dyn Write) -> io::Result<()> {
    block.cksum = [b' '; 8];
    let mut sum = 0;
    for byte in block.as_header().as_bytes() {
        sum += u32::from(*byte);
    }
    let mut digits = [0; 7];
    put_octal(&mut digits, sum.into());
    for (to, from) in block.cksum.iter_mut().zip(digits) {
        *to = from;
    }
    out.write_all(block.as_header().as_bytes())
}

/// Zeros up to the next whole block.
fn write_padding(size: u64, out: &mut dyn Write) -> io::Result<()> {
    let padding = usize::try_from(size.wrapping_neg() % BLOCK as u64).unwrap_or_default();
    out.write_all(END.get(..padding).unwrap_or_default())
}
