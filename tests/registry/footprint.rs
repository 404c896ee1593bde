//! The memory, threads and files of a registry while it runs and after it has ended, counted in a process in which nothing
//! else runs.

use std::fs;
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use oci_fixture::{Content, Endpoint, Http, Registry, RunningRegistry, oci_image};
#[cfg(feature = "tls")]
use oci_fixture_test_support::SKOPEO;
use oci_fixture_test_support::child;

use crate::client::{get, send};

/// The variable that is set in a process that runs one test alone.
const ALONE: &str = "OCI_FIXTURE_ALONE";

/// Runs a test of this file in a process of its own.
#[track_caller]
fn alone(test: &str, run: impl FnOnce()) {
    if std::env::var_os(ALONE).is_some() {
        return run();
    }
    let mut child = child(&[], &std::env::current_exe().unwrap(), module_path!(), test);
    let output = child.arg("--test-threads=1").env(ALONE, "1").output().unwrap();
    let (stdout, stderr) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success() && stdout.contains("1 passed"), "{stdout}{stderr}");
}

/// The names of the threads, and the open files, without the directory that is read for this list.
fn open() -> (Vec<String>, Vec<String>) {
    let sorted = |mut texts: Vec<String>| {
        texts.sort();
        texts
    };
    let entries = |directory: &str| fs::read_dir(directory).unwrap().map(|entry| entry.unwrap().path());
    let threads = entries("/proc/self/task").filter_map(|task| fs::read_to_string(task.join("comm")).ok());
    let files =
        entries("/proc/self/fd").filter_map(|file| Some(fs::read_link(file).ok()?.display().to_string()));
    (sorted(threads.collect()), sorted(files.collect()))
}

/// Asserts that everything that was opened is closed again. A thread that has ended is still listed for a moment.
#[track_caller]
fn assert_nothing_is_left(before: &(Vec<String>, Vec<String>), what: &str) {
    let end = Instant::now() + Duration::from_secs(2);
    while open() != *before && Instant::now() < end {
        std::thread::sleep(Duration::from_millis(5));
    }
    assert_eq!(open(), *before, "{what}");
}

/// The bytes of memory that `run` takes at its peak.
fn peak(run: impl FnOnce()) -> u64 {
    // From here, the peak is measured anew.
    fs::write("/proc/self/clear_refs", "5").unwrap();
    let before = memory("VmRSS:");
    run();
    memory("VmHWM:").saturating_sub(before)
}

fn memory(field: &str) -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix(field)).unwrap();
    line.trim().trim_end_matches(" kB").parse::<u64>().unwrap() << 10
}

fn app(registry: Registry) -> RunningRegistry {
    let fixture = oci_image! { manifest "app:1" linux/amd64 { "a" => Content::random(1, 3 << 20) } };
    registry.with(&fixture).start().unwrap()
}

fn connect(registry: &RunningRegistry, bytes: &str) -> TcpStream {
    let mut connection = TcpStream::connect(registry.host()).unwrap();
    connection.write_all(bytes.as_bytes()).unwrap();
    connection
}

#[test]
fn no_thread_and_no_file_is_left_behind() {
    alone("no_thread_and_no_file_is_left_behind", || {
        let manifest = "GET /v2/library/app/manifests/1 HTTP/1.1\r\nHost: h\r\n\r\n";
        // The first registry makes what the allocator and the standard library make only once.
        drop(app(Registry::new()));
        let before = open();

        let registry = app(Registry::new());
        assert_eq!(get(&registry, "/v2/library/app/manifests/1").status, 200);
        drop(registry);
        assert_nothing_is_left(&before, "a connection that has ended");

        let registry = app(Registry::new().bearer("user", "password"));
        assert_eq!(get(&registry, "/v2/library/app/manifests/1").status, 401);
        let token = send(&registry, "GET", "/token", &[("Authorization", "Basic dXNlcjpwYXNzd29yZA==")], b"");
        assert_eq!(token.status, 200);
        drop(registry);
        assert_nothing_is_left(&before, "a connection with a token");

        let registry = app(Registry::new());
        let open = ["", "GET /v2/ HT", manifest].map(|bytes| connect(&registry, bytes));
        drop((registry, open));
        assert_nothing_is_left(&before, "connections that are open");

        let registry = app(Registry::new().on(Endpoint::Manifest, Http::stall(60_000)));
        let stalled = connect(&registry, manifest);
        std::thread::sleep(Duration::from_millis(50));
        drop((registry, stalled));
        assert_nothing_is_left(&before, "an answer that is stalled");

        let registry = app(Registry::new());
        let location = send(&registry, "POST", "/v2/a/blobs/uploads/", &[], b"").must("Location").to_owned();
        let head = format!("PATCH {location} HTTP/1.1\r\nHost: h\r\nContent-Length: 9000000\r\n\r\n");
        drop(connect(&registry, &head));
        let mut abandoned = connect(&registry, &head);
        let _ = abandoned.write_all(&vec![0; 2 << 20]);
        drop((registry, abandoned));
        assert_nothing_is_left(&before, "an upload that is abandoned, whose bytes are in a file");

        let registry = app(Registry::new());
        let many: Vec<TcpStream> = (0..1_000).map(|_| connect(&registry, "GET /v2/ HTTP/1.1\r\n")).collect();
        assert_eq!(get(&registry, "/v2/").status, 200);
        drop((registry, many));
        assert_nothing_is_left(&before, "1,000 connections");
    });
}

