//! Our registry beside others on one layout: the time to the first answer, requests a second, the speed of a large layer, and memory.
//!
//! `cargo run --release --features testkit --bin registry`. docker-registry is that of Debian; without it, or without the feature, that row
//! is missing. Each registry is a process of its own, is empty at first, and gets the layout by [`Layout::push`].

use std::env;
use std::error::Error;
use std::fs;
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{TcpListener, TcpStream};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use oci_fixture::{Content, Layout, Memory, Registry, oci_image};

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// The size of the large layer's content.
const LARGE: u64 = 1 << 30;
/// Connections that ask for manifests at a time.
const CLIENTS: usize = 4;
/// For so long they ask.
const ASKS: Duration = Duration::from_secs(3);
/// The number of bytes that are read at once.
const CHUNK: usize = 256 * 1024;

fn main() -> Result<()> {
    match env::args().nth(1).as_deref() {
        None => compare(),
        Some("ours") => {
            let registry = Registry::new().start()?;
            serve(registry.host())
        }
        #[cfg(feature = "testkit")]
        Some("testkit") => testkit(),
        Some(other) => Err(format!("there is no registry `{other}` here").into()),
    }
}

/// Says where it listens, and waits until its input ends.
fn serve(host: &str) -> Result<()> {
    writeln!(io::stdout(), "{host}")?;
    io::copy(&mut io::stdin(), &mut io::sink())?;
    Ok(())
}

#[cfg(feature = "testkit")]
fn testkit() -> Result<()> {
    let runtime = tokio::runtime::Runtime::new()?;
    runtime.block_on(async {
        let server =
            registry_testkit::RegistryServer::new(registry_testkit::RegistryConfig::memory()).await?;
        let host = server.url().trim_start_matches("http://").to_owned();
        tokio::task::spawn_blocking(move || serve(&host).map_err(|error| error.to_string())).await??;
        Ok(())
    })
}

