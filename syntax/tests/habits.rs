//! Habits: declarations as people write them if they know Dockerfiles, shells, JSON, `format!`, other libraries, Compose or
//! Kubernetes.
//!
//! `habits.txt` has a declaration in a line, and below it the token and the message of its error. One command writes the
//! messages anew: `OCI_FIXTURE_BLESS=1 cargo test -p oci-fixture-syntax --test habits`.

#![allow(clippy::expect_used, reason = "a test fails by a panic")]

use std::fmt::Write as _;
use std::ops::Range;
use std::path::{Path, PathBuf};
use std::{env, fs};

use proc_macro2::{Span, TokenStream};

/// The errors of a declaration: the place in its text, and the message.
fn errors(source: &str) -> Vec<(Range<usize>, String)> {
    let Ok(tokens) = source.parse::<TokenStream>() else { return vec![(0..0, "no tokens".to_owned())] };
    let (_, errors) = oci_fixture_syntax::declaration(tokens, Span::mixed_site());
    errors.iter().map(|error| (error.span().byte_range(), error.to_string())).collect()
}

fn table() -> (PathBuf, String) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/habits.txt");
    let text = fs::read_to_string(&path).expect("habits.txt");
    (path, text)
}

fn sources(table: &str) -> impl Iterator<Item = &str> {
    table.lines().filter(|line| !line.is_empty() && !line.starts_with("##") && !line.starts_with(' '))
}

#[test]
fn every_habit_has_one_error_on_its_token() {
    let (path, expected) = table();
    let mut found = String::new();
    for line in expected.lines().filter(|line| !line.starts_with(' ')) {
        found.push_str(line);
        found.push('\n');
        if line.is_empty() || line.starts_with("##") {
            continue;
        }
        for (place, message) in errors(line) {
            writeln!(found, "    {} | {message}", line.get(place).unwrap_or_default()).expect("a text");
        }
    }
    if env::var_os("OCI_FIXTURE_BLESS").is_some() {
        fs::write(path, &found).expect("habits.txt is written");
    } else {
        assert!(found == expected, "write habits.txt anew, and read what has changed:\n{found}");
    }
    for source in sources(&found) {
        let found = errors(source);
        assert!(matches!(found.as_slice(), [_]), "{source}: {found:?}");
    }
}

/// A node behind or before a mistake has no error, and the mistake keeps its own. Behind a block no comma is needed.
#[test]
fn a_mistake_leaves_the_node_beside_it_alone() {
    let messages = |source: &str| errors(source).into_iter().map(|(_, message)| message).collect::<Vec<_>>();
    let node = "manifest \"beside:1\" { \"beside\" => \"x\" }";
    let (_, table) = table();
    for source in sources(&table) {
        let is_node = ["manifest", "index", "linux/"].iter().any(|word| source.starts_with(word));
        let comma = if is_node && source.ends_with('}') { "" } else { "," };
        for beside in
            [format!("{source}, {node}"), format!("{source}{comma} {node}"), format!("{node} {source}")]
        {
            assert_eq!(messages(&beside), messages(source), "{beside}");
        }
    }
}

/// A mistake in a layer hides the mistakes in the entries behind it, which may follow from it, and those of no other layer.
#[test]
fn a_mistake_in_one_layer_hides_none_in_another() {
    let messages = |source: &str| errors(source).into_iter().map(|(_, message)| message).collect::<Vec<_>>();
    let unknown = "unknown word `whiteot`; did you mean `whiteout`?";
    let absent =
        "hardlink target `a` is not before the link in its layer; put the file there, or name one that is";
    assert_eq!(
        messages("linux/amd64 { layer { whiteot \"x\" } layer { hardlink \"b\" -> \"a\" } }"),
        [unknown, absent]
    );
    let unknown = "unknown word `fle`; a `layer` holds entries such as `\"etc/name\" => \"content\"`, `descriptor:`, `raw:` and `eof:`";
    assert_eq!(messages("linux/amd64 { layer { fle \"a\" => \"\", hardlink \"b\" -> \"a\" } }"), [unknown]);
    assert_eq!(
        messages("linux/amd64 { layer { if x { fle \"a\" => \"\" } hardlink \"b\" -> \"a\" } }"),
        [unknown]
    );
}

#[test]
fn braces_in_a_path_are_legal() {
    for source in [
        "linux/amd64 { \"file{i}\" => \"x\" }",
        "linux/amd64 { for i in 0..3 { (\"file{i}\") => \"x\", \"file{j}\" => \"x\" } \"{i}\" -> \"{i}\" }",
        "linux/amd64 { for i in 0..3 { #[unchecked] \"file{i}\" => \"x\", \"{{i}}\" => \"{i}\" } }",
    ] {
        assert_eq!(errors(source), [], "{source}");
    }
}

/// Rust that is near to a habit is no mistake.
#[test]
fn expressions_that_look_like_a_habit_are_legal() {
    for source in [
        "linux/amd64 { config { cmd: \"a b\".split(' '), history: [History::new()] } layer {} }",
        "linux/amd64 { \"a\" => json!({ \"a\": 1 }), \"b\" => none, \"c\" => dsl!('a.b) }",
        "linux/amd64 { #[unchecked] \"etc/\" => [] }",
        "(layer! { a }), (index::Index { a }), (manifest)",
        "linux/amd64 { whiteout \"a\", \"b/\", whiteout \"c\", \"d\" => \"e\" }",
        "config \"team/app\" linux/amd64 { cmd: [\"a\"] }",
    ] {
        assert_eq!(errors(source), [], "{source}");
    }
}

