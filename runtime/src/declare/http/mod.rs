//! Faults on the wire: wrong answers of a registry, in which everything is stored as it was declared.

mod wire;

use std::borrow::Cow;
use std::fmt;

use oci_fixture_grammar::language::{
    HttpWord, SaidWord, check_header, check_header_value, check_method, check_together,
};

pub(crate) use self::wire::{Redirect, WireFault};
use crate::declare::content::{Content, ToContent};
use crate::declare::context::Context;
use crate::declare::graph::Edge;
use crate::declare::text::{Text, ToText};
use crate::declare::value::{ToValue, Value};
use crate::error::Problem;

/// A fault on the wire: a wrong answer of a registry, and the requests to which it is given.
///
/// It belongs to a node, by the node's method `http` or by `#[http(...)]`, and then applies to requests for the node's
/// manifest or blob; or it belongs to an endpoint, by `Registry::on`. At most one fault applies to a request: the first
/// one that matches the request and is not used up.
///
/// Each function below makes a fault of one word; [`and`](Self::and) joins words to one fault.
///
/// ```
/// use oci_fixture::{Fixture, Http, Layer, Manifest};
///
/// let busy = Http::status(429).and(Http::header("Retry-After", "1")).times(2);
/// let layer = Layer::new().with(("bin/sh", "#!")).http(busy).http(Http::cut(100).method("GET").times(1));
/// let fixture = Fixture::new().with(Manifest::new().reference("app:1").with(layer));
///
/// let error = fixture.in_memory().unwrap_err();
/// assert!(error.to_string().contains("`serve()`"), "{error}");
/// ```
///
/// | word | the answer |
/// |---|---|
/// | [`status`](Self::status) | another status; with one of 400 or more, the request is not carried out |
/// | [`header`](Self::header) | a header with another value, with several values, or no such header |
/// | [`body`](Self::body) | another body |
/// | [`raw`](Self::raw) | any bytes, which need not be HTTP |
/// | [`chunked`](Self::chunked) | a body in chunks, without a `Content-Length` |
/// | [`cut`](Self::cut) | a body that breaks off |
/// | [`reset`](Self::reset) | a connection that is reset |
/// | [`stall`](Self::stall), [`stall_after`](Self::stall_after) | an answer that is late, or a body that pauses |
/// | [`rate`](Self::rate) | a body that is slow |
/// | [`redirect`](Self::redirect), [`redirect_to`](Self::redirect_to) | a redirect to another place |
/// | [`ranges`](Self::ranges) | the whole blob, although a part was asked for |
///
/// | word | the requests |
/// |---|---|
/// | [`method`](Self::method) | those of one method |
/// | [`after`](Self::after) | all but the first ones |
/// | [`times`](Self::times) | only the first ones |
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[must_use = "a fault does nothing until it is given to a node or to a registry"]
pub struct Http(pub(crate) Vec<Word>);

#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Word {
    Method(Text),
    After(u64),
    Times(u64),
    Status(u16),
    Header(Text, Value),
    Body(Content),
    Raw(Content),
    Chunked,
    Cut(i64),
    Reset,
    /// The number of bytes of the body before the pause, or `None` before the answer; and the milliseconds.
    Stall(Option<u64>, u64),
    Rate(u64),
    Redirect(Option<Text>),
    Ranges(bool),
}

impl Http {
    /// A fault without words. [`and`](Self::and) adds words; without any, it is an error.
    pub fn new() -> Self {
        Self(Vec::new())
    }

    fn of(word: Word) -> Self {
        Self(vec![word])
    }

    /// Answers with this status. With one of 400 or more, the request is not carried out, and the body is the error that the
    /// specification has for it; `401` has the registry's own challenge, too. Any other status changes the status alone,
    /// but no body follows a 204 or a 304.
    pub fn status(status: u16) -> Self {
        Self::of(Word::Status(status))
    }

    /// Sends a header with this value, which replaces the registry's own. A list sends the header once for each value, and
    /// `null` leaves it out.
    ///
    /// ```
    /// use oci_fixture::{Http, Value};
    ///
    /// let _ = Http::header("Content-Length", "5");
    /// let _ = Http::header("WWW-Authenticate", ["Negotiate", "Basic realm=\"a\""]);
    /// let _ = Http::header("Docker-Content-Digest", Value::null());
    /// ```
    pub fn header(name: impl ToText, value: impl ToValue) -> Self {
        Self::of(Word::Header(name.into_text(), value.into_value()))
    }

    /// Sends this body with its length. All other headers stay.
    pub fn body(content: impl ToContent) -> Self {
        Self::of(Word::Body(content.into_content()))
    }

    /// Sends these bytes instead of an answer, and closes the connection.
    pub fn raw(content: impl ToContent) -> Self {
        Self::of(Word::Raw(content.into_content()))
    }

