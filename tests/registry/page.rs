//! docs/registry.md names tests that exist, and has all words of the language.

use std::fs;
use std::path::Path;

use oci_fixture_grammar::language::HTTP_WORDS;

const PAGE: &str = include_str!("../../docs/registry.md");

/// The names of all tests of this folder.
fn tests() -> Vec<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/registry");
    let files = fs::read_dir(folder).unwrap().map(|file| fs::read_to_string(file.unwrap().path()).unwrap());
    let text: String = files.collect();
    let after = text.split("#[test]").skip(1);
    let names =
        after.filter_map(|rest| rest.split_once("fn ")?.1.split_once('(').map(|(name, _)| name.to_owned()));
    names.collect()
}

#[test]
fn each_sentence_of_the_specification_has_tests() {
    let tests = tests();
    let section = PAGE.split_once("## The specification, sentence by sentence").unwrap().1;
    let rows: Vec<&str> = section.lines().filter(|line| line.starts_with("| \"")).collect();
    assert_eq!(rows.len(), 60);
    for row in rows {
        let named: Vec<&str> = row.rsplit(" | ").next().unwrap().trim_end_matches(" |").split(", ").collect();
        for name in named {
            let name = name.trim_matches('`');
            assert!(tests.iter().any(|test| test == name), "{name}");
        }
    }
}

#[test]
fn each_word_of_a_fault_is_on_the_page() {
    let section = PAGE.split_once("## Faults on the wire").unwrap().1;
    for word in HTTP_WORDS {
        let row = |line: &str| line.starts_with(&format!("| `{}", word.name));
        assert!(section.lines().any(row), "{}", word.name);
    }
}

#[test]
fn each_link_of_the_page_is_used_and_has_an_address() {
    let addresses: Vec<&str> = PAGE
        .lines()
        .filter_map(|line| line.strip_prefix('[')?.split_once("]: https://").map(|(name, _)| name))
        .collect();
    for name in &addresses {
        assert!(PAGE.matches(&format!("[{name}]")).count() > 1, "{name}");
    }
}
