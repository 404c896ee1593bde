//! Writes an image for two platforms as an OCI image layout, and prints its tree and its index:
//! `cargo run --example two_platform -- DIR`. Without `DIR`, it writes into a temporary directory, which is removed at
//! the end.

use std::env;
use std::error::Error;
use std::path::Path;
use std::process::ExitCode;

use oci_fixture::{Layout, Store, oci_image};

fn main() -> ExitCode {
    let mut arguments = env::args_os().skip(1);
    let directory = arguments.next();
    if arguments.next().is_some() {
        eprintln!("usage: two_platform [DIR]");
        return ExitCode::from(2);
    }
    match run(directory.as_ref().map(Path::new)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(directory: Option<&Path>) -> Result<(), Box<dyn Error>> {
    let fixture = oci_image! {
        index "twoplatform:latest" {
            linux/amd64 { "bash" => "layer1" }
            linux/arm64 { "bash" => "layer2" }
        }
    };
    match directory {
        Some(directory) => print(&fixture.write_to(directory)?),
        None => print(&fixture.tempdir()?),
    }
}

fn print<S: Store>(layout: &Layout<S>) -> Result<(), Box<dyn Error>> {
    println!("{layout}\n");
    println!("{}", serde_json::to_string_pretty(&layout.index()?)?);
    Ok(())
}
