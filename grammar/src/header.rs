//! The fields of a tar header that a declaration can write.
//!
//! They are the fields of [ustar], by the names that they have in a declaration.
//!
//! [ustar]: https://pubs.opengroup.org/onlinepubs/9699919799/utilities/pax.html#tag_20_92_13_06

use std::fmt::Display;

use crate::Invalid;

/// The fields, in their order in the block of 512 bytes, and how many bytes each has there.
pub const FIELDS: [(&str, usize); 16] = [
    ("name", 100),
    ("mode", 8),
    ("uid", 8),
    ("gid", 8),
    ("size", 12),
    ("mtime", 12),
    ("checksum", 8),
    ("typeflag", 1),
    ("linkname", 100),
    ("magic", 6),
    ("version", 2),
    ("uname", 32),
    ("gname", 32),
    ("devmajor", 8),
    ("devminor", 8),
    ("prefix", 155),
];

/// Checks that the field can hold `count` bytes. A shorter value is filled up with zeros.
///
/// # Errors
///
/// More bytes than the field has are refused, and so is an empty `typeflag`, which has one byte.
///
/// ```
/// use oci_fixture_grammar::header;
///
/// assert!(header::check_bytes("magic", 6).is_ok());
/// assert_eq!(
///     header::check_bytes("magic", 8).unwrap_err().to_string(),
///     "header field `magic` is 8 bytes, but holds 6; write fewer"
/// );
/// ```
pub fn check_bytes(field: &str, count: usize) -> Result<(), Invalid> {
    let Some(width) = width(field) else { return Ok(()) };
    if field == "typeflag" && count != width {
        return Err(invalid(field, format!("is {count} bytes, but holds one; write it, such as `\"0\"`")));
    }
    if count > width {
        return Err(invalid(field, format!("is {count} bytes, but holds {width}; write fewer")));
    }
    Ok(())
}

/// Checks that the field can hold the number, in octal or in the base 256 of [GNU tar]. In base 256 the first byte is 0x80,
/// or 0xff for a negative number.
///
/// [GNU tar]: https://www.gnu.org/software/tar/manual/html_node/Extensions.html
///
/// # Errors
///
/// Numbers that need more bytes are refused. A `typeflag` is a number from 0 to 255.
///
/// ```
/// use oci_fixture_grammar::header;
///
/// assert!(header::check_number("size", -1).is_ok());
/// assert!(header::check_number("uid", 0o7_777_777).is_ok());
/// assert!(header::check_number("uid", u128::MAX).is_err());
/// assert_eq!(
///     header::check_number("uid", 1_i64 << 56).unwrap_err().to_string(),
///     "header field `uid` is 72057594037927936, but holds -2^56 to 2^56 - 1; write such a number, or bytes"
/// );
/// ```
pub fn check_number(field: &str, number: impl TryInto<i128> + Display + Copy) -> Result<(), Invalid> {
    let Some(width) = width(field) else { return Ok(()) };
    // A number that does not fit an `i128` is larger than any field can hold.
    let value: i128 = number.try_into().unwrap_or(i128::MAX);
    if field == "typeflag" {
        let reason = format!("is {number}, but is one byte; write 0 to 255, or the byte itself");
        return u8::try_from(value).map(drop).map_err(|_| invalid(field, reason));
    }
    // The first byte holds no part of the number.
    let bits = 8 * (width - 1);
    let limit = 1 << bits.min(126);
    if (-limit..limit).contains(&value) {
        return Ok(());
    }
    let reason = format!("is {number}, but holds -2^{bits} to 2^{bits} - 1; write such a number, or bytes");
    Err(invalid(field, reason))
}

fn width(field: &str) -> Option<usize> {
    FIELDS.iter().find(|(name, _)| *name == field).map(|(_, width)| *width)
}

fn invalid(field: &str, reason: String) -> Invalid {
    Invalid::new("header field", field, reason)
}
