//! JSON as it is written: members keep their order, and text that Go's encoding/json would not write is refused.

use std::iter::Peekable;
use std::str::Chars;

/// A document, or a part of one.
#[derive(Clone, Debug, PartialEq)]
pub(crate) enum Json {
    Null,
    Bool(bool),
    Number(String),
    Text(String),
    List(Vec<Self>),
    Object(Vec<(String, Self)>),
}

impl Json {
    pub(crate) fn text(text: impl Into<String>) -> Self {
        Self::Text(text.into())
    }

    /// The members that have a value.
    pub(crate) fn object<const N: usize>(members: [(&str, Option<Self>); N]) -> Self {
        let members = members.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?)));
        Self::Object(members.collect())
    }

    /// Reads a whole document. White space, a repeated member, or a character that Go escapes is a panic.
    pub(crate) fn read(document: &[u8]) -> Self {
        let text = str::from_utf8(document).expect("a document is UTF-8");
        let mut characters = text.chars().peekable();
        let value = read(&mut characters);
        assert_eq!(characters.next(), None, "something stands after the document {text}");
        value
    }

    pub(crate) fn get(&self, name: &str) -> Option<&Self> {
        let Self::Object(members) = self else { panic!("{self:?} is no object") };
        members.iter().find(|(other, _)| other == name).map(|(_, value)| value)
    }

    pub(crate) fn list(&self, name: &str) -> &[Self] {
        match self.get(name) {
            Some(Self::List(values)) => values,
            other => panic!("`{name}` is {other:?}, not a list"),
        }
    }

    pub(crate) fn as_text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => Some(text),
            _ => None,
        }
    }

    /// The text or the number of a member.
    pub(crate) fn str(&self, name: &str) -> &str {
        match self.get(name) {
            Some(Self::Text(text) | Self::Number(text)) => text,
            other => panic!("`{name}` is {other:?}, not a text"),
        }
    }
}

fn read(rest: &mut Peekable<Chars<'_>>) -> Json {
    match *rest.peek().expect("the document ends too early") {
        '{' => {
            let mut members: Vec<(String, Json)> = Vec::new();
            read_list(rest, '}', |rest| {
                let name = read_text(rest);
                assert!(
                    members.iter().all(|(other, _)| *other != name),
                    "the member {name:?} is there twice"
                );
                expect(rest, ':');
                members.push((name, read(rest)));
            });
            Json::Object(members)
        }
        '[' => {
            let mut values = Vec::new();
            read_list(rest, ']', |rest| values.push(read(rest)));
            Json::List(values)
        }
        '"' => Json::Text(read_text(rest)),
        't' => word(rest, "true", Json::Bool(true)),
        'f' => word(rest, "false", Json::Bool(false)),
        'n' => word(rest, "null", Json::Null),
        _ => {
            let mut number = String::new();
            while let Some(character) = rest.next_if(|next| next.is_ascii_digit() || "+-.eE".contains(*next))
            {
                number.push(character);
            }
            serde_json::from_str::<serde_json::Number>(&number).expect("a number");
            Json::Number(number)
        }
    }
}

fn read_list<'t>(rest: &mut Peekable<Chars<'t>>, end: char, mut item: impl FnMut(&mut Peekable<Chars<'t>>)) {
    rest.next();
    if rest.next_if_eq(&end).is_some() {
        return;
    }
    loop {
        item(rest);
        if rest.next_if_eq(&end).is_some() {
            return;
        }
        expect(rest, ',');
    }
}

fn read_text(rest: &mut Peekable<Chars<'_>>) -> String {
    expect(rest, '"');
    let mut text = String::new();
    loop {
        match rest.next().expect("a text ends too early") {
            '"' => return text,
            '\\' => text.push(match rest.next() {
                Some('b') => '\u{8}',
                Some('f') => '\u{c}',
                Some('n') => '\n',
                Some('r') => '\r',
                Some('t') => '\t',
                Some('u') => {
                    let digits: String = rest.take(4).collect();
                    char::from_u32(u32::from_str_radix(&digits, 16).unwrap()).unwrap()
                }
                Some(character @ ('"' | '\\')) => character,
                other => panic!("Go does not write the escape {other:?}"),
            }),
            odd @ ('\0'..' ' | '<' | '>' | '&' | '\u{2028}' | '\u{2029}') => panic!("{odd:?} is not escaped"),
            character => text.push(character),
        }
    }
}

fn word(rest: &mut Peekable<Chars<'_>>, word: &str, value: Json) -> Json {
    word.chars().for_each(|character| expect(rest, character));
    value
}

fn expect(rest: &mut Peekable<Chars<'_>>, character: char) {
    assert_eq!(rest.next(), Some(character));
}
