//! Requests that a client sends to a registry.

use std::io::{Read, Write};
use std::net::{Shutdown, SocketAddr, TcpStream};
use std::sync::OnceLock;
use std::sync::atomic::{AtomicU16, Ordering};
use std::time::Duration;

use oci_fixture::{End, Layout, Memory, Registry, oci_image};

use super::Harness;

pub(crate) const REGISTRY: Harness = Harness { name: "registry", corpus, tokens: TOKENS, run };

const TOKENS: &[&[u8]] = &[
    b"GET ",
    b"HEAD ",
    b"PUT ",
    b"PATCH ",
    b"POST ",
    b"DELETE ",
    b"/v2/",
    b"/v2/app/manifests/1",
    b"/v2/app/blobs/uploads/",
    b"/v2/_catalog",
    b"/token",
    b"/tags/list",
    b"/referrers/",
    b"?digest=sha256:",
    b"?mount=",
    b"&n=",
    b"%2F",
    b"../",
    b" HTTP/1.1\r\n",
    b"Host: h\r\n",
    b" HTTP/1.0\r\n",
    b"\r\n\r\n",
    b"Content-Length: ",
    b"Transfer-Encoding: chunked\r\n",
    b"Content-Range: 0-2\r\n",
    b"Range: bytes=",
    b"Expect: 100-continue\r\n",
    b"Connection: close\r\n",
    b"Authorization: Basic ",
    b"18446744073709551615",
    b"ffffffffffffffff\r\n",
    b"0\r\n\r\n",
    b"sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
];

fn corpus() -> Vec<Vec<u8>> {
    let requests = [
        "GET /v2/ HTTP/1.1\r\nHost: h\r\n\r\n",
        "GET /v2/app/manifests/1 HTTP/1.1\r\nHost: h\r\n\r\nHEAD /v2/app/tags/list?n=1&last=0 HTTP/1.1\r\n\r\n",
        "GET /v2/app/blobs/sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855 HTTP/1.0\r\nRange: bytes=1-2\r\n\r\n",
        "GET /v2/app/referrers/sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855?artifactType=a HTTP/1.1\r\nHost: h\r\n\r\n",
        "PUT /v2/app/manifests/2 HTTP/1.1\r\nHost: h\r\nContent-Type: a/b\r\nContent-Length: 2\r\n\r\n{}GET /v2/_catalog HTTP/1.1\r\nHost: h\r\n\r\n",
        "PUT /v2/app/manifests/sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a?tag=3 HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n{\r\n1\r\n}\r\n0\r\n\r\n",
        "POST /v2/app/blobs/uploads/ HTTP/1.1\r\nHost: h\r\nContent-Length: 0\r\n\r\nPOST /v2/b/blobs/uploads/?mount=sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855&from=app HTTP/1.1\r\nHost: h\r\n\r\n",
        "POST /v2/app/blobs/uploads/?digest=sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855 HTTP/1.1\r\nHost: h\r\nExpect: 100-continue\r\nContent-Length: 0\r\n\r\n",
        "PATCH /v2/app/blobs/uploads/x HTTP/1.1\r\nHost: h\r\nContent-Range: 0-2\r\nContent-Length: 3\r\n\r\nabc",
        "DELETE /v2/app/manifests/1 HTTP/1.1\r\nHost: h\r\nConnection: close\r\n\r\n",
        "GET http://h/token?scope=repository:app:pull HTTP/1.1\r\nHost: h\r\nAuthorization: Basic dTpw\r\n\r\n",
    ];
    requests.iter().map(|request| request.as_bytes().to_vec()).collect()
}

fn layout() -> &'static Layout<Memory> {
    static LAYOUT: OnceLock<Layout<Memory>> = OnceLock::new();
    LAYOUT.get_or_init(|| {
        let fixture = oci_image! { manifest "a.example/app:1" linux/amd64 { "a" => "b" } };
        fixture.in_memory().unwrap()
    })
}

/// A loopback address of its own for each registry. A closed connection keeps the port of its client for a minute, and one
/// address has only 28,000 such ports.
fn address() -> SocketAddr {
    static NUMBER: AtomicU16 = AtomicU16::new(0);
    let [high, low] = NUMBER.fetch_add(1, Ordering::Relaxed).to_be_bytes();
    SocketAddr::from(([127, 0, high, low.clamp(1, 254)], 0))
}

/// Each input has a registry of its own, so that no other input can cause its failure.
fn run(input: &[u8]) {
    let registry = Registry::new().with(layout()).listen(address()).start().unwrap();
    let mut connection = TcpStream::connect(registry.host()).unwrap();
    connection.set_read_timeout(Some(Duration::from_secs(5))).unwrap();
    // A registry may close the connection before it has read everything.
    let _ = connection.write_all(input);
    let _ = connection.shutdown(Shutdown::Write);
    let mut answer = Vec::new();
    let read = connection.read_to_end(&mut answer);
    let is_silent = matches!(&read, Err(error) if error.kind() != std::io::ErrorKind::ConnectionReset);
    assert!(!is_silent, "the registry neither answers nor closes: {read:?}");
    assert!(answer.is_empty() || answer.starts_with(b"HTTP/1.1 "), "{:?}", answer.escape_ascii().to_string());
    // A thread that has panicked completes no request.
    assert!(registry.requests().iter().all(|request| request.end() != End::Pending), "a request is pending");
}
