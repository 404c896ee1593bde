//! Writes the hostile images of the gallery: each attacks its reader or contradicts a specification.
//!
//! `cargo run --example hostile -- [NAME [DIR]]` writes the image NAME into the directory `DIR/NAME`, and prints its
//! tree. Without NAME, or with `all`, it writes every image. Without `DIR`, it writes into a temporary directory, which
//! is removed at the end.
//!
//! Writing these images is harmless; reading them may not be. `docs/hostile.md` shows what some readers do with them.
//! Relative paths out of a layer lead two directories up. Absolute paths lead into `/tmp/oci-fixture-hostile`.

use std::env;
use std::error::Error;
use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;

use oci_fixture_gallery::{Case, hostile};

/// A diamond's tree is too long to print.
const LINES: usize = 20;

fn main() -> ExitCode {
    let arguments: Vec<_> = env::args_os().skip(1).collect();
    let (name, directory) = match arguments.as_slice() {
        [] => (None, None),
        [name] => (Some(name), None),
        [name, directory] => (Some(name), Some(Path::new(directory))),
        [..] => return usage("there are more than two arguments"),
    };
    let name = name.filter(|name| *name != "all");
    let cases: Vec<&Case> = hostile().filter(|case| name.is_none_or(|name| name == case.name)).collect();
    if cases.is_empty() {
        let name = name.map(|name| name.to_string_lossy()).unwrap_or_default();
        return usage(&format!("there is no image `{name}`"));
    }
    match run(&cases, directory) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn usage(problem: &str) -> ExitCode {
    let names: Vec<&str> = hostile().map(|case| case.name).collect();
    eprintln!("error: {problem}");
    eprintln!("usage: hostile [NAME [DIR]], where NAME is `all`, {}", names.join(", "));
    ExitCode::from(2)
}

fn run(cases: &[&Case], directory: Option<&Path>) -> Result<(), Box<dyn Error>> {
    let temporary = tempfile::tempdir()?;
    let directory = directory.unwrap_or(temporary.path());
    let mut out = io::stdout().lock();
    for case in cases {
        let tree = case.fixture().write_to(directory.join(case.name))?.to_string();
        let beginning: Vec<&str> = tree.lines().take(LINES).collect();
        let rest = if tree.lines().count() > LINES { "\n..." } else { "" };
        writeln!(out, "{}: {}{rest}\n", case.name, beginning.join("\n"))?;
    }
    Ok(())
}
