//! One name, one thing: no two types of a package share a name.

use std::collections::BTreeMap;
use std::path::Path;

use super::source::{File, Word, files};

#[test]
fn no_two_types_of_a_package_share_a_name() {
    for package in ["grammar", "syntax", "macros", "runtime"] {
        let types = types(package);
        println!("{package}: {} types", types.values().map(Vec::len).sum::<usize>());
        let shared: Vec<_> = types.iter().filter(|(_, files)| files.len() > 1).collect();
        assert!(shared.is_empty(), "{package}: give each of these types a name of its own: {shared:#?}");
    }
}

/// The types of a package by name, each with the files that declare it. Types of tests and associated types do not count.
fn types(package: &str) -> BTreeMap<String, Vec<String>> {
    let mut types: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join(package).join("src");
    if !src.exists() {
        return types;
    }
    for file in files(&src).iter().filter(|file| !file.is_test()) {
        for name in declared(file) {
            types.entry(name).or_default().push(file.name.clone());
        }
    }
    types
}

/// The names of the types that a file declares.
fn declared(file: &File) -> Vec<String> {
    let mut names = Vec::new();
    // For each open brace, whether types inside of it count.
    let mut counts = vec![true];
    let mut item: &[Word] = &[];
    for (position, word) in file.words.iter().enumerate() {
        let start = position - item.len();
        item = &file.words[start..position];
        let has = |text: &str| item.iter().any(|word| word.text == text);
        match word.text.as_str() {
            "{" => {
                let tests = has("mod") && has("tests");
                let associated = (has("impl") || has("trait")) && !has("fn");
                counts.push(counts[counts.len() - 1] && !tests && !associated);
            }
            "}" => drop(counts.pop()),
            "struct" | "enum" | "trait" | "type" | "union" => {
                let name = file.words.get(position + 1).map_or("", |name| name.text.as_str());
                if counts[counts.len() - 1] && name.starts_with(char::is_uppercase) {
                    names.push(name.to_owned());
                }
            }
            _ => {}
        }
        let ends = ["{", "}", ";"].contains(&word.text.as_str());
        item = if ends { &[] } else { &file.words[start..=position] };
    }
    names
}
