//! Writes an image layout as one tar, opens the tar again, and prints its tree:
//! `cargo run --example archive -- FILE`. Without `FILE`, it writes a temporary file, which is removed at the end.
//!
//! `-` writes the tar to the standard output: `cargo run --quiet --example archive -- - | tar -t` lists its members. It
//! can be written to any other `Write`, too. If the reader closes the pipe before the end, the program prints an error.

use std::env;
use std::error::Error;
use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;

use oci_fixture::{Fixture, Layout, oci_image};

fn two_platform() -> Fixture {
    oci_image! {
        index "twoplatform:latest" {
            linux/amd64 { "bash" => "layer1" }
            linux/arm64 { "bash" => "layer2" }
        }
    }
}

fn main() -> ExitCode {
    let mut arguments = env::args_os().skip(1);
    let file = arguments.next();
    if arguments.next().is_some() {
        eprintln!("usage: archive [FILE | -]");
        return ExitCode::from(2);
    }
    let done = match file {
        Some(file) if file == "-" => write_to_stdout(),
        Some(file) => write_to(Path::new(&file)),
        None => write_to_temporary(),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn write_to_stdout() -> Result<(), Box<dyn Error>> {
    // `write_archive` returns the writer, for callers that need it again.
    drop(two_platform().write_archive(io::stdout().lock())?);
    Ok(())
}

fn write_to_temporary() -> Result<(), Box<dyn Error>> {
    let directory = tempfile::tempdir()?;
    write_to(&directory.path().join("twoplatform.tar"))
}

fn write_to(file: &Path) -> Result<(), Box<dyn Error>> {
    // This returns a `Layout` already, in which nodes can be found by the labels of the declaration.
    two_platform().write_archive_to(file)?;
    // `open_archive` also opens archives that other tools have written.
    let layout = Layout::open_archive(file)?;
    writeln!(io::stdout(), "{layout}")?;
    Ok(())
}
