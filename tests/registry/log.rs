//! The log: requests and answers.

use std::io::Write;
use std::net::TcpStream;
use std::time::Duration;

use oci_fixture::{Content, End, Endpoint, Http, Registry, RunningRegistry, oci_image};

use crate::client::{get, get_with, send};

fn app() -> RunningRegistry {
    oci_image! {
        index "app:1" {
            linux/amd64 { 'base: layer { "a" => "b" } }
        }
    }
    .serve()
    .unwrap()
}

#[test]
fn a_request_is_a_line_without_host_port_and_time() {
    let registry = app();
    let layout = registry.layout().unwrap();
    let base = layout.label("base").unwrap().digest().clone();
    get(&registry, "/v2/");
    get(&registry, "/v2/library/app/manifests/1");
    send(&registry, "HEAD", "/v2/library/app/manifests/1", &[], b"");
    get_with(&registry, &format!("/v2/library/app/blobs/{base}"), &[("Range", "bytes=1000-")]);
    get(&registry, "/v2/library/app/tags/list?n=1&last=0");
    get(&registry, "/v2/_catalog");
    let location = send(&registry, "POST", "/v2/a/blobs/uploads/", &[], b"").must("Location").to_owned();
    send(&registry, "PATCH", &location, &[], b"abc");
    send(&registry, "DELETE", &location, &[], b"");
    send(&registry, "POST", &format!("/v2/a/blobs/uploads/?mount={base}&from=library/app"), &[], b"");
    get(&registry, "/elsewhere?ns=x");
    assert_eq!(
        registry.requests().to_string(),
        "\
GET library/app manifests 1 200 289
HEAD library/app manifests 1 200 0
GET library/app blobs 'base 206 bytes=1000- 1048
GET library/app tags n=1 last=0 200 35
GET catalog 200 32
POST a uploads 202 0
PATCH a uploads 1 202 3
DELETE a uploads 1 204 0
POST a uploads mount='base from=library/app 201 0
GET /elsewhere 404 102"
    );
    assert_eq!(registry.requests().len(), 11);
}

#[test]
fn requests_are_sorted_by_their_lines() {
    let registry = app();
    get(&registry, "/v2/library/app/manifests/2");
    get(&registry, "/v2/library/app/manifests/1");
    let requests = registry.requests();
    assert_eq!(requests.to_string().lines().collect::<Vec<_>>().len(), 2);
    let sorted = requests.sorted().to_string();
    assert!(
        sorted.starts_with("GET library/app manifests 1 200 289\nGET library/app manifests 2 404 "),
        "{sorted}"
    );
}

#[test]
fn a_request_tells_what_was_asked_and_answered() {
    let registry = app();
    let auth =
        [("Authorization", "Basic dXNlcjpwYXNzd29yZA=="), ("User-Agent", "me/1"), ("Range", "bytes=0-9")];
    send(&registry, "PUT", "/v2/a%2Fb/manifests/1?tag=2", &auth, b"{}");
    let requests = registry.requests();
    let request = &requests[0];
    assert_eq!((request.method(), request.path()), ("PUT", "/v2/a%2Fb/manifests/1"));
    assert_eq!(request.endpoint(), Some(Endpoint::Manifest));
    assert_eq!((request.repository(), request.name()), (Some("a/b"), Some("1")));
    assert_eq!(
        (request.header("authorization"), request.header("user-agent")),
        (Some("Basic"), Some("me/1"))
    );
    assert_eq!((request.range(), request.status(), request.received()), (Some("bytes=0-9"), 201, 2));
    assert_eq!((request.sent(), request.end()), (0, End::Whole));
    assert!(!format!("{requests:?}").contains("dXNlcjpwYXNzd29yZA"));
    send(&registry, "GET", "/v2/", &[("Authorization", "secret-without-a-scheme")], b"");
    assert_eq!(registry.requests()[1].header("authorization"), Some(""));
}

#[test]
fn the_log_waits_for_requests_under_way_and_shows_endless_ones_as_pending() {
    let registry = app();
    registry.on(Endpoint::Tags, Http::stall(200)).unwrap();
    registry.on(Endpoint::Catalog, Http::stall(60_000)).unwrap();
    let ask = |path: &str| {
        let mut connection = TcpStream::connect(registry.host()).unwrap();
        write!(connection, "GET {path} HTTP/1.1\r\nHost: h\r\n\r\n").unwrap();
        // The head is read soon.
        std::thread::sleep(Duration::from_millis(50));
        connection
    };
    let _late = ask("/v2/library/app/tags/list");
    assert_eq!(registry.requests()[0].end(), End::Whole);
    let _never = ask("/v2/_catalog");
    assert_eq!(registry.requests()[1].end(), End::Pending);
    assert_eq!(registry.requests()[1].to_string(), "GET catalog 0 pending");
}

#[test]
fn a_client_that_goes_is_told_from_an_answer_that_ends() {
    let fixture =
        oci_image! { manifest "app:1" linux/amd64 { 'large: layer { "a" => Content::zeros(64 << 20) } } };
    let registry = fixture.serve().unwrap();
    let large = registry.layout().unwrap().label("large").unwrap().digest().clone();
    let mut connection = TcpStream::connect(registry.host()).unwrap();
    write!(connection, "GET /v2/library/app/blobs/{large} HTTP/1.1\r\nHost: h\r\n\r\n").unwrap();
    std::thread::sleep(Duration::from_millis(50));
    drop(connection);
    let requests = registry.requests();
    assert_eq!(requests[0].end(), End::ClientGone);
    assert!(requests[0].sent() < 64 << 20);
}

#[test]
fn the_last_20_000_requests_are_kept() {
    let registry = Registry::new().start().unwrap();
    let request = "GET /v2/ HTTP/1.1\r\nHost: h\r\n\r\n".repeat(20_100);
    let mut connection = TcpStream::connect(registry.host()).unwrap();
    let mut reading = connection.try_clone().unwrap();
    let reader = std::thread::spawn(move || std::io::copy(&mut reading, &mut std::io::sink()));
    connection.write_all(request.as_bytes()).unwrap();
    connection.write_all(b"GET /v2/_catalog HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n").unwrap();
    reader.join().unwrap().unwrap();
    let requests = registry.requests();
    assert_eq!(requests.len(), 20_000);
    assert_eq!(requests.to_string(), "GET catalog 200 19");
}
