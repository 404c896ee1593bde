//! Answers: status, headers and body, before any fault on the wire.

use std::fmt;

use oci_fixture_grammar::Digest;

use crate::declare::content::Content;
use crate::json::Json;
use crate::store::spool::SpooledBytes;

/// The answer to a request.
#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) headers: Vec<(&'static str, String)>,
    pub(crate) body: AnswerBody,
    /// Whether the connection is closed after the answer.
    pub(crate) closes: bool,
}

/// The body of an answer.
#[derive(Debug)]
pub(crate) enum AnswerBody {
    Bytes(Vec<u8>),
    /// Bytes of a blob, from a position on.
    Spooled {
        bytes: SpooledBytes,
        start: u64,
        size: u64,
    },
    /// Content, which is made while it is sent, and its size.
    Made(Content, u64),
}

impl AnswerBody {
    pub(crate) fn size(&self) -> u64 {
        match self {
            Self::Bytes(bytes) => bytes.len() as u64,
            Self::Spooled { size, .. } | Self::Made(_, size) => *size,
        }
    }
}

impl Answer {
    /// An answer without a body.
    pub(crate) fn new(status: u16) -> Self {
        Self { status, headers: Vec::new(), body: AnswerBody::Bytes(Vec::new()), closes: false }
    }

    /// Adds a header. A value with a line break is left out: it may come from a client or a fixture, and would add a
    /// header of its own.
    pub(crate) fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        let value = value.into();
        if !value.contains(['\r', '\n', '\0']) {
            self.headers.push((name, value));
        }
        self
    }

    pub(crate) fn with_body(mut self, body: AnswerBody) -> Self {
        self.body = body;
        self
    }

    /// A JSON document.
    pub(crate) fn json(status: u16, media_type: &str, document: &Json<'_>) -> Self {
        let body = AnswerBody::Bytes(document.to_vec());
        Self::new(status).with("Content-Type", media_type).with_body(body)
    }

    /// An error in the form of the specification, with the usual status of its code.
    pub(crate) fn error(code: ErrorCode, message: impl fmt::Display) -> Self {
        Self::error_with(code.status(), code, message)
    }

    /// An error with another status.
    pub(crate) fn error_with(status: u16, code: ErrorCode, message: impl fmt::Display) -> Self {
        let error = Json::object([
            ("code", Some(Json::text(code.text()))),
            ("message", Some(Json::text(message.to_string()))),
            ("detail", Some(Json::Null)),
        ]);
        let error = Json::object([("errors", Some(Json::List(vec![error])))]);
        Self::json(status, "application/json", &error)
    }

    /// Whether the connection is closed after the answer.
    pub(crate) fn closing(mut self) -> Self {
        self.closes = true;
        self
    }
}

/// The result of a step of a request, or the answer that refuses the request.
pub(crate) type Accepted<T> = Result<T, Box<Answer>>;

/// A digest in the path or the query of a request.
pub(crate) fn parse_digest(text: &str) -> Accepted<Digest> {
    Digest::parse(text).map_err(|invalid| Box::new(Answer::error(ErrorCode::DigestInvalid, invalid)))
}

/// Declares [`ErrorCode`], one row for each code, with its usual status.
macro_rules! error_codes {
    ($($code:ident = $text:literal, $status:literal;)*) => {
        /// A code of the [specification](https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#error-codes).
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub(crate) enum ErrorCode {
            $($code,)*
        }

        impl ErrorCode {
            fn text(self) -> &'static str {
                match self {
                    $(Self::$code => $text,)*
                }
            }

            fn status(self) -> u16 {
                match self {
                    $(Self::$code => $status,)*
                }
            }
        }
    };
}

error_codes! {
    BlobUnknown = "BLOB_UNKNOWN", 404;
    BlobUploadInvalid = "BLOB_UPLOAD_INVALID", 400;
    BlobUploadUnknown = "BLOB_UPLOAD_UNKNOWN", 404;
    DigestInvalid = "DIGEST_INVALID", 400;
    ManifestInvalid = "MANIFEST_INVALID", 400;
    ManifestUnknown = "MANIFEST_UNKNOWN", 404;
    NameInvalid = "NAME_INVALID", 400;
    NameUnknown = "NAME_UNKNOWN", 404;
    SizeInvalid = "SIZE_INVALID", 400;
    Unauthorized = "UNAUTHORIZED", 401;
    Denied = "DENIED", 403;
    Unsupported = "UNSUPPORTED", 405;
    TooManyRequests = "TOOMANYREQUESTS", 429;
}

/// The usual reason phrase of a status.
pub(crate) fn reason(status: u16) -> &'static str {
    match status {
        100 => "Continue",
        200 => "OK",
        201 => "Created",
        202 => "Accepted",
        204 => "No Content",
        206 => "Partial Content",
        301 => "Moved Permanently",
        302 => "Found",
        303 => "See Other",
        304 => "Not Modified",
        307 => "Temporary Redirect",
        308 => "Permanent Redirect",
        400 => "Bad Request",
        401 => "Unauthorized",
        403 => "Forbidden",
        404 => "Not Found",
        405 => "Method Not Allowed",
        406 => "Not Acceptable",
        408 => "Request Timeout",
        409 => "Conflict",
        412 => "Precondition Failed",
        413 => "Content Too Large",
        416 => "Range Not Satisfiable",
        417 => "Expectation Failed",
        418 => "I'm a teapot",
        429 => "Too Many Requests",
        431 => "Request Header Fields Too Large",
        500 => "Internal Server Error",
        501 => "Not Implemented",
        502 => "Bad Gateway",
        503 => "Service Unavailable",
        504 => "Gateway Timeout",
        505 => "HTTP Version Not Supported",
        507 => "Insufficient Storage",
        _ => "Other",
    }
}
