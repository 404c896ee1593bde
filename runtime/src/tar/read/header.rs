//! The header block of a member, as stored.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;

use super::{Fields, TarBlock};
use crate::tar::block::{
    CHECKSUM, GID, GNAME, LINK, MAGIC, MAJOR, MINOR, MODE, MTIME, NAME, PREFIX, SIZE, TYPEFLAG, UID, UNAME,
    VERSION, sums,
};

/// The prefix in the header of star, in which two times follow it.
const STAR_PREFIX: Range<usize> = 345..476;
/// The places, in the header of a sparse file in GNU's old format, of its map, of the flag that the map continues in the
/// next block, and of the size with the holes.
const MAP: Range<usize> = 386..482;
const MAP_CONTINUED: Range<usize> = 482..483;
const REAL_SIZE: Range<usize> = 483..495;
/// The places, in a further block of that map, of the map, and of the flag that another block follows.
const MAP_BLOCK: Range<usize> = 0..504;
const MAP_BLOCK_CONTINUED: Range<usize> = 504..505;
const STAR_TRAILER: Range<usize> = 508..512;

/// A header block whose checksum is right.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct HeaderBlock(Box<TarBlock>);

/// The format of a header, which its magic tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum HeaderFormat {
    /// No magic: the field is empty.
    V7,
    Ustar,
    Gnu,
    /// Ustar with a shorter prefix.
    Star,
}

impl HeaderBlock {
    pub(crate) fn of(block: &TarBlock) -> Result<Self, String> {
        let header = Self(Box::new(*block));
        let (unsigned, signed) = header.sums();
        let stated = octal(header.at(CHECKSUM)).ok_or_else(|| {
            format!(
                "the block is no header: its checksum is no octal number, {}",
                quoted(header.at(CHECKSUM))
            )
        })?;
        if stated != i128::from(unsigned) && stated != i128::from(signed) {
            return Err(format!(
                "the block is no header: its checksum says {stated}, but its bytes sum to {unsigned}"
            ));
        }
        Ok(header)
    }

    pub(crate) fn format(&self) -> HeaderFormat {
        match (self.at(MAGIC), self.at(VERSION)) {
            (b"ustar\0", _) if self.at(STAR_TRAILER) == b"tar\0" => HeaderFormat::Star,
            (b"ustar\0", _) => HeaderFormat::Ustar,
            (b"ustar ", b" \0") => HeaderFormat::Gnu,
            _ => HeaderFormat::V7,
        }
    }

    pub(crate) fn typeflag(&self) -> u8 {
        self.at(TYPEFLAG).first().copied().unwrap_or_default()
    }

    /// The fields of the header, without its extensions.
    pub(crate) fn fields(&self) -> Result<Fields, String> {
        Ok(Fields {
            path: self.path(),
            link: text(self.at(LINK)).to_vec(),
            typeflag: self.typeflag(),
            mode: self.number("mode", MODE)?,
            uid: self.number("uid", UID)?,
            gid: self.number("gid", GID)?,
            size: self.number("size", SIZE)?,
            uname: self.owner(UNAME),
            gname: self.owner(GNAME),
            mtime: self.number::<i64>("mtime", MTIME)?.into(),
            device: self.device()?,
            xattrs: BTreeMap::new(),
            real_size: if self.is_old_sparse() { Some(self.number("realsize", REAL_SIZE)?) } else { None },
        })
    }

    /// The name of an owner or a group. Only the oldest format has none.
    fn owner(&self, range: Range<usize>) -> Vec<u8> {
        match self.format() {
            HeaderFormat::V7 => Vec::new(),
            HeaderFormat::Gnu | HeaderFormat::Ustar | HeaderFormat::Star => text(self.at(range)).to_vec(),
        }
    }

    /// The numbers of a device. For every type, the fields must hold numbers.
    fn device(&self) -> Result<Option<(u32, u32)>, String> {
        if self.format() == HeaderFormat::V7 {
            return Ok(None);
        }
        if matches!(self.typeflag(), b'3' | b'4') {
            return Ok(Some((self.number("devmajor", MAJOR)?, self.number("devminor", MINOR)?)));
        }
        self.number::<i128>("devmajor", MAJOR)?;
        self.number::<i128>("devminor", MINOR)?;
        Ok(None)
    }

