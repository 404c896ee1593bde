//! An entry of a config's history.

use crate::context::Context;
use crate::json::Json;
use crate::text::{Text, ToText};

/// How one layer was made, or a step that made none ([`history`](https://github.com/opencontainers/image-spec/blob/v1.1.1/config.md#properties)).
///
/// ```
/// use oci_fixture::{Config, History};
///
/// Config::new().history([
///     History::new().created("2024-05-01T12:00:00Z").created_by("COPY / /"),
///     History::new().created_by("CMD [\"sh\"]").empty_layer(true),
/// ]);
/// ```
#[derive(Clone, Debug, Default)]
#[must_use = "an entry does nothing until it is put into a config"]
pub struct History(Box<Parts>);

#[derive(Clone, Debug, Default)]
struct Parts {
    created: Option<Text>,
    created_by: Option<Text>,
    author: Option<Text>,
    comment: Option<Text>,
    empty_layer: bool,
}

impl History {
    /// An entry that says nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// `created`: when, as RFC 3339 has it.
    pub fn created(mut self, created: impl ToText) -> Self {
        self.0.created = Some(created.into_text());
        self
    }

    /// `created_by`: by which command.
    pub fn created_by(mut self, command: impl ToText) -> Self {
        self.0.created_by = Some(command.into_text());
        self
    }

    /// `author`: by whom.
    pub fn author(mut self, author: impl ToText) -> Self {
        self.0.author = Some(author.into_text());
        self
    }

    /// `comment`
    pub fn comment(mut self, comment: impl ToText) -> Self {
        self.0.comment = Some(comment.into_text());
        self
    }

    /// `empty_layer`: whether the step made no layer.
    pub fn empty_layer(mut self, empty_layer: bool) -> Self {
        self.0.empty_layer = empty_layer;
        self
    }

    pub(crate) fn texts(&self) -> impl Iterator<Item = &Text> {
        let Parts { created, created_by, author, comment, .. } = &*self.0;
        [created, created_by, author, comment].into_iter().flatten()
    }

    pub(crate) fn json<'s>(&'s self, context: &Context<'s>) -> Json<'s> {
        let Parts { created, created_by, author, comment, empty_layer } = &*self.0;
        Json::object([
            ("created", context.optional(created.as_ref())),
            ("created_by", context.optional(created_by.as_ref())),
            ("author", context.optional(author.as_ref())),
            ("comment", context.optional(comment.as_ref())),
            ("empty_layer", empty_layer.then_some(Json::Bool(true))),
        ])
    }
}
