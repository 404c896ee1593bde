use std::error::Error;
use std::fmt;

use crate::path::bytes;

/// The reason why a string is not valid.
///
/// The text is one line that can be shown as it is. It says which part is wrong and why, and, after a `;`, what to
/// write instead. Line breaks and invisible characters are escaped as in a Rust literal.
///
/// ```
/// use oci_fixture::Platform;
///
/// let invalid = Platform::parse("linux//v7").unwrap_err();
/// assert_eq!(invalid.part(), "platform's architecture");
/// assert_eq!(invalid.to_string(), "platform's architecture is empty; write one, as `amd64` in `linux/amd64`");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invalid {
    part: &'static str,
    text: String,
    reason: String,
}

impl Invalid {
    /// `reason` completes the sentence that `part` and `text` begin: `is too long; make it shorter`.
    pub(crate) fn new(part: &'static str, text: &str, reason: impl Into<String>) -> Self {
        Self { part, text: text.to_owned(), reason: reason.into() }
    }

    /// Which part is wrong: `reference`, `domain`, `repository name`, `tag`, `digest`, `platform`,
    /// `platform's operating system`, `platform's os version`, `platform's os feature`,
    /// `platform's architecture`, `platform's variant`, `path`, `symlink target`, `hardlink target`,
    /// `xattr name`, `mode`, `mtime`, `owner`, `device number`, `header field`, `sparse format`, `eof`, `number`, `size`,
    /// `media type`, `time`, `URI`, `environment variable`, `port`, `history`, `base image` or `reference name`.
    ///
    /// ```
    /// use oci_fixture::Reference;
    ///
    /// assert_eq!(Reference::parse("busybox:").unwrap_err().part(), "tag");
    /// ```
    pub fn part(&self) -> &'static str {
        self.part
    }
}

impl fmt::Display for Invalid {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.part)?;
        // An empty text is not quoted: "tag is empty", not "tag `` is empty".
        if !self.text.is_empty() {
            write!(f, " {}", quoted(&self.text))?;
        }
        write!(f, " {}", self.reason)
    }
}

impl Error for Invalid {}

/// The text in backticks, escaped as in a Rust literal, so that it is one line and can be pasted into source code.
pub(crate) fn quoted(text: &str) -> String {
    format!("`{}`", escaped(text))
}

/// The text escaped as in a Rust literal. A byte of a path that is not UTF-8 is `\xe9`, as in a literal of bytes.
pub(crate) fn escaped(text: &str) -> String {
    let mut escaped = String::new();
    for piece in text.split_inclusive(|character| bytes::byte(character).is_some()) {
        let byte = piece.chars().next_back().and_then(bytes::byte);
        let piece = piece.trim_end_matches(|character| bytes::byte(character).is_some());
        let literal = format!("{piece:?}");
        let inner = literal.strip_prefix('"').and_then(|rest| rest.strip_suffix('"'));
        escaped.push_str(inner.unwrap_or(&literal));
        escaped.extend(byte.map(|byte| format!("\\x{byte:02x}")));
    }
    escaped
}

/// The character in backticks. A character outside of ASCII is followed by its number, because many characters look alike.
pub(crate) fn quoted_char(character: char) -> String {
    let quoted = quoted(character.encode_utf8(&mut [0; 4]));
    if character.is_ascii() { quoted } else { format!("{quoted} (U+{:04X})", u32::from(character)) }
}
