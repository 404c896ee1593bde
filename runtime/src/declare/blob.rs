//! A blob of any media type.

use std::borrow::Cow;
use std::fmt;

use crate::declare::content::{Content, ToContent};
use crate::declare::context::Context;
use crate::declare::diff_id::{DiffId, ToDiffId};
use crate::declare::encoded::Encoded;
use crate::declare::fault::NodeFaults;
use crate::declare::graph::{Edge, NodeKind};
use crate::declare::listing::{Listing, listed};
use crate::declare::text::{self, Text, ToText};
use crate::error::Problem;
use crate::media_type;

/// A blob of any media type. In a manifest it is a layer; at the top level and in an index it is a node of its own.
///
/// ```
/// use oci_fixture::{Blob, Fixture, Manifest};
///
/// let sbom = Blob::new("application/spdx+json", r#"{"spdxVersion":"SPDX-2.3"}"#);
/// Fixture::new().with(Manifest::new().artifact_type("application/spdx+json").with(sbom));
/// ```
#[derive(Clone)]
#[must_use = "a blob does nothing until it is put into a parent"]
pub struct Blob(Box<BlobData>);

#[derive(Clone)]
pub(crate) struct BlobData {
    pub(crate) media_type: Text,
    pub(crate) content: Content,
    pub(crate) diff_id: DiffId,
    pub(crate) listing: Listing,
    pub(crate) faults: NodeFaults,
}

listed!(Blob, "Blob::new(\"text/plain\", \"text\")", NodeKind::Blob);

impl Blob {
    /// A blob of this media type with these bytes.
    pub fn new(media_type: impl ToText, content: impl ToContent) -> Self {
        let (media_type, content) = (media_type.into_text(), content.into_content());
        Self(Box::new(BlobData {
            media_type,
            content,
            diff_id: DiffId::default(),
            listing: Listing::default(),
            faults: NodeFaults::default(),
        }))
    }

    /// Replaces the bytes of the blob.
    pub fn content(mut self, content: impl ToContent) -> Self {
        self.0.content = content.into_content();
        self
    }

    /// The digest that the blob, as a layer, adds to the `rootfs.diff_ids` of the config: a text, or `true` for the blob's own
    /// digest, if its media type says no compression. By default it adds none.
    ///
    /// ```
    /// use oci_fixture::Blob;
    ///
    /// Blob::new("application/vnd.oci.image.layer.v1.tar", "no tar").diff_id("sha256:0");
    /// ```
    pub fn diff_id(mut self, diff_id: impl ToDiffId) -> Self {
        self.0.diff_id = diff_id.into_diff_id();
        self
    }
}

impl BlobData {
    pub(crate) fn diff_id(&self) -> &DiffId {
        &self.diff_id
    }

    /// Whether the media type is that of an image's layer.
    pub(crate) fn is_layer(&self) -> bool {
        self.media_type.plain().is_some_and(|media_type| media_type::of_layer(media_type).is_some())
    }

    pub(crate) fn mentions<'e>(&'e self, mentions: &mut Vec<&'e Edge>) {
        self.media_type.mentions(mentions);
        if let Some(diff_id) = self.diff_id.text() {
            diff_id.mentions(mentions);
        }
        self.content.mentions(mentions);
    }

    pub(crate) fn check(&self, unchecked: bool) -> Result<(), Problem> {
        let media_type = text::media_type(&self.media_type)?;
        self.content.check()?;
        if unchecked {
            return Ok(());
        }
        // A blob with a `diff_id` is a layer on purpose.
        if self.diff_id.is_some() {
            oci_fixture_grammar::media_type::check(media_type)?;
        } else {
            oci_fixture_grammar::media_type::check_opaque(media_type)?;
        }
        self.diff_id.check(media_type)?;
        // With a text as its `diff_id`, the blob has a fault in its source.
        if self.diff_id.is_own() && oci_fixture_grammar::media_type::is_tar(media_type) {
            self.content.check_tar()?;
        }
        self.content.check_empty(media_type)
    }

    pub(crate) fn encode<'s>(&'s self, context: &Context<'s>) -> Encoded<'s> {
        let media_type = Cow::Owned(context.text(&self.media_type).into_owned());
        let body = self.content.body(context);
        Encoded { media_type, body, platform: None, artifact_type: None }
    }
}

impl fmt::Debug for BlobData {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?} => {:?}", self.media_type, self.content)
    }
}
