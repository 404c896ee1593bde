//! Writes an entry that is declared by hand. Its header is written as declared, and nothing is changed to fit.

use std::io::{self, Write};
use std::ops::Range;

use super::tarball::at;
use crate::declare::content::Content;
use crate::declare::layer::field::{FieldValue, HeaderField, check_size};
use crate::declare::layer::header::HeaderData;
use crate::tar::block::{
    CHECKSUM, GID, GNAME, LINK, MAGIC, MAJOR, MINOR, MODE, MTIME, NAME, PREFIX, SIZE, TYPEFLAG, TarBlock,
    UID, UNAME, VERSION, checksum, field, fits_octal, put_base_256, put_number, six_digits,
};
use crate::tar::{TarHeader, numbered, record_length, write_padding, write_pax_header};

/// Writes an entry. `place` is its name in errors.
pub(super) fn write(data: &HeaderData, place: &str, out: &mut dyn Write) -> io::Result<()> {
    if let Some(raw) = &data.raw {
        return raw.write_to(out);
    }
    let at = |error| at(place, &error);
    let mut block = fields(data).map_err(at)?;
    let records = data.pax.as_deref().map(HeaderBody::Records);
    let (before, own) = if is_pax_header(data).map_err(at)? { (None, records) } else { (records, None) };
    let body = own.or(data.body.as_ref().map(HeaderBody::Content)).unwrap_or(HeaderBody::Records(&[]));
    let size = body.size().map_err(at)?;
    finish(&mut block, data, size).map_err(at)?;
    if let Some(records) = before {
        let size = records.size().map_err(at)?;
        write_pax_header(&path(&block), size, out)?;
        records.write_to(size, out)?;
    }
    out.write_all(&block)?;
    body.write_to(size, out)
}

