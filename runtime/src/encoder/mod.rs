//! Encoders: what a layer's tar is compressed with.

mod blocks;
mod gzip;
#[cfg(test)]
mod tests;
mod zstd;

use std::io::{self, Write};

pub use self::gzip::Gzip;
pub use self::zstd::Zstd;
use crate::problem::Problem;

/// What a layer's tar is compressed with: a [`Gzip`] or a [`Zstd`].
///
/// ```
/// use oci_fixture::{Encoder, Gzip, Layer, Manifest, Zstd};
///
/// let encoders: [Encoder; 2] = [Gzip::stored().into(), Zstd::stored().into()];
/// let mut manifest = Manifest::new();
/// for encoder in encoders {
///     manifest.push(Layer::new().with(("bin/sh", "#!")).encoder(encoder));
/// }
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use = "an encoder does nothing until it is given to a layer"]
pub struct Encoder(Format);

#[derive(Clone, Debug, PartialEq, Eq)]
enum Format {
    Gzip(Gzip),
    Zstd(Zstd),
}

impl From<Gzip> for Encoder {
    fn from(gzip: Gzip) -> Self {
        Self(Format::Gzip(gzip))
    }
}

impl From<Zstd> for Encoder {
    fn from(zstd: Zstd) -> Self {
        Self(Format::Zstd(zstd))
    }
}

impl Encoder {
    pub(crate) fn check(&self) -> Result<(), Problem> {
        self.usable().map_err(Problem::new)
    }

    /// What the media type of a layer says after its `+`.
    pub(crate) fn media_type_suffix(&self) -> &'static str {
        match &self.0 {
            Format::Gzip(_) => "gzip",
            Format::Zstd(_) => "zstd",
        }
    }

    /// Calls `source` once, and writes what that writes to `out`, compressed.
    ///
    /// The bytes do not depend on the sizes of the writes. No more than a block of them is held in memory,
    /// beside what a level's own encoder needs.
    pub(crate) fn encode(
        &self,
        out: &mut dyn Write,
        source: &mut dyn FnMut(&mut dyn Write) -> io::Result<()>,
    ) -> io::Result<()> {
        // Some backends of flate2 panic at a level that they do not have.
        self.usable().map_err(io::Error::other)?;
        match &self.0 {
            Format::Gzip(gzip) => gzip.encode(out, source),
            Format::Zstd(zstd) => zstd.encode(out, source),
        }
    }

    /// What is wrong where this encoder cannot encode.
    fn usable(&self) -> Result<(), String> {
        match &self.0 {
            Format::Gzip(gzip) => gzip.usable(),
            Format::Zstd(zstd) => zstd.usable(),
        }
    }
}
