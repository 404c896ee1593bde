//! The block of a header: how numbers and texts are written into its fields.

use std::io::{self, Write};
use std::ops::Range;

use super::BLOCK;

/// The place of the checksum in a block.
pub(crate) const CHECKSUM: Range<usize> = 148..156;

/// The fields of a USTAR header, in their order. Behind them are 12 bytes of zeros.
pub(crate) struct UstarHeader {
    pub(crate) name: [u8; 100],
    pub(crate) mode: [u8; 8],
    pub(crate) uid: [u8; 8],
    pub(crate) gid: [u8; 8],
    pub(crate) size: [u8; 12],
    pub(crate) mtime: [u8; 12],
    pub(crate) checksum: [u8; 8],
    pub(crate) typeflag: [u8; 1],
    pub(crate) linkname: [u8; 100],
    pub(crate) magic: [u8; 6],
    pub(crate) version: [u8; 2],
    pub(crate) uname: [u8; 32],
    pub(crate) gname: [u8; 32],
    pub(crate) dev_major: [u8; 8],
    pub(crate) dev_minor: [u8; 8],
    pub(crate) prefix: [u8; 155],
}

impl UstarHeader {
    /// The bytes of the header.
    pub(crate) fn to_block(&self) -> [u8; BLOCK] {
        let mut block = [0; BLOCK];
        let mut end = 0;
        for field in [
            self.name.as_slice(),
            &self.mode,
            &self.uid,
            &self.gid,
            &self.size,
            &self.mtime,
            &self.checksum,
            &self.typeflag,
            &self.linkname,
            &self.magic,
            &self.version,
            &self.uname,
            &self.gname,
            &self.dev_major,
            &self.dev_minor,
            &self.prefix,
        ] {
            let begin = end;
            end += field.len();
            if let Some(to) = block.get_mut(begin..end) {
                to.copy_from_slice(field);
            }
        }
        block
    }
}

/// A header whose fields are zeros, except the two that say the format.
pub(crate) fn blank() -> UstarHeader {
    UstarHeader {
        name: [0; 100],
        mode: [0; 8],
        uid: [0; 8],
        gid: [0; 8],
        size: [0; 12],
        mtime: [0; 12],
        checksum: [0; 8],
        typeflag: [0; 1],
        linkname: [0; 100],
        magic: *b"ustar\0",
        version: *b"00",
        uname: [0; 32],
        gname: [0; 32],
        dev_major: [0; 8],
        dev_minor: [0; 8],
        prefix: [0; 155],
    }
}

/// Two sums of all bytes of a block, first as unsigned and then as signed bytes. The bytes of the checksum count as spaces.
/// Eight bytes are added at a time, because a tar has many headers.
pub(crate) fn sums(block: &[u8; BLOCK]) -> (u32, i32) {
    const LOW: u64 = 0x00ff_00ff_00ff_00ff;
    const ONES: u64 = 0x0101_0101_0101_0101;
    let mut block = *block;
    if let Some(field) = block.get_mut(CHECKSUM) {
        field.fill(b' ');
    }
    // In four lanes of 16 bits, none of which holds more than 64 times 510.
    let (mut lanes, mut negative) = (0_u64, 0);
    let (words, _) = block.as_chunks::<8>();
    for word in words {
        let word = u64::from_ne_bytes(*word);
        if word == 0 {
            continue;
        }
        lanes += (word & LOW) + ((word >> 8) & LOW);
        negative += ((word >> 7) & ONES).count_ones();
    }
    let unsigned = [0, 16, 32, 48].map(|shift| (lanes >> shift) & 0xffff).into_iter().sum::<u64>();
    let unsigned = u32::try_from(unsigned).unwrap_or(u32::MAX);
    (unsigned, unsigned.cast_signed() - negative.cast_signed() * 256)
}

/// Writes a header with its checksum.
pub(crate) fn write_block(header: &UstarHeader, out: &mut dyn Write) -> io::Result<()> {
    let mut block = header.to_block();
    let checksum = checksum(&block);
    if let Some(field) = block.get_mut(CHECKSUM) {
        field.copy_from_slice(&checksum);
    }
    out.write_all(&block)
}

/// The checksum of a block as it is written: the sum of all bytes, where the bytes of the checksum count as spaces.
pub(crate) fn checksum(block: &[u8; BLOCK]) -> [u8; 8] {
    six_digits(sums(block).0.into())
}

/// A checksum as it is written: six digits, a NUL and a space.
pub(crate) fn six_digits(sum: i128) -> [u8; 8] {
    let mut field = *b"000000\0 ";
    if let Some(digits) = field.first_chunk_mut::<7>() {
        put_octal(digits, sum);
    }
    field
}

/// Whether a field of `width` bytes can hold the number in octal digits and a NUL.
pub(crate) fn fits_octal(width: usize, value: i128) -> bool {
    (0..1 << ((width - 1) * 3)).contains(&value)
}

pub(crate) fn put_text(field: &mut [u8], text: &[u8]) {
    for (to, from) in field.iter_mut().zip(text) {
        *to = *from;
    }
    // A path that is cut off must not end in `/`, since readers would take it for a directory.
    if text.len() > field.len() && field.last() == Some(&b'/') {
        let end = field.iter().rposition(|byte| *byte != b'/').map_or(0, |last| last + 1);
        if let Some(byte) = field.get_mut(end) {
            *byte = 0;
        }
    }
}

/// Writes octal digits up to the last byte, which is NUL. A number that does not fit is written as 0; a PAX record has
/// the number.
pub(crate) fn put_octal<const WIDTH: usize>(field: &mut [u8; WIDTH], value: i128) {
    let mut rest = if fits_octal(WIDTH, value) { value } else { 0 };
    let Some((_, digits)) = field.split_last_mut() else { return };
    digits.fill(b'0');
    // Most numbers are short, and many are 0.
    let mut digits = digits.iter_mut().rev();
    while rest > 0
        && let Some(digit) = digits.next()
    {
        *digit += u8::try_from(rest & 7).unwrap_or_default();
        rest >>= 3;
    }
}

/// Writes a number in octal digits or, if they do not fit, in base-256.
pub(crate) fn put_number<const WIDTH: usize>(field: &mut [u8; WIDTH], number: i128) {
    if fits_octal(WIDTH, number) {
        field.fill(0);
        put_octal(field, number);
    } else {
        put_base_256(field, number);
    }
}

/// Writes a number in base-256, as GNU tar and star do: two's complement, whose first byte is 0x80, or 0xff for a
/// negative number.
pub(crate) fn put_base_256(field: &mut [u8], number: i128) {
    for (to, from) in field.iter_mut().rev().zip(number.to_le_bytes()) {
        *to = from;
    }
    if let Some(first) = field.first_mut() {
        *first = if number < 0 { 0xff } else { 0x80 };
    }
}
