//! Helpers that several tests of this crate share.
#![allow(dead_code, reason = "each test uses some of them")]
#![allow(clippy::panic, reason = "a test fails by a panic")]

use std::fmt;

use serde::de::DeserializeOwned;

/// The hexadecimal digits of a SHA-256 hash.
pub(crate) const HEX: &str = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

/// The rows of a table in `tables`: each is a JSON list in one line. Lines that begin with `//` are comments.
pub(crate) fn table<T: DeserializeOwned>(text: &str) -> Vec<T> {
    let rows = text.lines().filter(|line| !line.starts_with("//"));
    rows.map(|row| serde_json::from_str(row).unwrap_or_else(|error| panic!("{row}: {error}"))).collect()
}

/// Each text of a table is refused with the error beside it.
pub(crate) fn assert_refused<T: fmt::Debug + PartialEq, E: fmt::Display>(
    rows: &str,
    parse: impl Fn(&str) -> Result<T, E>,
) {
    for (text, error) in table::<(String, String)>(rows) {
        let found = parse(&text).map_err(|invalid| invalid.to_string());
        assert_eq!(found.as_ref(), Err(&error), "{text:?}");
        assert_is_one_line_with_a_cure(&text, &error);
    }
}

/// Unusual strings of pieces that have a meaning in one of the grammars. They are the same in each run.
pub(crate) fn odd_strings(count: usize) -> impl Iterator<Item = String> {
    const PIECES: &[&str] = &[
        "",
        "a",
        "b0",
        "Z",
        "/",
        "//",
        ":",
        "@",
        ".",
        "..",
        "-",
        "_",
        "__",
        "[",
        "]",
        "::1",
        "(",
        ")",
        "%",
        "%2F",
        "%ff",
        "+",
        "*",
        " ",
        "\n",
        "\0",
        "\u{e9}",
        "\u{202e}",
        "\u{1f600}",
        "\u{212a}",
        "\\",
        "\"",
        "`",
        ".wh.",
        ".wh..wh..opq",
        "linux",
        "amd64",
        "docker.io",
        "localhost",
        "latest",
        "sha256:",
        "sha512:",
        HEX,
        "http://",
    ];
    let mut random = XorShift(0x9e37_79b9_7f4a_7c15);
    (0..count).map(move |_| {
        let mut text = String::new();
        for _ in 0..random.below(8) {
            text.push_str(PIECES.get(random.below(PIECES.len())).unwrap_or(&""));
        }
        text
    })
}

/// An error's text is one line that says what to write instead.
pub(crate) fn assert_is_one_line_with_a_cure(text: &str, message: &str) {
    assert!(!message.contains(char::is_control), "{text:?}: {message:?}");
    assert!(message.contains("; "), "{text:?}: {message:?}");
    assert!(!message.ends_with('.'), "{text:?}: {message:?}");
}

/// The xorshift generator: it needs no dependency, and its quality is enough here.
struct XorShift(u64);

impl XorShift {
    fn below(&mut self, end: usize) -> usize {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        usize::try_from(self.0 >> 33).unwrap_or(0) % end
    }
}
