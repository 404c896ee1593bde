//! Writes an image layout as one tar into a file, and opens that again to print what is in it:
//! `cargo run --example archive -- FILE`. Without `FILE` it is a temporary file, which is removed again.
//!
//! `-` is the standard output: `cargo run --quiet --example archive -- - | tar -t` prints the members. Any other
//! `Write` does as well; what reads too little is an error.

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
    // It gives the writer back.
    drop(two_platform().write_archive(io::stdout().lock())?);
    Ok(())
}

fn write_to_temporary() -> Result<(), Box<dyn Error>> {
    let directory = tempfile::tempdir()?;
    write_to(&directory.path().join("twoplatform.tar"))
}

fn write_to(file: &Path) -> Result<(), Box<dyn Error>> {
    // What it gives is the archive opened, in which nodes are also found by the labels of the declaration.
    two_platform().write_archive_to(file)?;
    // As for an archive that somebody else has written.
    let layout = Layout::open_archive(file)?;
    writeln!(io::stdout(), "{layout}")?;
    Ok(())
}
