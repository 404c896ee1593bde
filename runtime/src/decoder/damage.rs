//! Why compressed bytes cannot be read.

use std::fmt;
use std::io;

/// What is wrong with compressed bytes, and where.
///
/// It is inside an [`io::Error`] of the kind [`InvalidData`](io::ErrorKind::InvalidData).
#[derive(Debug)]
pub(crate) struct Damage {
    pub(crate) kind: DamageKind,
    text: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum DamageKind {
    /// The checksum or the size of a stream is not that of its content, all of which was given.
    Checksum {
        /// Whether nothing follows.
        is_last: bool,
    },
    /// What follows the last stream is none.
    Trailing {
        /// Where it begins.
        offset: u64,
    },
    /// A window is larger than what is taken.
    Window,
    Other,
}

impl DamageKind {
    /// It is known later whether it is the last.
    #[cfg(feature = "decode")]
    pub(super) const CHECKSUM: Self = Self::Checksum { is_last: false };
}

impl Damage {
    /// As what a function that reads returns.
    #[expect(clippy::new_ret_no_self, reason = "it is never met outside of an `io::Error`")]
    #[cfg(feature = "decode")]
    pub(super) fn new(kind: DamageKind, text: String) -> io::Error {
        io::Error::new(io::ErrorKind::InvalidData, Self { kind, text })
    }

    /// What an error says of compressed bytes, if it does.
    pub(crate) fn of(error: &io::Error) -> Option<&Self> {
        error.get_ref()?.downcast_ref()
    }
}

impl fmt::Display for Damage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl std::error::Error for Damage {}
