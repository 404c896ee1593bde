//! Writes an archive for `docker load`, and prints its members: `cargo run --example docker_archive -- [PLATFORM [FILE]]`.
//! Docker loads one image of an index, the one for `PLATFORM`. The default is `linux/amd64`. Without `FILE`, nothing is
//! kept.
//!
//! The program makes two archives. The first is one that every version of Docker loads. The second, which is written to
//! `FILE`, is an OCI image layout as well, so that `skopeo inspect --raw oci-archive:FILE` reads it, too.

use std::env;
use std::error::Error;
use std::fs::File;
use std::io::{self, Read, Write};
use std::path::Path;
use std::process::ExitCode;

use oci_fixture::{Fixture, oci_image};

fn app() -> Fixture {
    oci_image! {
        'app: index "app:1" {
            linux/amd64 { layer gzip { "bin/app" => "amd64" } config { cmd: ["/bin/app"] } }
            linux/arm64 { layer gzip { "bin/app" => "arm64" } config { cmd: ["/bin/app"] } }
        }
        tag "app:latest" => 'app,
    }
}

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let done = match arguments.iter().map(String::as_str).collect::<Vec<_>>().as_slice() {
        [] => run("linux/amd64", None),
        [platform] => run(platform, None),
        [platform, file] => run(platform, Some(Path::new(file))),
        _ => {
            eprintln!("usage: docker_archive [PLATFORM [FILE]]");
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

fn run(platform: &str, file: Option<&Path>) -> Result<(), Box<dyn Error>> {
    let fixture = app();
    let plain = fixture.docker_archive().platform(platform).write(Vec::new())?;
    print("for any Docker:", plain.as_slice())?;

    let temporary = tempfile::tempdir()?;
    let in_temporary = temporary.path().join("app.tar");
    let file = file.unwrap_or(&in_temporary);
    fixture.docker_archive().platform(platform).with_layout().write_to(file)?;
    print("\nfor any Docker, and an OCI image layout:", File::open(file)?)
}

/// Prints the members of a tar, and the text of `manifest.json`.
fn print(title: &str, tar: impl Read) -> Result<(), Box<dyn Error>> {
    let mut out = io::stdout().lock();
    writeln!(out, "{title}")?;
    for member in tar::Archive::new(tar).entries()? {
        let mut member = member?;
        let path = member.path()?.display().to_string();
        match member.link_name()? {
            Some(target) => writeln!(out, "  {path} -> {}", target.display())?,
            None => writeln!(out, "  {path} {} bytes", member.size())?,
        }
        if path == "manifest.json" {
            let mut text = String::new();
            member.read_to_string(&mut text)?;
            writeln!(out, "    {text}")?;
        }
    }
    Ok(())
}
