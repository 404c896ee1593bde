//! Shows mistakes with the lines of the text.

use std::fmt::Write as _;
use std::path::Path;

use proc_macro2::Span;

/// The largest number of characters of a line that are shown.
const SHOWN: usize = 120;

/// A mistake in a text.
#[derive(Debug)]
pub(super) struct Mistake {
    place: TextPlace,
    message: String,
}

/// A place in a text.
#[derive(Clone, Copy, Debug)]
pub(super) struct TextPlace {
    /// The number of the line, from 1.
    line: usize,
    /// The first character, from 0.
    column: usize,
    /// The number of characters on this line. `None` means all characters up to its end.
    width: Option<usize>,
}

impl TextPlace {
    pub(super) fn of(span: Span) -> Self {
        let (start, end) = (span.start(), span.end());
        let width = (start.line == end.line).then(|| end.column.saturating_sub(start.column));
        Self { line: start.line, column: start.column, width }
    }

    /// The place of one character, by its position in bytes.
    pub(super) fn at(text: &str, position: usize) -> Self {
        let before = text.get(..position).unwrap_or(text);
        let line = before.matches('\n').count() + 1;
        let column = before.rsplit('\n').next().unwrap_or_default().chars().count();
        Self { line, column, width: Some(1) }
    }
}

impl Mistake {
    pub(super) fn new(place: TextPlace, message: impl Into<String>) -> Self {
        Self { place, message: message.into() }
    }
}

/// Each mistake with its place, its line, and a mark below what is wrong.
pub(super) fn report(text: &str, file: Option<&Path>, mistakes: &[Mistake]) -> String {
    let mut shown = String::new();
    for Mistake { place, message } in mistakes {
        if !shown.is_empty() {
            shown.push_str("\n\n");
        }
        let file = file.map(|file| format!("{}:", file.display())).unwrap_or_default();
        let (number, column) = (place.line, place.column + 1);
        let line: Vec<char> =
            text.lines().nth(number.saturating_sub(1)).unwrap_or_default().chars().collect();
        let (line, mark) = excerpt(&line, *place);
        let gutter = " ".repeat(number.to_string().len());
        let _ = write!(
            shown,
            "{file}{number}:{column}: {message}\n{gutter} |\n{number} | {line}\n{gutter} | {mark}"
        );
    }
    shown
}

/// The part of a line around a place, and the mark below it.
fn excerpt(line: &[char], place: TextPlace) -> (String, String) {
    let first = if line.len() > SHOWN { place.column.saturating_sub(SHOWN / 3) } else { 0 };
    let last = line.len().min(first + SHOWN);
    let (before, after) = (if first > 0 { ".." } else { "" }, if last < line.len() { ".." } else { "" });
    let visible = line.get(first..last).unwrap_or_default();
    let shown = format!("{before}{}{after}", visible.iter().collect::<String>());
    let mut mark = " ".repeat(before.len());
    // A tab is copied into the line of the mark, so that both lines have the same width.
    mark.extend(visible.iter().take(place.column - first).map(|c| if *c == '\t' { '\t' } else { ' ' }));
    let rest = last.saturating_sub(place.column);
    mark.push_str(&"^".repeat(place.width.unwrap_or(rest).min(rest).max(1)));
    (shown.trim_end().to_owned(), mark)
}
