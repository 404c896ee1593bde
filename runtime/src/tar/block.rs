//! The block of a header: how numbers and texts are written into its fields.

use std::io::{self, Write};
use std::ops::Range;

use super::BLOCK;

// The fields of a USTAR header, in their order. Behind them are 12 bytes of zeros.
pub(crate) const NAME: Range<usize> = 0..100;
pub(crate) const MODE: Range<usize> = 100..108;
pub(crate) const UID: Range<usize> = 108..116;
pub(crate) const GID: Range<usize> = 116..124;
pub(crate) const SIZE: Range<usize> = 124..136;
pub(crate) const MTIME: Range<usize> = 136..148;
pub(crate) const CHECKSUM: Range<usize> = 148..156;
pub(crate) const TYPEFLAG: Range<usize> = 156..157;
pub(crate) const LINK: Range<usize> = 157..257;
pub(crate) const MAGIC: Range<usize> = 257..263;
pub(crate) const VERSION: Range<usize> = 263..265;
pub(crate) const UNAME: Range<usize> = 265..297;
pub(crate) const GNAME: Range<usize> = 297..329;
pub(crate) const MAJOR: Range<usize> = 329..337;
pub(crate) const MINOR: Range<usize> = 337..345;
pub(crate) const PREFIX: Range<usize> = 345..500;

/// A block of a tar, such as a header.
pub(crate) type TarBlock = [u8; BLOCK];

/// A header whose fields are zeros, except the two that say the format.
pub(crate) fn blank() -> TarBlock {
    let mut block = [0; BLOCK];
    field(&mut block, MAGIC).copy_from_slice(b"ustar\0");
    field(&mut block, VERSION).copy_from_slice(b"00");
    block
}

/// The bytes of a field.
pub(crate) fn field(block: &mut TarBlock, field: Range<usize>) -> &mut [u8] {
    block.get_mut(field).unwrap_or_default()
}

/// Two sums of all bytes of a block, first as unsigned and then as signed bytes. The bytes of the checksum count as spaces.
/// 16 bytes are added at a time, because a tar has many headers.
pub(crate) fn sums(block: &TarBlock) -> (u32, i32) {
    const LOW: u128 = 0x00ff_00ff_00ff_00ff_00ff_00ff_00ff_00ff;
    const ONES: u128 = 0x0101_0101_0101_0101_0101_0101_0101_0101;
    let mut block = *block;
    field(&mut block, CHECKSUM).fill(b' ');
    // In eight lanes of 16 bits, none of which holds more than 32 times 510.
    let (mut lanes, mut negative) = (0_u128, 0);
    let (words, _) = block.as_chunks();
    for word in words {
        let word = u128::from_ne_bytes(*word);
        if word == 0 {
            continue;
        }
        lanes += (word & LOW) + ((word >> 8) & LOW);
        negative += ((word >> 7) & ONES).count_ones();
    }
    let unsigned: u32 =
        lanes.to_ne_bytes().as_chunks().0.iter().map(|lane| u32::from(u16::from_ne_bytes(*lane))).sum();
    (unsigned, unsigned.cast_signed() - negative.cast_signed() * 256)
}

/// Writes a header with its checksum.
pub(crate) fn write_block(mut block: TarBlock, out: &mut dyn Write) -> io::Result<()> {
    let checksum = checksum(&block);
    field(&mut block, CHECKSUM).copy_from_slice(&checksum);
    out.write_all(&block)
}

/// The checksum of a block as it is written: the sum of all bytes, where the bytes of the checksum count as spaces.
pub(crate) fn checksum(block: &TarBlock) -> [u8; 8] {
    six_digits(sums(block).0.into())
}

/// A checksum as it is written: six digits, a NUL and a space.
pub(crate) fn six_digits(sum: i128) -> [u8; 8] {
    let mut field = *b"000000\0 ";
    put_octal(field.get_mut(..7).unwrap_or_default(), sum);
    field
}

/// Whether a field of `width` bytes can hold the number in octal digits and a NUL.
pub(crate) fn fits_octal(width: usize, value: i128) -> bool {
    value >> ((width - 1) * 3) == 0
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
pub(crate) fn put_octal(field: &mut [u8], value: i128) {
    let mut rest = if fits_octal(field.len(), value) { value } else { 0 };
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
pub(crate) fn put_number(field: &mut [u8], number: i128) {
    if fits_octal(field.len(), number) {
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
