//! Expected texts that are files. With `OCI_FIXTURE_BLESS` set, a test writes what it has found, for the diff to be read.
//!
//! Digests are no goldens: they stand in the tests as literals, so that no command changes them.

use std::fmt;
use std::fs::{self, File};
use std::path::{Path, PathBuf};

/// With this set to something, expected texts are written anew.
const BLESS: &str = "OCI_FIXTURE_BLESS";

/// The columns in which documents are written, as far as their strings are not longer.
const WIDTH: usize = 110;

/// A path below the root of the repository.
pub fn repository(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..").join(path)
}

fn is_blessed() -> bool {
    std::env::var_os(BLESS).is_some_and(|value| !value.is_empty())
}

/// The file below `tests/golden` is this text.
pub fn assert_golden(name: &str, found: &str) {
    let path = repository("tests/golden").join(name);
    if is_blessed() {
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, found).unwrap();
    }
    let expected = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    assert_same_lines(&format!("tests/golden/{name}"), found, &expected);
}

/// The lines of the file below `tests/golden` are these.
pub fn assert_lines(name: &str, found: impl IntoIterator<Item = impl fmt::Display>) {
    let lines = found.into_iter().map(|line| format!("{line}\n"));
    assert_golden(name, &lines.collect::<String>());
}

/// What stands between `<!-- name -->` and `<!-- end of name -->` in a file of the repository is this text.
pub fn assert_block(page: &str, name: &str, found: &str) {
    let path = repository(page);
    // Tests run at the same time, and each may write.
    let lock = File::open(&path).unwrap();
    lock.lock().unwrap();
    let text = fs::read_to_string(&path).unwrap();
    let (begin, end) = (format!("<!-- {name} -->\n"), format!("<!-- end of {name} -->\n"));
    let (before, rest) = text.split_once(&begin).unwrap();
    let (expected, after) = rest.split_once(&end).unwrap();
    if is_blessed() {
        fs::write(&path, [before, &begin, found, &end, after].concat()).unwrap();
    } else {
        assert_same_lines(page, found, expected);
    }
}

fn assert_same_lines(file: &str, found: &str, expected: &str) {
    let advice = format!("{file} is out of date; set {BLESS}=1 to write it, and read what has changed");
    for (found, expected) in found.lines().zip(expected.lines()) {
        assert_eq!(found, expected, "{advice}");
    }
    assert_eq!(found.lines().count(), expected.lines().count(), "{advice}");
    assert!(found == expected, "the line breaks differ: {advice}");
}

/// Files under their names: each document in several lines to be read, other short texts escaped, and of the rest the
/// size. [`one_line`] makes a document the bytes that it is again.
pub fn listing<'a>(files: impl IntoIterator<Item = (&'a str, &'a [u8])>) -> String {
    let mut listing = String::new();
    for (name, bytes) in files {
        let text = match str::from_utf8(bytes) {
            Ok(text) if text.starts_with('{') => pretty(text, 0),
            _ if bytes.len() < 200 => bytes.escape_ascii().to_string(),
            _ => format!("{} bytes", bytes.len()),
        };
        listing.extend(["== ", name, "\n", &text, "\n"]);
        if bytes.starts_with(b"{") {
            assert!(one_line(&text).as_bytes() == bytes, "{name} cannot be shown in several lines: {text}");
        }
    }
    listing
}

/// A document, written in several lines to be read, as the one line that it is.
pub fn one_line(document: &str) -> String {
    document.lines().map(str::trim_start).collect()
}

/// JSON without white space in several lines, of which each holds as many members as fit.
fn pretty(json: &str, indent: usize) -> String {
    let value = json.find(['{', '[']).filter(|at| json[..*at].ends_with(':') || *at == 0);
    let Some(start) = value.filter(|_| indent + json.len() > WIDTH) else { return json.to_owned() };
    let (open, inner, close) = (&json[..=start], &json[start + 1..json.len() - 1], &json[json.len() - 1..]);
    let line = format!("\n{}", " ".repeat(indent + 4));
    let mut text = open.to_owned();
    let mut column = WIDTH;
    for (number, member) in members(inner).into_iter().enumerate() {
        let comma = if number == 0 { "" } else { "," };
        let member = pretty(member, indent + 4);
        let is_short = !member.contains('\n');
        text += comma;
        if !is_short || column + member.len() + 2 > WIDTH {
            text += &line;
            column = indent + 4;
        }
        text += &member;
        column = if is_short { column + member.len() + 1 } else { WIDTH };
    }
    text + &line[..=indent] + close
}

/// The members of an object, or the values of a list, as they stand between its brackets.
fn members(inner: &str) -> Vec<&str> {
    let (mut depth, mut in_string, mut escaped) = (0, false, false);
    inner
        .split(|letter| {
            match letter {
                _ if escaped => escaped = false,
                '\\' => escaped = true,
                '"' => in_string = !in_string,
                '{' | '[' if !in_string => depth += 1,
                '}' | ']' if !in_string => depth -= 1,
                _ => {}
            }
            letter == ',' && !in_string && depth == 0
        })
        .collect()
}
