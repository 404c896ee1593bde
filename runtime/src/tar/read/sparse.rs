//! Sparse files: the map of the data of a file with holes, in the four formats that [GNU tar] writes.
//!
//! The old format has the map in the header and in blocks behind it. The three others have it in PAX records (0.0 and
//! 0.1), or at the start of the body (1.0).
//!
//! [GNU tar]: https://www.gnu.org/software/tar/manual/html_node/Sparse-Formats.html

use std::io::{self, Read};

use super::PAX_LIMIT;
use super::header::quoted;
use super::pax::Pax;
use crate::io::IN_MEMORY;

/// The largest number of pieces, because a map is held in memory. No more pieces fit in the records that readers accept.
const MOST: u64 = PAX_LIMIT / 4;

/// The offsets and sizes of the data of a file. Between the pieces are holes, which read as zeros.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct SparseMap {
    /// The pieces in their order, without overlaps.
    pieces: Vec<DataRun>,
    /// The size of the file with its holes.
    size: u64,
}

/// A run of data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct DataRun {
    offset: u64,
    size: u64,
}

impl SparseMap {
    /// The map of a file of `size` bytes, `stored` of which are in the tar.
    pub(super) fn of(numbers: &[u64], size: u64, stored: u64) -> Result<Self, String> {
        let mut pieces = Vec::with_capacity(numbers.len() / 2);
        let (mut end, mut data) = (0_u64, 0_u64);
        for pair in numbers.chunks(2) {
            let &[offset, length] = pair else {
                return Err("the map of a sparse file has an offset without a size".to_owned());
            };
            let after = offset.checked_add(length).filter(|after| *after <= size);
            let after = after.filter(|_| offset >= end).ok_or_else(|| {
                format!(
                    "the map of a sparse file has {length} bytes at {offset}, which is not behind {end} and within \
                     {size}"
                )
            })?;
            // A piece without bytes only marks the end of the file.
            if length > 0 {
                pieces.push(DataRun { offset, size: length });
            }
            (end, data) = (after, data + length);
        }
        if data != stored {
            return Err(format!("the map of a sparse file has {data} bytes, and the tar has {stored} of it"));
        }
        Ok(Self { pieces, size })
    }

    /// The map of a file without holes.
    pub(super) fn whole(size: u64) -> Self {
        Self { pieces: vec![DataRun { offset: 0, size }], size }
    }

    /// The size of the file with its holes.
    pub(crate) fn size(&self) -> u64 {
        self.size
    }

    /// The offsets and sizes of the data, in their order.
    pub(crate) fn runs(&self) -> impl Iterator<Item = (u64, u64)> {
        self.pieces.iter().map(|piece| (piece.offset, piece.size))
    }

    /// The number of bytes of the file that are in the tar.
    pub(crate) fn stored(&self) -> u64 {
        self.pieces.iter().map(|piece| piece.size).sum()
    }

    /// Refuses a sparse file that is too large to be read into memory, since a few bytes of a tar can claim any size.
    pub(crate) fn check_memory(&self) -> io::Result<()> {
        if self.size <= IN_MEMORY || self.size == self.stored() {
            return Ok(());
        }
        let problem = format!(
            "the sparse file has {} bytes with its holes, more than the {IN_MEMORY} that are read at once",
            self.size
        );
        Err(io::Error::new(io::ErrorKind::InvalidData, problem))
    }

    /// The file with its holes, from the stored data.
    pub(crate) fn expand<R: Read>(self, data: R) -> Expanded<R> {
        Expanded { data, pieces: self.pieces.into_iter(), piece: None, position: 0, size: self.size }
    }
}

/// A file with its holes.
#[derive(Debug)]
pub(crate) struct Expanded<R> {
    data: R,
    pieces: std::vec::IntoIter<DataRun>,
    /// The rest of the piece that is being read, or the next piece.
    piece: Option<DataRun>,
    position: u64,
    size: u64,
}

impl<R: Read> Read for Expanded<R> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let piece = self.piece.take().or_else(|| self.pieces.next());
        let is_data = piece.is_some_and(|piece| piece.offset == self.position);
        let end = match piece {
            Some(piece) if is_data => piece.offset + piece.size,
            Some(piece) => piece.offset,
            None => self.size,
        };
        let wanted = usize::try_from(end - self.position).unwrap_or(usize::MAX).min(buffer.len());
        let buffer = buffer.get_mut(..wanted).unwrap_or_default();
        let read = if is_data {
            self.data.read(buffer)?
        } else {
            buffer.fill(0);
            wanted
        };
        if read == 0 && wanted > 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        self.position += read as u64;
        self.piece = match piece {
            Some(piece) if is_data => {
                let left = piece.size - read as u64;
                (left > 0).then_some(DataRun { offset: self.position, size: left })
            }
            piece => piece,
        };
        Ok(read)
    }
}

