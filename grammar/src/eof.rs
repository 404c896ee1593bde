//! The end of a tar.

use crate::Invalid;

/// Checks the number of blocks of zeros at the end of a tar: it must differ from that of an honest tar, which is two
/// ([POSIX, pax](https://pubs.opengroup.org/onlinepubs/9699919799/utilities/pax.html#tag_20_92_13_06)).
///
/// # Errors
///
/// Two blocks change nothing. More than two blocks are refused, because they are further content.
///
/// ```
/// use oci_fixture_grammar::eof;
///
/// assert!(eof::check(0).is_ok());
/// assert_eq!(
///     eof::check(2).unwrap_err().to_string(),
///     "eof `2` changes nothing, since every tar ends with two blocks of zeros; write `0` or `1`, or remove it"
/// );
/// ```
pub fn check(blocks: u8) -> Result<(), Invalid> {
    let reason = match blocks {
        0 | 1 => return Ok(()),
        2 => "changes nothing, since every tar ends with two blocks of zeros; write `0` or `1`, or remove it",
        _ => "is more than the two blocks of zeros that end a tar; write `0` or `1`",
    };
    Err(Invalid::new("eof", &blocks.to_string(), reason))
}
