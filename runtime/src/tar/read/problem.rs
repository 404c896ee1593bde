//! Errors in the bytes of a tar.

use std::fmt;
use std::io;

/// An error in the bytes of a tar, and its offset.
///
/// It is inside an [`io::Error`] of the kind [`InvalidData`](io::ErrorKind::InvalidData).
#[derive(Debug)]
pub(crate) struct TarProblem {
    /// The offset in the tar.
    pub(crate) offset: u64,
    pub(crate) problem: String,
    /// Whether the problem is only a limit of this reader, so that other readers may accept the tar.
    pub(crate) is_limit: bool,
}

impl TarProblem {
    /// The problem as an [`io::Error`], which functions that read return.
    #[expect(clippy::new_ret_no_self, reason = "it is never met outside of an `io::Error`")]
    pub(super) fn new(offset: u64, problem: impl Into<String>) -> io::Error {
        io::Error::new(io::ErrorKind::InvalidData, Self { offset, problem: problem.into(), is_limit: false })
    }

    /// The same problem, marked as a limit of this reader.
    pub(super) fn too_large(offset: u64, problem: String) -> io::Error {
        io::Error::new(io::ErrorKind::InvalidData, Self { offset, problem, is_limit: true })
    }

    /// The problem inside an error, if there is one.
    pub(crate) fn of(error: &io::Error) -> Option<&Self> {
        error.get_ref()?.downcast_ref()
    }
}

impl fmt::Display for TarProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "byte {}: {}", self.offset, self.problem)
    }
}

impl std::error::Error for TarProblem {}