/// The map of a sparse file, or its place, from the PAX records of a member.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum PaxSparse {
    /// The member is no sparse file.
    No,
    /// Offsets and sizes in turn: the formats 0.0 and 0.1.
    Map(Vec<u64>),
    /// The format 1.0.
    InBody,
}

impl PaxSparse {
    pub(super) fn of(pax: Option<&Pax>) -> Result<Self, String> {
        let (mut major, mut minor, mut map) = (None, None, None);
        let mut numbers = Vec::new();
        for record in pax.into_iter().flat_map(Pax::records) {
            match record.key {
                b"GNU.sparse.major" => major = Some(record.value),
                b"GNU.sparse.minor" => minor = Some(record.value),
                b"GNU.sparse.map" => map = Some(record.value),
                // Records of the two keys alternate.
                b"GNU.sparse.offset" if numbers.len() % 2 == 0 => numbers.push(number(record.value)?),
                b"GNU.sparse.numbytes" if numbers.len() % 2 == 1 => numbers.push(number(record.value)?),
                b"GNU.sparse.offset" | b"GNU.sparse.numbytes" => {
                    return Err("the offsets and sizes of a sparse file do not follow in turn".to_owned());
                }
                _ => {}
            }
        }
        let is_empty = |value: Option<&[u8]>| value.is_none_or(<[u8]>::is_empty);
        match (major.unwrap_or_default(), minor.unwrap_or_default()) {
            (b"1", b"0") => Ok(Self::InBody),
            (b"0", b"0" | b"1") | (b"", b"") => match map {
                Some(map) if !map.is_empty() => {
                    map.split(|byte| *byte == b',').map(number).collect::<Result<_, _>>().map(Self::Map)
                }
                _ if !numbers.is_empty() => Ok(Self::Map(numbers)),
                _ if is_empty(major) => Ok(Self::No),
                _ => Ok(Self::Map(Vec::new())),
            },
            (major, minor) => Err(format!(
                "the version of the sparse file, {}.{}, is unknown",
                quoted(major),
                quoted(minor)
            )),
        }
    }
}

/// The map at the start of a body: the number of pieces, then each piece's offset and size, each in a line. The map
/// fills whole blocks.
#[derive(Default)]
pub(super) struct BodyMap {
    line: Vec<u8>,
    /// The count of numbers behind the first number.
    expected: Option<u64>,
    numbers: Vec<u64>,
}

impl BodyMap {
    /// Reads a block. Returns the numbers after the last block.
    pub(super) fn take(&mut self, block: &[u8]) -> Result<Option<Vec<u64>>, String> {
        for byte in block {
            if self.expected.is_some_and(|expected| self.numbers.len() as u64 == expected) {
                break;
            }
            if *byte != b'\n' {
                self.line.push(*byte);
                continue;
            }
            let number = number(&std::mem::take(&mut self.line))?;
            match self.expected {
                None if number > MOST => {
                    return Err(format!("the map of a sparse file has {number} pieces, more than {MOST}"));
                }
                None => self.expected = Some(number * 2),
                Some(_) => self.numbers.push(number),
            }
        }
        if self.line.len() > block.len() {
            return Err("the map of a sparse file has a line without an end".to_owned());
        }
        let is_whole = self.expected.is_some_and(|expected| self.numbers.len() as u64 == expected);
        Ok(is_whole.then(|| std::mem::take(&mut self.numbers)))
    }
}

/// Checks the count of numbers of a map in headers.
pub(super) fn check_count(numbers: &[u64]) -> Result<(), String> {
    if numbers.len() as u64 / 2 > MOST {
        return Err(format!("the map of a sparse file has more than {MOST} pieces"));
    }
    Ok(())
}

fn number(digits: &[u8]) -> Result<u64, String> {
    let number =
        str::from_utf8(digits).ok().filter(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()));
    number
        .and_then(|digits| digits.parse().ok())
        .ok_or_else(|| format!("the map of a sparse file has {} for a number", quoted(digits)))
}
