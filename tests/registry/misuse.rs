//! Bad input: whatever a client sends, nothing panics, no other client waits, and nothing is left behind.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

use oci_fixture::{Endpoint, Http, Registry, RunningRegistry, oci_image};

use crate::client::{get, parse, raw};

fn app() -> RunningRegistry {
    oci_image! { manifest "app:1" linux/amd64 { 'base: layer { "a" => "b" } } }.serve().unwrap()
}

#[track_caller]
fn assert_well(registry: &RunningRegistry) {
    assert_eq!(get(registry, "/v2/library/app/manifests/1").status, 200);
}

#[test]
fn an_invalid_request_is_answered_and_its_connection_is_closed() {
    let registry = app();
    for (bytes, status) in [
        // A TLS client goes on without TLS only if the answer looks like HTTP.
        (&b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"[..], 400),
        (b"\0\0\0\0\r\n\r\n", 400),
        (b"GET\r\n\r\n", 400),
        (b"GET /v2/ HTTP/9.9\r\n\r\n", 505),
        (b"GET /v2/ HTTP/1.1\r\nno colon\r\n\r\n", 400),
        (b"GET /v2/ HTTP/1.1\r\n folded: 1\r\n\r\n", 400),
        (b"PUT /v2/a/manifests/1 HTTP/1.1\r\nHost: h\r\nContent-Length: -1\r\n\r\n", 400),
        (b"PUT /v2/a/manifests/1 HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n", 400),
        (b"PUT /v2/a/manifests/1 HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: br\r\n\r\n", 501),
        (b"PUT /v2/a/manifests/1 HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n", 400),
        (b"PUT /v2/a/manifests/1 HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffffff\r\n", 400),
        (b"PUT /v2/a/manifests/1 HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nabc\r\n0\r\n\r\n", 400),
    ] {
        let answer = parse(&raw(registry.host(), bytes), false);
        assert_eq!((answer.status, answer.must("Connection")), (status, "close"), "{bytes:?}");
    }
    assert_well(&registry);
}

#[test]
fn a_head_that_is_too_large_is_refused() {
    let registry = app();
    for bytes in [
        format!("GET /{} HTTP/1.1\r\n\r\n", "a".repeat(200_000)),
        format!("GET / HTTP/1.1\r\n{}\r\n", "a: b\r\n".repeat(10_000)),
    ] {
        assert_eq!(parse(&raw(registry.host(), bytes.as_bytes()), false).status, 431);
    }
    assert_well(&registry);
}

#[test]
fn pipelined_requests_are_answered_in_their_order() {
    let registry = app();
    let request = |path: &str| format!("GET {path} HTTP/1.1\r\nHost: h\r\n\r\n");
    let body = "PUT /v2/b/manifests/1 HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\n{}";
    let last = "GET /v2/ HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n";
    let all = format!("{}{body}{}{last}", request("/v2/none/tags/list"), request("/v2/b/tags/list"));
    let answer = String::from_utf8(raw(registry.host(), all.as_bytes())).unwrap();
    let statuses: Vec<&str> = answer.split("HTTP/1.1 ").skip(1).map(|answer| &answer[..3]).collect();
    assert_eq!(statuses, ["404", "201", "200", "200"]);
}

#[test]
fn the_rest_of_a_body_is_not_taken_for_a_request() {
    let registry = app();
    let smuggled = "GET /v2/_catalog HTTP/1.1\r\nHost: h\r\n\r\n";
    // A short body is read to its end.
    let head = format!(
        "PUT /v2/UPPER/manifests/1 HTTP/1.1\r\nHost: h\r\nContent-Length: {}\r\n\r\n{smuggled}",
        smuggled.len()
    );
    let last = "GET /v2/ HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n";
    let answer = String::from_utf8(raw(registry.host(), format!("{head}{last}").as_bytes())).unwrap();
    let statuses: Vec<&str> = answer.split("HTTP/1.1 ").skip(1).map(|answer| &answer[..3]).collect();
    assert_eq!(statuses, ["400", "200"]);
    // A long body is not read, so the connection is closed.
    let head = "PUT /v2/UPPER/manifests/1 HTTP/1.1\r\nHost: h\r\nContent-Length: 1000000000\r\n\r\n";
    assert_eq!(parse(&raw(registry.host(), head.as_bytes()), false).must("Connection"), "close");
}

#[test]
fn a_silent_client_does_not_delay_others() {
    let registry = app();
    let silent: Vec<TcpStream> = (0..1_000)
        .map(|number| {
            let mut connection = TcpStream::connect(registry.host()).unwrap();
            let begun = &b"GET /v2/ HTTP/1.1\r\nHost: h"[..number % 26];
            connection.write_all(begun).unwrap();
            connection
        })
        .collect();
    let start = Instant::now();
    assert_well(&registry);
    assert!(start.elapsed() < Duration::from_secs(2), "{:?}", start.elapsed());
    let start = Instant::now();
    drop(registry);
    assert!(start.elapsed() < Duration::from_secs(2), "{:?}", start.elapsed());
    for mut connection in silent {
        // All connections are closed.
        let _ = connection.read_to_end(&mut Vec::new());
    }
}

#[test]
fn a_registry_ends_within_a_second_whatever_is_open() {
    let registry = app();
    registry.on(Endpoint::Ping, Http::stall(60_000)).unwrap();
    registry.on(Endpoint::Manifest, Http::rate(1)).unwrap();
    let open = |request: &str| {
        let mut connection = TcpStream::connect(registry.host()).unwrap();
        connection.write_all(request.as_bytes()).unwrap();
        connection
    };
    let _stalled = open("GET /v2/ HTTP/1.1\r\nHost: h\r\n\r\n");
    let _slow = open("GET /v2/library/app/manifests/1 HTTP/1.1\r\nHost: h\r\n\r\n");
    let _endless =
        open("PATCH /v2/a/blobs/uploads/x HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nab");
    let _idle = open("");
    std::thread::sleep(Duration::from_millis(100));
    let start = Instant::now();
    drop(registry);
    assert!(start.elapsed() < Duration::from_secs(1), "{:?}", start.elapsed());
}

#[test]
fn uploads_that_are_forgotten_make_room() {
    let registry = Registry::new().start().unwrap();
    let begin = || {
        crate::client::send(&registry, "POST", "/v2/a/blobs/uploads/", &[], b"").must("Location").to_owned()
    };
    let first = begin();
    let request = "POST /v2/a/blobs/uploads/ HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\n".repeat(1_000);
    let last = "GET /v2/ HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n";
    raw(registry.host(), format!("{request}{last}").as_bytes());
    assert_eq!(get(&registry, &first).status, 404);
    assert_eq!(get(&registry, &begin()).status, 204);
}

#[test]
fn a_client_with_http_1_0_is_answered() {
    let registry = app();
    let answer = parse(&raw(registry.host(), b"GET /v2/ HTTP/1.0\r\n\r\n"), false);
    assert_eq!((answer.status, answer.text().as_str()), (200, "{}"));
    let proxied = parse(&raw(registry.host(), b"GET http://h/v2/ HTTP/1.0\r\n\r\n"), false);
    assert_eq!(proxied.status, 200);
}
