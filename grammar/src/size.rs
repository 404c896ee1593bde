//! Sizes in descriptors.

use crate::Invalid;

/// Whether the text is a number of bytes, as JSON writes it.
///
/// # Errors
///
/// What is no number, and a number with a sign or a leading zero.
///
/// ```
/// use oci_fixture_grammar::size;
///
/// assert!(size::check("1234").is_ok());
/// assert_eq!(
///     size::check("007").unwrap_err().to_string(),
///     "size `007` is not a number of bytes; write digits, such as `1234`"
/// );
/// ```
pub fn check(text: &str) -> Result<(), Invalid> {
    match text.parse::<u64>() {
        Ok(size) if size.to_string() == text => Ok(()),
        _ => Err(Invalid::new("size", text, "is not a number of bytes; write digits, such as `1234`")),
    }
}
