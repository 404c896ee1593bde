//! What the tests of this crate share. Each of them uses a part of it.
#![allow(dead_code, unused_macros, unused_imports)]

/// As many hexadecimal digits as the name says. Macros, so that `concat!` takes them.
macro_rules! hex64 {
    () => {
        "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
    };
}
macro_rules! hex96 {
    () => {
        concat!(hex64!(), "0123456789abcdef0123456789abcdef")
    };
}
macro_rules! hex128 {
    () => {
        concat!(hex64!(), hex64!())
    };
}
pub(crate) use {hex64, hex96, hex128};

/// Strings that are odd in every way: they are put together from pieces that mean something to the grammars,
/// and are the same in each run.
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
        hex64!(),
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
