//! Percent-encoding in paths and queries ([RFC 3986, section
//! 2.1](https://www.rfc-editor.org/rfc/rfc3986#section-2.1)).

use std::fmt::Write as _;

/// The text without its escapes. An invalid escape stays as it is, and bytes that are not UTF-8 are replaced.
pub(crate) fn decode(text: &str) -> String {
    if !text.contains('%') {
        return text.to_owned();
    }
    let mut decoded = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((first, tail)) = rest.split_first() {
        let escaped = match (first, tail) {
            (b'%', [high, low, tail @ ..]) => Some(tail).zip(hex(*high).zip(hex(*low))),
            _ => None,
        };
        match escaped {
            Some((tail, (high, low))) => {
                decoded.push(high << 4 | low);
                rest = tail;
            }
            None => {
                decoded.push(*first);
                rest = tail;
            }
        }
    }
    String::from_utf8_lossy(&decoded).into_owned()
}

/// The text as the value of a query, or as a part of a path.
pub(crate) fn encode(text: &str) -> String {
    let mut encoded = String::with_capacity(text.len());
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~:@/".contains(&byte) {
            encoded.push(char::from(byte));
        } else {
            let _ = write!(encoded, "%{byte:02X}");
        }
    }
    encoded
}

fn hex(digit: u8) -> Option<u8> {
    let value = char::from(digit).to_digit(16)?;
    u8::try_from(value).ok()
}

/// The parameters of a query, in their order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Query(Vec<(String, String)>);

impl Query {
    /// Reads a query. A plus is a plus, because media types have one, and clients do not always escape it.
    pub(crate) fn of(text: &str) -> Self {
        let parameters = text.split('&').filter(|parameter| !parameter.is_empty());
        Self(
            parameters
                .map(|parameter| {
                    let (key, value) = parameter.split_once('=').unwrap_or((parameter, ""));
                    (decode(key), decode(value))
                })
                .collect(),
        )
    }

    /// Reads a form, in which a plus is a space.
    pub(crate) fn of_form(text: &str) -> Self {
        Self::of(&text.replace('+', " "))
    }

    /// The first value with this key.
    pub(crate) fn get(&self, key: &str) -> Option<&str> {
        self.all(key).next()
    }

    /// All values with this key.
    pub(crate) fn all(&self, key: &str) -> impl Iterator<Item = &str> {
        self.0.iter().filter(move |(name, _)| name == key).map(|(_, value)| value.as_str())
    }

    /// All parameters.
    pub(crate) fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(key, value)| (key.as_str(), value.as_str()))
    }
}

#[cfg(test)]
mod tests {
    use super::{Query, decode, encode};

    #[test]
    fn only_complete_escapes_are_decoded() {
        for (text, expected) in
            [("a%3Ab", "a:b"), ("%", "%"), ("%4", "%4"), ("%zz%41", "%zzA"), ("%ff", "\u{fffd}"), ("", "")]
        {
            assert_eq!(decode(text), expected, "{text}");
        }
        assert_eq!(encode("a b+ü:1"), "a%20b%2B%C3%BC:1");
        assert_eq!(decode(&encode("a b+ü&=%")), "a b+ü&=%");
    }

    #[test]
    fn a_query_keeps_the_order_of_its_parameters() {
        let query = Query::of("tag=1&n=2&tag=a+b&&empty");
        assert_eq!(query.get("tag"), Some("1"));
        assert_eq!(query.all("tag").collect::<Vec<_>>(), ["1", "a+b"]);
        assert_eq!(query.get("empty"), Some(""));
        assert_eq!(query.get("none"), None);
        assert_eq!(Query::of_form("scope=a+b").get("scope"), Some("a b"));
    }
}
