//! A repository's name in its registry, the middle part of a reference.

use crate::Invalid;
use crate::invalid::{quoted, quoted_char};

/// Checks a name as it is written. [`check_length`] checks the normalised name.
pub(super) fn check(name: &str) -> Result<(), Invalid> {
    if is_valid(name) { Ok(()) } else { Err(invalid(name)) }
}

pub(super) fn check_length(path: &str) -> Result<(), Invalid> {
    const MAX: usize = 255;
    if path.len() <= MAX {
        return Ok(());
    }
    let reason = format!("is {} bytes long; shorten it to {MAX}", path.len());
    Err(Invalid::new("repository name", path, reason))
}

/// A name consists of components that are joined by `/`. A component consists of runs of `a-z0-9` that are joined by one
/// `.`, one or two `_`, or any number of `-`.
pub(super) fn is_valid(name: &str) -> bool {
    let mut last = Last::Slash;
    for byte in name.bytes() {
        last = match (byte, last) {
            (b'a'..=b'z' | b'0'..=b'9', _) => Last::Letter,
            (b'/', Last::Letter) => Last::Slash,
            (b'.', Last::Letter) => Last::Dot,
            (b'_', Last::Letter) => Last::Underscore,
            (b'_', Last::Underscore) => Last::TwoUnderscores,
            (b'-', Last::Letter | Last::Dash) => Last::Dash,
            _ => return false,
        };
    }
    matches!(last, Last::Letter)
}

/// The kind of the last character of a name that was read.
#[derive(Clone, Copy)]
enum Last {
    Letter,
    Slash,
    Dot,
    Underscore,
    TwoUnderscores,
    Dash,
}

/// Why a name is not valid.
fn invalid(name: &str) -> Invalid {
    Invalid::new("repository name", name, reason(name))
}

fn reason(name: &str) -> String {
    if name.is_empty() {
        return "is empty; write one, such as `busybox`".to_owned();
    }
    let is_unexpected = |c: &char| !c.is_ascii_alphanumeric() && !is_separator(*c) && *c != '/';
    if let Some(unexpected) = name.chars().find(is_unexpected) {
        let unexpected = quoted_char(unexpected);
        return format!("has {unexpected}; use lower-case letters, digits, `.`, `_`, `-` and `/` alone");
    }
    if name.bytes().any(|b| b.is_ascii_uppercase()) {
        return format!("has upper-case letters; write {}", quoted(&name.to_ascii_lowercase()));
    }
    for component in name.split('/') {
        if component.is_empty() {
            return "has an empty component before or after a `/`; write components that are joined by single `/`".to_owned();
        }
        if component.starts_with(is_separator) || component.ends_with(is_separator) {
            let component = quoted(component);
            return format!("has the component {component}; put a letter or a digit at both its ends");
        }
    }
    "joins its words oddly; put one `.`, one or two `_`, or any number of `-` between them".to_owned()
}

fn is_separator(character: char) -> bool {
    matches!(character, '.' | '_' | '-')
}