    /// Sends the body in chunks, so that the client does not know its length in advance.
    pub fn chunked() -> Self {
        Self::of(Word::Chunked)
    }

    /// Closes the connection after this number of bytes of the body. A negative number counts from the end.
    pub fn cut(bytes: i64) -> Self {
        Self::of(Word::Cut(bytes))
    }

    /// Resets the connection instead of an answer. Together with [`cut`](Self::cut), it resets it after the bytes that are
    /// sent.
    pub fn reset() -> Self {
        Self::of(Word::Reset)
    }

    /// Waits this number of milliseconds before the answer.
    pub fn stall(milliseconds: u64) -> Self {
        Self::of(Word::Stall(None, milliseconds))
    }

    /// Pauses for a number of milliseconds after a number of bytes of the body.
    pub fn stall_after(bytes: u64, milliseconds: u64) -> Self {
        Self::of(Word::Stall(Some(bytes), milliseconds))
    }

    /// Sends at most this number of bytes of the body in a second.
    pub fn rate(bytes_a_second: u64) -> Self {
        Self::of(Word::Rate(bytes_a_second))
    }

    /// Sends the client to another origin of the same registry, with the status 307, or that of
    /// [`status`](Self::status). That origin answers without credentials, and refuses a request with credentials, as the
    /// storage behind many registries does.
    pub fn redirect() -> Self {
        Self::of(Word::Redirect(None))
    }

    /// Sends the client to this URL.
    pub fn redirect_to(url: impl ToText) -> Self {
        Self::of(Word::Redirect(Some(url.into_text())))
    }

    /// With `false`: answers a request for a part with the whole blob, as a registry without ranges does.
    pub fn ranges(ranges: bool) -> Self {
        Self::of(Word::Ranges(ranges))
    }

    /// Adds the words of another fault to this one.
    pub fn and(mut self, other: Self) -> Self {
        self.0.extend(other.0);
        self
    }

    /// The fault applies only to requests of this method, such as `HEAD`.
    pub fn method(self, method: impl ToText) -> Self {
        self.and(Self::of(Word::Method(method.into_text())))
    }

    /// The fault does not apply to this number of first requests that match it. A request to which an earlier fault applies is
    /// not counted.
    pub fn after(self, requests: u64) -> Self {
        self.and(Self::of(Word::After(requests)))
    }

    /// The fault applies to this number of requests, and to none after them.
    pub fn times(self, requests: u64) -> Self {
        self.and(Self::of(Word::Times(requests)))
    }

    /// Checks the words, each by itself and together, by the functions that check literals when they are compiled.
    pub(crate) fn check(&self) -> Result<(), Problem> {
        self.0.iter().try_for_each(Word::check)?;
        let said: Vec<SaidWord> = self.0.iter().filter_map(Word::said).collect();
        check_together(&said).map_err(|(_, message)| Problem::new(message))
    }

    pub(crate) fn mentions<'e>(&'e self, mentions: &mut Vec<&'e Edge>) {
        for word in &self.0 {
            match word {
                Word::Header(name, value) => {
                    name.mentions(mentions);
                    value.mentions(mentions);
                }
                Word::Body(content) | Word::Raw(content) => content.mentions(mentions),
                Word::Method(text) | Word::Redirect(Some(text)) => text.mentions(mentions),
                _ => {}
            }
        }
    }

    /// The fault, in which the digests and sizes of sealed nodes are filled in.
    pub(crate) fn wire(&self, context: &Context<'_>) -> WireFault {
        self.resolved(Some(context))
    }

    /// The fault, which mentions no nodes.
    #[cfg(feature = "registry")]
    pub(crate) fn plain_wire(&self) -> WireFault {
        self.resolved(None)
    }

    fn resolved<'h>(&'h self, context: Option<&Context<'h>>) -> WireFault {
        let mut wire = WireFault { shown: self.to_string(), ..WireFault::default() };
        let text = |text: &'h Text| match context {
            Some(context) => context.text(text),
            None => Cow::Borrowed(text.as_str()),
        };
        let bytes = |content: &'h Content| match context {
            Some(context) => content.resolved(context),
            None => content.clone(),
        };
        for word in &self.0 {
            match word {
                Word::Method(method) => wire.method = Some(text(method).into_owned()),
                Word::After(requests) => wire.after = *requests,
                Word::Times(requests) => wire.times = Some(*requests),
                Word::Status(status) => wire.status = Some(*status),
                Word::Header(name, value) => {
                    wire.headers.push((text(name).into_owned(), wire::values(value.json(context))));
                }
                Word::Body(body) => wire.body = Some(bytes(body)),
                Word::Raw(raw) => wire.raw = Some(bytes(raw)),
                Word::Chunked => wire.chunked = true,
                Word::Cut(bytes) => wire.cut = Some(*bytes),
                Word::Reset => wire.reset = true,
                Word::Stall(None, milliseconds) => wire.stall = Some(*milliseconds),
                Word::Stall(Some(after), milliseconds) => wire.pauses.push((*after, *milliseconds)),
                Word::Rate(rate) => wire.rate = Some(*rate),
                Word::Redirect(None) => wire.redirect = Some(Redirect::OtherOrigin),
                Word::Redirect(Some(url)) => {
                    wire.redirect = Some(Redirect::Url(text(url).into_owned()));
                }
                Word::Ranges(_) => wire.without_ranges = true,
            }
        }
        wire.pauses.sort_unstable();
        wire
    }
}

