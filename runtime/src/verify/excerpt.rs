//! Excerpts: how a finding shows text of a layout, which may be hostile and of any length.

use std::fmt::{self, Write as _};

/// The number of characters after which a text is cut.
const LONGEST: usize = 160;

/// The part of a text that is shown.
pub(super) fn excerpt(text: &str) -> String {
    match text.char_indices().nth(LONGEST) {
        None => text.to_owned(),
        Some((end, _)) => format!("{}\u{2026}", text.get(..end).unwrap_or_default()),
    }
}

/// The text of an error, in one line and cut: it may quote a path or a part of the layout.
pub(super) fn of_error(error: &impl fmt::Display) -> String {
    error.to_string().replace(char::is_control, "\u{fffd}")
}

/// The part of some bytes that is shown. The bytes need not be UTF-8.
pub(super) fn of_bytes(bytes: &[u8]) -> String {
    // No character has more bytes than four.
    let kept = bytes.get(..4 * (LONGEST + 1)).unwrap_or(bytes);
    excerpt(&String::from_utf8_lossy(kept))
}

/// The path of an entry as a place shows it.
pub(super) fn path(bytes: &[u8]) -> String {
    match str::from_utf8(bytes) {
        Ok(path) => format!("{:?}", excerpt(path)),
        Err(_) => {
            let kept = bytes.get(..LONGEST).unwrap_or(bytes);
            let more = if kept.len() < bytes.len() { "\u{2026}" } else { "" };
            format!("\"{}{more}\"", kept.escape_ascii())
        }
    }
}

/// A text in backticks, in one line.
pub(super) struct Quoted<'t>(pub(super) &'t str);

impl fmt::Display for Quoted<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_char('`')?;
        for character in self.0.chars() {
            if matches!(character, '"' | '\'') {
                f.write_char(character)?;
            } else {
                write!(f, "{}", character.escape_debug())?;
            }
        }
        f.write_char('`')
    }
}
