//! Errors: what is wrong, where it is, and what to do about it.

use std::error::Error as StdError;
use std::fmt;
use std::io;
use std::path::Path;

use oci_fixture_grammar::Invalid;

/// A `Result` whose error is [`Error`].
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// An error in one line: where it is, what is wrong, and what to do about it.
///
/// The line begins with the place: the path through the declaration (`index "app:1" > linux/arm64 > layer 2 >
/// "a/../b"`), or the path of a file. The line includes the cause, such as an [`io::Error`]. So the
/// [source](StdError::source) is that of the cause, and a printed chain repeats nothing. `Debug` prints the same
/// line, so that an `unwrap()` in a test reads well.
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

/// The kind of an [`Error`], for code that decides by it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// The declaration has a mistake. Nothing was written.
    Declaration,
    /// The layout holds no such node or blob.
    NotFound,
    /// The layout holds several nodes that fit the request.
    Ambiguous,
    /// The stored bytes are not an OCI image layout, or a document is not of the requested kind.
    Layout,
    /// The system refused to read or to write.
    Io,
}

impl Error {
    /// The kind of the error.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// The place of the error: the path through the declaration, the path of a file, or a digest.
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

    /// Whether the operation needs something that this build does not have, such as a feature of the crate.
    pub(crate) fn is_unsupported(&self) -> bool {
        self.io_kind() == Some(io::ErrorKind::Unsupported)
    }

    /// Whether the reader of what was written has closed its end.
    pub(crate) fn is_broken_pipe(&self) -> bool {
        self.io_kind() == Some(io::ErrorKind::BrokenPipe)
    }

    /// The kind of the system's error. `source()` does not lead to it, because `Display` has its text.
    fn io_kind(&self) -> Option<io::ErrorKind> {
        self.0.source.as_ref()?.downcast_ref::<io::Error>().map(io::Error::kind)
    }

    /// Sets the place of an error that has none yet.
    pub(crate) fn in_place(mut self, place: impl FnOnce() -> String) -> Self {
        if self.0.place.is_empty() {
            self.0.place = place();
        }
        self
    }

    /// The layout does not have the requested node or blob.
    pub(crate) fn not_found(problem: impl Into<String>) -> Self {
        Self::new(ErrorKind::NotFound, "", problem)
    }

    /// The layout has several nodes that fit the request.
    pub(crate) fn ambiguous(problem: impl Into<String>) -> Self {
        Self::new(ErrorKind::Ambiguous, "", problem)
    }

    /// The file or the document at `place` is not what a layout has there.
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
        // `Display` has the text of the cause itself.
        self.0.source.as_deref()?.source()
    }
}

/// A mistake in a value of the declaration, before the place of its node is known.
pub(crate) struct Problem {
    /// The place within the node, such as an entry's quoted path.
    at: Option<String>,
    what: String,
    source: Option<Invalid>,
}

impl Problem {
    pub(crate) fn new(what: impl Into<String>) -> Self {
        Self { at: None, what: what.into(), source: None }
    }

    pub(crate) fn at(mut self, at: String) -> Self {
        self.at = Some(at);
        self
    }

    /// The error, once the node's place is known.
    pub(crate) fn into_error(self, mut place: String) -> Error {
        if let Some(at) = self.at {
            if !place.is_empty() {
                place.push_str(" > ");
            }
            place.push_str(&at);
        }
        let error = Error::new(ErrorKind::Declaration, place, self.what);
        match self.source {
            Some(invalid) => error.with_source(invalid),
            None => error,
        }
    }
}

impl From<Invalid> for Problem {
    fn from(invalid: Invalid) -> Self {
        Self { at: None, what: String::new(), source: Some(invalid) }
    }
}
