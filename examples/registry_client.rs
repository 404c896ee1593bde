//! A client of a registry in 150 lines, and its tests: `cargo test --features registry --example registry_client`. Each test
//! is a declaration and an assertion, since the declaration says what the registry does wrong.
//!
//! `cargo run --features registry --example registry_client -- 127.0.0.1:5000 library/app latest` prints the digest and the size of
//! each layer of an image, after it has pulled and checked them.

use std::error::Error;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::process::ExitCode;
use std::thread;
use std::time::Duration;

use oci_fixture::oci_spec::image::ImageManifest;
use sha2::{Digest as _, Sha256};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// Requests that are sent before a client gives up.
const TRIES: usize = 5;
/// The client asks again after this time without an answer.
const PATIENCE: Duration = Duration::from_millis(500);

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [host, repository, tag] = arguments.as_slice() else {
        eprintln!("usage: registry_client HOST REPOSITORY TAG");
        return ExitCode::from(2);
    };
    let layers = Client::new(host).pull(repository, tag);
    match layers.and_then(|layers| print(&layers)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn print(layers: &[Vec<u8>]) -> Result<()> {
    for layer in layers {
        writeln!(std::io::stdout(), "{} {} bytes", digest(layer), layer.len())?;
    }
    Ok(())
}

struct Client {
    host: String,
    authorization: Option<String>,
}

struct Answer {
    status: u16,
    head: String,
    body: Vec<u8>,
}

#[cfg_attr(not(test), allow(dead_code, reason = "the program pulls one image; the tests ask for more"))]
impl Client {
    fn new(host: &str) -> Self {
        Self { host: host.to_owned(), authorization: None }
    }

    fn with_password(host: &str, encoded: &str) -> Self {
        Self { host: host.to_owned(), authorization: Some(format!("Basic {encoded}")) }
    }

    /// The layers of an image.
    fn pull(&self, repository: &str, tag: &str) -> Result<Vec<Vec<u8>>> {
        let answer = self.get(&format!("/v2/{repository}/manifests/{tag}"))?;
        // A digest that the registry says is only good if it is right.
        if let Some(said) = answer.header("docker-content-digest")
            && said != digest(&answer.body)
        {
            return Err(format!("the manifest is not {said}").into());
        }
        let manifest: ImageManifest = serde_json::from_slice(&answer.body)?;
        manifest.layers().iter().map(|layer| self.blob(repository, layer.digest().as_ref())).collect()
    }

    /// A blob. A broken download goes on by a range.
    fn blob(&self, repository: &str, wanted: &str) -> Result<Vec<u8>> {
        let (path, mut bytes) = (format!("/v2/{repository}/blobs/{wanted}"), Vec::new());
        for _ in 0..TRIES {
            let range =
                if bytes.is_empty() { String::new() } else { format!("Range: bytes={}-\r\n", bytes.len()) };
            let answer = try_to(|| self.ask(&self.host, &path, &range))?;
            // A registry without ranges begins anew.
            if answer.status == 200 {
                bytes.clear();
            }
            bytes.extend_from_slice(&answer.body);
            if answer.is_whole() {
                break;
            }
        }
        if digest(&bytes) == wanted { Ok(bytes) } else { Err(format!("the blob is not {wanted}").into()) }
    }

    /// All tags, page by page.
    fn tags(&self, repository: &str) -> Result<Vec<String>> {
        let (mut path, mut tags) = (format!("/v2/{repository}/tags/list"), Vec::new());
        loop {
            let answer = self.get(&path)?;
            let page: serde_json::Value = serde_json::from_slice(&answer.body)?;
            let names = page.get("tags").and_then(|tags| tags.as_array()).into_iter().flatten();
            tags.extend(names.filter_map(|tag| Some(tag.as_str()?.to_owned())));
            let next = answer.header("link").and_then(|link| link.strip_prefix('<')?.split_once('>'));
            match next {
                Some((next, _)) => path = String::from(next),
                None => return Ok(tags),
            }
        }
    }

    /// An answer with all of its body.
    fn get(&self, path: &str) -> Result<Answer> {
        try_to(|| {
            self.ask(&self.host, path, "")
                .and_then(|answer| if answer.is_whole() { Ok(answer) } else { Err("it broke off".into()) })
        })
    }

    /// One request, which follows a redirect. Another host is not told what this one wants.
    fn ask(&self, host: &str, path: &str, headers: &str) -> Result<Answer> {
        let authorization = self.authorization.as_ref().filter(|_| host == self.host);
        let authorization =
            authorization.map(|value| format!("Authorization: {value}\r\n")).unwrap_or_default();
        let mut connection = TcpStream::connect(host)?;
        connection.set_read_timeout(Some(PATIENCE))?;
        write!(
            connection,
            "GET {path} HTTP/1.1\r\nHost: {host}\r\n{authorization}{headers}Connection: close\r\n\r\n"
        )?;
        let mut bytes = Vec::new();
        let read = connection.read_to_end(&mut bytes);
        let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") else {
            read?;
            return Err("the answer is no HTTP".into());
        };
        let head = String::from_utf8_lossy(bytes.get(..end).unwrap_or_default()).into_owned();
        let status = head.strip_prefix("HTTP/1.1 ").and_then(|head| head.get(..3)?.parse().ok());
        let answer =
            Answer { status: status.ok_or("the answer is no HTTP")?, head, body: bytes.split_off(end + 4) };
        let location =
            answer.header("location").and_then(|location| location.strip_prefix("http://")?.split_once('/'));
        match location {
            Some((host, path)) if answer.status == 307 => self.ask(host, &format!("/{path}"), headers),
            _ => Ok(answer),
        }
    }
}

