//! A fault on the wire, in which the digests and sizes of nodes are filled in.

use oci_fixture_grammar::Digest;
use oci_fixture_grammar::language::check_header_value;

use crate::declare::content::Content;
use crate::error::Problem;
use crate::json::Json;

/// A fault as a registry applies it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[cfg_attr(not(feature = "registry"), allow(dead_code, reason = "only a registry answers"))]
pub(crate) struct WireFault {
    /// The fault as the language writes it.
    pub(crate) shown: String,
    pub(crate) method: Option<String>,
    pub(crate) after: u64,
    pub(crate) times: Option<u64>,
    pub(crate) status: Option<u16>,
    /// Headers with their values. A header without values is left out of the answer.
    pub(crate) headers: Vec<(String, Vec<String>)>,
    pub(crate) body: Option<Content>,
    pub(crate) raw: Option<Content>,
    pub(crate) chunked: bool,
    pub(crate) cut: Option<i64>,
    pub(crate) reset: bool,
    /// The milliseconds to wait before the answer.
    pub(crate) stall: Option<u64>,
    /// The pauses, sorted: the bytes of the body before each, and its milliseconds.
    pub(crate) pauses: Vec<(u64, u64)>,
    /// The most bytes of the body in a second.
    pub(crate) rate: Option<u64>,
    pub(crate) redirect: Option<Redirect>,
    pub(crate) without_ranges: bool,
}

/// The target of a redirect.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Redirect {
    OtherOrigin,
    Url(String),
}

impl WireFault {
    /// Whether it changes more than the bytes of the body.
    #[cfg(feature = "registry")]
    pub(crate) fn changes_head(&self) -> bool {
        let Self { status, headers, body, raw, redirect, stall, .. } = self;
        let is_said = status.is_some() || body.is_some() || raw.is_some() || redirect.is_some();
        let is_reset = self.reset && self.cut.is_none();
        is_said || stall.is_some() || !headers.is_empty() || self.chunked || self.without_ranges || is_reset
    }

    /// Checks that it would change something in the answers for a node.
    pub(crate) fn check(&self, digest: &Digest, size: u64, media_type: &str) -> Result<(), Problem> {
        let problem = |text: String| Err(Problem::new(text));
        let size = match (&self.body, &self.raw) {
            (Some(content), _) | (None, Some(content)) => {
                content.size().map_err(|error| Problem::new(error.to_string()))?
            }
            (None, None) => size,
        };
        let bytes =
            self.cut.map(i64::unsigned_abs).into_iter().chain(self.pauses.iter().map(|(after, _)| *after));
        for bytes in bytes {
            let from_end = self.cut.is_some_and(i64::is_negative);
            if bytes > size || bytes == size && !from_end {
                let shown = &self.shown;
                return problem(format!(
                    "`{shown}` changes nothing in a body of {size} bytes; write fewer bytes"
                ));
            }
        }
        if self.status.is_some_and(|status| status >= 400) {
            return Ok(());
        }
        let etag = format!("\"{digest}\"");
        let usual = [
            ("Content-Type", media_type),
            ("Docker-Content-Digest", digest.as_str()),
            ("ETag", etag.as_str()),
        ];
        for (name, values) in &self.headers {
            let same =
                |(usual, value): &(&str, &str)| name.eq_ignore_ascii_case(usual) && values == &[*value];
            if usual.iter().any(same) {
                return problem(format!(
                    "the header `{name}` has this value already; write another, or remove it"
                ));
            }
        }
        Ok(())
    }
}

/// The values of a header. `null` is no value.
pub(super) fn values(value: Json<'_>) -> Vec<String> {
    match value {
        Json::Text(text) | Json::Number(text) => vec![text.into_owned()],
        Json::List(values) => values.into_iter().filter_map(values_of_one).collect(),
        Json::Bool(value) => vec![value.to_string()],
        Json::Null | Json::Object(_) => Vec::new(),
    }
}

fn values_of_one(value: Json<'_>) -> Option<String> {
    values(value).into_iter().next()
}

/// Checks the value of a header.
pub(super) fn check_values(name: &str, value: &Json<'_>) -> Result<(), Problem> {
    let problem = |text: String| Err(Problem::new(text));
    match value {
        Json::Null | Json::Number(_) | Json::Bool(_) => Ok(()),
        Json::Text(text) => check_header_value(name, text).map_err(Problem::new),
        Json::List(values) if values.is_empty() => {
            problem(format!("the list of values of `{name}` is empty; write `null` to take the header away"))
        }
        Json::List(values) => values.iter().try_for_each(|value| match value {
            Json::List(_) | Json::Object(_) | Json::Null => check_values(name, &Json::Object(Vec::new())),
            value => check_values(name, value),
        }),
        Json::Object(_) => {
            problem(format!("the value of `{name}` is text, a list of texts, or `null`; write one of them"))
        }
    }
}
