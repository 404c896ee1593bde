//! The block of a header: how numbers and texts are written into its fields.

use std::io::{self, Write};
use std::ops::Range;

use tar::UstarHeader;

use super::BLOCK;

pub(crate) fn blank() -> UstarHeader {
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

/// The sum of all bytes of a block, in which the checksum counts as spaces: as unsigned bytes, and as signed bytes. Eight bytes
/// are added at a time, because a tar has many headers.
pub(crate) fn sums(block: &[u8; BLOCK], checksum: Range<usize>) -> (u32, i32) {
    const LOW: u64 = 0x00ff_00ff_00ff_00ff;
    const ONES: u64 = 0x0101_0101_0101_0101;
    let mut block = *block;
    if let Some(field) = block.get_mut(checksum) {
        field.fill(b' ');
    }
    // In four lanes of 16 bits, none of which holds more than 64 times 510.
    let (mut lanes, mut negative) = (0_u64, 0);
    let (words, _) = block.as_chunks::<8>();
    for word in words {
        let word = u64::from_ne_bytes(*word);
        lanes += (word & LOW) + ((word >> 8) & LOW);
        negative += ((word >> 7) & ONES).count_ones();
    }
    let unsigned = [0, 16, 32, 48].map(|shift| (lanes >> shift) & 0xffff).into_iter().sum::<u64>();
    let unsigned = u32::try_from(unsigned).unwrap_or(u32::MAX);
    (unsigned, unsigned.cast_signed() - negative.cast_signed() * 256)
}

pub(crate) fn write_block(mut block: UstarHeader, out: &mut dyn Write) -> io::Result<()> {
    put_checksum(&mut block);
    out.write_all(block.as_header().as_bytes())
}

/// Writes the checksum: the sum of all bytes of the block, in which the checksum itself counts as spaces.
pub(crate) fn put_checksum(block: &mut UstarHeader) {
    // Each word has eight bytes, which are added up as four pairs. A block has too few words for a pair to overflow.
    const PAIRS: u64 = 0x00ff_00ff_00ff_00ff;
    block.cksum = [b' '; 8];
    let mut pairs = 0;
    for word in block.as_header().as_bytes().as_chunks().0 {
        let word = u64::from_le_bytes(*word);
        pairs += (word & PAIRS) + (word >> 8 & PAIRS);
    }
    let sum = (pairs & 0xffff) + (pairs >> 16 & 0xffff) + (pairs >> 32 & 0xffff) + (pairs >> 48);
    put_six_digits(&mut block.cksum, sum.into());
}

/// Writes a checksum: six digits, a NUL and a space.
pub(crate) fn put_six_digits(field: &mut [u8; 8], sum: i128) {
    let mut digits = [0; 7];
    put_octal(&mut digits, sum);
    *field = [b' '; 8];
    for (to, from) in field.iter_mut().zip(digits) {
        *to = from;
    }
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

/// Writes octal digits up to the last byte, which is NUL. A number that does not fit is written as 0, and a PAX
/// record has it.
pub(crate) fn put_octal<const WIDTH: usize>(field: &mut [u8; WIDTH], value: i128) {
    let mut rest = if fits_octal(WIDTH, value) { value } else { 0 };
    for digit in field.iter_mut().rev().skip(1) {
        *digit = b'0' + rest.to_le_bytes().first().map_or(0, |low| low & 7);
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
