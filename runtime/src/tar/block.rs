//! The block of a header: how numbers and texts stand in its fields.

use std::io::{self, Write};

use tar::UstarHeader;

pub(super) fn blank() -> UstarHeader {
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

pub(super) fn write_block(mut block: UstarHeader, out: &mut dyn Write) -> io::Result<()> {
    put_checksum(&mut block);
    out.write_all(block.as_header().as_bytes())
}

/// The sum of all bytes, in which the checksum itself counts as spaces.
pub(super) fn put_checksum(block: &mut UstarHeader) {
    block.cksum = [b' '; 8];
    let mut sum = 0;
    for byte in block.as_header().as_bytes() {
        sum += u32::from(*byte);
    }
    put_six_digits(&mut block.cksum, sum.into());
}

/// A checksum as it is written: six digits, a NUL and a space.
pub(super) fn put_six_digits(field: &mut [u8; 8], sum: i128) {
    let mut digits = [0; 7];
    put_octal(&mut digits, sum);
    *field = [b' '; 8];
    for (to, from) in field.iter_mut().zip(digits) {
        *to = from;
    }
}

/// Whether a field of `width` bytes holds the number in octal digits and a NUL.
pub(super) fn fits_octal(width: usize, value: i128) -> bool {
    (0..1 << ((width - 1) * 3)).contains(&value)
}

pub(super) fn put_text(field: &mut [u8], text: &[u8]) {
    for (to, from) in field.iter_mut().zip(text) {
        *to = *from;
    }
    // Readers that take a path ending in `/` for a directory must not see a cut-off path end so.
    if text.len() > field.len() && field.last() == Some(&b'/') {
        let end = field.iter().rposition(|byte| *byte != b'/').map_or(0, |last| last + 1);
        if let Some(byte) = field.get_mut(end) {
            *byte = 0;
        }
    }
}

/// Octal digits, as many as leave room for a NUL; 0 for what does not fit, which then is in a PAX record.
pub(super) fn put_octal<const WIDTH: usize>(field: &mut [u8; WIDTH], value: i128) {
    let mut rest = if fits_octal(WIDTH, value) { value } else { 0 };
    for digit in field.iter_mut().rev().skip(1) {
        *digit = b'0' + rest.to_le_bytes().first().map_or(0, |low| low & 7);
        rest >>= 3;
    }
}

/// A number as honest ones are written; or, where the field does not hold so many digits, in base-256.
pub(super) fn put_number<const WIDTH: usize>(field: &mut [u8; WIDTH], number: i128) {
    if fits_octal(WIDTH, number) {
        field.fill(0);
        put_octal(field, number);
    } else {
        put_base_256(field, number);
    }
}

/// Two's complement behind a first byte that says that it is that, and the sign, as GNU tar and star write it.
pub(super) fn put_base_256(field: &mut [u8], number: i128) {
    for (to, from) in field.iter_mut().rev().zip(number.to_le_bytes()) {
        *to = from;
    }
    if let Some(first) = field.first_mut() {
        *first = if number < 0 { 0xff } else { 0x80 };
    }
}
