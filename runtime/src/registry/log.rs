//! The log: the requests to a registry, and its answers.

use std::collections::{HashMap, VecDeque};
use std::fmt::{self, Write as _};
use std::ops::Deref;
use std::sync::{Condvar, Mutex, PoisonError};
use std::time::{Duration, Instant};

use super::endpoint::{Endpoint, RequestTarget};
use super::head::RequestHead;
use super::percent::{Query, encode};
use super::upload;

/// The number of last requests that are kept.
const KEPT: usize = 20_000;
/// The largest number of bytes of their heads that are kept.
const KEPT_BYTES: usize = 32 * 1024 * 1024;
/// How long `requests` waits for requests under way.
const UNDER_WAY: Duration = Duration::from_secs(1);
/// The parameters of a query that the log shows.
const SHOWN: [&str; 7] = ["artifactType", "digest", "from", "last", "mount", "n", "tag"];

/// One request, and the result of its answer.
///
/// Its `Display` is a line for a snapshot: method, repository, endpoint, name, parameters, status, range, and the bytes of
/// the body that was sent, or that was received with a `PUT`, `PATCH` or `POST`. Digests of labelled nodes are shown by
/// their labels, uploads are numbered, and no host, port or time is in it:
/// `GET library/app blobs 'base 206 bytes=1000- 301592`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    method: String,
    path: String,
    target: Option<RequestTarget>,
    /// The parameters of the query that are shown.
    parameters: Vec<(String, String)>,
    headers: Vec<(String, String)>,
    status: u16,
    sent: u64,
    received: u64,
    end: End,
    line: String,
}

/// How the answer to a request ended.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum End {
    /// The whole answer was sent.
    Whole,
    /// A fault cut the answer off.
    Cut,
    /// A fault reset the connection.
    Reset,
    /// The client closed the connection.
    ClientGone,
    /// The answer is still under way.
    #[default]
    Pending,
}

/// The result of sending an answer.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Sent {
    pub(crate) status: u16,
    /// The bytes of the body that were sent.
    pub(crate) bytes: u64,
    pub(crate) end: End,
    /// Whether another request can follow on the connection.
    pub(crate) keeps: bool,
}

impl Request {
    /// The method, such as `GET`.
    pub fn method(&self) -> &str {
        &self.method
    }

    /// The path as it was sent, without the query.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The endpoint of the request. `None` for a path that no endpoint has.
    pub fn endpoint(&self) -> Option<Endpoint> {
        self.target.as_ref().map(|target| target.endpoint)
    }

    /// The repository, such as `library/app`. `None` for a request to the registry itself.
    pub fn repository(&self) -> Option<&str> {
        self.part(|target| &target.repository)
    }

    /// The tag, the digest, or the ID of the upload.
    pub fn name(&self) -> Option<&str> {
        self.part(|target| &target.name)
    }

    fn part(&self, part: impl Fn(&RequestTarget) -> &String) -> Option<&str> {
        self.target.as_ref().map(part).map(String::as_str).filter(|part| !part.is_empty())
    }

    /// A header of the request. Only the scheme of `Authorization` is kept.
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut named = self.headers.iter().filter(|(header, _)| header.eq_ignore_ascii_case(name));
        named.next().map(|(_, value)| value.as_str())
    }

    /// The range that was asked for, such as `bytes=1000-`.
    pub fn range(&self) -> Option<&str> {
        self.header("Range")
    }

    /// The status of the answer. It is 0 if none was sent.
    pub fn status(&self) -> u16 {
        self.status
    }

    /// The bytes of the answer's body that were sent.
    pub fn sent(&self) -> u64 {
        self.sent
    }

    /// The bytes of the request's body that were received.
    pub fn received(&self) -> u64 {
        self.received
    }

    /// How the answer ended.
    pub fn end(&self) -> End {
        self.end
    }
}

impl fmt::Display for Request {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.line)
    }
}

/// The requests to a registry, in their order.
///
/// Its `Display` has a line for each [`Request`] except those to [`Endpoint::Ping`], because clients differ in when they send
/// them.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Requests(Vec<Request>);

impl Requests {
    /// The requests, sorted by their lines, because a client with several requests at a time sends them in any order.
    pub fn sorted(mut self) -> Self {
        self.0.sort_by(|one, other| one.line.cmp(&other.line));
        self
    }
}

impl Deref for Requests {
    type Target = [Request];

    fn deref(&self) -> &[Request] {
        &self.0
    }
}

impl IntoIterator for Requests {
    type Item = Request;
    type IntoIter = std::vec::IntoIter<Request>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl fmt::Display for Requests {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = self.0.iter().filter(|request| request.endpoint() != Some(Endpoint::Ping));
        for (position, request) in shown.enumerate() {
            write!(f, "{}{request}", if position > 0 { "\n" } else { "" })?;
        }
        Ok(())
    }
}

/// The log. A request is added when its head has been read, and completed when it is answered.
#[derive(Debug, Default)]
pub(crate) struct Log {
    entries: Mutex<LogEntries>,
    completed: Condvar,
}

#[derive(Debug, Default)]
struct LogEntries {
    kept: VecDeque<LogEntry>,
    /// The bytes of their heads.
    bytes: usize,
    /// The number of requests that were dropped before the first one that is kept.
    dropped: u64,
    under_way: u64,
}

