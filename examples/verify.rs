//! Says what is wrong with an OCI image layout, a directory or an archive: `cargo run --example verify -- PATH`, with
//! `--features decode` also inside of compressed layers.
//!
//! Each finding is a line: where, what, and which sentence asks for it. It exits with 1 where there are any, and with 2
//! where there is nothing to look at.

use std::env;
use std::path::Path;
use std::process::ExitCode;

use oci_fixture::{Finding, Level, verify};

fn main() -> ExitCode {
    let mut arguments = env::args_os().skip(1);
    let (Some(path), None) = (arguments.next(), arguments.next()) else {
        eprintln!("usage: verify PATH");
        return ExitCode::from(2);
    };
    match verify(&path) {
        Ok(findings) => {
            print(Path::new(&path), &findings);
            if findings.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE }
        }
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::from(2)
        }
    }
}

/// The findings as a person reads them.
fn print(path: &Path, findings: &[Finding]) {
    for finding in findings {
        println!("{}: {}\n    {}: {}\n", finding.level(), finding.place(), finding.kind(), finding.section());
    }
    let count = |level: Level| findings.iter().filter(|finding| finding.level() == level).count();
    let (must, should, notes) = (count(Level::Must), count(Level::Should), count(Level::Note));
    match findings.len() {
        0 => println!("{}: nothing is wrong", path.display()),
        _ => println!("{}: {must} MUST, {should} SHOULD, {notes} to be noted", path.display()),
    }
}
