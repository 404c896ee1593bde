//! The digest that a blob or a dangling descriptor adds, as a layer, to the `diff_ids` of the config.

use std::sync::Arc;

use oci_fixture_grammar::media_type;

use crate::declare::context::Context;
use crate::declare::text::{Text, ToText};
use crate::error::Problem;

/// The digest that a node adds to the `diff_ids`.
#[derive(Clone, Debug, Default)]
pub struct DiffId(pub(crate) Added);

#[derive(Clone, Debug, Default)]
pub(crate) enum Added {
    #[default]
    Nothing,
    /// The digest of the blob itself.
    Own,
    Text(Text),
}

/// Values that a blob adds, as a layer, to the `diff_ids` of the config: `true` for its own digest, or a text, as
/// [`ToText`] describes. `false` adds nothing.
///
/// ```
/// use oci_fixture::Blob;
///
/// Blob::new("application/vnd.oci.image.layer.v1.tar", "a tar").diff_id(true);
/// Blob::new("application/vnd.oci.image.layer.v1.tar+gzip", "a stream").diff_id("sha256:0");
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not what a layer adds to the `diff_ids`",
    label = "this is neither `true` nor text"
)]
pub trait ToDiffId {
    /// The value as the digest that is added.
    #[doc(hidden)]
    fn into_diff_id(self) -> DiffId;
}

#[cfg(feature = "text")]
impl ToDiffId for DiffId {
    fn into_diff_id(self) -> DiffId {
        self
    }
}

impl ToDiffId for bool {
    fn into_diff_id(self) -> DiffId {
        DiffId(if self { Added::Own } else { Added::Nothing })
    }
}

impl<T: ToText> ToDiffId for T {
    fn into_diff_id(self) -> DiffId {
        DiffId(Added::Text(self.into_text()))
    }
}

impl DiffId {
    /// Whether the node adds a digest.
    pub(crate) fn is_some(&self) -> bool {
        !matches!(self.0, Added::Nothing)
    }

    /// Whether the node's own digest is added.
    pub(crate) fn is_own(&self) -> bool {
        matches!(self.0, Added::Own)
    }

    /// The text that is added.
    pub(crate) fn text(&self) -> Option<&Text> {
        match &self.0 {
            Added::Text(text) => Some(text),
            Added::Nothing | Added::Own => None,
        }
    }

    /// Refuses the digest of a compressed blob.
    pub(crate) fn check(&self, media_type: &str) -> Result<(), Problem> {
        match self.0 {
            Added::Own => Ok(media_type::check_uncompressed(media_type)?),
            Added::Nothing | Added::Text(_) => Ok(()),
        }
    }

    /// The digest that is added, once the node is sealed.
    pub(crate) fn resolved(&self, digest: &Arc<str>, context: &Context<'_>) -> Option<Arc<str>> {
        match &self.0 {
            Added::Nothing => None,
            Added::Own => Some(Arc::clone(digest)),
            Added::Text(text) => Some(context.text(text).into()),
        }
    }
}
