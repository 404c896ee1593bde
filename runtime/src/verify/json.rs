//! JSON ([RFC 8259](https://www.rfc-editor.org/rfc/rfc8259)), looked at where it stands.
//!
//! A typed reader takes one of two equal keys, or refuses the whole document; here each is seen. Nothing is copied, and
//! nothing calls itself, however deep the values stand in one another.

mod check;
#[cfg(test)]
mod tests;

use std::borrow::Cow;

pub(super) use self::check::{Malformed, check};

/// A value of a document that was checked.
#[derive(Clone, Copy)]
pub(super) struct Value<'d> {
    /// The document, from the value on.
    rest: &'d str,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Null,
    Bool,
    Number,
    Text,
    List,
    Object,
}

impl<'d> Value<'d> {
    /// The value at the start of a text, behind any space.
    fn at(rest: &'d str) -> Self {
        Self { rest: after_space(rest) }
    }

    pub(super) fn kind(self) -> Kind {
        match self.rest.as_bytes().first() {
            Some(b'{') => Kind::Object,
            Some(b'[') => Kind::List,
            Some(b'"') => Kind::Text,
            Some(b't' | b'f') => Kind::Bool,
            Some(b'n') => Kind::Null,
            _ => Kind::Number,
        }
    }

    pub(super) fn is_null(self) -> bool {
        self.kind() == Kind::Null
    }

    /// As it stands there.
    pub(super) fn raw(self) -> &'d str {
        let behind = behind(self.rest);
        self.rest.get(..self.rest.len() - behind.len()).unwrap_or_default()
    }

    pub(super) fn text(self) -> Option<Cow<'d, str>> {
        (self.kind() == Kind::Text).then(|| decoded(self.raw()))
    }

    /// A whole number without fraction and exponent, as Go reads one into an `int64`.
    pub(super) fn integer(self) -> Option<i64> {
        if self.kind() == Kind::Number { self.raw().parse().ok() } else { None }
    }

    pub(super) fn is_true(self) -> bool {
        self.rest.starts_with("true")
    }

    /// The members of an object; of anything else, none.
    pub(super) fn members(self) -> Members<'d> {
        Members(Parts::of(self.rest, self.kind() == Kind::Object))
    }

    /// The items of a list; of anything else, none.
    pub(super) fn items(self) -> Items<'d> {
        Items(Parts::of(self.rest, self.kind() == Kind::List))
    }

    /// The first member of a name.
    pub(super) fn get(self, name: &str) -> Option<Self> {
        self.members().find(|(key, _)| *key == name).map(|(_, value)| value)
    }

    /// The same, unless it is null, which is as good as not being there.
    pub(super) fn given(self, name: &str) -> Option<Self> {
        self.get(name).filter(|value| !value.is_null())
    }

    /// Where it stands in a document.
    pub(super) fn offset(self, document: &str) -> usize {
        document.len().saturating_sub(self.rest.len())
    }

    /// The value that stands there in a document that was checked.
    pub(super) fn from_offset(document: &'d str, offset: usize) -> Option<Self> {
        document.get(offset..).map(Self::at)
    }
}

/// The members of an object.
pub(super) struct Members<'d>(Parts<'d>);

impl<'d> Iterator for Members<'d> {
    type Item = (Cow<'d, str>, Value<'d>);

    fn next(&mut self) -> Option<Self::Item> {
        let key = self.0.next()?;
        let colon = after_space(behind(key.rest));
        let value = Value::at(colon.get(1..)?);
        self.0.pass(value);
        Some((decoded(key.raw()), value))
    }
}

/// The items of a list.
pub(super) struct Items<'d>(Parts<'d>);

impl<'d> Items<'d> {
    /// Where the next one stands in a document.
    pub(super) fn offset(&self, document: &str) -> usize {
        document.len().saturating_sub(self.0.rest.len())
    }

    /// The items from there on.
    pub(super) fn resume(document: &'d str, offset: usize) -> Self {
        Self(Parts { rest: document.get(offset..).unwrap_or_default() })
    }
}

impl<'d> Iterator for Items<'d> {
    type Item = Value<'d>;

    fn next(&mut self) -> Option<Value<'d>> {
        let value = self.0.next()?;
        self.0.pass(value);
        Some(value)
    }
}

/// What stands between the brackets of a list or an object.
struct Parts<'d> {
    /// The document, from the next part, or from the bracket that closes.
    rest: &'d str,
}

impl<'d> Parts<'d> {
    fn of(rest: &'d str, is_one: bool) -> Self {
        Self { rest: if is_one { after_space(rest.get(1..).unwrap_or_default()) } else { "" } }
    }

    fn next(&self) -> Option<Value<'d>> {
        if self.rest.is_empty() || self.rest.starts_with(['}', ']']) {
            None
        } else {
            Some(Value::at(self.rest))
        }
    }

    fn pass(&mut self, value: Value<'d>) {
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

/// What stands behind the value that a text begins with.
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

/// With its quotes.
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

/// The text that a string says.
fn decoded(raw: &str) -> Cow<'_, str> {
    let inner = raw.strip_prefix('"').and_then(|raw| raw.strip_suffix('"')).unwrap_or_default();
    if inner.contains('\\') { Cow::Owned(Characters(inner).collect()) } else { Cow::Borrowed(inner) }
}

/// The characters that the inside of a string says. Half a surrogate pair is U+FFFD, as with Go.
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

    /// Four digits.
    fn unit(&mut self) -> Option<u32> {
        let (digits, rest) = self.0.split_at_checked(4)?;
        self.0 = rest;
        u32::from_str_radix(digits, 16).ok()
    }
}
