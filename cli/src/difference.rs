//! The lines in which two texts differ.

use anstyle::{AnsiColor, Style};
use similar::{ChangeTag, TextDiff};

/// The lines of both texts, with a `-` before those that only `one` has, and a `+` before those that only `other` has.
pub(crate) fn difference(one: &str, other: &str) -> String {
    let diff = TextDiff::from_lines(one, other);
    let lines = diff.iter_all_changes().map(|change| {
        let (mark, style) = match change.tag() {
            ChangeTag::Equal => (' ', Style::new()),
            ChangeTag::Delete => ('-', AnsiColor::Red.on_default()),
            ChangeTag::Insert => ('+', AnsiColor::Green.on_default()),
        };
        format!("{style}{mark} {}{style:#}\n", change.value().trim_end_matches('\n'))
    });
    lines.collect::<Vec<_>>().concat()
}

#[cfg(test)]
mod tests {
    use super::difference;

    fn plain(one: &str, other: &str) -> String {
        anstream::adapter::strip_str(&difference(one, other)).to_string()
    }

    #[test]
    fn the_lines_of_one_text_are_marked() {
        assert_eq!(plain("a\nb\nd\n", "a\nc\nd\n"), "  a\n- b\n+ c\n  d\n");
        assert_eq!(plain("a\n", "a\na\n"), "  a\n+ a\n");
        assert_eq!(plain("a\nb\nc\nd\n", "b\nc\ne\n"), "- a\n  b\n  c\n- d\n+ e\n");
    }
}
