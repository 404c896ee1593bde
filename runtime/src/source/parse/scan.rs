//! Checks the brackets and the quotes of a text before its tokens are read, because the error of the reader of tokens does not
//! say what is wrong with them.

use proc_macro2::Span;

use super::report::{Mistake, TextPlace};

/// The largest depth of brackets.
const DEPTH: usize = 256;

/// Finds brackets that do not close, strings and comments that do not end, and brackets that are too deep.
pub(super) fn scan(text: &str) -> Result<(), Mistake> {
    let mut open: Vec<(usize, char)> = Vec::new();
    let mut scanner = Scanner { text, position: 0 };
    while let Some((position, character)) = scanner.next()? {
        let mistake = |position, message: String| Err(Mistake::new(TextPlace::at(text, position), message));
        match character {
            '{' | '[' | '(' => {
                open.push((position, character));
                if open.len() > DEPTH {
                    return mistake(
                        position,
                        format!("brackets are nested more than {DEPTH} deep; remove some"),
                    );
                }
            }
            '}' | ']' | ')' => match open.pop() {
                Some((_, opening)) if closing(opening) == character => {}
                Some((_, opening)) => {
                    let expected = closing(opening);
                    return mistake(
                        position,
                        format!("`{character}` does not close the `{opening}` before it; write `{expected}`"),
                    );
                }
                None => return mistake(position, format!("`{character}` closes nothing; remove it")),
            },
            _ => {}
        }
    }
    match open.last() {
        Some((position, opening)) => {
            let message =
                format!("the `{opening}` is not closed; write `{}` behind its content", closing(*opening));
            Err(Mistake::new(TextPlace::at(text, *position), message))
        }
        None => Ok(()),
    }
}

fn closing(opening: char) -> char {
    match opening {
        '{' => '}',
        '[' => ']',
        _ => ')',
    }
}

/// The characters of a text outside of strings and comments.
struct Scanner<'t> {
    text: &'t str,
    position: usize,
}

impl Scanner<'_> {
    fn next(&mut self) -> Result<Option<(usize, char)>, Mistake> {
        loop {
            let start = self.position;
            let rest = self.text.get(start..).unwrap_or_default();
            let Some(character) = rest.chars().next() else { return Ok(None) };
            if rest.starts_with("//") {
                self.position += rest.find('\n').unwrap_or(rest.len());
            } else if rest.starts_with("/*") {
                self.position += comment(rest).ok_or_else(|| self.unended("comment", "*/"))?;
            } else if character == '"' {
                self.position += string(rest).ok_or_else(|| self.unended("string", "\""))?;
            } else if let Some(hashes) = self.raw_string(rest) {
                let end = format!("\"{}", "#".repeat(hashes));
                let inner = rest.get(hashes + 1..).unwrap_or_default();
                let length = inner.find(&end).ok_or_else(|| self.unended("raw string", &end))?;
                self.position += hashes + 1 + length + end.len();
            } else if character == '\'' && rest.get(1..).is_some_and(is_character) {
                // If the quote does not begin a character, it begins a label.
                let inner = rest.get(1..).unwrap_or_default();
                let length = if inner.starts_with('\\') {
                    inner.get(2..).and_then(|inner| inner.find('\'')).map(|end| end + 2)
                } else {
                    inner.find('\'')
                };
                self.position += length.map_or(1, |length| length + 2);
            } else {
                self.position += character.len_utf8();
                return Ok(Some((start, character)));
            }
        }
    }

    /// The number of `#` at the beginning of a raw string, behind the `r`.
    fn raw_string(&self, rest: &str) -> Option<usize> {
        let hashes = rest.bytes().take_while(|byte| *byte == b'#').count();
        let before = self.text.get(..self.position).unwrap_or_default();
        let is_raw = before.ends_with('r') && rest.get(hashes..).is_some_and(|rest| rest.starts_with('"'));
        (is_raw && hashes > 0).then_some(hashes)
    }

    fn unended(&self, what: &str, end: &str) -> Mistake {
        Mistake::new(
            TextPlace::at(self.text, self.position),
            format!("the {what} does not end; write `{end}` behind it"),
        )
    }
}

/// Whether a quote before this text begins a character.
fn is_character(rest: &str) -> bool {
    let mut characters = rest.chars();
    match characters.next() {
        Some('\\') => true,
        Some(_) => characters.next() == Some('\''),
        None => false,
    }
}

/// The length of a comment in bytes. Comments may be nested.
fn comment(rest: &str) -> Option<usize> {
    let (mut depth, mut position) = (0_usize, 0);
    loop {
        let rest = rest.get(position..)?;
        let next = ["/*", "*/"].into_iter().filter_map(|mark| Some((rest.find(mark)?, mark))).min()?;
        position += next.0 + 2;
        depth = if next.1 == "/*" { depth + 1 } else { depth - 1 };
        if depth == 0 {
            return Some(position);
        }
    }
}

/// The length of a string in bytes, with its quotes.
fn string(rest: &str) -> Option<usize> {
    let mut escaped = false;
    for (position, character) in rest.char_indices().skip(1) {
        match character {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return Some(position + 1),
            _ => {}
        }
    }
    None
}

/// The error at which the reader of tokens stopped.
pub(super) fn unread(text: &str, place: Span) -> String {
    let start = place.start();
    let line = text.lines().nth(start.line.saturating_sub(1)).unwrap_or_default();
    let rest: String = line.chars().skip(start.column).collect();
    let is_string = ["\"", "b\"", "c\"", "'", "b'"].iter().any(|quote| rest.starts_with(quote));
    match rest.chars().next() {
        Some(_) if is_string => {
            "the string has an invalid escape; write `\\\\` for a backslash, or an escape such as `\\n`, `\\x7f` or `\\u{7f}`".to_owned()
        }
        Some(quote @ ('“' | '”' | '„' | '«' | '»' | '‘' | '’')) => {
            format!("a string stands in plain quotes; write `\"` instead of `{quote}`")
        }
        Some('0') => {
            let number: String = rest.chars().take_while(char::is_ascii_alphanumeric).collect();
            format!("`{number}` has a digit that its base does not have; write another number, such as `0o755`")
        }
        Some(character) => format!("`{}` has no meaning here; remove it", character.escape_debug()),
        None => "the text cannot be read here".to_owned(),
    }
}
