//! The page `docs/text.md` shows what the program prints.

#![allow(clippy::unwrap_used, clippy::panic, reason = "a test fails by a panic")]
#![cfg(unix)]

use std::collections::BTreeSet;
use std::fmt::Write as _;
use std::path::Path;
use std::process::{Command, Output};
use std::{env, fs, iter};

use tempfile::TempDir;

/// With this environment variable, the page is written anew.
const BLESS: &str = "OCI_FIXTURE_BLESS";

/// The lines of the page before and behind a block of commands.
const BEGIN: &str = "```console\n";
const END: &str = "```\n";

fn repository() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap()
}

/// The text that a shell shows for a command: its output, its errors, and its status if that is not 0.
fn shown(folder: &TempDir, command: &str) -> String {
    let bin = Path::new(env!("CARGO_BIN_EXE_oci-fixture")).parent().unwrap().to_owned();
    let path = env::var_os("PATH").unwrap_or_default();
    let Output { status, stdout, stderr } = Command::new("sh")
        .args(["-c", command])
        .current_dir(folder.path())
        .env("PATH", env::join_paths(iter::once(bin).chain(env::split_paths(&path))).unwrap())
        .output()
        .unwrap();
    let mut shown = String::from_utf8([stdout, stderr].concat()).unwrap();
    if !status.success() {
        writeln!(shown, "[exit status {}]", status.code().unwrap()).unwrap();
    }
    shown
}

/// The block with the output of its commands. Further lines of a command begin with `> `.
fn run(folder: &TempDir, block: &str) -> String {
    let mut found = String::new();
    let mut lines = block.lines().peekable();
    while let Some(line) = lines.next() {
        let Some(first) = line.strip_prefix("$ ") else { continue };
        let mut command = first.to_owned();
        found.extend([line, "\n"]);
        while let Some(more) = lines.next_if(|line| line.starts_with("> ")) {
            command.extend(["\n", &more[2..]]);
            found.extend([more, "\n"]);
        }
        found.push_str(&shown(folder, &command));
    }
    found
}

#[test]
fn each_command_prints_what_the_page_shows() {
    let page = repository().join("docs/text.md");
    let text = fs::read_to_string(&page).unwrap();
    let folder = TempDir::new().unwrap();
    let mut parts = text.split(BEGIN);
    let mut found = parts.next().unwrap().to_owned();
    let mut blocks = 0;
    for part in parts {
        let (block, rest) = part.split_once(END).unwrap();
        found.extend([BEGIN, &run(&folder, block), END, rest]);
        blocks += 1;
    }
    assert!(blocks > 5, "{blocks}");
    if env::var_os(BLESS).is_some_and(|bless| !bless.is_empty()) {
        fs::write(page, found).unwrap();
        return;
    }
    for (found, shown) in found.lines().zip(text.lines()) {
        assert_eq!(found, shown, "docs/text.md is out of date; set {BLESS}=1 to write it");
    }
    assert!(found == text, "docs/text.md is out of date; set {BLESS}=1 to write it");
}

/// The number of crates that cargo compiles for the program on Linux. `None` if cargo has not downloaded one of them.
fn crates() -> Option<usize> {
    let tree = Command::new(env!("CARGO"))
        .args(["tree", "--locked", "--offline", "--package", "oci-fixture-cli", "--edges", "normal,build"])
        .args(["--target", "x86_64-unknown-linux-gnu", "--prefix", "none"])
        .current_dir(repository())
        .output()
        .unwrap();
    let lines = String::from_utf8(tree.stdout).unwrap();
    let names = lines.lines().map(|line| line.split(' ').take(2).collect::<Vec<_>>().join(" "));
    tree.status.success().then(|| names.collect::<BTreeSet<_>>().len())
}

#[test]
fn the_page_says_how_many_crates_the_program_has() {
    let Some(crates) = crates() else {
        eprintln!("skipped: not all crates are downloaded");
        return;
    };
    let text = fs::read_to_string(repository().join("docs/text.md")).unwrap();
    assert!(text.contains(&format!("consists of {crates} crates")), "docs/text.md does not say {crates}");
}

#[test]
fn the_page_shows_the_tests_in_other_languages() {
    let text = fs::read_to_string(repository().join("docs/text.md")).unwrap();
    for (language, file) in [("python", "serve.py"), ("sh", "layout.sh")] {
        let file = fs::read_to_string(repository().join("cli/tests/users").join(file)).unwrap();
        assert!(text.contains(&format!("```{language}\n{file}```\n")), "docs/text.md does not show:\n{file}");
    }
}
