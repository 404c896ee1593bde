//! Writes an entry that is declared by hand. Its header is written as declared, and nothing is changed to fit.

use std::io::{self, Write};

use super::tarball::at;
use crate::declare::content::Content;
use crate::declare::layer::field::{FieldValue, HeaderField, check_size};
use crate::declare::layer::header::HeaderData;
use crate::tar::block::{UstarHeader, checksum, fits_octal, put_base_256, put_number, six_digits};
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
    out.write_all(&block.to_block())?;
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
fn path(block: &UstarHeader) -> String {
    let text = |field: &[u8]| {
        let text = field.split(|byte| *byte == 0).next().unwrap_or_default();
        String::from_utf8_lossy(text).into_owned()
    };
    let (prefix, name) = (text(&block.prefix), text(&block.name));
    if prefix.is_empty() { name } else { format!("{prefix}/{name}") }
}

/// The block of an honest file with the declared fields, except `size` and `checksum`, which depend on other fields.
fn fields(data: &HeaderData) -> io::Result<UstarHeader> {
    let mut block = numbered(&TarHeader::file(""));
    put("name", data.name.as_ref(), &mut block.name)?;
    put("mode", data.mode.as_ref(), &mut block.mode)?;
    put("uid", data.uid.as_ref(), &mut block.uid)?;
    put("gid", data.gid.as_ref(), &mut block.gid)?;
    put("mtime", data.mtime.as_ref(), &mut block.mtime)?;
    put_typeflag(data.typeflag.as_ref(), &mut block.typeflag)?;
    put("linkname", data.linkname.as_ref(), &mut block.linkname)?;
    put("magic", data.magic.as_ref(), &mut block.magic)?;
    put("version", data.version.as_ref(), &mut block.version)?;
    put("uname", data.uname.as_ref(), &mut block.uname)?;
    put("gname", data.gname.as_ref(), &mut block.gname)?;
    put("devmajor", data.devmajor.as_ref(), &mut block.dev_major)?;
    put("devminor", data.devminor.as_ref(), &mut block.dev_minor)?;
    put("prefix", data.prefix.as_ref(), &mut block.prefix)?;
    Ok(block)
}

/// Fills in the declared `size` and `checksum`, or else the size of the body and the right checksum.
fn finish(block: &mut UstarHeader, data: &HeaderData, size: u64) -> io::Result<()> {
    put_number(&mut block.size, size.into());
    put("size", data.size.as_ref(), &mut block.size)?;
    block.checksum = checksum(&block.to_block());
    match data.checksum.as_ref().map(HeaderField::value) {
        Some(FieldValue::Number(sum)) if fits_octal(7, *sum) => block.checksum = six_digits(*sum),
        Some(FieldValue::Number(sum)) => put_base_256(&mut block.checksum, *sum),
        _ => put("checksum", data.checksum.as_ref(), &mut block.checksum)?,
    }
    Ok(())
}

/// Writes a declared field. Its number fits, because the declaration is checked.
fn put<const WIDTH: usize>(
    name: &str,
    declared: Option<&HeaderField>,
    field: &mut [u8; WIDTH],
) -> io::Result<()> {
    match declared.map(HeaderField::value) {
        Some(FieldValue::Number(number)) => put_number(field, *number),
        Some(FieldValue::Bytes(content)) => put_bytes(name, content, field)?,
        // The check has refused a number that is too large, and a number that follows from a node is filled in by now.
        Some(FieldValue::Large(_) | FieldValue::Sum(_)) | None => {}
    }
    Ok(())
}

fn put_typeflag(declared: Option<&HeaderField>, field: &mut [u8; 1]) -> io::Result<()> {
    match declared.map(HeaderField::value) {
        Some(FieldValue::Number(number)) => {
            let [low, ..] = number.to_le_bytes();
            *field = [low];
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
