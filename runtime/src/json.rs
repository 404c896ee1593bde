//! JSON as Go's encoding/json writes it: no spaces, and `<`, `>`, `&`, U+2028 and U+2029 escaped.
//!
//! An ordered tree of our own: no member is sorted, dropped or repeated by what another crate switches on, numbers keep
//! the text that they were given with, and in a build without optimisation it is twice as quick as a derived
//! `Serialize`.

use std::borrow::Cow;

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

impl<'a> Json<'a> {
    pub(crate) fn number(number: &'a str) -> Self {
        Self::Number(number.into())
    }

    pub(crate) fn text(text: impl Into<Cow<'a, str>>) -> Self {
        Self::Text(text.into())
    }

    /// An object of the members that are there.
    pub(crate) fn object<const N: usize>(members: [(&'static str, Option<Self>); N]) -> Self {
        let mut object = Vec::with_capacity(N);
        for (name, value) in members {
            if let Some(value) = value {
                object.push((Cow::Borrowed(name), value));
            }
        }
        Self::Object(object)
    }

    /// Nothing instead of an empty text, list or object, as Go's `omitempty` has it.
    pub(crate) fn unless_empty(self) -> Option<Self> {
        let empty = match &self {
            Self::Text(text) => text.is_empty(),
            Self::List(values) => values.is_empty(),
            Self::Object(members) => members.is_empty(),
            Self::Null | Self::Bool(_) | Self::Number(_) => false,
        };
        (!empty).then_some(self)
    }

    /// Applies a merge patch (RFC 7396): members keep their order, new ones stand at the end.
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

    /// Appends the members of another object as they are.
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

/// Whether no character is escaped: nearly every text is, and one loop over the bytes sees it.
fn is_plain(text: &str) -> bool {
    for byte in text.as_bytes() {
        // 0xe2 begins U+2028 and U+2029, among others.
        if *byte < b' ' || matches!(*byte, b'"' | b'\\' | b'<' | b'>' | b'&' | 0xe2) {
            return false;
        }
    }
    true
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
        // Go lets JSON stand in HTML and in JavaScript.
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