impl Word {
    /// The name of the word, and its number, if it has one.
    fn name(&self) -> (&'static str, Option<i128>) {
        match self {
            Self::Method(_) => ("method", None),
            Self::After(requests) => ("after", Some((*requests).into())),
            Self::Times(requests) => ("times", Some((*requests).into())),
            Self::Status(status) => ("status", Some((*status).into())),
            Self::Header(..) => ("header", None),
            Self::Body(_) => ("body", None),
            Self::Raw(_) => ("raw", None),
            Self::Chunked => ("chunked", None),
            Self::Cut(bytes) => ("cut", Some((*bytes).into())),
            Self::Reset => ("reset", None),
            Self::Stall(..) => ("stall", None),
            Self::Rate(rate) => ("rate", Some((*rate).into())),
            Self::Redirect(_) => ("redirect", None),
            Self::Ranges(_) => ("ranges", None),
        }
    }

    fn said(&self) -> Option<SaidWord> {
        let (name, number) = self.name();
        let key = match self {
            Self::Header(name, _) => format!("header {}", name.to_string().to_ascii_lowercase()),
            Self::Stall(Some(after), _) => format!("stall({after})"),
            _ => name.to_owned(),
        };
        let method = match self {
            Self::Method(method) => Some(method.to_string()),
            _ => None,
        };
        Some(SaidWord { word: HttpWord::of(name)?, shown: self.to_string(), key, number, method })
    }

    fn check(&self) -> Result<(), Problem> {
        let (name, number) = self.name();
        if let (Some(word), Some(number)) = (HttpWord::of(name), number) {
            word.check_number(number).map_err(Problem::new)?;
        }
        match self {
            Self::Stall(_, 0) => {
                Err(Problem::new(format!("`{self}` changes nothing; write for how many milliseconds")))
            }
            Self::Ranges(true) => {
                Err(Problem::new("`ranges = true` changes nothing; write `false`, or remove it"))
            }
            Self::Method(method) => check_method(&method.to_string()).map_err(Problem::new),
            Self::Header(name, value) => {
                let name = name.to_string();
                check_header(&name).map_err(Problem::new)?;
                value.check()?;
                value.plain().map_or(Ok(()), |json| wire::check_values(&name, &json))
            }
            Self::Redirect(Some(url)) => {
                url.plain().map_or(Ok(()), |url| check_header_value("Location", url)).map_err(Problem::new)
            }
            Self::Body(content) | Self::Raw(content) => content.check(),
            _ => Ok(()),
        }
    }
}

/// The fault as the language writes it.
impl fmt::Display for Http {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("#[http(")?;
        for (position, word) in self.0.iter().enumerate() {
            write!(f, "{}{word}", if position > 0 { ", " } else { "" })?;
        }
        f.write_str(")]")
    }
}

impl fmt::Display for Word {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Method(method) => write!(f, "method = {:?}", method.to_string()),
            Self::After(requests) => write!(f, "after = {requests}"),
            Self::Times(requests) => write!(f, "times = {requests}"),
            Self::Status(status) => write!(f, "status = {status}"),
            Self::Header(name, value) => match value.plain() {
                Some(json) => {
                    let json = String::from_utf8_lossy(&json.to_vec()).into_owned();
                    write!(f, "header({:?}, {json})", name.to_string())
                }
                None => write!(f, "header({:?}, ..)", name.to_string()),
            },
            Self::Body(content) => write!(f, "body = {content:?}"),
            Self::Raw(content) => write!(f, "raw = {content:?}"),
            Self::Chunked => f.write_str("chunked"),
            Self::Cut(bytes) => write!(f, "cut = {bytes}"),
            Self::Reset => f.write_str("reset"),
            Self::Stall(None, milliseconds) => write!(f, "stall = {milliseconds}"),
            Self::Stall(Some(bytes), milliseconds) => write!(f, "stall({bytes}, {milliseconds})"),
            Self::Rate(rate) => write!(f, "rate = {rate}"),
            Self::Redirect(None) => f.write_str("redirect"),
            Self::Redirect(Some(url)) => write!(f, "redirect = {:?}", url.to_string()),
            Self::Ranges(ranges) => write!(f, "ranges = {ranges}"),
        }
    }
}
