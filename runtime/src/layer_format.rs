//! Layer formats: how a layer's tar is compressed.

use std::fmt;

/// The format of a layer's blob, by its first bytes.
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

impl LayerFormat {
    /// The compression by the first bytes. It is [`Other`](Self::Other) for anything else, a tar included.
    pub(crate) fn of_magic(first: &[u8]) -> Self {
        match first {
            // RFC 1952, section 2.3.1.
            [0x1f, 0x8b, ..] => Self::Gzip,
            // RFC 8878, sections 3.1.1 and 3.1.2: a frame, or a frame that readers skip.
            [0x28, 0xb5, 0x2f, 0xfd, ..] | [0x50..=0x5f, 0x2a, 0x4d, 0x18, ..] => Self::Zstd,
            _ => Self::Other,
        }
    }

    /// The suffix of an honest media type for this compression.
    pub(crate) fn suffix(self) -> &'static str {
        match self {
            Self::Gzip => "gzip",
            Self::Zstd => "zstd",
            Self::Tar | Self::Other => "",
        }
    }
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
