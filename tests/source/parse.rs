//! The mistakes of a text, as they are shown.

use std::fs;

use oci_fixture::Fixture;

/// Asserts the whole error of a text.
#[track_caller]
fn mistake(text: &str, shown: &str) {
    assert_eq!(Fixture::parse(text).unwrap_err().to_string(), shown);
}

#[test]
fn each_mistake_has_its_line_and_a_mark() {
    mistake(
        "index \"app:1\" {\n\tlinux/amd64 { \"/etc\" => \"x\" }\n\timdex {}\n}\n",
        "3:2: unknown word `imdex`; did you mean `index`?
  |
3 | \timdex {}
  | \t^^^^^

2:16: path `/etc` starts with `/`; write `etc`
  |
2 | \tlinux/amd64 { \"/etc\" => \"x\" }
  | \t              ^^^^^^",
    );
}

#[test]
fn code_in_a_text_is_a_mistake() {
    for (text, shown) in [
        (
            "for x in [1] { linux/amd64 {} }",
            "1:1: a text has no `for`; write out what it declares\n  |\n1 | for x in [1] { linux/amd64 {} }\n  | ^^^",
        ),
        ("..images", "1:1: a text has no `..`; write out what it declares\n  |\n1 | ..images\n  | ^^"),
        (
            "if x { linux/amd64 {} }",
            "1:1: a text has no `if`; write what is declared, or leave it out\n  |\n1 | if x { linux/amd64 {} }\n  | ^^",
        ),
        (
            "linux/amd64 { \"a\" => name }",
            "1:22: a text has no code but arithmetic and constructors such as `Content::zeros(8)`; write out what it is\n  |\n1 | linux/amd64 { \"a\" => name }\n  |                      ^^^^",
        ),
        (
            "linux/amd64 { \"a\" => Content::file(\"../a\") }",
            "1:36: the path leads out of the folder of the declaration; write one below it, without `..`\n  |\n1 | linux/amd64 { \"a\" => Content::file(\"../a\") }\n  |                                    ^^^^^^",
        ),
        (
            "linux/amd64 { \"a\" => include_bytes!(\"x.bin\") }",
            "1:22: a text has no macros; write `Content::file(\"x.bin\")`\n  |\n1 | linux/amd64 { \"a\" => include_bytes!(\"x.bin\") }\n  |                      ^^^^^^^^^^^^^^^^^^^^^^^",
        ),
        (
            "linux/amd64 { \"a\" => \"x\" + \"y\" }",
            "1:22: this is no whole number; write texts that are joined as one string\n  |\n1 | linux/amd64 { \"a\" => \"x\" + \"y\" }\n  |                      ^^^",
        ),
        (
            "linux/amd64 { \"a\" => 'x' }",
            "1:22: this is not bytes; write a string, a byte string, or an array of bytes\n  |\n1 | linux/amd64 { \"a\" => 'x' }\n  |                      ^^^",
        ),
        (
            "linux/amd64 { layer (Gzip::stored().bad_crc32()) {} }",
            "1:37: an encoder has no method `bad_crc32` with this number of arguments; did you mean `bad_crc`?\n  |\n1 | linux/amd64 { layer (Gzip::stored().bad_crc32()) {} }\n  |                                     ^^^^^^^^^",
        ),
    ] {
        mistake(text, shown);
    }
}

#[test]
fn a_text_that_is_not_rust_has_an_error_that_says_why() {
    for (text, shown) in [
        (
            "linux/amd64 { “a” => \"\" }",
            "1:15: a string stands in plain quotes; write `\"` instead of `“`\n  |\n1 | linux/amd64 { “a” => \"\" }\n  |               ^",
        ),
        (
            "linux/amd64 { #[mode = 0o788] \"a\" => \"\" }",
            "1:24: `0o788` has a digit that its base does not have; write another number, such as `0o755`\n  |\n1 | linux/amd64 { #[mode = 0o788] \"a\" => \"\" }\n  |                        ^",
        ),
        (
            "linux/amd64 {",
            "1:13: the `{` is not closed; write `}` behind its content\n  |\n1 | linux/amd64 {\n  |             ^",
        ),
        (
            "linux/amd64 { ]",
            "1:15: `]` does not close the `{` before it; write `}`\n  |\n1 | linux/amd64 { ]\n  |               ^",
        ),
        ("}", "1:1: `}` closes nothing; remove it\n  |\n1 | }\n  | ^"),
        ("\n\"abc", "2:1: the string does not end; write `\"` behind it\n  |\n2 | \"abc\n  | ^"),
        ("/* /* */", "1:1: the comment does not end; write `*/` behind it\n  |\n1 | /* /* */\n  | ^"),
    ] {
        mistake(text, shown);
    }
    let deep = format!("{}{}", "index { ".repeat(300), "}".repeat(300));
    let error = Fixture::parse(&deep).unwrap_err().to_string();
    assert!(error.starts_with("1:2055: brackets are nested more than 256 deep; remove some\n"), "{error}");
}

#[test]
fn a_file_is_named_before_each_line() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("a.oci");
    fs::write(&file, "imdex {}").unwrap();
    let error = Fixture::parse_file(&file).unwrap_err().to_string();
    let place = format!("{}:1:1: unknown word `imdex`; did you mean `index`?\n", file.display());
    assert!(error.starts_with(&place), "{error}");
    let missing = Fixture::parse_file(folder.path().join("none.oci")).unwrap_err().to_string();
    assert!(missing.contains("none.oci: cannot read the declaration: "), "{missing}");
}

#[test]
fn a_text_without_items_is_the_empty_layout() {
    let empty = Fixture::parse("// nothing\n").unwrap().in_memory().unwrap();
    assert_eq!(empty.index_bytes().unwrap(), Fixture::new().in_memory().unwrap().index_bytes().unwrap());
}
