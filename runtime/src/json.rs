//! JSON as Go's encoding/json writes it: no spaces, and `<`, `>`, `&`, U+2028 and U+2029 escaped.
//!
//! The tree is a type of this crate, because its members keep their order, whatever features other crates of the build
//! switch on; its numbers keep their text; and without optimisation it is twice as fast as a derived `Serialize`.

use std::borrow::Cow;
use std::fmt;

use serde::de::{Error as _, MapAccess, Visitor};
use serde::{Deserialize, Deserializer};
use serde_json::value::RawValue;

/// A document, or a part of one. Members stand in the order in which they are written.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Json<'a> {
    Null,
    Bool(bool),
    Number(Cow<'a, str>),
    Text(Cow<'a, str>),
    List(Vec<Self>),
    Object(Vec<(Cow<'a, str>, Self)>),
}

impl Json<'static> {
    /// Reads a document. Members keep their order, and numbers their text.
    pub(crate) fn parse(text: &[u8]) -> serde_json::Result<Self> {
        Self::read(serde_json::from_slice(text)?, 0)
    }

    fn read(text: &RawValue, depth: usize) -> serde_json::Result<Self> {
        /// As deep as `serde_json` reads.
        const DEPTH: usize = 128;
        let text = text.get();
        if depth > DEPTH {
            return Err(serde_json::Error::custom("too many values stand in one another"));
        }
        Ok(match text.as_bytes().first() {
            Some(b'{') => {
                let Members(members) = serde_json::from_str(text)?;
                let members = members.into_iter().map(|(name, value)| {
                    Self::read(&value, depth + 1).map(|value| (Cow::Owned(name), value))
                });
                Self::Object(members.collect::<serde_json::Result<_>>()?)
            }
            Some(b'[') => {
                let values: Vec<Box<RawValue>> = serde_json::from_str(text)?;
                let values = values.iter().map(|value| Self::read(value, depth + 1));
                Self::List(values.collect::<serde_json::Result<_>>()?)
            }
            Some(b'"') => Self::Text(Cow::Owned(serde_json::from_str(text)?)),
            Some(b't') => Self::Bool(true),
            Some(b'f') => Self::Bool(false),
            Some(b'n') => Self::Null,
            _ => Self::Number(Cow::Owned(text.to_owned())),
        })
    }
}

/// The members of an object, in their order.
struct Members(Vec<(String, Box<RawValue>)>);

impl<'de> Deserialize<'de> for Members {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct InOrder;
        impl<'de> Visitor<'de> for InOrder {
            type Value = Members;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Members, A::Error> {
                let mut members = Vec::new();
                while let Some(member) = map.next_entry()? {
                    members.push(member);
                }
                Ok(Members(members))
            }
        }
        deserializer.deserialize_map(InOrder)
    }
}

impl<'a> Json<'a> {
    /// The same value, with texts of its own.
    pub(crate) fn into_owned(self) -> Json<'static> {
        match self {
            Self::Null => Json::Null,
            Self::Bool(value) => Json::Bool(value),
            Self::Number(number) => Json::Number(Cow::Owned(number.into_owned())),
            Self::Text(text) => Json::Text(Cow::Owned(text.into_owned())),
            Self::List(values) => Json::List(values.into_iter().map(Self::into_owned).collect()),
            Self::Object(members) => {
                let members = members.into_iter();
                Json::Object(
                    members
                        .map(|(name, value)| (Cow::Owned(name.into_owned()), value.into_owned()))
                        .collect(),
                )
            }
        }
    }

    /// The last member of a name.
    pub(crate) fn get(&self, name: &str) -> Option<&Self> {
        let Self::Object(members) = self else { return None };
        members.iter().rev().find(|(known, _)| known == name).map(|(_, value)| value)
    }

    /// Replaces a member at its place, or appends it.
    pub(crate) fn set(&mut self, name: Cow<'a, str>, value: Self) {
        let Self::Object(members) = self else { return };
        match members.iter_mut().find(|(known, _)| *known == name) {
            Some((_, known)) => *known = value,
            None => members.push((name, value)),
        }
    }

    pub(crate) fn number(number: &'a str) -> Self {
        Self::Number(number.into())
    }

    pub(crate) fn text(text: impl Into<Cow<'a, str>>) -> Self {
        Self::Text(text.into())
    }

    /// An object of those members that have a value.
    pub(crate) fn object<const N: usize>(members: [(&'static str, Option<Self>); N]) -> Self {
        let mut object = Vec::with_capacity(N);
        for (name, value) in members {
            if let Some(value) = value {
                object.push((Cow::Borrowed(name), value));
            }
        }
        Self::Object(object)
    }

    /// `None` instead of an empty text, list or object, as with Go's `omitempty`.
    pub(crate) fn unless_empty(self) -> Option<Self> {
        let empty = match &self {
            Self::Text(text) => text.is_empty(),
            Self::List(values) => values.is_empty(),
            Self::Object(members) => members.is_empty(),
            Self::Null | Self::Bool(_) | Self::Number(_) => false,
        };
        (!empty).then_some(self)
    }

    /// Applies a merge patch (RFC 7396). Members keep their order, and new ones are appended.
    pub(crate) fn merge(&mut self, patch: Self) {
        let Self::Object(patch) = patch else {
            *self = patch;
            return;
        };
        if !matches!(self, Self::Object(_)) {
            *self = Self::Object(Vec::new());
        }
        let Self::Object(members) = self else { return };
        for (name, value) in patch {
            if value == Self::Null {
                members.retain(|(known, _)| *known != name);
            } else if let Some((_, known)) = members.iter_mut().find(|(known, _)| *known == name) {
                known.merge(value);
            } else {
                let mut member = Self::Null;
                member.merge(value);
                members.push((name, member));
            }
        }
    }

    /// Appends the members of another object without changing them.
    pub(crate) fn extend(&mut self, other: Self) {
        if let (Self::Object(members), Self::Object(others)) = (self, other) {
            members.extend(others);
        }
    }

    pub(crate) fn to_vec(&self) -> Vec<u8> {
        let mut out = Vec::with_capacity(512);
        self.write(&mut out);
        out
    }

    fn write(&self, out: &mut Vec<u8>) {
        match self {
            Self::Null => out.extend_from_slice(b"null"),
            Self::Bool(true) => out.extend_from_slice(b"true"),
            Self::Bool(false) => out.extend_from_slice(b"false"),
            Self::Number(number) => out.extend_from_slice(number.as_bytes()),
            Self::Text(text) => write_text(text, out),
            Self::List(values) => {
                out.push(b'[');
                for (position, value) in values.iter().enumerate() {
                    if position > 0 {
                        out.push(b',');
                    }
                    value.write(out);
                }
                out.push(b']');
            }
            Self::Object(members) => {
                out.push(b'{');
                for (position, (name, value)) in members.iter().enumerate() {
                    if position > 0 {
                        out.push(b',');
                    }
                    write_text(name, out);
                    out.push(b':');
                    value.write(out);
                }
                out.push(b'}');
            }
        }
    }
}

fn write_text(text: &str, out: &mut Vec<u8>) {
    out.push(b'"');
    if is_plain(text) {
        out.extend_from_slice(text.as_bytes());
    } else {
        for character in text.chars() {
            write_char(character, out);
        }
    }
    out.push(b'"');
}

/// Whether every character is ASCII and needs no escape, which is true for nearly every text.
///
/// Without optimisation, a loop over the bytes takes as long as everything else that is done with them.
fn is_plain(text: &str) -> bool {
    let bytes = text.as_bytes();
    let Some(last) = bytes.last_chunk() else {
        let mut word = [b' '; 8];
        if let Some(start) = word.get_mut(..bytes.len()) {
            start.copy_from_slice(bytes);
        }
        return is_plain_word(u64::from_ne_bytes(word));
    };
    for word in bytes.as_chunks().0 {
        if !is_plain_word(u64::from_ne_bytes(*word)) {
            return false;
        }
    }
    // The last word overlaps the one before it.
    is_plain_word(u64::from_ne_bytes(*last))
}

/// Whether [`is_plain`] holds for eight bytes.
fn is_plain_word(word: u64) -> bool {
    const fn eight(byte: u8) -> u64 {
        u64::from_ne_bytes([byte; 8])
    }
    const HIGH: u64 = eight(0x80);
    /// Added to a byte below 0x80, it sets the highest bit of each byte but 0.
    const NOT_0: u64 = eight(0x7f);
    /// Added to a byte below 0x80, it sets the highest bit of each byte that is no control character.
    const NO_CONTROL: u64 = eight(0x80 - b' ');
    // Two characters that differ in one bit are compared at once.
    const ANGLES: u64 = eight(b'<' & b'>');
    const NO_ANGLE_BIT: u64 = !eight(b'<' ^ b'>');
    const QUOTES: u64 = eight(b'"' & b'&');
    const NO_QUOTE_BIT: u64 = !eight(b'"' ^ b'&');
    const BACKSLASHES: u64 = eight(b'\\');
    let ascii = word & !HIGH;
    let plain = (((ascii & NO_ANGLE_BIT) ^ ANGLES) + NOT_0)
        & (((ascii & NO_QUOTE_BIT) ^ QUOTES) + NOT_0)
        & ((ascii ^ BACKSLASHES) + NOT_0)
        & (ascii + NO_CONTROL)
        & !word;
    plain & HIGH == HIGH
}

fn write_char(character: char, out: &mut Vec<u8>) {
    let escape = match character {
        '"' => "\\\"",
        '\\' => "\\\\",
        '\u{8}' => "\\b",
        '\u{c}' => "\\f",
        '\n' => "\\n",
        '\r' => "\\r",
        '\t' => "\\t",
        // Go escapes these so that JSON can stand in HTML and in JavaScript.
        '\0'..' ' | '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => {
            out.extend_from_slice(format!("\\u{:04x}", u32::from(character)).as_bytes());
            return;
        }
        _ => {
            out.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes());
            return;
        }
    };
    out.extend_from_slice(escape.as_bytes());
}