/// A request in a compact form, because all requests are kept, and few are read.
#[derive(Debug)]
struct LogEntry {
    /// The method, the path and the query, and the headers, a line each.
    head: Box<str>,
    status: u16,
    end: End,
    sent: u64,
    received: u64,
}

impl Log {
    /// Adds a request, and returns the number by which it is completed.
    pub(crate) fn enter(&self, head: &RequestHead) -> u64 {
        let mut text = format!("{}\n{}\n", head.method, head.path);
        for (key, value) in head.query.iter().filter(|(key, _)| SHOWN.contains(key)) {
            let _ = write!(text, "{key}={}&", encode(value));
        }
        for (name, value) in &head.headers {
            let _ = write!(text, "\n{name}:{}", kept(name, value));
        }
        let head = text.into_boxed_str();
        let entry = LogEntry { head, status: 0, end: End::Pending, sent: 0, received: 0 };
        let mut entries = self.lock();
        entries.bytes += entry.head.len();
        while entries.kept.len() == KEPT || entries.bytes > KEPT_BYTES {
            let Some(first) = entries.kept.pop_front() else { break };
            entries.bytes -= first.head.len();
            entries.dropped += 1;
        }
        entries.kept.push_back(entry);
        entries.under_way += 1;
        entries.dropped + entries.kept.len() as u64 - 1
    }

    /// Completes a request.
    pub(crate) fn complete(&self, number: u64, sent: Sent, received: u64) {
        let mut entries = self.lock();
        entries.under_way = entries.under_way.saturating_sub(1);
        let position =
            number.checked_sub(entries.dropped).and_then(|position| usize::try_from(position).ok());
        if let Some(entry) = position.and_then(|position| entries.kept.get_mut(position)) {
            (entry.status, entry.sent, entry.end) = (sent.status, sent.bytes, sent.end);
            entry.received = received;
        }
        drop(entries);
        self.completed.notify_all();
    }

    /// All requests, once none is under way, or after a second.
    pub(crate) fn requests(&self, names: &Names) -> Requests {
        let end = Instant::now() + UNDER_WAY;
        let mut entries = self.lock();
        while entries.under_way > 0 {
            let rest = end.saturating_duration_since(Instant::now());
            if rest.is_zero() {
                break;
            }
            entries = self.completed.wait_timeout(entries, rest).unwrap_or_else(PoisonError::into_inner).0;
        }
        Requests(entries.kept.iter().map(|entry| entry.request(names)).collect())
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, LogEntries> {
        self.entries.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl LogEntry {
    fn request(&self, names: &Names) -> Request {
        let mut lines = self.head.split('\n');
        let mut next = || lines.next().unwrap_or_default().to_owned();
        let (method, path, query) = (next(), next(), Query::of(&next()));
        let headers = lines.filter_map(|line| line.split_once(':'));
        let mut request = Request {
            method,
            target: RequestTarget::of(&path),
            path,
            parameters: query.iter().map(|(key, value)| (key.to_owned(), value.to_owned())).collect(),
            headers: headers.map(|(name, value)| (name.to_owned(), value.to_owned())).collect(),
            status: self.status,
            sent: self.sent,
            received: self.received,
            end: self.end,
            line: String::new(),
        };
        request.line = names.line(&request);
        request
    }
}

/// The part of a header that is kept, without secrets. An `Authorization` of one word is a secret without a scheme.
fn kept<'v>(name: &str, value: &'v str) -> &'v str {
    if name.eq_ignore_ascii_case("authorization") {
        return value.split_once(char::is_whitespace).map_or("", |(scheme, _)| scheme);
    }
    value
}

/// The labels that replace the digests of their nodes in a line.
#[derive(Debug, Default)]
pub(crate) struct Names {
    pub(crate) labels: HashMap<String, String>,
}

impl Names {
    fn line(&self, request: &Request) -> String {
        let mut words = vec![request.method.clone()];
        match &request.target {
            Some(target) => {
                words.push(target.repository.clone());
                words.push(target.endpoint.word().to_owned());
                let number = Some(&target.name).filter(|_| target.endpoint == Endpoint::Upload);
                let number = number.and_then(|id| upload::number(id));
                words.push(number.map_or_else(|| self.name(&target.name), |number| number.to_string()));
            }
            None => words.push(request.path.clone()),
        }
        words.extend(request.parameters.iter().map(|(key, value)| format!("{key}={}", self.name(value))));
        words.push(if request.status == 0 { String::new() } else { request.status.to_string() });
        words.push(request.range().unwrap_or_default().to_owned());
        let is_sent = matches!(request.method.as_str(), "PATCH" | "POST" | "PUT");
        words.push(if is_sent { request.received } else { request.sent }.to_string());
        words.push(
            match request.end {
                End::Whole => "",
                End::Cut => "cut",
                End::Reset => "reset",
                End::ClientGone => "client gone",
                End::Pending => "pending",
            }
            .to_owned(),
        );
        words.retain(|word| !word.is_empty());
        // A request is one line, whatever its path contains.
        words.join(" ").replace(char::is_control, "?")
    }

    fn name(&self, name: &str) -> String {
        self.labels.get(name).map_or_else(|| name.to_owned(), |label| format!("'{label}"))
    }
}
