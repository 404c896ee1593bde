//! What is wrong with a value of the declaration, before it is known where the node stands.

use oci_fixture_grammar::Invalid;

use crate::error::{Error, ErrorKind};

pub(crate) struct Problem {
    /// The place within the node, such as an entry's quoted path.
    at: Option<String>,
    what: String,
    source: Option<Invalid>,
}

impl Problem {
    pub(crate) fn new(what: impl Into<String>) -> Self {
        Self { at: None, what: what.into(), source: None }
    }

    pub(crate) fn at(mut self, at: String) -> Self {
        self.at = Some(at);
        self
    }

    /// The error, once the node's place is known.
    pub(crate) fn into_error(self, mut place: String) -> Error {
        if let Some(at) = self.at {
            if !place.is_empty() {
                place.push_str(" > ");
            }
            place.push_str(&at);
        }
        let error = Error::new(ErrorKind::Declaration, place, self.what);
        match self.source {
            Some(invalid) => error.with_source(invalid),
            None => error,
        }
    }
}

impl From<Invalid> for Problem {
    fn from(invalid: Invalid) -> Self {
        Self { at: None, what: String::new(), source: Some(invalid) }
    }
}
