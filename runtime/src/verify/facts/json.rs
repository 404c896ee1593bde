//! JSON ([RFC 8259](https://www.rfc-editor.org/rfc/rfc8259)), read in place.
//!
//! A typed reader takes one of two equal keys, or refuses the whole document; this reader sees each of them. It
//! copies nothing, and no function calls itself, however deep values are nested.

mod check;
#[cfg(test)]
mod tests;

use std::borrow::Cow;

pub(in crate::verify) use self::check::{JsonProblem, check};
use crate::json::Json;

/// A value of a document that was checked.
#[derive(Clone, Copy)]
pub(in crate::verify) struct JsonValue<'d> {
    /// The text of the document, beginning with the value.
    rest: &'d str,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::verify) enum JsonKind {
    Null,
    Bool,
    Number,
    Text,
    List,
    Object,
}

impl<'d> JsonValue<'d> {
    /// The value at the start of a text, behind any space.
    fn at(rest: &'d str) -> Self {
        Self { rest: after_space(rest) }
    }

    pub(in crate::verify) fn kind(self) -> JsonKind {
        match self.rest.as_bytes().first() {
            Some(b'{') => JsonKind::Object,
            Some(b'[') => JsonKind::List,
            Some(b'"') => JsonKind::Text,
            Some(b't' | b'f') => JsonKind::Bool,
            Some(b'n') => JsonKind::Null,
            _ => JsonKind::Number,
        }
    }

    pub(in crate::verify) fn is_null(self) -> bool {
        self.kind() == JsonKind::Null
    }

    /// The text of the value as it is written.
    pub(in crate::verify) fn raw(self) -> &'d str {
        let behind = behind(self.rest);
        self.rest.get(..self.rest.len() - behind.len()).unwrap_or_default()
    }

    pub(in crate::verify) fn text(self) -> Option<Cow<'d, str>> {
        (self.kind() == JsonKind::Text).then(|| decoded(self.raw()))
    }

    /// A whole number without fraction and exponent, as Go reads one into an `int64`.
    pub(in crate::verify) fn integer(self) -> Option<i64> {
        if self.kind() == JsonKind::Number { self.raw().parse().ok() } else { None }
    }

    pub(in crate::verify) fn is_true(self) -> bool {
        self.rest.starts_with("true")
    }

    /// The members of an object. Another value has none.
    pub(in crate::verify) fn members(self) -> JsonMembers<'d> {
        JsonMembers(JsonParts::of(self.rest, self.kind() == JsonKind::Object))
    }

    /// The items of a list. Another value has none.
    pub(in crate::verify) fn items(self) -> JsonItems<'d> {
        JsonItems(JsonParts::of(self.rest, self.kind() == JsonKind::List))
    }

    /// The first member with this name.
    pub(in crate::verify) fn get(self, name: &str) -> Option<Self> {
        self.members().find(|(key, _)| *key == name).map(|(_, value)| value)
    }

    /// The first member with this name. A member that is `null` counts as absent.
    pub(in crate::verify) fn given(self, name: &str) -> Option<Self> {
        self.get(name).filter(|value| !value.is_null())
    }

    /// The position of the value in a document.
    pub(in crate::verify) fn offset(self, document: &str) -> usize {
        document.len().saturating_sub(self.rest.len())
    }

    /// The value at a position in a document that was checked.
    pub(in crate::verify) fn from_offset(document: &'d str, offset: usize) -> Option<Self> {
        document.get(offset..).map(Self::at)
    }
}

/// The members of an object.
pub(in crate::verify) struct JsonMembers<'d>(JsonParts<'d>);

impl<'d> Iterator for JsonMembers<'d> {
    type Item = (Cow<'d, str>, JsonValue<'d>);

    fn next(&mut self) -> Option<Self::Item> {
        let key = self.0.next()?;
        let colon = after_space(behind(key.rest));
        let value = JsonValue::at(colon.get(1..)?);
        self.0.pass(value);
        Some((decoded(key.raw()), value))
    }
}

/// The items of a list.
pub(in crate::verify) struct JsonItems<'d>(JsonParts<'d>);

impl<'d> JsonItems<'d> {
    /// The position of the next item in a document.
    pub(in crate::verify) fn offset(&self, document: &str) -> usize {
        document.len().saturating_sub(self.0.rest.len())
    }

    /// The items from a position on.
    pub(in crate::verify) fn resume(document: &'d str, offset: usize) -> Self {
        Self(JsonParts { rest: document.get(offset..).unwrap_or_default() })
    }
}

impl<'d> Iterator for JsonItems<'d> {
    type Item = JsonValue<'d>;

    fn next(&mut self) -> Option<JsonValue<'d>> {
        let value = self.0.next()?;
        self.0.pass(value);
        Some(value)
    }
}

/// The text between the brackets of a list or an object.
struct JsonParts<'d> {
    /// The text of the document, beginning with the next part or with the closing bracket.
    rest: &'d str,
}

impl<'d> JsonParts<'d> {
    fn of(rest: &'d str, is_one: bool) -> Self {
        Self { rest: if is_one { after_space(rest.get(1..).unwrap_or_default()) } else { "" } }
    }

