//! No compression.

use super::around::{Around, wrapped};

/// No compression: a layer of the media type `application/vnd.oci.image.layer.v1.tar`, like one without an encoder.
///
/// It allows faults around an uncompressed tar, and an encoder that is chosen at run time.
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

wrapped!(Plain, "Plain::new()", "", "gzip", "the tar");

impl Plain {
    /// The tar without compression.
    pub fn new() -> Self {
        Self::default()
    }
}