/// Asks again as long as the registry is busy or fails.
fn try_to(ask: impl Fn() -> Result<Answer>) -> Result<Answer> {
    let mut failed = None;
    for _ in 0..TRIES {
        match ask() {
            Ok(answer) if matches!(answer.status, 200 | 206) => return Ok(answer),
            Ok(answer) if matches!(answer.status, 429 | 500..) => {
                let seconds = answer.header("retry-after").and_then(|text| text.parse().ok());
                thread::sleep(seconds.map_or(Duration::from_millis(10), Duration::from_secs));
                failed = Some(format!("the registry answers {}", answer.status).into());
            }
            Ok(answer) => return Err(format!("the registry answers {}", answer.status).into()),
            Err(error) => failed = Some(error),
        }
    }
    Err(failed.unwrap_or_else(|| "the registry is silent".into()))
}

impl Answer {
    fn header(&self, name: &str) -> Option<&str> {
        let lines = self.head.lines().filter_map(|line| line.split_once(": "));
        lines.filter(|(header, _)| header.eq_ignore_ascii_case(name)).map(|(_, value)| value).next()
    }

    /// Whether the body is as long as the head says.
    fn is_whole(&self) -> bool {
        self.header("content-length").is_none_or(|length| length == self.body.len().to_string())
    }
}

fn digest(bytes: &[u8]) -> String {
    let hex: Vec<String> = Sha256::digest(bytes).iter().map(|byte| format!("{byte:02x}")).collect();
    format!("sha256:{}", hex.concat())
}

#[cfg(test)]
mod tests {
    use oci_fixture::{Endpoint, Fixture, Http, Registry, RunningRegistry, oci_image};

    use super::{Client, Result};

    /// The result of a pull: the sizes of the layers, or an error.
    fn pull(registry: &RunningRegistry) -> Result<Vec<usize>> {
        Ok(Client::new(registry.host()).pull("library/app", "1")?.iter().map(Vec::len).collect())
    }

    #[track_caller]
    fn assert_pulled(fixture: &Fixture, log: &str) {
        let registry = fixture.serve().unwrap();
        assert_eq!(pull(&registry).unwrap(), [2048]);
        assert_eq!(registry.requests().to_string(), log.trim());
    }