    /// Whether it is the header of a sparse file in GNU's old format.
    pub(super) fn is_old_sparse(&self) -> bool {
        self.typeflag() == b'S' && self.format() == HeaderFormat::Gnu
    }

    /// The map of a sparse file: offsets and sizes in turn, and whether more of them follow in the next block.
    pub(super) fn sparse_map(&self) -> Result<(Vec<u64>, bool), String> {
        Ok((map(self.at(MAP))?, self.at(MAP_CONTINUED) != [0]))
    }

    fn path(&self) -> Vec<u8> {
        let name = text(self.at(NAME));
        let prefix = match self.format() {
            HeaderFormat::V7 | HeaderFormat::Gnu => &[],
            HeaderFormat::Ustar => text(self.at(PREFIX)),
            HeaderFormat::Star => text(self.at(STAR_PREFIX)),
        };
        if prefix.is_empty() { name.to_vec() } else { [prefix, name].join(&b'/') }
    }

    fn number<N: TryFrom<i128>>(&self, name: &str, range: Range<usize>) -> Result<N, String> {
        let field = self.at(range);
        let number = number(field)
            .ok_or_else(|| format!("the header's {name} is no octal number, {}", quoted(field)))?;
        let what = if number < 0 { "below what it can be" } else { "above what it can be" };
        N::try_from(number).map_err(|_| format!("the header's {name} is {number}, {what}"))
    }

    /// Two sums of all bytes, first as unsigned and then as signed bytes, which old tars have. The bytes of the checksum count
    /// as spaces.
    fn sums(&self) -> (u32, i32) {
        sums(&self.0)
    }

    fn at(&self, range: Range<usize>) -> &[u8] {
        self.0.get(range).unwrap_or_default()
    }
}

impl fmt::Debug for HeaderBlock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "HeaderBlock({:?}, {})", self.format(), quoted(&self.path()))
    }
}

/// The offsets and sizes in a further block of a map, and whether more follow.
pub(super) fn continued_map(block: &TarBlock) -> Result<(Vec<u64>, bool), String> {
    let goes_on = block.get(MAP_BLOCK_CONTINUED).is_some_and(|flag| flag != [0]);
    Ok((map(block.get(MAP_BLOCK).unwrap_or_default())?, goes_on))
}

/// Pairs of numbers, up to one that begins with a NUL, as GNU tar and bsdtar read them.
fn map(field: &[u8]) -> Result<Vec<u64>, String> {
    let pairs = field.chunks(24).take_while(|pair| pair.first() != Some(&0));
    let numbers = pairs.flat_map(|pair| pair.chunks(12)).map(|field| {
        number(field)
            .and_then(|number| u64::try_from(number).ok())
            .ok_or_else(|| format!("the map of a sparse file has {} for a number", quoted(field)))
    });
    numbers.collect()
}

/// A text ends at the first NUL, or with its field.
pub(super) fn text(field: &[u8]) -> &[u8] {
    field.split(|byte| *byte == 0).next().unwrap_or_default()
}

/// A number in octal digits; or, if the first bit is set, in the two's complement of all bits behind that bit.
fn number(field: &[u8]) -> Option<i128> {
    let Some((first @ 0x80.., rest)) = field.split_first() else { return octal(field) };
    // The first byte without its first bit, sign-extended from its second bit.
    let first = (first << 1).cast_signed() >> 1;
    Some(rest.iter().fold(first.into(), |number, byte| number << 8 | i128::from(*byte)))
}

/// Octal digits up to a NUL, between any spaces and NULs. No digits are 0.
fn octal(field: &[u8]) -> Option<i128> {
    let is_blank = |byte: &u8| matches!(byte, b' ' | 0);
    let first = field.iter().position(|byte| !is_blank(byte));
    let last = field.iter().rposition(|byte| !is_blank(byte));
    let (Some(first), Some(last)) = (first, last) else { return Some(0) };
    let mut number = 0;
    for digit in text(field.get(first..=last)?) {
        match digit {
            b'0'..=b'7' => number = number << 3 | i128::from(digit - b'0'),
            _ => return None,
        }
    }
    Some(number)
}

/// Bytes, as shown in an error.
pub(super) fn quoted(bytes: &[u8]) -> String {
    format!("\"{}\"", bytes.escape_ascii())
}
