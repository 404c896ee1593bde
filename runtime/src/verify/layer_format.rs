//! The format of a layer's blob.

use std::fmt;

/// What a layer's blob is, by its first bytes.
///
/// ```
/// assert_eq!(oci_fixture::LayerFormat::Gzip.to_string(), "gzip");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum LayerFormat {
    /// A tar that is not compressed.
    Tar,
    /// Gzip.
    Gzip,
    /// Zstandard.
    Zstd,
    /// Neither of them.
    Other,
}

impl fmt::Display for LayerFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Tar => "a tar",
            Self::Gzip => "gzip",
            Self::Zstd => "zstd",
            Self::Other => "neither a tar, gzip nor zstd",
        })
    }
}
