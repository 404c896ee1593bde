//! A blob of any media type.

use crate::content::{Content, ToContent};
use crate::context::Context;
use crate::declared::{Edge, IntoEdge, Kind};
use crate::listing::{Listing, listed};
use crate::media_type;
use crate::problem::Problem;
use crate::seal::Encoded;
use crate::text::{Text, ToText};

/// A blob of any media type: in a manifest a layer, at the top level or in an index a blob that a descriptor names.
///
/// ```
/// use oci_fixture::{Blob, Fixture, Manifest};
///
/// let sbom = Blob::new("application/spdx+json", r#"{"spdxVersion":"SPDX-2.3"}"#);
/// Fixture::new().with(Manifest::new().artifact_type("application/spdx+json").with(sbom));
/// ```
#[derive(Clone, Debug)]
#[must_use = "a blob does nothing until it is put into a parent"]
pub struct Blob(Box<Parts>);

#[derive(Clone, Debug)]
pub(crate) struct Parts {
    media_type: Text,
    content: Content,
    diff_id: Option<Text>,
    listing: Listing,
}

listed!(Blob, "Blob::new(\"text/plain\", \"text\")");

impl Blob {
    /// A blob.
    pub fn new(media_type: impl ToText, content: impl ToContent) -> Self {
        let (media_type, content) = (media_type.into_text(), content.into_content());
        Self(Box::new(Parts { media_type, content, diff_id: None, listing: Listing::default() }))
    }

    /// Its bytes, instead of those that it was made with.
    pub fn content(mut self, content: impl ToContent) -> Self {
        self.0.content = content.into_content();
        self
    }

    /// What it adds, as a layer, to the `rootfs.diff_ids` of the config. Without, it adds nothing.
    ///
    /// ```
    /// use oci_fixture::Blob;
    ///
    /// Blob::new("application/vnd.oci.image.layer.v1.tar", "no tar").diff_id("sha256:0");
    /// ```
    pub fn diff_id(mut self, diff_id: impl ToText) -> Self {
        self.0.diff_id = Some(diff_id.into_text());
        self
    }
}

impl IntoEdge for Blob {
    fn into_edge(mut self) -> Edge {
        std::mem::take(&mut self.0.listing).edge(Kind::Blob(self.0))
    }
}

impl Parts {
    pub(crate) fn diff_id(&self) -> Option<&Text> {
        self.diff_id.as_ref()
    }

    pub(crate) fn mentions<'e>(&'e self, mentions: &mut Vec<&'e Edge>) {
        mentions.extend(self.media_type.mentions().chain(self.diff_id.iter().flat_map(Text::mentions)));
        self.content.mentions(mentions);
    }

    pub(crate) fn check(&self) -> Result<(), Problem> {
        media_type::check(Some(&self.media_type))?;
        self.content.check()
    }

    pub(crate) fn encode<'s>(&'s self, context: &Context<'s>) -> Encoded<'s> {
        let (media_type, body) = (context.text(&self.media_type), self.content.body(context));
        Encoded { media_type, body, platform: None, artifact_type: None }
    }
}
