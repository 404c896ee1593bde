//! An entry by hand: its header is written as it is declared, and nothing is made to fit.

use std::io::{self, Write};

use tar::UstarHeader;

use super::block::{fits_octal, put_base_256, put_checksum, put_number, put_six_digits};
use super::{Header, at, numbered, record_length, write_padding, write_pax_header};
use crate::content::Content;
use crate::field::{Field, Value, check_size};
use crate::header::Parts;

/// Writes an entry that is called `place` in an error.
pub(super) fn write(parts: &Parts, place: &str, out: &mut dyn Write) -> io::Result<()> {
    if let Some(raw) = &parts.raw {
        return raw.write_to(out);
    }
    let at = |error| at(place, &error);
    let mut block = fields(parts).map_err(at)?;
    let records = parts.pax.as_deref().map(Body::Records);
    let (before, own) = if is_pax_header(parts).map_err(at)? { (None, records) } else { (records, None) };
    let body = own.or(parts.body.as_ref().map(Body::Content)).unwrap_or(Body::Records(&[]));
    let size = body.size().map_err(at)?;
    finish(&mut block, parts, size).map_err(at)?;
    if let Some(records) = before {
        let size = records.size().map_err(at)?;
        write_pax_header(&path(&block), size, out)?;
        records.write_to(size, out)?;
    }
    out.write_all(block.as_header().as_bytes())?;
    body.write_to(size, out)
}

/// What follows a header.
enum Body<'a> {
    Content(&'a Content),
    /// That of a PAX header.
    Records(&'a [(Content, Content)]),
}

impl Body<'_> {
    fn size(&self) -> io::Result<u64> {
        let records = match self {
            Self::Content(content) => return content.size(),
            Self::Records(records) => records,
        };
        let mut size = 0_u64;
        for record in *records {
            size = size.saturating_add(length(record)?);
        }
        if i64::try_from(size).is_err() {
            let what = "the records of its PAX header are larger than any file; declare less";
            return Err(io::Error::new(io::ErrorKind::FileTooLarge, what));
        }
        Ok(size)
    }

    fn write_to(&self, size: u64, out: &mut dyn Write) -> io::Result<()> {
        match self {
            Self::Content(content) => content.write_to(out)?,
            Self::Records(records) => {
                for record in *records {
                    write!(out, "{} ", length(record)?)?;
                    let (key, value) = record;
                    key.write_to(out)?;
                    out.write_all(b"=")?;
                    value.write_to(out)?;
                    out.write_all(b"\n")?;
                }
            }
        }
        write_padding(size, out)
    }
}

fn length((key, value): &(Content, Content)) -> io::Result<u64> {
    Ok(record_length(key.size()?.saturating_add(value.size()?)))
}

/// Whether it is a PAX header itself, of what follows it, or of all that follows.
pub(crate) fn is_pax_header(parts: &Parts) -> io::Result<bool> {
    let mut typeflag = [b'0'];
    put_typeflag(parts.typeflag.as_ref(), &mut typeflag)?;
    Ok(matches!(typeflag, [b'x' | b'g']))
}

/// The path that readers find in the header.
fn path(block: &UstarHeader) -> String {
    let text = |field: &[u8]| {
        let text = field.split(|byte| *byte == 0).next().unwrap_or_default();
        String::from_utf8_lossy(text).into_owned()
    };
    let (prefix, name) = (text(&block.prefix), text(&block.name));
    if prefix.is_empty() { name } else { format!("{prefix}/{name}") }
}

/// The block of an honest file with the fields that are declared, but for those that depend on others.
fn fields(parts: &Parts) -> io::Result<UstarHeader> {
    let mut block = numbered(&Header::file(""));
    put("name", parts.name.as_ref(), &mut block.name)?;
    put("mode", parts.mode.as_ref(), &mut block.mode)?;
    put("uid", parts.uid.as_ref(), &mut block.uid)?;
    put("gid", parts.gid.as_ref(), &mut block.gid)?;
    put("mtime", parts.mtime.as_ref(), &mut block.mtime)?;
    put_typeflag(parts.typeflag.as_ref(), &mut block.typeflag)?;
    put("linkname", parts.linkname.as_ref(), &mut block.linkname)?;
    put("magic", parts.magic.as_ref(), &mut block.magic)?;
    put("version", parts.version.as_ref(), &mut block.version)?;
    put("uname", parts.uname.as_ref(), &mut block.uname)?;
    put("gname", parts.gname.as_ref(), &mut block.gname)?;
    put("devmajor", parts.devmajor.as_ref(), &mut block.dev_major)?;
    put("devminor", parts.devminor.as_ref(), &mut block.dev_minor)?;
    put("prefix", parts.prefix.as_ref(), &mut block.prefix)?;
    Ok(block)
}

