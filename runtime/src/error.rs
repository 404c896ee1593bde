//! What went wrong, where, and what to do about it.

use std::error::Error as StdError;
use std::fmt;
use std::io;
use std::path::Path;

/// A `Result` whose error is [`Error`].
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What went wrong, where, and what to do about it, in one line.
///
/// The line begins with the place: the way through the declaration (`index "app:1" > linux/arm64 > layer 2 >
/// "a/../b"`), or the path of a file. What lies beneath, such as an [`io::Error`], is in the line too, and kept
/// as the [source](StdError::source). `Debug` prints the same line, so that an `unwrap()` in a test reads well.
///
/// ```
/// use oci_fixture::{ErrorKind, Fixture, Manifest};
///
/// let fixture = Fixture::new().with(Manifest::new().reference("Busybox"));
/// let error = fixture.tempdir().unwrap_err();
/// assert_eq!(error.kind(), ErrorKind::Declaration);
/// assert_eq!(error.place(), "manifest \"Busybox\"");
/// ```
pub struct Error(Box<Inner>);

struct Inner {
    kind: ErrorKind,
    place: String,
    problem: String,
    source: Option<Box<dyn StdError + Send + Sync>>,
}

/// The sort of an [`Error`], for code that decides by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// A value of the declaration is not what it should be; nothing was written.
    Declaration,
    /// The layout holds no such node or blob.
    NotFound,
    /// The layout holds several of what was asked for.
    Ambiguous,
    /// What is stored is not an OCI image layout, or a document of it is not what was asked for.
    Layout,
    /// The system refused to read or to write.
    Io,
}

impl Error {
    /// The sort of the error.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// Where it went wrong: the way through the declaration, the path of a file, or a digest.
    pub fn place(&self) -> &str {
        &self.0.place
    }

    pub(crate) fn new(kind: ErrorKind, place: impl Into<String>, problem: impl Into<String>) -> Self {
        Self(Box::new(Inner { kind, place: place.into(), problem: problem.into(), source: None }))
    }

    pub(crate) fn with_source(mut self, source: impl Into<Box<dyn StdError + Send + Sync>>) -> Self {
        self.0.source = Some(source.into());
        self
    }

    /// The system refused to do `what` (`"create the directory"`) with `path`.
    pub(crate) fn io(path: &Path, what: &str, source: io::Error) -> Self {
        Self::new(ErrorKind::Io, path.display().to_string(), format!("cannot {what}")).with_source(source)
    }

    /// The bytes of a node could not be made.
    pub(crate) fn recipe(source: io::Error) -> Self {
        Self::new(ErrorKind::Io, "", "cannot be made").with_source(source)
    }

    /// The writer does not take the bytes.
    pub(crate) fn unwritable(source: io::Error) -> Self {
        Self::new(ErrorKind::Io, "", "cannot write the archive").with_source(source)
    }

    /// Whether it could be done with more than is at hand, such as a feature of this crate.
    pub(crate) fn is_unsupported(&self) -> bool {
        let source = self.0.source.as_ref().and_then(|source| source.downcast_ref::<io::Error>());
        source.is_some_and(|source| source.kind() == io::ErrorKind::Unsupported)
    }

    /// The same error in a place, where it has none yet.
    pub(crate) fn in_place(mut self, place: impl FnOnce() -> String) -> Self {
        if self.0.place.is_empty() {
            self.0.place = place();
        }
        self
    }

    /// The layout does not have what was asked for.
    pub(crate) fn not_found(problem: impl Into<String>) -> Self {
        Self::new(ErrorKind::NotFound, "", problem)
    }

    /// The layout has several of what was asked for.
    pub(crate) fn ambiguous(problem: impl Into<String>) -> Self {
        Self::new(ErrorKind::Ambiguous, "", problem)
    }

    /// What stands at `path` or `place` is not what a layout has there.
    pub(crate) fn layout(place: impl fmt::Display, problem: impl Into<String>) -> Self {
        Self::new(ErrorKind::Layout, place.to_string(), problem)
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Inner { place, problem, source, .. } = &*self.0;
        if !place.is_empty() {
            write!(f, "{place}: ")?;
        }
        match source {
            Some(source) if problem.is_empty() => write!(f, "{source}"),
            Some(source) => write!(f, "{problem}: {source}"),
            None => f.write_str(problem),
        }
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl StdError for Error {
    fn source(&self) -> Option<&(dyn StdError + 'static)> {
        self.0.source.as_deref().map(|source| source as _)
    }
}
