//! Edits: what a document is made to say, before it is sealed, besides what it is.

use crate::content::{Content, ToContent};
use crate::context::Context;
use crate::declared::Edge;
use crate::json::Json;
use crate::problem::Problem;
use crate::seal::Body;
use crate::value::{ToValue, Value};

/// `merge`, `extend` and `raw` of a document.
#[derive(Clone, Debug, Default)]
pub(crate) struct Edits {
    merge: Vec<Value>,
    extend: Vec<Value>,
    raw: Option<Content>,
}

impl Edits {
    pub(crate) fn add_merge(&mut self, patch: impl ToValue) {
        self.merge.push(patch.into_value());
    }

    pub(crate) fn add_extend(&mut self, members: impl ToValue) {
        self.extend.push(members.into_value());
    }

    pub(crate) fn set_raw(&mut self, content: impl ToContent) {
        self.raw = Some(content.into_content());
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.merge.is_empty() && self.extend.is_empty() && self.raw.is_none()
    }

    /// Their names, as they are written in the language.
    pub(crate) fn lies(&self) -> impl Iterator<Item = String> {
        let lies = [
            ("merge:", !self.merge.is_empty()),
            ("extend:", !self.extend.is_empty()),
            ("raw:", self.raw.is_some()),
        ];
        lies.into_iter().filter(|(_, said)| *said).map(|(name, _)| name.to_owned())
    }

    pub(crate) fn mentions<'e>(&'e self, mentions: &mut Vec<&'e Edge>) {
        for value in self.merge.iter().chain(&self.extend) {
            value.mentions(mentions);
        }
        if let Some(raw) = &self.raw {
            raw.mentions(mentions);
        }
    }

    /// `said` is whether the document has fields of its own, which `raw` would replace.
    pub(crate) fn check(&self, said: bool) -> Result<(), Problem> {
        for (name, values) in [("merge", &self.merge), ("extend", &self.extend)] {
            for value in values {
                value.check()?;
                value.check_map(name)?;
            }
        }
        let Some(raw) = &self.raw else { return Ok(()) };
        if said || !self.merge.is_empty() || !self.extend.is_empty() {
            return Err(Problem::new(
                "`raw` is the whole document, so the other fields change nothing; remove them",
            ));
        }
        raw.check()
    }

    /// The bytes of a document, edited: first merged, then extended.
    pub(crate) fn body<'d, 's: 'd>(&'s self, mut document: Json<'d>, context: &Context<'s>) -> Body<'s> {
        if let Some(raw) = &self.raw {
            return raw.body(context);
        }
        for patch in &self.merge {
            document.merge(context.json(patch));
        }
        for members in &self.extend {
            document.extend(context.json(members));
        }
        Body::Document(document.to_vec())
    }
}

/// The methods of a builder whose parts have [`Edits`].
macro_rules! edited {
    ($builder:ident) => {
        impl $builder {
            /// Before sealing: applies a JSON merge patch ([RFC 7396](https://www.rfc-editor.org/rfc/rfc7396)) to the
            /// document. Members keep their order; new ones stand at the end, and `null` takes one away.
            ///
            /// ```
            /// use oci_fixture::Value;
            ///
            #[doc = concat!("oci_fixture::", stringify!($builder), "::new().merge(Value::map([(\"schemaVersion\", 1)]));")]
            /// ```
            pub fn merge(mut self, patch: impl crate::ToValue) -> Self {
                self.0.edits.add_merge(patch);
                self
            }

            /// Before sealing, and after [`merge`](Self::merge): appends members to the document as they are, even those
            /// that it has already, and nulls.
            ///
            /// ```
            /// use oci_fixture::Value;
            ///
            #[doc = concat!("oci_fixture::", stringify!($builder), "::new().extend(Value::map([(\"schemaVersion\", 1)]));")]
            /// ```
            pub fn extend(mut self, members: impl crate::ToValue) -> Self {
                self.0.edits.add_extend(members);
                self
            }

            /// Before sealing: these bytes are the document. What it would refer to is stored nevertheless.
            ///
            /// ```
            #[doc = concat!("oci_fixture::", stringify!($builder), "::new().raw(\"{\");")]
            /// ```
            pub fn raw(mut self, content: impl crate::ToContent) -> Self {
                self.0.edits.set_raw(content);
                self
            }
        }
    };
}

pub(crate) use edited;