/// The fields that depend on others, where they are not declared: the size of the body, and the checksum.
fn finish(block: &mut UstarHeader, parts: &Parts, size: u64) -> io::Result<()> {
    put_number(&mut block.size, size.into());
    put("size", parts.size.as_ref(), &mut block.size)?;
    put_checksum(block);
    match parts.checksum.as_ref().map(Field::value) {
        Some(Value::Number(sum)) if fits_octal(7, *sum) => put_six_digits(&mut block.cksum, *sum),
        Some(Value::Number(sum)) => put_base_256(&mut block.cksum, *sum),
        _ => put("checksum", parts.checksum.as_ref(), &mut block.cksum)?,
    }
    Ok(())
}

/// Numbers were checked.
fn put<const WIDTH: usize>(name: &str, declared: Option<&Field>, field: &mut [u8; WIDTH]) -> io::Result<()> {
    match declared.map(Field::value) {
        Some(Value::Number(number)) => put_number(field, *number),
        Some(Value::Bytes(content)) => put_bytes(name, content, field)?,
        Some(Value::Large(_)) | None => {}
    }
    Ok(())
}

fn put_typeflag(declared: Option<&Field>, field: &mut [u8; 1]) -> io::Result<()> {
    match declared.map(Field::value) {
        Some(Value::Number(number)) => {
            let [low, ..] = number.to_le_bytes();
            *field = [low];
            Ok(())
        }
        _ => put("typeflag", declared, field),
    }
}

/// At the start of the field; the rest is NULs. They may come from a file, of which nothing was known before.
fn put_bytes(name: &str, content: &Content, field: &mut [u8]) -> io::Result<()> {
    check_size(name, content.size()?).map_err(|error| io::Error::new(io::ErrorKind::InvalidInput, error))?;
    field.fill(0);
    let mut rest = field;
    content.write_to(&mut rest)
}

#[cfg(test)]
mod tests {
    use std::io;

    use crate::header::Header;
    use crate::member::Member;
    use crate::recipe::Recipe;
    use crate::tar::Tar;
    use crate::{Content, ToContent};

    /// Nobody wants to write so much; what is made of it before the writer has had enough.
    fn begin(header: Header) -> Vec<u8> {
        let mut begin = vec![0; 4096];
        let mut rest = begin.as_mut_slice();
        let error = Tar::of(&[Member::Header(header)], None).write_to(&mut rest).unwrap_err();
        assert_eq!(error.kind(), io::ErrorKind::WriteZero);
        begin
    }

    #[test]
    fn a_huge_body_is_made_piece_by_piece() {
        let size = b"\x80\0\0\0\0\0\x01\0\0\0\0\0";
        let huge = begin(Header::new().body(Content::zeros(1 << 40)));
        assert_eq!((&huge[124..136], &huge[512..]), (&size[..], &[0; 3584][..]));
        let huge = begin(Header::new().raw(Content::repeat("ab", 1 << 40)));
        assert_eq!(huge, b"ab".repeat(2048));
    }

    #[test]
    fn so_are_huge_records() {
        let records = [(Content::new("a"), Content::zeros(1 << 40)), ("b".to_content(), Content::zeros(0))];
        let huge = begin(Header::new().name("f").pax(records));
        // 2^40 bytes, and "1099511627793 a=\n5 b=\n" around them.
        let size = b"\x80\0\0\0\0\0\x01\0\0\0\0\x16";
        assert_eq!((&huge[..15], &huge[124..136]), (&b"PaxHeaders.0/f\0"[..], &size[..]));
        assert_eq!((&huge[512..528], &huge[528..]), (&b"1099511627793 a="[..], &[0; 3568][..]));
    }
}
