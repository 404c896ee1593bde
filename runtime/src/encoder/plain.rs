//! No compression.

use super::around::Around;
use crate::content::ToContent;
use crate::text::ToText;

/// No compression: a layer of the media type `application/vnd.oci.image.layer.v1.tar`, as one without an encoder is.
///
/// It is there to lie, and for an encoder that is chosen when the test runs.
///
/// ```
/// use oci_fixture::{Fixture, Layer, Manifest, Plain};
///
/// let layer = Layer::new().with(("bin/sh", "#!"));
/// let plain = Fixture::new().with(Manifest::new().with(layer.clone().encoder(Plain::new()))).in_memory()?;
/// let layer = Fixture::new().with(Manifest::new().with(layer)).in_memory()?;
/// assert_eq!(plain.index_bytes()?, layer.index_bytes()?);
/// # Ok::<(), oci_fixture::Error>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[must_use = "an encoder does nothing until it is given to a layer"]
pub struct Plain {
    around: Around,
}

impl Plain {
    /// The tar as it is.
    pub fn new() -> Self {
        Self::default()
    }

    /// Bytes before the tar. The `diff_id` stays that of the tar alone.
    ///
    /// They may be made lazily, and be of any size but none, which is an error.
    ///
    /// ```
    /// use oci_fixture::{Content, Layer, Plain};
    ///
    /// let layer = Layer::new().encoder(Plain::new().prefix(Content::zeros(512)));
    /// ```
    pub fn prefix(mut self, bytes: impl ToContent) -> Self {
        self.around.prefix = Some(bytes.into_content());
        self
    }

    /// Bytes after the tar, which readers stop before or read on into. The `diff_id` stays that of the tar alone.
    ///
    /// They may be made lazily, and be of any size but none, which is an error.
    ///
    /// ```
    /// use oci_fixture::{Layer, Plain};
    ///
    /// let layer = Layer::new().encoder(Plain::new().suffix("garbage"));
    /// ```
    pub fn suffix(mut self, bytes: impl ToContent) -> Self {
        self.around.suffix = Some(bytes.into_content());
        self
    }

    /// Lets the media type say that the tar is compressed: `"gzip"`, `"zstd"` or anything else that may stand behind
    /// its `+` ([media types]); in that of Docker it stands behind a `.`.
    ///
    /// `""` is what it is without it, and so an error.
    ///
    /// ```
    /// use oci_fixture::{Fixture, Layer, Manifest, Plain};
    ///
    /// let layer = Layer::new().encoder(Plain::new().labelled("gzip"));
    /// let layout = Fixture::new().with(Manifest::new().with(layer)).in_memory()?;
    /// let layer = &layout.nodes()?[0].layers()?[0];
    /// assert_eq!(layer.media_type(), "application/vnd.oci.image.layer.v1.tar+gzip");
    /// assert_eq!(layer.bytes()?, [0; 1024].as_slice());
    /// # Ok::<(), oci_fixture::Error>(())
    /// ```
    ///
    /// [media types]: https://github.com/opencontainers/image-spec/blob/v1.1.1/layer.md#media-types
    pub fn labelled(mut self, compression: impl ToText) -> Self {
        self.around.label = Some(compression.into_text());
        self
    }

    pub(super) fn around(&self) -> &Around {
        &self.around
    }
}
