//! The tag, which follows the `:` in a reference.

use crate::Invalid;
use crate::invalid::quoted_char;

/// Checks that a tag has at most 128 letters, digits, `_`, `.` and `-`, and begins with neither of the last two.
pub(super) fn check(tag: &str) -> Result<(), Invalid> {
    const MAX: usize = 128;
    let invalid = |reason: String| Err(Invalid::new("tag", tag, reason));
    if tag.is_empty() {
        return invalid("is empty; write one behind the `:`, or leave the `:` out".to_owned());
    }
    if let Some(unexpected) =
        tag.chars().find(|c| !c.is_ascii_alphanumeric() && !matches!(c, '_' | '.' | '-'))
    {
        return invalid(format!(
            "has {}; use letters, digits, `_`, `.` and `-` alone",
            quoted_char(unexpected)
        ));
    }
    if let Some(first) = tag.chars().next().filter(|c| matches!(c, '.' | '-')) {
        return invalid(format!("starts with `{first}`; begin it with a letter, a digit or `_`"));
    }
    if tag.len() > MAX {
        return invalid(format!("is {} bytes long; shorten it to {MAX}", tag.len()));
    }
    Ok(())
}
