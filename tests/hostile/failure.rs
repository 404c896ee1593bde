//! Failures: why a reader did not read an image, in words that are the same on every machine.

use std::error::Error;
use std::fmt;

pub(crate) enum Failure {
    Says(String),
    Panics(String),
    /// The reader did not end within this number of seconds.
    Endless(u64),
    /// The reader wrote more than this number of bytes.
    TooLarge(u64),
}

impl Failure {
    /// The line of a program's output that says what is wrong.
    pub(crate) fn of_program(stderr: &str, limit: u64) -> Self {
        if stderr.contains("file too large") || stderr.contains("no space left on device") {
            return Self::TooLarge(limit);
        }
        if let Some(panic) = stderr.strip_prefix("panic: ") {
            return Self::Panics(panic.lines().next().unwrap_or_default().to_owned());
        }
        let mut lines = stderr.lines().filter(|line| !line.is_empty());
        let line = lines.find(|line| !BESIDE.iter().any(|beside| line.contains(beside))).unwrap_or_default();
        Self::Says(problem(line).to_owned())
    }

    /// The text of an error and of its causes.
    pub(crate) fn of_error(error: &dyn Error) -> Self {
        let mut says = error.to_string();
        let mut source = error.source();
        while let Some(error) = source {
            says = format!("{says}: {error}");
            source = error.source();
        }
        Self::Says(says)
    }
}

/// Parts of lines that do not describe the error.
const BESIDE: [&str; 4] =
    ["Removing leading", "Child returned status", "level=info msg=", "level=error msg="];

/// A line without the name of the program, the time, and the place in its source.
fn problem(line: &str) -> &str {
    for program in ["tar: ", "bsdtar: ", "gzip: stdin: ", "/*stdin*\\ : "] {
        if let Some(problem) = line.strip_prefix(program) {
            return problem;
        }
    }
    // Docker and podman unpack in a separate process, whose name stands before its error.
    if let Some((_, problem)) = line.rsplit_once(" stderr: ") {
        return problem.trim_end_matches(" exit status 1");
    }
    let skopeo = line.split_once(" level=fatal msg=\"").map(|(_, message)| message.trim_end_matches('"'));
    let others = ["   \u{2a2f} ", "Error: ", "ctr: "].iter().find_map(|start| line.strip_prefix(start));
    let Some(message) = skopeo.or(others) else { return line };
    let message = message.trim_end_matches(": unknown");
    // In Go, each caller puts a description of its step before the error.
    let start = message.rmatch_indices(": ").nth(1).map_or(0, |(position, colon)| position + colon.len());
    &message[start..]
}

impl fmt::Display for Failure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Says(text) => write!(f, "error: {}", quoted(text)),
            Self::Panics(text) => write!(f, "panics: {}", quoted(text)),
            Self::Endless(seconds) => write!(f, "does not end within {seconds} s"),
            Self::TooLarge(bytes) => write!(f, "writes more than {} MiB", bytes >> 20),
        }
    }
}

/// The failure as code in a table, with short digests.
fn quoted(text: &str) -> String {
    let text = text.replace("\\\"", "\"").replace('`', "'").replace('|', "\\|");
    let text: String =
        text.trim().chars().map(|letter| if letter.is_control() { '\u{b7}' } else { letter }).collect();
    let is_digit = |letter: char| letter.is_ascii_hexdigit();
    let mut short = String::new();
    let mut rest = &*text;
    while let Some(start) = rest.find(is_digit) {
        let end = rest[start..].find(|letter| !is_digit(letter)).map_or(rest.len(), |size| start + size);
        let kept = if end - start >= 64 { start + 12 } else { end };
        short.push_str(&rest[..kept]);
        if kept < end {
            short.push('…');
        }
        rest = &rest[end..];
    }
    format!("`{short}{rest}`")
}
