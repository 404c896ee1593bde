//! The fields of a tar header, as far as they are written by hand.
//!
//! They are those of [ustar]; each has a name here as in a declaration.
//!
//! [ustar]: https://pubs.opengroup.org/onlinepubs/9699919799/utilities/pax.html#tag_20_92_13_06

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

/// Whether the field can hold as many bytes; fewer are filled up with zeros.
///
/// # Errors
///
/// More bytes than the field has; and for `typeflag`, which is one byte, also fewer.
///
/// ```
/// use oci_fixture_grammar::header;
///
/// assert!(header::check_bytes("magic", 6).is_ok());
/// assert_eq!(
///     header::check_bytes("magic", 8).unwrap_err().to_string(),
///     "header field `magic` has 6 bytes, and these are 8; write no more than 6"
/// );
/// ```
pub fn check_bytes(field: &str, count: usize) -> Result<(), Invalid> {
    let Some(width) = width(field) else { return Ok(()) };
    if field == "typeflag" && count != width {
        return Err(invalid(
            field,
            format!("is one byte, and these are {count}; write one, such as `\"0\"`"),
        ));
    }
    if count > width {
        let reason = format!("has {width} bytes, and these are {count}; write no more than {width}");
        return Err(invalid(field, reason));
    }
    Ok(())
}

/// Whether the field can hold the number: in octal, or in base 256, as [GNU tar] does it, behind a first byte that is
/// 0x80, or 0xff of a negative number.
///
/// [GNU tar]: https://www.gnu.org/software/tar/manual/html_node/Extensions.html
///
/// # Errors
///
/// Numbers that take more bytes; and for `typeflag`, what is not the number of a byte.
///
/// ```
/// use oci_fixture_grammar::header;
///
/// assert!(header::check_number("size", -1).is_ok());
/// assert!(header::check_number("uid", 0o7_777_777).is_ok());
/// assert_eq!(
///     header::check_number("uid", 1 << 56).unwrap_err().to_string(),
///     "header field `uid` holds numbers from -72057594037927936 to 72057594037927935, and this is \
///      72057594037927936; write one of those, or bytes"
/// );
/// ```
pub fn check_number(field: &str, number: i128) -> Result<(), Invalid> {
    let Some(width) = width(field) else { return Ok(()) };
    let (least, most) = if field == "typeflag" {
        (0, i128::from(u8::MAX))
    } else {
        let limit = 1 << (8 * (width - 1)).min(126);
        (-limit, limit - 1)
    };
    if (least..=most).contains(&number) {
        return Ok(());
    }
    let reason =
        format!("holds numbers from {least} to {most}, and this is {number}; write one of those, or bytes");
    Err(invalid(field, reason))
}

fn width(field: &str) -> Option<usize> {
    FIELDS.iter().find(|(name, _)| *name == field).map(|(_, width)| *width)
}

fn invalid(field: &str, reason: String) -> Invalid {
    Invalid::new("header field", field, reason)
}
