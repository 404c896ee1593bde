//! Numbers in JSON.

use crate::Invalid;

/// Checks that the text is a number in JSON ([RFC 8259, section 6](https://www.rfc-editor.org/rfc/rfc8259#section-6)).
///
/// # Errors
///
/// A text that is a number in Rust but not in JSON, such as `0x10`, is refused.
///
/// ```
/// use oci_fixture_grammar::number;
///
/// assert!(number::check("-1.50e+3").is_ok());
/// assert_eq!(
///     number::check("1_000").unwrap_err().to_string(),
///     "number `1_000` is not a number in JSON; write a decimal number such as `16`, `-1.5` or `1e3`, without `_` or a type"
/// );
/// ```
pub fn check(text: &str) -> Result<(), Invalid> {
    if is_number(text) {
        return Ok(());
    }
    let reason = "is not a number in JSON; write a decimal number such as `16`, `-1.5` or `1e3`, without `_` or a type";
    Err(Invalid::new("number", text, reason))
}

/// Checks that the text is the size of a blob: a whole number of bytes that an `i64` holds.
///
/// # Errors
///
/// The error says what to write instead.
///
/// ```
/// use oci_fixture_grammar::number;
///
/// assert!(number::check_size("1536").is_ok());
/// assert_eq!(
///     number::check_size("-1").unwrap_err().to_string(),
///     "size `-1` is not a whole number of bytes; write one, such as `1536`"
/// );
/// ```
pub fn check_size(text: &str) -> Result<(), Invalid> {
    check(text)?;
    if text.bytes().all(|digit| digit.is_ascii_digit()) && text.parse::<i64>().is_ok() {
        return Ok(());
    }
    Err(Invalid::new("size", text, "is not a whole number of bytes; write one, such as `1536`"))
}

fn is_number(text: &str) -> bool {
    let (mantissa, exponent) = match text.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (text, None),
    };
    let mantissa = mantissa.strip_prefix('-').unwrap_or(mantissa);
    let (whole, fraction) = match mantissa.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (mantissa, None),
    };
    are_digits(whole)
        && (whole == "0" || !whole.starts_with('0'))
        && fraction.is_none_or(are_digits)
        && exponent.is_none_or(|exponent| are_digits(exponent.strip_prefix(['+', '-']).unwrap_or(exponent)))
}

fn are_digits(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|digit| digit.is_ascii_digit())
}
