//! Why bytes are no tar.

use std::fmt;
use std::io;

/// What is wrong with the bytes of a tar, and where.
///
/// It is inside an [`io::Error`] of the kind [`InvalidData`](io::ErrorKind::InvalidData).
#[derive(Debug)]
pub(crate) struct Malformed {
    /// Where in the tar.
    pub(crate) offset: u64,
    pub(crate) problem: String,
}

impl Malformed {
    /// As what a function that reads returns.
    #[expect(clippy::new_ret_no_self, reason = "it is never met outside of an `io::Error`")]
    pub(super) fn new(offset: u64, problem: impl Into<String>) -> io::Error {
        io::Error::new(io::ErrorKind::InvalidData, Self { offset, problem: problem.into() })
    }

    /// What an error says of a tar, if it does.
    pub(crate) fn of(error: &io::Error) -> Option<&Self> {
        error.get_ref()?.downcast_ref()
    }
}

impl fmt::Display for Malformed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "byte {}: {}", self.offset, self.problem)
    }
}

impl std::error::Error for Malformed {}
