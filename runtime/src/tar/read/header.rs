//! The header block of a member, as it stands there.

use std::collections::BTreeMap;
use std::fmt;
use std::ops::Range;

use super::{BLOCK, Block, Fields};

const NAME: Range<usize> = 0..100;
const MODE: Range<usize> = 100..108;
const UID: Range<usize> = 108..116;
const GID: Range<usize> = 116..124;
const SIZE: Range<usize> = 124..136;
const MTIME: Range<usize> = 136..148;
const CHECKSUM: Range<usize> = 148..156;
const TYPEFLAG: Range<usize> = 156..157;
const LINK: Range<usize> = 157..257;
const MAGIC: Range<usize> = 257..263;
const VERSION: Range<usize> = 263..265;
const MAJOR: Range<usize> = 329..337;
const MINOR: Range<usize> = 337..345;
const PREFIX: Range<usize> = 345..500;
/// The prefix where the times follow it.
const STAR_PREFIX: Range<usize> = 345..476;
/// Of an old GNU sparse file: whether its map goes on in the next block, and its size with its holes.
const MAP_CONTINUED: Range<usize> = 482..483;
const REAL_SIZE: Range<usize> = 483..495;
/// In a block of that map: whether it goes on.
const MAP_BLOCK_CONTINUED: Range<usize> = 504..505;
const STAR_TRAILER: Range<usize> = 508..512;

/// A header block whose checksum is right.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Header(Box<Block>);

/// What the magic of a header says of the fields behind it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Format {
    /// No magic: nothing stands there.
    V7,
    Ustar,
    Gnu,
    /// Ustar with a shorter prefix.
    Star,
}

impl Header {
    pub(super) fn of(block: &Block) -> Result<Self, String> {
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

    pub(crate) fn bytes(&self) -> &Block {
        &self.0
    }

    pub(crate) fn format(&self) -> Format {
        match (self.at(MAGIC), self.at(VERSION)) {
            (b"ustar\0", _) if self.at(STAR_TRAILER) == b"tar\0" => Format::Star,
            (b"ustar\0", _) => Format::Ustar,
            (b"ustar ", b" \0") => Format::Gnu,
            _ => Format::V7,
        }
    }

    pub(crate) fn typeflag(&self) -> u8 {
        self.at(TYPEFLAG).first().copied().unwrap_or_default()
    }

    /// What the header says, without what extends it.
    pub(crate) fn fields(&self) -> Result<Fields, String> {
        let typeflag = self.typeflag();
        let is_sparse = typeflag == b'S' && self.format() == Format::Gnu;
        Ok(Fields {
            path: self.path(),
            link: text(self.at(LINK)).to_vec(),
            typeflag,
            mode: self.number("mode", MODE)?,
            uid: self.number("uid", UID)?,
            gid: self.number("gid", GID)?,
            size: self.number("size", SIZE)?,
            mtime: self.number("mtime", MTIME)?,
            device: self.device()?,
            xattrs: BTreeMap::new(),
            real_size: if is_sparse { Some(self.number("realsize", REAL_SIZE)?) } else { None },
        })
    }

    /// The numbers of a device. Whatever it is, numbers stand there.
    fn device(&self) -> Result<Option<(u32, u32)>, String> {
        if self.format() == Format::V7 {
            return Ok(None);
        }
        if matches!(self.typeflag(), b'3' | b'4') {
            return Ok(Some((self.number("devmajor", MAJOR)?, self.number("devminor", MINOR)?)));
        }
        self.number::<i128>("devmajor", MAJOR)?;
        self.number::<i128>("devminor", MINOR)?;
        Ok(None)
    }

    /// Whether further blocks of an old GNU sparse file's map follow.
    pub(super) fn is_sparse_continued(&self) -> bool {
        self.typeflag() == b'S' && self.format() == Format::Gnu && self.at(MAP_CONTINUED) != [0]
    }

    fn path(&self) -> Vec<u8> {
        let name = text(self.at(NAME));
        let prefix = match self.format() {
            Format::V7 | Format::Gnu => &[],
            Format::Ustar => text(self.at(PREFIX)),
            Format::Star => text(self.at(STAR_PREFIX)),
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

    /// The sum of all bytes, in which the checksum counts as spaces: of bytes with and, as old tars made it, without
    /// a sign.
    fn sums(&self) -> (u32, i32) {
        let (mut unsigned, mut signed) = (0, 0);
        for (position, byte) in self.0.iter().enumerate() {
            let byte = if CHECKSUM.contains(&position) { b' ' } else { *byte };
            unsigned += u32::from(byte);
            signed += i32::from(byte.cast_signed());
        }
        (unsigned, signed)
    }

    fn at(&self, range: Range<usize>) -> &[u8] {
        self.0.get(range).unwrap_or_default()
    }
}

impl fmt::Debug for Header {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Header({:?}, {})", self.format(), quoted(&self.path()))
    }
}

/// Whether another block of the map follows this one.
pub(super) fn is_map_continued(block: &[u8; BLOCK]) -> bool {
    block.get(MAP_BLOCK_CONTINUED).is_some_and(|flag| flag != [0])
}

/// A text ends at the first NUL, or with its field.
pub(super) fn text(field: &[u8]) -> &[u8] {
    field.split(|byte| *byte == 0).next().unwrap_or_default()
}

/// A number in octal digits; or, where the first bit is set, in the two's complement of all bits behind that one.
fn number(field: &[u8]) -> Option<i128> {
    let Some((first @ 0x80.., rest)) = field.split_first() else { return octal(field) };
    // The first byte without its first bit, but with the sign that the second one is.
    let first = (first << 1).cast_signed() >> 1;
    Some(rest.iter().fold(first.into(), |number, byte| number << 8 | i128::from(*byte)))
}

/// Octal digits up to a NUL, between any spaces and NULs; none are 0.
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

/// Bytes as they are shown in an error.
pub(super) fn quoted(bytes: &[u8]) -> String {
    format!("\"{}\"", bytes.escape_ascii())
}
