//! ARCHITECTURE.md and CONTRIBUTING.md lead to files that exist.

use std::fs;
use std::path::Path;

const PAGES: [&str; 2] = ["ARCHITECTURE.md", "CONTRIBUTING.md"];

#[test]
fn every_path_that_a_page_names_exists() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut wrong = Vec::new();
    for page in PAGES {
        for (number, line) in (1..).zip(fs::read_to_string(root.join(page)).unwrap().lines()) {
            let problems = problems(root, line).into_iter();
            wrong.extend(problems.map(|problem| format!("{page}:{number}: {problem}")));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The mistakes in the code spans of a line.
///
/// A span that looks like a path must exist in the repository, or in the folder that was named last on the line. In
/// `NAME` in `FILE`, the last word of the name must be in the file.
fn problems(root: &Path, line: &str) -> Vec<String> {
    let mut problems = Vec::new();
    // Every second part is a code span.
    let parts: Vec<&str> = line.split('`').collect();
    let mut folder = root.to_owned();
    for (position, span) in parts.iter().enumerate().skip(1).step_by(2).filter(|(_, span)| is_path(span)) {
        let mut path = root.join(span);
        if path.exists() {
            folder = if path.is_dir() { path.clone() } else { path.parent().unwrap().to_owned() };
        } else {
            path = folder.join(span);
        }
        if !path.exists() {
            problems.push(format!("there is no `{span}`"));
        } else if path.is_file() && parts[position - 1] == " in " {
            let name = position.checked_sub(2).map_or("", |name| parts[name]);
            let word = name.rsplit("::").next().unwrap().trim_end_matches('!');
            if !fs::read_to_string(&path).unwrap().contains(word) {
                problems.push(format!("there is no `{word}` in `{span}`"));
            }
        }
    }
    problems
}

/// Whether a code span is the path of a file or a folder: `runtime/src`, `fault.rs` or `layer/`.
fn is_path(span: &str) -> bool {
    const FOLDERS: [&str; 11] = [
        "src", "grammar", "syntax", "macros", "runtime", "tests", "examples", "docs", "bench", "fuzz", ".ci",
    ];
    let plain = span.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"/._-".contains(&byte));
    let has_ending = [".rs", ".md", ".toml", "/"].iter().any(|ending| span.ends_with(ending));
    plain && (has_ending || span.split_once('/').is_some_and(|(first, _)| FOLDERS.contains(&first)))
}
