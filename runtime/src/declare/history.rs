//! An entry of a config's history.

use oci_fixture_grammar::language::BlockKind;

use crate::declare::context::Context;
use crate::declare::graph::Edge;
use crate::declare::text::{Text, ToText, check_texts};
use crate::error::Problem;
use crate::json::Writer;

/// How one layer was made, or a step of the build that made no layer
/// ([`history`](https://github.com/opencontainers/image-spec/blob/v1.1.1/config.md#properties)).
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
pub struct History(Box<HistoryData>);

#[derive(Clone, Debug, Default)]
pub(crate) struct HistoryData {
    pub(crate) created: Option<Text>,
    pub(crate) created_by: Option<Text>,
    pub(crate) author: Option<Text>,
    pub(crate) comment: Option<Text>,
    pub(crate) empty_layer: bool,
}

impl History {
    /// An entry without fields.
    pub fn new() -> Self {
        Self::default()
    }

    /// `created`: the time of the step, in the format of RFC 3339.
    pub fn created(mut self, created: impl ToText) -> Self {
        self.0.created = Some(created.into_text());
        self
    }

    /// `created_by`: the command that made the layer.
    pub fn created_by(mut self, command: impl ToText) -> Self {
        self.0.created_by = Some(command.into_text());
        self
    }

    /// `author`: who made the layer.
    pub fn author(mut self, author: impl ToText) -> Self {
        self.0.author = Some(author.into_text());
        self
    }

    /// `comment`: any text.
    pub fn comment(mut self, comment: impl ToText) -> Self {
        self.0.comment = Some(comment.into_text());
        self
    }

    /// `empty_layer`: whether the step made no layer.
    pub fn empty_layer(mut self, empty_layer: bool) -> Self {
        self.0.empty_layer = empty_layer;
        self
    }

    pub(crate) fn data(&self) -> &HistoryData {
        &self.0
    }

    pub(crate) fn mentions<'e>(&'e self, mentions: &mut Vec<&'e Edge>) {
        let HistoryData { created, created_by, author, comment, .. } = &*self.0;
        for text in [created, created_by, author, comment].into_iter().flatten() {
            text.mentions(mentions);
        }
    }

    /// Whether the step made a layer.
    pub(crate) fn has_layer(&self) -> bool {
        !self.0.empty_layer
    }

    pub(crate) fn check(&self, unchecked: bool) -> Result<(), Problem> {
        check_texts(BlockKind::History, "created", &self.0.created, unchecked)
    }

    pub(crate) fn write<'s>(&'s self, out: &mut Writer, context: &Context<'s>) {
        let HistoryData { created, created_by, author, comment, empty_layer } = &*self.0;
        out.object(|out| {
            context.write_text(out, "created", created.as_ref());
            context.write_text(out, "created_by", created_by.as_ref());
            context.write_text(out, "author", author.as_ref());
            context.write_text(out, "comment", comment.as_ref());
            if *empty_layer {
                out.member("empty_layer").verbatim("true");
            }
        });
    }
}
