//! Serves an image from memory as a registry does, for tests of code that pulls: `cargo run --example in_memory`. It
//! listens on a free port of this machine, pulls all of the image from there, and prints each request with its answer.
//!
//! `cargo run --example in_memory -- 127.0.0.1:5000` serves there until it is stopped, for any client:
//! `skopeo copy --all --src-tls-verify=false docker://127.0.0.1:5000/team/app:1 oci:app:1`.

use std::collections::HashMap;
use std::error::Error;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::process::ExitCode;
use std::sync::Arc;
use std::{env, iter, thread};

use oci_fixture::oci_spec::image::{ImageIndex, ImageManifest};
use oci_fixture::{Digest, Fixture, Layout, Memory, Reference, oci_image};

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
        eprintln!("usage: in_memory [ADDRESS]");
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
    let registry = Arc::new(Registry::of(&app().in_memory()?)?);
    let listener = TcpListener::bind(address.unwrap_or("127.0.0.1:0"))?;
    let bound = listener.local_addr()?;
    if address.is_some() {
        writeln!(io::stdout(), "serving team/app:1 on {bound}")?;
        return Ok(registry.serve(&listener)?);
    }
    // It goes with the process.
    thread::spawn(move || registry.serve(&listener));
    pull(bound)
}

/// What can be pulled, as the [distribution specification] says.
///
/// [distribution specification]: https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#pull
struct Registry {
    blobs: HashMap<Digest, Vec<u8>>,
    /// What each blob is.
    media_types: HashMap<Digest, String>,
    /// What each name and tag is, as in `team/app:1`.
    tags: HashMap<String, Digest>,
}

impl Registry {
    fn of(layout: &Layout<Memory>) -> oci_fixture::Result<Self> {
        let (mut blobs, mut media_types, mut tags) = (HashMap::new(), HashMap::new(), HashMap::new());
        for blob in layout.blobs()? {
            let (digest, bytes) = blob?;
            blobs.insert(digest, bytes.into_owned());
        }
        for node in layout.walk()? {
            let node = node?;
            media_types.insert(node.digest().clone(), node.media_type().to_owned());
            // Those of index.json have one.
            if let Some(Ok(reference)) = node.reference().map(Reference::parse) {
                let tag = reference.tag().unwrap_or_default();
                tags.insert(format!("{}:{tag}", reference.path()), node.digest().clone());
            }
        }
        Ok(Self { blobs, media_types, tags })
    }

    fn serve(self: &Arc<Self>, listener: &TcpListener) -> io::Result<()> {
        loop {
            let (connection, _) = listener.accept()?;
            let registry = Arc::clone(self);
            // A client that goes away in between is no concern of the others.
            thread::spawn(move || registry.answer(&connection));
        }
    }

    /// Answers the one request of a connection.
    fn answer(&self, mut connection: &TcpStream) -> io::Result<()> {
        let (mut reader, mut request, mut header) =
            (BufReader::new(connection.take(64 * 1024)), String::new(), String::new());
        reader.read_line(&mut request)?;
        // None of the headers matters here.
        while reader.read_line(&mut header)? > 0 && header != "\r\n" {
            header.clear();
        }
        let mut words = request.split(' ');
        let (method, path) = (words.next().unwrap_or_default(), words.next().unwrap_or_default());
        let (status, headers, body) = match (method, path) {
            ("GET" | "HEAD", "/v2/") => {
                ("200 OK", "Content-Type: application/json\r\n".to_owned(), &b"{}"[..])
            }
            ("GET" | "HEAD", _) => match self.find(path) {
                Some((digest, media_type, bytes)) => (
                    "200 OK",
                    format!("Content-Type: {media_type}\r\nDocker-Content-Digest: {digest}\r\n"),
                    bytes,
                ),
                None => ("404 Not Found", String::new(), &b""[..]),
            },
            _ => ("405 Method Not Allowed", "Allow: GET, HEAD\r\n".to_owned(), &b""[..]),
        };
        let length = body.len();
        write!(
            connection,
            "HTTP/1.1 {status}\r\n{headers}Content-Length: {length}\r\nConnection: close\r\n\r\n"
        )?;
        if method == "GET" { connection.write_all(body) } else { Ok(()) }
    }

    /// What is at `/v2/NAME/manifests/TAG`, `/v2/NAME/manifests/DIGEST` or `/v2/NAME/blobs/DIGEST`.
    fn find(&self, path: &str) -> Option<(&Digest, &str, &[u8])> {
        let (parent, wanted) = path.strip_prefix("/v2/")?.rsplit_once('/')?;
        let digest = match parent.rsplit_once('/')? {
            (name, "manifests") => self.tags.get(&format!("{name}:{wanted}")).cloned(),
            (_, "blobs") => None,
            _ => return None,
        };
        let digest = digest.or_else(|| Digest::parse(wanted).ok())?;
        let (digest, bytes) = self.blobs.get_key_value(&digest)?;
        // What nothing refers to is stored nevertheless.
        let media_type = self.media_types.get(digest).map_or("application/octet-stream", String::as_str);
        Some((digest, media_type, bytes))
    }
}

/// Pulls all of the image: what code that is to be tested would do.
fn pull(registry: SocketAddr) -> Result<(), Box<dyn Error>> {
    let index: ImageIndex = serde_json::from_slice(&get(registry, "/v2/team/app/manifests/1")?)?;
    for listed in index.manifests() {
        let path = format!("/v2/team/app/manifests/{}", listed.digest());
        let manifest: ImageManifest = serde_json::from_slice(&get(registry, &path)?)?;
        for blob in iter::once(manifest.config()).chain(manifest.layers()) {
            get(registry, &format!("/v2/team/app/blobs/{}", blob.digest()))?;
        }
    }
    Ok(())
}

/// As little of HTTP as that takes.
fn get(registry: SocketAddr, path: &str) -> Result<Vec<u8>, Box<dyn Error>> {
    let mut connection = TcpStream::connect(registry)?;
    write!(connection, "GET {path} HTTP/1.1\r\nHost: {registry}\r\nConnection: close\r\n\r\n")?;
    let (mut answer, mut status, mut header) = (BufReader::new(connection), String::new(), String::new());
    answer.read_line(&mut status)?;
    while answer.read_line(&mut header)? > 0 && header != "\r\n" {
        header.clear();
    }
    let mut body = Vec::new();
    answer.read_to_end(&mut body)?;
    writeln!(io::stdout(), "GET {path}: {}, {} bytes", status.trim_end(), body.len())?;
    if status == "HTTP/1.1 200 OK\r\n" { Ok(body) } else { Err(format!("{path} is not there").into()) }
}