    fn next(&self) -> Option<JsonValue<'d>> {
        if self.rest.is_empty() || self.rest.starts_with(['}', ']']) {
            None
        } else {
            Some(JsonValue::at(self.rest))
        }
    }

    fn pass(&mut self, value: JsonValue<'d>) {
        let behind = after_space(behind(value.rest));
        self.rest = match behind.strip_prefix(',') {
            Some(next) => after_space(next),
            None => behind,
        };
    }
}

fn after_space(text: &str) -> &str {
    text.trim_start_matches([' ', '\t', '\n', '\r'])
}

/// The rest of a text behind its first value.
fn behind(text: &str) -> &str {
    let bytes = text.as_bytes();
    let mut open = 0_u64;
    let mut position = 0;
    while let Some(byte) = bytes.get(position) {
        position += match byte {
            b'"' => string_length(bytes.get(position..).unwrap_or_default()),
            b'{' | b'[' => {
                open += 1;
                1
            }
            b'}' | b']' => {
                open = open.saturating_sub(1);
                1
            }
            b',' | b':' | b' ' | b'\t' | b'\n' | b'\r' => 1,
            _ => scalar_length(bytes.get(position..).unwrap_or_default()),
        };
        if open == 0 {
            break;
        }
    }
    text.get(position..).unwrap_or_default()
}

/// The string with its quotes.
fn string_length(bytes: &[u8]) -> usize {
    let mut position = 1;
    loop {
        let rest = bytes.get(position..).unwrap_or_default();
        match rest.iter().position(|byte| matches!(byte, b'"' | b'\\')) {
            None => return bytes.len(),
            Some(found) if rest.get(found) == Some(&b'"') => return position + found + 1,
            Some(found) => position += found + 2,
        }
    }
}

fn scalar_length(bytes: &[u8]) -> usize {
    let is_end = |byte: &u8| matches!(byte, b',' | b'}' | b']' | b':' | b' ' | b'\t' | b'\n' | b'\r');
    bytes.iter().position(is_end).unwrap_or(bytes.len()).max(1)
}

/// The text that a string stands for.
fn decoded(raw: &str) -> Cow<'_, str> {
    let inner = raw.strip_prefix('"').and_then(|raw| raw.strip_suffix('"')).unwrap_or_default();
    if inner.contains('\\') { Cow::Owned(Characters(inner).collect()) } else { Cow::Borrowed(inner) }
}

/// The characters that a string without its quotes stands for. Half a surrogate pair is U+FFFD, as in Go.
struct Characters<'d>(&'d str);

impl Iterator for Characters<'_> {
    type Item = char;

    fn next(&mut self) -> Option<char> {
        let mut characters = self.0.chars();
        let first = characters.next()?;
        if first != '\\' {
            self.0 = characters.as_str();
            return Some(first);
        }
        let escape = characters.next();
        self.0 = characters.as_str();
        Some(match escape? {
            'b' => '\u{8}',
            'f' => '\u{c}',
            'n' => '\n',
            'r' => '\r',
            't' => '\t',
            'u' => self.unicode(),
            character => character,
        })
    }
}

impl Characters<'_> {
    fn unicode(&mut self) -> char {
        let Some(first) = self.unit() else { return char::REPLACEMENT_CHARACTER };
        if let Some(character) = char::from_u32(first) {
            return character;
        }
        // Only a low half behind a high one makes a character.
        let before = self.0;
        if let (0xd800..0xdc00, Some(rest)) = (first, self.0.strip_prefix("\\u")) {
            self.0 = rest;
            if let Some(low @ 0xdc00..0xe000) = self.unit() {
                let character = char::from_u32(0x1_0000 + ((first & 0x3ff) << 10 | low & 0x3ff));
                return character.unwrap_or(char::REPLACEMENT_CHARACTER);
            }
            self.0 = before;
        }
        char::REPLACEMENT_CHARACTER
    }

    /// The number of four hexadecimal digits.
    fn unit(&mut self) -> Option<u32> {
        let (digits, rest) = self.0.split_at_checked(4)?;
        self.0 = rest;
        u32::from_str_radix(digits, 16).ok()
    }
}

/// A whole document, with its members in their order. `None` if it is not JSON, or nested deeper than `depth`.
pub(crate) fn json_tree(bytes: &[u8], depth: u32) -> Option<Json<'_>> {
    check(bytes, depth, &mut |_| ()).ok().map(tree)
}

/// Converts a value whose depth was checked.
fn tree(value: JsonValue<'_>) -> Json<'_> {
    match value.kind() {
        JsonKind::Null => Json::Null,
        JsonKind::Bool => Json::Bool(value.is_true()),
        JsonKind::Number => Json::number(value.raw()),
        JsonKind::Text => Json::Text(value.text().unwrap_or_default()),
        JsonKind::List => Json::List(value.items().map(tree).collect()),
        JsonKind::Object => Json::Object(value.members().map(|(key, value)| (key, tree(value))).collect()),
    }
}
