//! Sparse files as [GNU tar] writes them, in its four formats.
//!
//! [GNU tar]: https://www.gnu.org/software/tar/manual/html_node/Sparse-Formats.html

use std::io::{self, Write};

use oci_fixture_grammar::path;

use super::block::{
    GID, GNAME, MAGIC, MODE, MTIME, NAME, PREFIX, SIZE, TYPEFLAG, TarBlock, UID, UNAME, VERSION, blank,
    field, put_number, put_octal, put_text, write_block,
};
use super::{BLOCK, END, TarHeader, fits_text, numbered, plain, put_record, write_padding};

/// A format of sparse files.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum SparseFormat {
    /// The map is in the header, and in blocks behind it.
    Gnu,
    /// The map is in PAX records of offsets and sizes.
    Repeated,
    /// The map is in one PAX record.
    Listed,
    /// The map is at the start of the body.
    InBody,
}

impl SparseFormat {
    /// The names of the formats.
    pub(crate) const NAMES: [&str; 4] = ["gnu", "0.0", "0.1", "1.0"];

    pub(crate) fn of(name: &str) -> Option<Self> {
        match name {
            "gnu" => Some(Self::Gnu),
            "0.0" => Some(Self::Repeated),
            "0.1" => Some(Self::Listed),
            "1.0" => Some(Self::InBody),
            _ => None,
        }
    }
}

/// The places of the sparse map in a header of the old format, and in each block behind it.
const IN_HEADER: usize = 4;
const IN_BLOCK: usize = 21;

/// The headers of a sparse file. `header` has its size with the holes, and `runs` are the offsets and sizes of the data.
pub(crate) fn write_headers(
    header: &TarHeader<'_>,
    format: SparseFormat,
    runs: &[(u64, u64)],
    xattrs: Vec<(String, Vec<u8>)>,
    out: &mut dyn Write,
) -> io::Result<()> {
    let stored = runs.iter().map(|(_, size)| size).sum();
    let mut map = runs.to_vec();
    // A run without bytes marks a hole at the end.
    if map.last().is_none_or(|(offset, size)| offset + size < header.size) {
        map.push((header.size, 0));
    }
    let pieces = map.iter().map(|(offset, size)| [*offset, *size]);
    let (directory, base) = header.name.rsplit_once('/').unwrap_or((".", &header.name));
    let made_up = format!("{directory}/GNUSparseFile.0/{base}");
    let (size, count, name) = (header.size, map.len(), path::to_bytes(&header.name));
    let mut records: Vec<(&str, Vec<u8>)> = Vec::new();
    let text = |number: u64| number.to_string().into_bytes();
    let mut body = Vec::new();
    match format {
        SparseFormat::Gnu => return write_gnu(header, &map, stored, out),
        SparseFormat::Repeated => {
            records.extend([("size", text(size)), ("numblocks", text(count as u64))]);
            for [offset, size] in pieces {
                records.extend([("offset", text(offset)), ("numbytes", text(size))]);
            }
        }
        SparseFormat::Listed => {
            let numbers: Vec<String> = pieces.flatten().map(|number| number.to_string()).collect();
            records.extend([("size", text(size)), ("numblocks", text(count as u64))]);
            records.extend([("name", name.into_owned()), ("map", numbers.join(",").into_bytes())]);
        }
        SparseFormat::InBody => {
            let numbers = [count as u64].into_iter().chain(pieces.flatten());
            body = numbers.flat_map(|number| format!("{number}\n").into_bytes()).collect();
            records.extend([("major", b"1".to_vec()), ("minor", b"0".to_vec())]);
            records.extend([("name", name.into_owned()), ("realsize", text(size))]);
        }
    }
    let mut pax = Vec::new();
    for (key, value) in records {
        put_record(&mut pax, &format!("GNU.sparse.{key}"), &value);
    }
    let named = match format {
        SparseFormat::Gnu | SparseFormat::Repeated => header.name.clone(),
        SparseFormat::Listed | SparseFormat::InBody => made_up.into(),
    };
    let of_map = body.len().next_multiple_of(BLOCK) as u64;
    let stored = TarHeader { size: of_map + stored, name: header.name.clone(), ..*header };
    let mut others = stored.pax_records(xattrs, true)?;
    if format != SparseFormat::Repeated {
        others = without_path(&others);
    }
    pax.extend(others);
    write_pax_header(header, pax.len() as u64, out)?;
    out.write_all(&pax)?;
    write_padding(pax.len() as u64, out)?;
    let mut block = numbered(&stored);
    put_text(field(&mut block, NAME), &plain(&named));
    write_block(block, out)?;
    out.write_all(&body)?;
    write_padding(body.len() as u64, out)
}