    #[test]
    fn a_busy_registry_is_asked_again() {
        let fixture = oci_image! {
            #[http(status = 503, times = 2)]
            manifest "app:1" linux/amd64 { 'base: layer { "a" => "b" } }
        };
        assert_pulled(
            &fixture,
            "
GET library/app manifests 1 503 112
GET library/app manifests 1 503 112
GET library/app manifests 1 200 397
GET library/app blobs 'base 200 2048",
        );
    }

    #[test]
    fn a_broken_download_goes_on_by_a_range() {
        let fixture = oci_image! {
            manifest "app:1" linux/amd64 {
                #[http(cut = 1000, times = 1)] #[http(cut = 500, times = 1)] 'base: layer { "a" => "b" }
            }
        };
        assert_pulled(
            &fixture,
            "
GET library/app manifests 1 200 397
GET library/app blobs 'base 200 1000 cut
GET library/app blobs 'base 206 bytes=1000- 500 cut
GET library/app blobs 'base 206 bytes=1500- 548",
        );
    }

    #[test]
    fn a_registry_without_ranges_sends_the_blob_again() {
        let fixture = oci_image! {
            manifest "app:1" linux/amd64 {
                #[http(cut = 1000, times = 1)] #[http(ranges = false)] 'base: layer { "a" => "b" }
            }
        };
        assert_pulled(
            &fixture,
            "
GET library/app manifests 1 200 397
GET library/app blobs 'base 200 1000 cut
GET library/app blobs 'base 200 bytes=1000- 2048",
        );
    }

    #[test]
    fn a_reset_and_a_silent_registry_are_asked_again() {
        let fixture = oci_image! {
            #[http(reset, times = 1)] #[http(stall = 2000, times = 1)]
            manifest "app:1" linux/amd64 { 'base: layer { "a" => "b" } }
        };
        assert_eq!(pull(&fixture.serve().unwrap()).unwrap(), [2048]);
    }

    #[test]
    fn a_redirect_is_followed_without_credentials() {
        let fixture = oci_image! {
            manifest "app:1" linux/amd64 { #[http(redirect)] layer { "a" => "b" } }
        };
        let registry = Registry::new().with(&fixture).basic("user", "password").start().unwrap();
        let client = Client::with_password(registry.host(), "dXNlcjpwYXNzd29yZA==");
        assert_eq!(client.pull("library/app", "1").unwrap()[0].len(), 2048);
        assert_eq!(pull(&registry).unwrap_err().to_string(), "the registry answers 401");
    }

    #[test]
    fn a_blob_that_is_not_what_its_digest_says_is_refused() {
        let fixture = oci_image! { manifest "app:1" linux/amd64 { #[flip = 0] layer { "a" => "b" } } };
        let error = pull(&fixture.serve().unwrap()).unwrap_err().to_string();
        assert!(error.starts_with("the blob is not sha256:"), "{error}");
    }

    #[test]
    fn a_wrong_digest_in_a_header_is_refused() {
        let fixture = oci_image! {
            #[http(header("Docker-Content-Digest", "sha256:0"))]
            manifest "app:1" linux/amd64 { "a" => "b" }
        };
        assert_eq!(pull(&fixture.serve().unwrap()).unwrap_err().to_string(), "the manifest is not sha256:0");
    }

    #[test]
    fn an_error_is_no_manifest() {
        let fixture = oci_image! { #[missing] manifest "app:1" linux/amd64 { "a" => "b" } };
        assert_eq!(pull(&fixture.serve().unwrap()).unwrap_err().to_string(), "the registry answers 404");
    }

    #[test]
    fn all_pages_of_tags_are_read() {
        let fixture = oci_image! {
            'image: manifest "app:1" linux/amd64 { "a" => "b" }
            for tag in 2..=5 { tag (format!("app:{tag}")) => 'image }
        };
        let registry = Registry::new().with(&fixture).page(2).start().unwrap();
        assert_eq!(Client::new(registry.host()).tags("library/app").unwrap(), ["1", "2", "3", "4", "5"]);
        assert_eq!(registry.requests().len(), 3);
    }

    #[test]
    fn a_registry_that_stays_busy_is_given_up() {
        let registry = Registry::new().on(Endpoint::Manifest, Http::status(500)).start().unwrap();
        assert_eq!(pull(&registry).unwrap_err().to_string(), "the registry answers 500");
        assert_eq!(registry.requests().len(), super::TRIES);
    }
}