fn compare() -> Result<()> {
    let mut out = io::stdout();
    let small = oci_image! { manifest "bench.example/small:1" linux/amd64 { "a" => "b" } }.in_memory()?;
    let layout = oci_image! {
        manifest "bench.example/large:1" linux/amd64 { 'large: layer { "large" => Content::random(1, LARGE) } }
    }
    .in_memory()?;
    let large = layout.label("large")?;
    let copy = plain_copy(&large.bytes()?)?;
    let start = in_process()?;
    writeln!(out, "started within the process, first answer after {start:.0?}")?;
    writeln!(out, "a plain copy over a loopback socket: {copy:.0} MB/s")?;
    writeln!(
        out,
        "{:18} {:>12} {:>14} {:>12} {:>10} {:>12}",
        "", "first answer", "manifests/s", "MB/s", "of a copy", "peak memory"
    )?;
    for name in ["ours", "testkit", "docker-registry"] {
        match measure(name, &small, &layout, large.digest().as_str()) {
            Ok(Measured { first, manifests, speed: None, peak }) => writeln!(
                out,
                "{name:18} {first:>12.1?} {manifests:>14.0} {:>12} {:>10} {peak:>9} KiB",
                "refused", ""
            )?,
            Ok(Measured { first, manifests, speed: Some(speed), peak }) => writeln!(
                out,
                "{name:18} {first:>12.1?} {manifests:>14.0} {speed:>12.0} {:>10.2} {:>9} KiB",
                speed / copy,
                peak
            )?,
            Err(error) => writeln!(out, "{name:18} {error}")?,
        }
    }
    Ok(())
}

struct Measured {
    first: Duration,
    manifests: f64,
    /// `None` where the registry does not take the large layer.
    speed: Option<f64>,
    /// In KiB.
    peak: String,
}

fn measure(name: &str, small: &Layout<Memory>, layout: &Layout<Memory>, large: &str) -> Result<Measured> {
    let start = Instant::now();
    let server = Server::start(name)?;
    let host = server.host.clone();
    while get(&host, "/v2/", &mut Vec::new()).is_err() {
        if start.elapsed() > Duration::from_secs(10) {
            return Err("does not answer".into());
        }
    }
    let first = start.elapsed();
    let url = format!("http://{host}");
    small.push(&url)?;
    let manifests = manifests_a_second(&host)?;
    let speed = layout.push(&url).is_ok().then(|| download(&host, large)).transpose()?;
    let status = fs::read_to_string(format!("/proc/{}/status", server.child.id()))?;
    let peak = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or_default();
    Ok(Measured { first, manifests, speed, peak: peak.replace("kB", "").trim().to_owned() })
}

/// Megabytes of the large layer in a second.
fn download(host: &str, large: &str) -> Result<f64> {
    let begun = Instant::now();
    let bytes = get(host, &format!("/v2/large/blobs/{large}"), &mut vec![0; CHUNK])?;
    if bytes < LARGE {
        return Err(format!("sends {bytes} bytes of the large layer").into());
    }
    Ok(megabytes(bytes, begun.elapsed()))
}

/// A registry in a process of its own.
struct Server {
    child: Child,
    host: String,
    _directory: Option<tempfile::TempDir>,
}

impl Server {
    fn start(name: &str) -> Result<Self> {
        if name != "docker-registry" {
            let mut child = Command::new(env::current_exe()?)
                .arg(name)
                .stdin(Stdio::piped())
                .stdout(Stdio::piped())
                .stderr(Stdio::null())
                .spawn()?;
            let mut host = String::new();
            BufReader::new(child.stdout.take().ok_or("no output")?).read_line(&mut host)?;
            if host.is_empty() {
                return Err("is not built; add `--features testkit`".into());
            }
            return Ok(Self { child, host: host.trim().to_owned(), _directory: None });
        }
        let directory = tempfile::tempdir()?;
        // The port is free again once this is dropped.
        let host = TcpListener::bind("127.0.0.1:0")?.local_addr()?.to_string();
        let config = directory.path().join("config.yml");
        let root = directory.path().display();
        let text = format!(
            "version: 0.1\nlog: {{level: error, accesslog: {{disabled: true}}}}\nstorage: {{filesystem: {{rootdirectory: {root}}}}}\nhttp: {{addr: '{host}'}}\n"
        );
        fs::write(&config, text)?;
        let child = Command::new("docker-registry")
            .arg("serve")
            .arg(&config)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .map_err(|_| "is not installed")?;
        Ok(Self { child, host, _directory: Some(directory) })
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// The median of several starts.
fn in_process() -> Result<Duration> {
    let mut times = Vec::new();
    for _ in 0..51 {
        let start = Instant::now();
        let registry = oci_image! { manifest "bench.example/small:1" linux/amd64 { "a" => "b" } }.serve()?;
        get(registry.host(), "/v2/", &mut Vec::new())?;
        times.push(start.elapsed());
    }
    times.sort_unstable();
    Ok(times.get(25).copied().unwrap_or_default())
}

/// Asks for one manifest again and again, on several connections.
fn manifests_a_second(host: &str) -> Result<f64> {
    let clients: Vec<_> = (0..CLIENTS)
        .map(|_| {
            let host = host.to_owned();
            thread::spawn(move || -> io::Result<u64> {
                let mut connection = TcpStream::connect(&host)?;
                connection.set_nodelay(true)?;
                let request = format!(
                    "GET /v2/small/manifests/1 HTTP/1.1\r\nHost: {host}\r\nAccept: application/vnd.oci.image.manifest.v1+json\r\n\r\n"
                );
                let (mut answered, mut answer, start) = (0, Vec::new(), Instant::now());
                while start.elapsed() < ASKS {
                    connection.write_all(request.as_bytes())?;
                    read_answer(&mut connection, &mut answer)?;
                    answered += 1;
                }
                Ok(answered)
            })
        })
        .collect();
    let mut all = 0;
    for client in clients {
        all += client.join().map_err(|_| "a client has panicked")??;
    }
    #[allow(clippy::cast_precision_loss, reason = "a rate")]
    Ok(all as f64 / ASKS.as_secs_f64())
}

/// Reads one small answer by its length.
fn read_answer(connection: &mut TcpStream, answer: &mut Vec<u8>) -> io::Result<()> {
    answer.clear();
    let mut buffer = [0; 4096];
    loop {
        let read = connection.read(&mut buffer)?;
        if read == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        answer.extend_from_slice(buffer.get(..read).unwrap_or_default());
        let text = String::from_utf8_lossy(answer);
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        if !head.starts_with("HTTP/1.1 200") {
            return Err(io::Error::other(head.to_owned()));
        }
        let length = head.lines().find_map(|line| {
            let (name, value) = line.split_once(": ")?;
            name.eq_ignore_ascii_case("content-length").then(|| value.parse::<usize>().ok())?
        });
        if length.is_some_and(|length| body.len() >= length) {
            return Ok(());
        }
    }
}

/// Reads all of an answer, and says how many bytes its body had.
fn get(host: &str, path: &str, buffer: &mut Vec<u8>) -> Result<u64> {
    let mut connection = TcpStream::connect(host)?;
    write!(connection, "GET {path} HTTP/1.1\r\nHost: {host}\r\nConnection: close\r\n\r\n")?;
    buffer.resize(CHUNK, 0);
    let (mut all, mut head) = (0, 0);
    loop {
        let read = connection.read(buffer)?;
        if read == 0 {
            return if head > 0 { Ok(all - head) } else { Err("no answer".into()) };
        }
        if all == 0 {
            let start = buffer.get(..read).unwrap_or_default();
            if !start.starts_with(b"HTTP/1.1 200") {
                return Err(String::from_utf8_lossy(start).into());
            }
            let end = start
                .windows(4)
                .position(|window| window == b"\r\n\r\n")
                .ok_or("a head of several pieces")?;
            head = end as u64 + 4;
        }
        all += read as u64;
    }
}

/// The speed of the machine: bytes from memory are written to a socket and read from it.
fn plain_copy(bytes: &[u8]) -> Result<f64> {
    let listener = TcpListener::bind("127.0.0.1:0")?;
    let address = listener.local_addr()?;
    thread::scope(|scope| {
        let sender = scope.spawn(move || -> io::Result<()> {
            let (mut connection, _) = listener.accept()?;
            bytes.chunks(CHUNK).try_for_each(|chunk| connection.write_all(chunk))
        });
        let start = Instant::now();
        let mut connection = TcpStream::connect(address)?;
        let (mut buffer, mut all) = (vec![0; CHUNK], 0);
        loop {
            let read = connection.read(&mut buffer)?;
            if read == 0 {
                break;
            }
            all += read as u64;
        }
        let time = start.elapsed();
        sender.join().map_err(|_| "the sender has panicked")??;
        Ok(megabytes(all, time))
    })
}

fn megabytes(bytes: u64, time: Duration) -> f64 {
    #[allow(clippy::cast_precision_loss, reason = "a rate")]
    let bytes = bytes as f64;
    bytes / 1e6 / time.as_secs_f64()
}