/// The records without the record of the path, which has another key in this format.
fn without_path(records: &[u8]) -> Vec<u8> {
    let (mut kept, mut rest) = (Vec::with_capacity(records.len()), records);
    while let Some(space) = rest.iter().position(|byte| *byte == b' ') {
        let length = rest.get(..space).and_then(|digits| str::from_utf8(digits).ok()?.parse().ok());
        let record = rest.get(..length.unwrap_or(rest.len())).unwrap_or(rest);
        if !record.get(space..).is_some_and(|record| record.starts_with(b" path=")) {
            kept.extend_from_slice(record);
        }
        rest = rest.get(record.len()..).unwrap_or_default();
    }
    kept
}

/// The PAX header as GNU tar writes it: named `DIRECTORY/PaxHeaders.0/BASE`, with the time of the entry.
fn write_pax_header(header: &TarHeader<'_>, size: u64, out: &mut dyn Write) -> io::Result<()> {
    let mut block = blank();
    let (directory, base) = header.name.rsplit_once('/').unwrap_or((".", &header.name));
    put_text(field(&mut block, NAME), &plain(&format!("{directory}/PaxHeaders.0/{base}")));
    field(&mut block, TYPEFLAG).fill(b'x');
    put_octal(field(&mut block, MODE), 0o644);
    put_octal(field(&mut block, UID), 0);
    put_octal(field(&mut block, GID), 0);
    put_number(field(&mut block, SIZE), size.into());
    put_number(field(&mut block, MTIME), header.mtime.into());
    write_block(block, out)
}

/// Whether a header of the old format can hold the names and the time of the entry, which otherwise need PAX records.
pub(crate) fn fits_gnu(header: &TarHeader<'_>) -> bool {
    header.mtime_text.is_none() && fits_text(32, header.uname) && fits_text(32, header.gname)
}

fn write_gnu(header: &TarHeader<'_>, map: &[(u64, u64)], stored: u64, out: &mut dyn Write) -> io::Result<()> {
    let name = path::to_bytes(&header.name);
    if name.len() > 100 {
        let long = [&*name, b"\0"].concat();
        let mut block = gnu();
        put_text(field(&mut block, NAME), b"././@LongLink");
        field(&mut block, TYPEFLAG).fill(b'L');
        put_octal(field(&mut block, MODE), 0o644);
        put_octal(field(&mut block, UID), 0);
        put_octal(field(&mut block, GID), 0);
        put_number(field(&mut block, SIZE), (long.len() as u64).into());
        put_octal(field(&mut block, MTIME), 0);
        write_block(block, out)?;
        out.write_all(&long)?;
        write_padding(long.len() as u64, out)?;
    }
    let mut block = gnu();
    put_text(field(&mut block, NAME), &name);
    field(&mut block, TYPEFLAG).fill(b'S');
    put_number(field(&mut block, MODE), header.mode.into());
    put_number(field(&mut block, UID), header.uid.into());
    put_number(field(&mut block, GID), header.gid.into());
    put_number(field(&mut block, SIZE), stored.into());
    put_number(field(&mut block, MTIME), header.mtime.into());
    put_text(field(&mut block, UNAME), header.uname.as_bytes());
    put_text(field(&mut block, GNAME), header.gname.as_bytes());
    let (first, rest) = map.split_at(map.len().min(IN_HEADER));
    // Behind the times and an offset of other archives, and before the real size.
    let mut old = vec![0; 41];
    old.extend(sparse_map(first, IN_HEADER));
    old.push(u8::from(!rest.is_empty()));
    let mut real_size = [0; 12];
    put_number(&mut real_size, header.size.into());
    old.extend(real_size);
    for (to, from) in field(&mut block, PREFIX).iter_mut().zip(old) {
        *to = from;
    }
    write_block(block, out)?;
    for (number, piece) in rest.chunks(IN_BLOCK).enumerate() {
        let goes_on = (number + 1) * IN_BLOCK < rest.len();
        out.write_all(&sparse_map(piece, IN_BLOCK))?;
        out.write_all(&[u8::from(goes_on)])?;
        out.write_all(END.get(..7).unwrap_or_default())?;
    }
    Ok(())
}

/// The block of a header in GNU tar's own format, in which a file has no numbers of a device.
fn gnu() -> TarBlock {
    let mut block = blank();
    field(&mut block, MAGIC).copy_from_slice(b"ustar ");
    field(&mut block, VERSION).copy_from_slice(b" \0");
    block
}

/// Offsets and sizes in fields of 12 bytes. Fields that are not needed are zeros.
fn sparse_map(pieces: &[(u64, u64)], places: usize) -> Vec<u8> {
    let mut map = vec![0; places * 24];
    let fields = map.chunks_mut(12);
    for (field, number) in fields.zip(pieces.iter().flat_map(|(offset, size)| [*offset, *size])) {
        put_number(field, number.into());
    }
    map
}