/// Each cure that is an exact text gives a declaration without this error, if it replaces the wrong token and some tokens
/// around it.
#[test]
fn every_cure_that_is_an_exact_text_mends_its_mistake() {
    let (_, table) = table();
    for source in sources(&table) {
        let cures = errors(source).into_iter().flat_map(|(_, message)| cures(&message)).collect::<Vec<_>>();
        let are_faults = cures.iter().any(|cure| declares_a_fault(cure));
        assert!(!are_faults || declares_a_fault(source) || asks_for_a_fault(source), "{source}: {cures:?}");
    }
    let (tried, without) = tried(sources(&table));
    assert!(without.is_empty(), "these cures mend nothing:\n{without}");
    assert!(tried > 200, "{tried}");
}

/// The same holds for the mistakes in `tests/ui`, which have a mistake for each message.
#[test]
fn every_cure_of_the_compile_tests_mends_its_mistake() {
    let ui = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/ui");
    let folders = ["check", "parse", "habits"].map(|phase| fs::read_dir(ui.join(phase)).expect("a folder"));
    let files = folders.into_iter().flatten().map(|file| file.expect("a file").path());
    let programs = files.filter(|path| path.extension().is_some_and(|extension| extension == "rs"));
    let programs: Vec<String> = programs.map(|path| fs::read_to_string(path).expect("a text")).collect();
    let (tried, without) = tried(programs.iter().flat_map(|program| declarations(program)));
    assert!(without.is_empty(), "these cures mend nothing:\n{without}");
    assert!(tried > 100, "{tried}");
}

/// The declarations in a program.
fn declarations(program: &str) -> Vec<&str> {
    let mut found = Vec::new();
    for (place, begin) in program.match_indices("oci_image! {") {
        let rest = program.get(place + begin.len()..).unwrap_or_default();
        let ends = rest.match_indices('}').map(|(end, _)| rest.get(..end).unwrap_or_default());
        found.extend(ends.into_iter().find(|text| text.parse::<TokenStream>().is_ok()));
    }
    found
}

/// The number of cures, and the cures that mend nothing.
fn tried<'s>(sources: impl Iterator<Item = &'s str>) -> (usize, String) {
    let (mut tried, mut without) = (0, String::new());
    for source in sources {
        let before = errors(source);
        for (place, message) in &before {
            for cure in cures(message) {
                tried += 1;
                let mends = |text: &String| {
                    let is_text = text.parse::<TokenStream>().is_ok();
                    let after = errors(text);
                    is_text && after.len() <= before.len() && after.iter().all(|(_, other)| other != message)
                };
                // A cure of what is in a string is shown without its quotes.
                let forms = [cure.clone(), format!("\"{cure}\""), format!("b\"{cure}\"")];
                if !forms.iter().any(|form| replacements(source, place, form).iter().any(mends)) {
                    writeln!(without, "{source}\n    {message}\n    {cure}").expect("a text");
                }
            }
        }
    }
    (tried, without)
}

/// The texts in backticks behind `write` and `did you mean`. A text with `...`, a part of a text such as `{`, and a text with a
/// word in capitals that stands for something else are forms, and no exact texts.
fn cures(message: &str) -> Vec<String> {
    let is_form = |text: &str| {
        let forms =
            ["...", "PATH", "TARGET", "VALUE", "NAME", "TYPE", "CONTENT", "PATTERN", "CONDITION", "REF"];
        ["{", "sha256:", "empty_layer: true"].contains(&text) || forms.iter().any(|form| text.contains(form))
    };
    ["write `", "did you mean `"]
        .iter()
        .flat_map(|begin| message.split(begin).skip(1))
        .filter_map(|rest| rest.split('`').next())
        .filter(|cure| !is_form(cure))
        .map(str::to_owned)
        .collect()
}

fn declares_a_fault(cure: &str) -> bool {
    ["merge", "extend", "raw", "unchecked", "missing", "flip", "truncate", "#[http"]
        .iter()
        .any(|fault| cure.contains(fault))
}

/// Whether the source has a word for a fault that the language does not have.
fn asks_for_a_fault(source: &str) -> bool {
    [
        "corrupt",
        "tampered",
        "bad_digest",
        "absent",
        "cut_off",
        "error",
        "unauthorized",
        "rate_limit",
        "timeout",
        "not_stored",
        "unsafe",
        "raw",
    ]
    .map(|word| format!("#[{word}"))
    .iter()
    .any(|word| source.contains(word.as_str()))
}

/// The source with the cure in place of the tokens from any place before the token to any place behind it.
fn replacements(source: &str, place: &Range<usize>, cure: &str) -> Vec<String> {
    let is_edge = |edge: &usize| {
        let word = |character: Option<char>| character.is_some_and(char::is_alphanumeric);
        let halves = source.split_at_checked(*edge);
        halves.is_some_and(|(before, behind)| !(word(before.chars().last()) && word(behind.chars().next())))
    };
    let edges = |range: Range<usize>| range.filter(is_edge).collect::<Vec<_>>();
    let starts = edges(place.start.saturating_sub(60)..place.start + 1);
    let ends = edges(place.end..source.len().min(place.end + 60) + 1);
    let mut replaced = Vec::new();
    for start in starts.iter().rev() {
        for end in &ends {
            let (before, behind) = (source.get(..*start), source.get(*end..));
            let (Some(before), Some(behind)) = (before, behind) else { continue };
            replaced.push(format!("{before} {cure} {behind}"));
        }
    }
    replaced
}
