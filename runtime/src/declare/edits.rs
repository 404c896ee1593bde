//! Edits: the faults before sealing that change a document.

use crate::declare::content::{Content, ToContent};
use crate::declare::context::Context;
use crate::declare::encoded::Body;
use crate::declare::graph::Edge;
use crate::declare::value::{ToValue, Value};
use crate::error::Problem;
use crate::json::{Json, Writer, written};

/// The declared `merge`, `extend` and `raw` of a document.
#[derive(Clone, Debug, Default)]
pub(crate) struct Edits {
    pub(crate) merge: Vec<Value>,
    pub(crate) extend: Vec<Value>,
    pub(crate) raw: Option<Content>,
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

    pub(crate) fn is_raw(&self) -> bool {
        self.raw.is_some()
    }

    /// Adds the names of the edits, as the language writes them.
    pub(crate) fn add_fault_names(&self, faults: &mut Vec<String>) {
        if !self.merge.is_empty() {
            faults.push("merge:".to_owned());
        }
        if !self.extend.is_empty() {
            faults.push("extend:".to_owned());
        }
        if self.raw.is_some() {
            faults.push("raw:".to_owned());
        }
    }

    pub(crate) fn mentions<'e>(&'e self, mentions: &mut Vec<&'e Edge>) {
        for value in self.merge.iter().chain(&self.extend) {
            value.mentions(mentions);
        }
        if let Some(raw) = &self.raw {
            raw.mentions(mentions);
        }
    }

    /// Checks the edits. `said` is whether the document has declared fields, which `raw` would replace.
    pub(crate) fn check(&self, said: bool) -> Result<(), Problem> {
        if self.is_empty() {
            return Ok(());
        }
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

    /// The bytes of the document that `write` writes, after its edits: `merge` is applied first, then `extend`. `raw` replaces
    /// all bytes.
    pub(crate) fn body<'s>(&'s self, write: impl FnOnce(&mut Writer), context: &Context<'s>) -> Body<'s> {
        if let Some(raw) = &self.raw {
            return raw.body(context);
        }
        if self.is_empty() {
            return Body::Document(written(write));
        }
        let mut document = Json::of(write);
        self.apply(&mut document, context);
        Body::Document(document.to_vec())
    }

    /// The bytes that replace the document.
    pub(crate) fn raw(&self) -> Option<&Content> {
        self.raw.as_ref()
    }

    /// Applies `merge`, and then `extend`.
    pub(crate) fn apply<'d, 's: 'd>(&'s self, document: &mut Json<'d>, context: &Context<'s>) {
        for patch in &self.merge {
            document.merge(context.json(patch));
        }
        for members in &self.extend {
            document.extend(context.json(members));
        }
    }
}

/// The methods of a builder whose data has [`Edits`] in the field `$edits`.
macro_rules! edited {
    ($builder:ident, $($edits:ident).+) => {
        impl $builder {
            /// Before sealing: applies a JSON merge patch ([RFC 7396](https://www.rfc-editor.org/rfc/rfc7396)) to the
            /// document. Members keep their order, new ones are appended, and `null` removes one.
            ///
            /// ```
            /// use oci_fixture::Value;
            ///
            #[doc = concat!("oci_fixture::", stringify!($builder), "::new().merge(Value::map([(\"schemaVersion\", 1)]));")]
            /// ```
            pub fn merge(mut self, patch: impl crate::ToValue) -> Self {
                self.0.$($edits).+.add_merge(patch);
                self
            }

            /// Before sealing, and after [`merge`](Self::merge): appends members to the document without changing
            /// others. A key may be one that the document has already, and a value may be `null`.
            ///
            /// ```
            /// use oci_fixture::Value;
            ///
            #[doc = concat!("oci_fixture::", stringify!($builder), "::new().extend(Value::map([(\"schemaVersion\", 1)]));")]
            /// ```
            pub fn extend(mut self, members: impl crate::ToValue) -> Self {
                self.0.$($edits).+.add_extend(members);
                self
            }

            /// Before sealing: these bytes are the document. The nodes of the document are stored nevertheless.
            ///
            /// ```
            #[doc = concat!("oci_fixture::", stringify!($builder), "::new().raw(\"{\");")]
            /// ```
            pub fn raw(mut self, content: impl crate::ToContent) -> Self {
                self.0.$($edits).+.set_raw(content);
                self
            }
        }
    };
}

pub(crate) use edited;
