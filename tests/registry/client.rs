//! A small client of HTTP that shows the whole answer.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use oci_fixture::{Registry, RunningRegistry};

/// An answer as it was received.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(String, String)>,
    pub(crate) body: Vec<u8>,
}

impl Answer {
    /// The first header with this name.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let mut named = self.headers.iter().filter(|(header, _)| header.eq_ignore_ascii_case(name));
        named.next().map(|(_, value)| value.as_str())
    }

    /// A header that the answer must have.
    #[track_caller]
    pub(crate) fn must(&self, name: &str) -> &str {
        self.header(name).unwrap_or_else(|| panic!("no {name} in {self:?}"))
    }

    pub(crate) fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    pub(crate) fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|error| panic!("{error} in {self:?}"))
    }

    /// The code of an error.
    pub(crate) fn code(&self) -> String {
        self.json()["errors"][0]["code"].as_str().unwrap_or_default().to_owned()
    }
}

/// Sends one request on a connection of its own.
#[track_caller]
pub(crate) fn send(
    registry: &RunningRegistry,
    method: &str,
    path: &str,
    headers: &[(&str, &str)],
    body: &[u8],
) -> Answer {
    let mut head = format!("{method} {path} HTTP/1.1\r\nHost: {}\r\nConnection: close\r\n", registry.host());
    for (name, value) in headers {
        head.extend([name, ": ", value, "\r\n"]);
    }
    if !body.is_empty() || matches!(method, "POST" | "PUT" | "PATCH") {
        head.extend(["Content-Length: ", &body.len().to_string(), "\r\n"]);
    }
    let answer = raw(registry.host(), &[head.as_bytes(), b"\r\n", body].concat());
    parse(&answer, method == "HEAD")
}

#[track_caller]
pub(crate) fn get(registry: &RunningRegistry, path: &str) -> Answer {
    send(registry, "GET", path, &[], b"")
}

#[track_caller]
pub(crate) fn get_with(registry: &RunningRegistry, path: &str, headers: &[(&str, &str)]) -> Answer {
    send(registry, "GET", path, headers, b"")
}

pub(crate) fn empty() -> RunningRegistry {
    Registry::new().start().unwrap()
}

/// Where uploads to the repository `a` begin.
pub(crate) const UPLOADS: &str = "/v2/a/blobs/uploads/";

/// Begins an upload, and gives its location.
#[track_caller]
pub(crate) fn begin(registry: &RunningRegistry) -> String {
    let answer = send(registry, "POST", UPLOADS, &[], b"");
    assert_eq!((answer.status, answer.must("Range")), (202, "0-0"));
    answer.must("Location").to_owned()
}

/// Sends bytes, and reads until the connection is closed, or nothing more comes.
pub(crate) fn raw(host: &str, bytes: &[u8]) -> Vec<u8> {
    let mut connection = TcpStream::connect(host).unwrap();
    connection.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
    // A registry that has already answered may have closed the connection.
    let _ = connection.write_all(bytes);
    let mut answer = Vec::new();
    let _ = connection.read_to_end(&mut answer);
    answer
}

/// Parses an answer whose body ends with the connection, or by its length.
#[track_caller]
pub(crate) fn parse(answer: &[u8], is_head: bool) -> Answer {
    let end = answer.windows(4).position(|window| window == b"\r\n\r\n");
    let end = end.unwrap_or_else(|| panic!("no head in {:?}", String::from_utf8_lossy(answer)));
    let head = String::from_utf8_lossy(&answer[..end]).into_owned();
    let mut lines = head.split("\r\n");
    let status = lines.next().and_then(|line| line.split(' ').nth(1)).and_then(|status| status.parse().ok());
    let headers = lines.filter_map(|line| line.split_once(": "));
    let headers = headers.map(|(name, value)| (name.to_owned(), value.to_owned())).collect();
    let answer = Answer { status: status.unwrap(), headers, body: answer[end + 4..].to_vec() };
    if let Some(length) = answer.header("Content-Length") {
        let expected = if is_head { "0".to_owned() } else { length.to_owned() };
        assert_eq!(answer.body.len().to_string(), expected, "{answer:?}");
    }
    answer
}
