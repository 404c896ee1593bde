//! Opens any OCI image layout, a directory or an archive, and prints its tree down to the entries of the layers:
//! `cargo run --features decode --example open -- [--long] PATH`.
//!
//! `--long` prints whole digests, media types, owners and times, and all entries of large layers. Without the feature
//! `decode`, the entries of compressed layers are not shown. If a part of the layout cannot be read, its place in the
//! tree says why. If `PATH` is not a layout at all, the program prints an error, and its exit status is 1.

use std::env;
use std::error::Error;
use std::ffi::OsString;
use std::io::{self, Write};
use std::path::Path;
use std::process::ExitCode;

use oci_fixture::{Layout, Store};

fn main() -> ExitCode {
    let arguments: Vec<OsString> = env::args_os().skip(1).collect();
    let done = match arguments.as_slice() {
        [option, path] if option == "--long" => run(Path::new(path), true),
        [path] if path != "--long" => run(Path::new(path), false),
        _ => {
            eprintln!("usage: open [--long] PATH");
            return ExitCode::from(2);
        }
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(path: &Path, long: bool) -> Result<(), Box<dyn Error>> {
    if path.is_dir() { print(&Layout::open(path)?, long) } else { print(&Layout::open_archive(path)?, long) }
}

fn print<S: Store>(layout: &Layout<S>, long: bool) -> Result<(), Box<dyn Error>> {
    let tree = if long { format!("{layout:#}") } else { layout.to_string() };
    writeln!(io::stdout(), "{tree}")?;
    Ok(())
}
