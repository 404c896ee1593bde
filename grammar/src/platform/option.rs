//! A version or a feature in the brackets behind an operating system.

use crate::Invalid;
use crate::invalid::{quoted, quoted_char};

/// Writes a version or a feature. The five characters that the notation itself uses become `%25` and so on.
pub(super) fn encoded(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '%' => encoded.push_str("%25"),
            '+' => encoded.push_str("%2B"),
            '(' => encoded.push_str("%28"),
            ')' => encoded.push_str("%29"),
            '/' => encoded.push_str("%2F"),
            _ => encoded.push(character),
        }
    }
    encoded
}

/// Reads what `encoded` writes, and any other `%` with two hexadecimal digits as well.
pub(super) fn decoded(part: &'static str, text: &str) -> Result<String, Invalid> {
    let invalid = |reason: String| Err(Invalid::new(part, text, reason));
    let is_unexpected = |c: &char| !c.is_ascii_alphanumeric() && !matches!(c, '_' | '.' | '%' | '-');
    if let Some(unexpected) = text.chars().find(is_unexpected) {
        let unexpected = quoted_char(unexpected);
        return invalid(format!(
            "has {unexpected}; use letters, digits, `_`, `.` and `-`, and `%` with two hexadecimal digits"
        ));
    }
    let mut pieces = text.split('%');
    let mut bytes = pieces.next().unwrap_or_default().as_bytes().to_vec();
    for piece in pieces {
        // The text was found to be ASCII above, so two bytes are two characters.
        let Some((digits, rest)) = piece.split_at_checked(2) else {
            return invalid(format!(
                "has {}; write two hexadecimal digits behind `%`",
                quoted(&format!("%{piece}"))
            ));
        };
        // `from_str_radix` would accept a sign, too, but a `+` has been refused above, and a `-` does not fit a `u8`.
        let Ok(byte) = u8::from_str_radix(digits, 16) else {
            return invalid(format!(
                "has {}; write two hexadecimal digits behind `%`",
                quoted(&format!("%{digits}"))
            ));
        };
        bytes.push(byte);
        bytes.extend_from_slice(rest.as_bytes());
    }
    match String::from_utf8(bytes) {
        Ok(text) => Ok(text),
        Err(_) => {
            invalid("is not UTF-8 once its `%` are decoded; write the bytes of a UTF-8 text".to_owned())
        }
    }
}
