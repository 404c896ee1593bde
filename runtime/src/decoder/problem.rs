//! Errors in compressed bytes.

use std::fmt;
use std::io;

/// An error in compressed bytes, and its offset.
///
/// It is inside an [`io::Error`] of the kind [`InvalidData`](io::ErrorKind::InvalidData).
#[derive(Debug)]
pub(crate) struct StreamProblem {
    pub(crate) kind: StreamProblemKind,
    text: String,
}

#[cfg_attr(
    not(feature = "decode"),
    expect(dead_code, reason = "nothing is decompressed without the feature")
)]
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum StreamProblemKind {
    /// The checksum or the size of a stream is not that of its content. All of the content was decoded.
    Checksum {
        /// Whether the stream is the last one.
        is_last: bool,
    },
    /// Bytes that are no stream follow the last stream.
    Trailing {
        /// The offset of these bytes.
        offset: u64,
    },
    /// A window is larger than the limit.
    Window,
    Other,
}

impl StreamProblemKind {
    /// `is_last` is set later, when the end of the source is known.
    #[cfg(feature = "decode")]
    pub(super) const CHECKSUM: Self = Self::Checksum { is_last: false };
}

impl StreamProblem {
    /// The problem as an [`io::Error`], which functions that read return.
    #[expect(clippy::new_ret_no_self, reason = "it is never met outside of an `io::Error`")]
    #[cfg(feature = "decode")]
    pub(super) fn new(kind: StreamProblemKind, text: String) -> io::Error {
        io::Error::new(io::ErrorKind::InvalidData, Self { kind, text })
    }

    /// The problem inside an error, if there is one.
    pub(crate) fn of(error: &io::Error) -> Option<&Self> {
        error.get_ref()?.downcast_ref()
    }
}

impl fmt::Display for StreamProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl std::error::Error for StreamProblem {}
