//! The head of a request: its method, its target and its headers.

use super::percent::Query;

/// The largest head that is read.
pub(crate) const LARGEST: usize = 64 * 1024;
/// The largest number of headers of a request.
const HEADERS: usize = 128;

/// The head of a request.
#[derive(Debug)]
pub(crate) struct RequestHead {
    pub(crate) method: String,
    /// The path as it was sent, with its escapes.
    pub(crate) path: String,
    pub(crate) query: Query,
    pub(crate) headers: Vec<(String, String)>,
    /// Whether the request is HTTP/1.1, and not HTTP/1.0.
    pub(crate) is_current: bool,
    pub(crate) length: BodyLength,
}

/// How long the body of a request is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BodyLength {
    Known(u64),
    /// The body comes in chunks, and ends with an empty one.
    Chunked,
}

/// The refusal of a head: the status of the answer, and the reason.
pub(crate) type Refusal = (u16, &'static str);

impl RequestHead {
    /// Reads a head. The result has the number of its bytes. `None` if the head is not complete.
    pub(crate) fn parse(bytes: &[u8]) -> Result<Option<(Self, usize)>, Refusal> {
        let mut headers = [httparse::EMPTY_HEADER; HEADERS];
        let mut request = httparse::Request::new(&mut headers);
        let length = match request.parse(bytes) {
            Ok(httparse::Status::Complete(length)) => length,
            Ok(httparse::Status::Partial) if bytes.len() >= LARGEST => {
                return Err((431, "the head of the request has more than 64 KiB"));
            }
            Ok(httparse::Status::Partial) => return Ok(None),
            Err(httparse::Error::TooManyHeaders) => {
                return Err((431, "the request has more than 128 headers"));
            }
            Err(httparse::Error::Version) => return Err((505, "only HTTP/1.0 and HTTP/1.1 are spoken here")),
            Err(_) => return Err((400, "that is no HTTP request")),
        };
        let (Some(method), Some(target), Some(version)) = (request.method, request.path, request.version)
        else {
            return Ok(None);
        };
        let (path, query) = split(target);
        let headers = request
            .headers
            .iter()
            .map(|header| (header.name.to_owned(), String::from_utf8_lossy(header.value).trim().to_owned()));
        let mut head = Self {
            method: method.to_owned(),
            path: path.to_owned(),
            query: Query::of(query),
            headers: headers.collect(),
            is_current: version == 1,
            length: BodyLength::Known(0),
        };
        head.length = head.body_length()?;
        head.check_host()?;
        Ok(Some((head, length)))
    }

    /// The first header with this name.
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.all(name).next()
    }

    /// All headers with this name.
    pub(crate) fn all(&self, name: &str) -> impl Iterator<Item = &str> {
        let named = self.headers.iter().filter(move |(header, _)| header.eq_ignore_ascii_case(name));
        named.map(|(_, value)| value.as_str())
    }

    /// Whether this word is in the list of a header.
    pub(crate) fn lists(&self, name: &str, word: &str) -> bool {
        self.all(name).flat_map(|value| value.split(',')).any(|item| item.trim().eq_ignore_ascii_case(word))
    }

    /// Whether the client may send another request on the connection. A client with HTTP/1.0 would need a header that says
    /// so.
    pub(crate) fn keeps_alive(&self) -> bool {
        self.is_current && !self.lists("connection", "close")
    }

    /// Whether the client waits for `100 Continue` before it sends the body.
    pub(crate) fn expects_continue(&self) -> bool {
        self.is_current && self.lists("expect", "100-continue")
    }

    /// Checks that a request of HTTP/1.1 names one host, so that a client that forgets the host gets an error ([RFC 9112,
    /// section 3.2](https://www.rfc-editor.org/rfc/rfc9112#section-3.2)).
    fn check_host(&self) -> Result<(), Refusal> {
        match self.all("host").count() {
            1 => Ok(()),
            0 if !self.is_current => Ok(()),
            0 => Err((400, "the request has no Host")),
            _ => Err((400, "the request has more than one Host")),
        }
    }

    /// The length of the body. A head that two readers could read in different ways is refused ([RFC 9112, section
    /// 6.3](https://www.rfc-editor.org/rfc/rfc9112#section-6.3)).
    fn body_length(&self) -> Result<BodyLength, Refusal> {
        let mut lengths = self.all("content-length");
        let (first, others) = (lengths.next(), lengths.count());
        let mut encodings = self.all("transfer-encoding");
        match (encodings.next(), encodings.next()) {
            (None, _) => {}
            (Some(_), _) if !self.is_current => {
                return Err((400, "HTTP/1.0 has no Transfer-Encoding"));
            }
            (Some(_), _) if first.is_some() => {
                return Err((400, "a request has a Content-Length or a Transfer-Encoding, not both"));
            }
            (Some(encoding), None) if encoding.eq_ignore_ascii_case("chunked") => {
                return Ok(BodyLength::Chunked);
            }
            _ => return Err((501, "no Transfer-Encoding but `chunked` is known here")),
        }
        let Some(text) = first else { return Ok(BodyLength::Known(0)) };
        let digits = text.bytes().all(|byte| byte.is_ascii_digit());
        match text.parse() {
            Ok(length) if digits && others == 0 => Ok(BodyLength::Known(length)),
            _ => Err((400, "the Content-Length is not one number")),
        }
    }
}

