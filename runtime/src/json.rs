//! JSON as Go's encoding/json writes it: no spaces, and `<`, `>`, `&`, U+2028 and U+2029 escaped.

use std::io::{self, Write};

use serde::Serialize;
use serde::ser::Serializer;
use serde_json::ser::Formatter;

use crate::problem::Problem;
use crate::text::{Text, ToText};

/// The bytes of a document.
pub(crate) fn to_vec(document: &impl Serialize) -> serde_json::Result<Vec<u8>> {
    let mut bytes = Vec::with_capacity(512);
    document.serialize(&mut serde_json::Serializer::with_formatter(&mut bytes, Go))?;
    Ok(bytes)
}

/// What Go escapes besides what every writer escapes, so that JSON can stand in HTML and in JavaScript.
const ESCAPED: [(&str, &str); 5] =
    [("<", "\\u003c"), (">", "\\u003e"), ("&", "\\u0026"), ("\u{2028}", "\\u2028"), ("\u{2029}", "\\u2029")];

struct Go;

impl Formatter for Go {
    fn write_string_fragment<W: Write + ?Sized>(&mut self, writer: &mut W, fragment: &str) -> io::Result<()> {
        let mut rest = fragment;
        while let Some((at, plain, escape)) = first_escaped(rest) {
            let (before, from) = rest.split_at(at);
            writer.write_all(before.as_bytes())?;
            writer.write_all(escape.as_bytes())?;
            rest = from.strip_prefix(plain).unwrap_or_default();
        }
        writer.write_all(rest.as_bytes())
    }
}

fn first_escaped(text: &str) -> Option<(usize, &'static str, &'static str)> {
    // One quick look first: nearly no text has any of them.
    let bytes = text.as_bytes();
    if ![b'<', b'>', b'&', 0xe2].iter().any(|byte| bytes.contains(byte)) {
        return None;
    }
    ESCAPED.iter().filter_map(|(plain, escape)| Some((text.find(plain)?, *plain, *escape))).min()
}

/// Pairs of text, such as annotations and labels: written as an object, sorted by key.
#[derive(Clone, Debug, Default)]
pub(crate) struct Map(Vec<(Text, Text)>);

impl Map {
    pub(crate) fn extend<K: ToText, V: ToText>(&mut self, pairs: impl IntoIterator<Item = (K, V)>) {
        self.0.extend(pairs.into_iter().map(|(key, value)| (Text::new(key), Text::new(value))));
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Each key once; `what` is the noun for a pair.
    pub(crate) fn check(&self, what: &str) -> Result<(), Problem> {
        match self
            .sorted()
            .windows(2)
            .find(|pair| matches!(pair, [(first, _), (second, _)] if first == second))
        {
            Some([(key, _), ..]) => Err(Problem::new(format!(
                "the {what} `{}` is given twice; remove one of the two",
                key.as_str().escape_debug()
            ))),
            _ => Ok(()),
        }
    }

    fn sorted(&self) -> Vec<&(Text, Text)> {
        let mut sorted: Vec<_> = self.0.iter().collect();
        sorted.sort_by(|(first, _), (second, _)| first.cmp(second));
        sorted
    }
}

impl Serialize for Map {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.sorted().into_iter().map(|(key, value)| (key, value)))
    }
}

impl Serialize for Text {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(self.as_str())
    }
}
