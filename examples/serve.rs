//! Serves an image from within the process, as tests of code that pulls and pushes do: `cargo run --features registry
//! --example serve`. It pulls all of the image from there, and prints each request with its answer.
//!
//! `cargo run --features registry --example serve -- 127.0.0.1:5000` serves there until its input ends, for any client:
//! `skopeo copy --all --src-tls-verify=false docker://127.0.0.1:5000/team/app:1 oci:app:1`. What was asked is printed
//! then.

use std::error::Error;
use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::process::ExitCode;
use std::{env, iter};

use oci_fixture::oci_spec::image::{ImageIndex, ImageManifest};
use oci_fixture::{Fixture, Registry, oci_image};

fn app() -> Fixture {
    oci_image! {
        index "team/app:1" {
            linux/amd64 { layer gzip { "bin/app" => "amd64" } }
            linux/arm64 { layer gzip { "bin/app" => "arm64" } }
        }
    }
}

fn main() -> ExitCode {
    let mut arguments = env::args().skip(1);
    let address = arguments.next();
    if arguments.next().is_some() {
        eprintln!("usage: serve [ADDRESS]");
        return ExitCode::from(2);
    }
    match run(address.as_deref()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(address: Option<&str>) -> Result<(), Box<dyn Error>> {
    let registry = match address {
        Some(address) => Registry::new().with(&app()).listen(address.parse::<SocketAddr>()?).start()?,
        None => app().serve()?,
    };
    match address {
        Some(_) => {
            writeln!(io::stdout(), "serving {}", registry.reference("team/app:1"))?;
            io::copy(&mut io::stdin(), &mut io::sink())?;
        }
        None => pull(registry.host())?,
    }
    writeln!(io::stdout(), "{}", registry.requests())?;
    Ok(())
}

/// Pulls all of the image: what code that is to be tested would do.
fn pull(host: &str) -> Result<(), Box<dyn Error>> {
    let index: ImageIndex = serde_json::from_slice(&get(host, "/v2/team/app/manifests/1")?)?;
    for listed in index.manifests() {
        let path = format!("/v2/team/app/manifests/{}", listed.digest());
        let manifest: ImageManifest = serde_json::from_slice(&get(host, &path)?)?;
        for blob in iter::once(manifest.config()).chain(manifest.layers()) {
            get(host, &format!("/v2/team/app/blobs/{}", blob.digest()))?;
        }
    }
    Ok(())
}

/// As little of HTTP as that takes.
fn get(host: &str, path: &str) -> Result<Vec<u8>, Box<dyn Error>> {
    let mut connection = TcpStream::connect(host)?;
    write!(connection, "GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n")?;
    let mut answer = Vec::new();
    connection.read_to_end(&mut answer)?;
    let end = answer.windows(4).position(|window| window == b"\r\n\r\n").ok_or("the answer has no head")?;
    let (head, body) = answer.split_at(end + 4);
    if head.starts_with(b"HTTP/1.1 200 ") {
        Ok(body.to_vec())
    } else {
        Err(format!("{path} is not there").into())
    }
}