/// The bytes that follow a header.
enum HeaderBody<'a> {
    Content(&'a Content),
    /// The records of a PAX header.
    Records(&'a [(Content, Content)]),
}

impl HeaderBody<'_> {
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

/// Whether the entry is itself a PAX header, of the next entry (`x`) or of all that follow (`g`).
pub(crate) fn is_pax_header(data: &HeaderData) -> io::Result<bool> {
    let mut typeflag = [b'0'];
    put_typeflag(data.typeflag.as_ref(), &mut typeflag)?;
    Ok(matches!(typeflag, [b'x' | b'g']))
}

/// The path that readers find in the fields `prefix` and `name`.
fn path(block: &TarBlock) -> String {
    let text = |field: Range<usize>| {
        let field = block.get(field).unwrap_or_default();
        let text = field.split(|byte| *byte == 0).next().unwrap_or_default();
        String::from_utf8_lossy(text).into_owned()
    };
    let (prefix, name) = (text(PREFIX), text(NAME));
    if prefix.is_empty() { name } else { format!("{prefix}/{name}") }
}

/// The block of an honest file with the declared fields, except `size` and `checksum`, which depend on other fields.
fn fields(data: &HeaderData) -> io::Result<TarBlock> {
    let mut block = numbered(&TarHeader::file(""));
    put("name", data.name.as_ref(), field(&mut block, NAME))?;
    put("mode", data.mode.as_ref(), field(&mut block, MODE))?;
    put("uid", data.uid.as_ref(), field(&mut block, UID))?;
    put("gid", data.gid.as_ref(), field(&mut block, GID))?;
    put("mtime", data.mtime.as_ref(), field(&mut block, MTIME))?;
    put_typeflag(data.typeflag.as_ref(), field(&mut block, TYPEFLAG))?;
    put("linkname", data.linkname.as_ref(), field(&mut block, LINK))?;
    put("magic", data.magic.as_ref(), field(&mut block, MAGIC))?;
    put("version", data.version.as_ref(), field(&mut block, VERSION))?;
    put("uname", data.uname.as_ref(), field(&mut block, UNAME))?;
    put("gname", data.gname.as_ref(), field(&mut block, GNAME))?;
    put("devmajor", data.devmajor.as_ref(), field(&mut block, MAJOR))?;
    put("devminor", data.devminor.as_ref(), field(&mut block, MINOR))?;
    put("prefix", data.prefix.as_ref(), field(&mut block, PREFIX))?;
    Ok(block)
}

/// Fills in the declared `size` and `checksum`, or else the size of the body and the right checksum.
fn finish(block: &mut TarBlock, data: &HeaderData, size: u64) -> io::Result<()> {
    put_number(field(block, SIZE), size.into());
    put("size", data.size.as_ref(), field(block, SIZE))?;
    let right = checksum(block);
    field(block, CHECKSUM).copy_from_slice(&right);
    match data.checksum.as_ref().map(HeaderField::value) {
        Some(FieldValue::Number(sum)) if fits_octal(7, *sum) => {
            field(block, CHECKSUM).copy_from_slice(&six_digits(*sum));
        }
        Some(FieldValue::Number(sum)) => put_base_256(field(block, CHECKSUM), *sum),
        _ => put("checksum", data.checksum.as_ref(), field(block, CHECKSUM))?,
    }
    Ok(())
}

/// Writes a declared field. Its number fits, because the declaration is checked.
fn put(name: &str, declared: Option<&HeaderField>, field: &mut [u8]) -> io::Result<()> {
    match declared.map(HeaderField::value) {
        Some(FieldValue::Number(number)) => put_number(field, *number),
        Some(FieldValue::Bytes(content)) => put_bytes(name, content, field)?,
        // The check has refused a number that is too large, and a number that follows from a node is filled in by now.
        Some(FieldValue::Large(_) | FieldValue::Sum(_)) | None => {}
    }
    Ok(())
}

fn put_typeflag(declared: Option<&HeaderField>, field: &mut [u8]) -> io::Result<()> {
    match declared.map(HeaderField::value) {
        Some(FieldValue::Number(number)) => {
            let [low, ..] = number.to_le_bytes();
            field.fill(low);
            Ok(())
        }
        _ => put("typeflag", declared, field),
    }
}

/// Writes bytes at the start of the field, and NULs behind them. The bytes may come from a file, whose size is not
/// known when the declaration is checked.
fn put_bytes(name: &str, content: &Content, field: &mut [u8]) -> io::Result<()> {
    check_size(name, content.size()?).map_err(|error| io::Error::new(io::ErrorKind::InvalidInput, error))?;
    field.fill(0);
    let mut rest = field;
    content.write_to(&mut rest)
}

#[cfg(test)]
mod tests {
    use std::io;

    use crate::Content;
    use crate::ToContent;
    use crate::declare::layer::LayerMember;
    use crate::declare::layer::header::Header;
    use crate::declare::layer::tarball::Tar;
    use crate::io::Recipe;

    /// The first bytes of an entry that is too large to be written as a whole. The writer stops after them.
    fn begin(header: Header) -> Vec<u8> {
        let mut begin = vec![0; 4096];
        let mut rest = begin.as_mut_slice();
        let error = Tar::of(&[LayerMember::Header(header)], None).write_to(&mut rest).unwrap_err();
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
    fn huge_records_are_made_piece_by_piece() {
        let records = [(Content::new("a"), Content::zeros(1 << 40)), ("b".to_content(), Content::zeros(0))];
        let huge = begin(Header::new().name("f").pax(records));
        // 2^40 bytes, with `1099511627793 a=` before and `5 b=` behind them.
        let size = b"\x80\0\0\0\0\0\x01\0\0\0\0\x16";
        assert_eq!((&huge[..15], &huge[124..136]), (&b"PaxHeaders.0/f\0"[..], &size[..]));
        assert_eq!((&huge[512..528], &huge[528..]), (&b"1099511627793 a="[..], &[0; 3568][..]));
    }
}
