//! Verifies an OCI image layout, a directory or an archive, and prints the findings:
//! `cargo run --example verify -- PATH`. With `--features decode` it verifies the contents of compressed layers, too.
//!
//! Each finding says where it is, what is wrong, and which section of the specification says so. The exit status is 0
//! without findings, 1 with findings, and 2 if `PATH` cannot be opened as a layout.

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

/// Prints the findings, and how many there are of each level.
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