#[test]
#[cfg(feature = "tls")]
fn no_thread_and_no_file_is_left_behind_by_tls() {
    alone("no_thread_and_no_file_is_left_behind_by_tls", || {
        drop(app(Registry::new().tls()));
        let before = open();
        let registry = app(Registry::new().tls());
        let directory = tempfile::tempdir().unwrap();
        fs::write(directory.path().join("ca.crt"), registry.ca_pem().unwrap()).unwrap();
        if SKOPEO.is_here() {
            let certificates = format!("--cert-dir={}", directory.path().display());
            let image = format!("docker://{}", registry.reference("app:1"));
            SKOPEO.run(["inspect", &certificates, &image]).unwrap();
        }
        // The first bytes of a handshake, and bytes that are not a handshake.
        let open = ["\u{16}\u{3}\u{1}", "GET /v2/ HTTP/1.1\r\nHost: h\r\n\r\n", ""]
            .map(|bytes| connect(&registry, bytes));
        drop((registry, open, directory));
        assert_nothing_is_left(&before, "connections by TLS");
    });
}

/// A limit that is far below the number of sent bytes, and above the buffers of one client.
const MEMORY: u64 = 8 << 20;

#[test]
fn an_upload_that_never_ends_takes_no_memory() {
    alone("an_upload_that_never_ends_takes_no_memory", || {
        let registry = Registry::new().start().unwrap();
        let location = send(&registry, "POST", "/v2/a/blobs/uploads/", &[], b"").must("Location").to_owned();
        let (chunk, mut received) = (vec![b'x'; 1 << 20], 0);
        let peak = peak(|| {
            let head = "Host: h\r\nTransfer-Encoding: chunked\r\n\r\n";
            let mut connection = connect(&registry, &format!("PATCH {location} HTTP/1.1\r\n{head}"));
            for _ in 0..256 {
                write!(connection, "100000\r\n").unwrap();
                connection.write_all(&chunk).unwrap();
                connection.write_all(b"\r\n").unwrap();
            }
            drop(connection);
            received = registry.requests()[1].received();
        });
        assert_eq!(received, 256 << 20);
        assert!(peak < MEMORY, "{peak} bytes");
        // The received bytes are kept until the client ends the upload.
        assert_eq!(get(&registry, &location).must("Range"), format!("0-{}", (256 << 20) - 1));
    });
}

#[test]
fn a_large_layer_is_served_in_little_memory() {
    alone("a_large_layer_is_served_in_little_memory", || {
        let fixture = oci_image! {
            manifest "app:1" linux/amd64 { 'large: layer { "a" => Content::zeros(256 << 20) } }
        };
        let mut sent = 0;
        let peak = peak(|| {
            let registry = fixture.serve().unwrap();
            let digest = registry.layout().unwrap().label("large").unwrap().digest().clone();
            let path = format!("/v2/library/app/blobs/{digest}");
            let request = format!("GET {path} HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n");
            let mut connection = connect(&registry, &request);
            let mut buffer = vec![0; 64 << 10];
            while connection.read(&mut buffer).unwrap() > 0 {}
            sent = registry.requests()[0].sent();
        });
        assert_eq!(sent, (256 << 20) + 512 + 1024);
        assert!(peak < MEMORY, "{peak} bytes");
    });
}