/// The path and the query of a target. Clients of proxies send a scheme and a host before them.
fn split(target: &str) -> (&str, &str) {
    let without_scheme = target.split_once("://").filter(|(scheme, _)| !scheme.contains('/'));
    let target = match without_scheme {
        Some((_, rest)) => rest.find('/').and_then(|slash| rest.get(slash..)).unwrap_or("/"),
        None => target,
    };
    target.split_once('?').unwrap_or((target, ""))
}

#[cfg(test)]
mod tests {
    use super::{BodyLength, RequestHead};

    fn head(text: &str) -> Result<Option<RequestHead>, u16> {
        let head = RequestHead::parse(text.as_bytes()).map_err(|(status, _)| status)?;
        Ok(head.map(|(head, _)| head))
    }

    #[test]
    fn a_head_is_read_once_it_is_whole() {
        let text = "GET http://host/v2/a%2Fb/tags/list?n=1 HTTP/1.1\r\nHost: h\r\nA: 1 \r\na: 2\r\n\r\nGET";
        for end in 0..text.len() - 3 {
            assert!(head(&text[..end]).unwrap().is_none(), "{end}");
        }
        let (head, length) = RequestHead::parse(text.as_bytes()).unwrap().unwrap();
        assert_eq!(length, text.len() - 3);
        assert_eq!((head.method.as_str(), head.path.as_str()), ("GET", "/v2/a%2Fb/tags/list"));
        assert_eq!(head.query.get("n"), Some("1"));
        assert_eq!(head.all("A").collect::<Vec<_>>(), ["1", "2"]);
        assert!(head.keeps_alive());
    }

    #[test]
    fn an_ambiguous_head_is_refused() {
        let length = |headers: &str| {
            head(&format!("PUT / HTTP/1.1\r\nHost: h\r\n{headers}\r\n"))
                .map(|head| head.map(|head| head.length))
        };
        assert_eq!(length(""), Ok(Some(BodyLength::Known(0))));
        assert_eq!(length("Content-Length: 5\r\n"), Ok(Some(BodyLength::Known(5))));
        assert_eq!(length("Transfer-Encoding: Chunked\r\n"), Ok(Some(BodyLength::Chunked)));
        for (headers, status) in [
            ("Content-Length: 5\r\nContent-Length: 5\r\n", 400),
            ("Content-Length: +5\r\n", 400),
            ("Content-Length: 18446744073709551616\r\n", 400),
            ("Content-Length:\r\n", 400),
            ("Content-Length: 5\r\nTransfer-Encoding: chunked\r\n", 400),
            ("Transfer-Encoding: gzip\r\n", 501),
            ("Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n", 501),
            ("Transfer-Encoding: gzip, chunked\r\n", 501),
            ("Content-Length: 5, 5\r\n", 400),
            ("Host: other\r\n", 400),
        ] {
            assert_eq!(length(headers), Err(status), "{headers}");
        }
    }

    #[test]
    fn a_head_that_is_not_http_is_refused() {
        for (text, status) in [
            ("\u{16}\u{3}\u{1}\u{2}", 400),
            ("GET / HTTP/2.0\r\n\r\n", 505),
            ("SSH-2.0-OpenSSH\r\n\r\n", 400),
            ("GET /\u{0} HTTP/1.1\r\n\r\n", 400),
            ("GET / HTTP/1.1\r\n\r\n", 400),
            ("PUT / HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n", 400),
        ] {
            assert_eq!(head(text).map(|_| ()), Err(status), "{text:?}");
        }
        let many = format!("GET / HTTP/1.1\r\n{}\r\n", "a: b\r\n".repeat(200));
        assert_eq!(head(&many).map(|_| ()), Err(431));
        assert_eq!(head(&format!("GET /{}", "a".repeat(70_000))).map(|_| ()), Err(431));
    }
}
