//! JSON as Go's encoding/json writes it: no spaces, and `<`, `>`, `&`, U+2028 and U+2029 escaped.
//!
//! Documents are written value by value. A tree is made only of what is edited or looked into. It is a type of this crate,
//! because its members keep their order, whatever features other crates of the build switch on, and its numbers their text.

use std::borrow::Cow;
use std::ffi::OsString;
use std::fmt::{self, Write};

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
        /// As deep as `serde_json` reads.
        const DEPTH: usize = 128;
        Self::read(serde_json::from_slice(text)?, DEPTH + 1)
    }

    /// Reads what `write` writes, however deep it is. That is JSON, so reading it has no errors.
    pub(crate) fn of(write: impl FnOnce(&mut Writer)) -> Self {
        let text = written(write);
        serde_json::from_slice(&text).and_then(|text| Self::read(text, usize::MAX)).unwrap_or(Self::Null)
    }

    /// Reads a value of at most `levels` levels.
    fn read(text: &RawValue, levels: usize) -> serde_json::Result<Self> {
        let text = text.get();
        let Some(below) = levels.checked_sub(1) else {
            return Err(serde_json::Error::custom("values are nested too deep"));
        };
        Ok(match text.as_bytes().first() {
            Some(b'{') => {
                let Members(members) = serde_json::from_str(text)?;
                let members = members
                    .into_iter()
                    .map(|(name, value)| Self::read(&value, below).map(|value| (Cow::Owned(name), value)));
                Self::Object(members.collect::<serde_json::Result<_>>()?)
            }
            Some(b'[') => {
                let values: Vec<Box<RawValue>> = serde_json::from_str(text)?;
                let values = values.iter().map(|value| Self::read(value, below));
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
        written(|out| out.json(self))
    }
}

/// The bytes of the value that `write` writes.
pub(crate) fn written(write: impl FnOnce(&mut Writer)) -> Vec<u8> {
    let mut out = Writer { text: OsString::with_capacity(512), comma: false };
    write(&mut out);
    out.text.into_encoded_bytes()
}

/// Writes values one behind the other. In an object, each stands behind its name.
pub(crate) struct Writer {
    // The standard library is optimised in a dev build, too, but only this type has a `write_str` in it: that of a `String`
    // is made anew in the build of the user, and takes seven times as long.
    text: OsString,
    /// Whether a comma has to stand before the next name or value.
    comma: bool,
}

impl Writer {
    /// The name of the next value, which needs no escapes.
    pub(crate) fn member(&mut self, name: &'static str) -> &mut Self {
        self.begin(["\"", ",\""]);
        self.push(name);
        self.end_name("\":")
    }

    /// The name of the next value, which may be any text.
    pub(crate) fn key(&mut self, name: &str) -> &mut Self {
        self.text(name);
        self.end_name(":")
    }

    pub(crate) fn text(&mut self, text: &str) {
        if is_plain(text) {
            return self.plain(text);
        }
        self.begin(["\"", ",\""]);
        for character in text.chars() {
            self.push_escaped(character);
        }
        self.end("\"");
    }

    /// A text that needs no escapes.
    pub(crate) fn plain(&mut self, text: &str) {
        self.begin(["\"", ",\""]);
        self.push(text);
        self.end("\"");
    }

    /// A number, `true`, `false`, `null`, or a value that is written already.
    pub(crate) fn verbatim(&mut self, value: &str) {
        self.begin(["", ","]);
        self.end(value);
    }

    pub(crate) fn object(&mut self, members: impl FnOnce(&mut Self)) {
        self.begin(["{", ",{"]);
        self.comma = false;
        members(self);
        self.end("}");
    }

    pub(crate) fn list(&mut self, values: impl FnOnce(&mut Self)) {
        self.begin(["[", ",["]);
        self.comma = false;
        values(self);
        self.end("]");
    }

    pub(crate) fn json(&mut self, value: &Json<'_>) {
        match value {
            Json::Null => self.verbatim("null"),
            Json::Bool(true) => self.verbatim("true"),
            Json::Bool(false) => self.verbatim("false"),
            Json::Number(number) => self.verbatim(number),
            Json::Text(text) => self.text(text),
            Json::List(values) => self.list(|out| values.iter().for_each(|value| out.json(value))),
            Json::Object(members) => self.object(|out| {
                for (name, value) in members {
                    out.key(name).json(value);
                }
            }),
        }
    }

    /// The beginning of a value, without and with a comma before it. One longer text takes less time than two.
    fn begin(&mut self, [first, further]: [&str; 2]) {
        self.push(if self.comma { further } else { first });
    }

    fn end(&mut self, text: &str) {
        self.push(text);
        self.comma = true;
    }

    fn end_name(&mut self, text: &str) -> &mut Self {
        self.push(text);
        self.comma = false;
        self
    }

    fn push(&mut self, text: &str) {
        // It has no errors.
        let _ = self.text.write_str(text);
    }

    fn push_escaped(&mut self, character: char) {
        match character {
            '"' => self.push("\\\""),
            '\\' => self.push("\\\\"),
            '\u{8}' => self.push("\\b"),
            '\u{c}' => self.push("\\f"),
            '\n' => self.push("\\n"),
            '\r' => self.push("\\r"),
            '\t' => self.push("\\t"),
            // Go escapes these so that JSON can stand in HTML and in JavaScript.
            '\0'..' ' | '<' | '>' | '&' | '\u{2028}' | '\u{2029}' => {
                self.push(&format!("\\u{:04x}", u32::from(character)));
            }
            _ => self.push(character.encode_utf8(&mut [0; 4])),
        }
    }
}

/// Whether every character is ASCII and needs no escape, which is true for nearly every text. 16 bytes are examined at once,
/// because a loop over single bytes is slow without optimisation.
fn is_plain(text: &str) -> bool {
    let (mut words, rest) = text.as_bytes().as_chunks();
    while let [word, further @ ..] = words {
        if !are_plain(*word) {
            return false;
        }
        words = further;
    }
    let mut last = [b' '; 16];
    if let Some(last) = last.get_mut(..rest.len()) {
        last.copy_from_slice(rest);
    }
    are_plain(last)
}

/// Whether all bytes are of plain characters.
fn are_plain(bytes: [u8; 16]) -> bool {
    const fn each(byte: u8) -> u128 {
        u128::from_ne_bytes([byte; 16])
    }
    const ONES: u128 = each(1);
    const SPACES: u128 = each(b' ');
    const HIGH_BITS: u128 = each(0x80);
    // `"` and `&`, and `<` and `>`, differ in one bit, which is set before they are compared.
    const QUOTE_BIT: u128 = each(b'"' ^ b'&');
    const QUOTES: u128 = each(b'"' | b'&');
    const ANGLE_BIT: u128 = each(b'<' ^ b'>');
    const ANGLES: u128 = each(b'<' | b'>');
    const BACKSLASHES: u128 = each(b'\\');
    let word = u128::from_ne_bytes(bytes);
    // If a byte has no high bit, subtracting a larger byte from it sets that bit. A borrow occurs only above such a byte.
    let special = word
        | word.wrapping_sub(SPACES)
        | ((word | QUOTE_BIT) ^ QUOTES).wrapping_sub(ONES)
        | ((word | ANGLE_BIT) ^ ANGLES).wrapping_sub(ONES)
        | (word ^ BACKSLASHES).wrapping_sub(ONES);
    special & HIGH_BITS == 0
}

#[cfg(test)]
mod tests {
    use super::{Json, is_plain, written};
    use crate::io::tests::Numbers;

    /// The text as Go writes it. `serde_json` escapes the same characters, except for those of HTML and JavaScript.
    fn by_serde(text: &str) -> String {
        let escapes =
            [("<", "003c"), (">", "003e"), ("&", "0026"), ("\u{2028}", "2028"), ("\u{2029}", "2029")];
        let json = serde_json::to_string(text).unwrap();
        escapes.iter().fold(json, |json, (character, hex)| json.replace(character, &format!("\\u{hex}")))
    }

    /// A text of few characters, of which some need escapes or have several bytes.
    fn text(numbers: &mut Numbers) -> String {
        let plain = &"abcdefghijklmnopqrstuvwxyz"[..numbers.below(27)];
        let odd =
            ['"', '\\', '<', '>', '&', '\0', '\n', '\u{1f}', '\u{7f}', '\u{e9}', '\u{2028}', '\u{10ffff}'];
        let at = numbers.below(plain.len() + 1);
        let odd: String = (0..numbers.below(3)).map(|_| odd[numbers.below(odd.len())]).collect();
        format!("{}{odd}{}", &plain[..at], &plain[at..])
    }

    fn tree(numbers: &mut Numbers, depth: usize) -> Json<'static> {
        let values = numbers.below(4);
        match numbers.below(if depth < 4 { 7 } else { 5 }) {
            0 => Json::Null,
            1 => Json::Bool(true),
            2 => Json::Bool(false),
            3 => Json::number(["0", "-1.50e+3", "12345678901234567890123"][numbers.below(3)]),
            4 => Json::text(text(numbers)),
            5 => Json::List((0..values).map(|_| tree(numbers, depth + 1)).collect()),
            _ => {
                Json::Object((0..values).map(|_| (text(numbers).into(), tree(numbers, depth + 1))).collect())
            }
        }
    }

    #[test]
    fn what_is_written_is_read_as_the_same_tree_and_written_as_the_same_bytes() {
        let mut numbers = Numbers::new();
        for _ in 0..2000 {
            let tree = tree(&mut numbers, 0);
            let bytes = tree.to_vec();
            let read = Json::parse(&bytes).unwrap();
            assert_eq!(read, tree);
            assert_eq!(read.to_vec(), bytes);
            assert_eq!(Json::of(|out| out.json(&tree)), tree);
        }
    }

    #[test]
    fn what_is_written_may_be_deeper_than_what_is_parsed() {
        let deep = (0..129).fold(Json::Null, |json, _| Json::List(vec![json]));
        assert_eq!(Json::of(|out| out.json(&deep)), deep);
        let error = Json::parse(&deep.to_vec()).unwrap_err();
        assert_eq!(error.to_string(), "values are nested too deep");
    }

    #[test]
    fn each_text_has_the_escapes_of_go_and_only_a_plain_one_has_none() {
        let mut numbers = Numbers::new();
        for _ in 0..2000 {
            let text = text(&mut numbers);
            let expected = by_serde(&text);
            assert_eq!(String::from_utf8(written(|out| out.text(&text))).unwrap(), expected);
            assert_eq!(is_plain(&text), expected == format!("\"{text}\"") && text.is_ascii(), "{text:?}");
        }
    }

    #[test]
    fn a_comma_stands_between_the_members_and_the_values_that_are_written() {
        let bytes = written(|out| {
            out.object(|out| {
                out.member("empty").object(|_| ());
                out.member("list").list(|out| {
                    out.list(|_| ());
                    out.verbatim("1");
                    out.object(|out| out.member("a").plain("b"));
                });
                out.key("<").text("&");
                out.key("last").verbatim("null");
            });
        });
        let text = r#"{"empty":{},"list":[[],1,{"a":"b"}],"\u003c":"\u0026","last":null}"#;
        assert_eq!(String::from_utf8(bytes).unwrap(), text);
    }
}
