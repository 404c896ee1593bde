//! Limits: how much is read of a layout that nobody vouches for.

use std::fmt;

/// How much [`Layout::verify_with`](crate::Layout::verify_with) reads, at most. Passing a limit is a finding, and what
/// is beyond it is not judged.
///
/// With the defaults less than 64 MiB of memory are taken, whatever the layout is, and no layer takes longer than its
/// compressed bytes are worth.
///
/// ```
/// use oci_fixture::{Fixture, Limits, Manifest};
///
/// let layout = Fixture::new().with(Manifest::new().with(("a", "b"))).in_memory()?;
/// let mut limits = Limits::default();
/// limits.document = 100;
/// let findings = layout.verify_with(&limits);
/// assert_eq!(
///     findings[0].to_string(),
///     "index.json: it is larger than 100 bytes, and so not judged (`Limits::document`)",
/// );
/// # Ok::<(), oci_fixture::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Limits {
    /// The bytes of one document, each of which is held in memory: 4 MiB, which is what registries take at least.
    pub document: u64,
    /// The bytes of all documents together, however often they are read: 256 MiB.
    pub documents: u64,
    /// The bytes of one blob as it is stored: 64 GiB.
    pub blob: u64,
    /// Documents that refer to one another, from index.json down: 256, of which the fixture's declaration has no more.
    pub nesting: u32,
    /// Values that stand in one another in a document: 128.
    pub json_depth: u32,
    /// Descriptors in all documents together: 100,000.
    pub descriptors: u64,
    /// The bytes of one layer, decompressed: 64 GiB.
    pub layer: u64,
    /// How many times larger a layer is when it is decompressed: 100. It counts for what is beyond 256 MiB.
    pub ratio: u32,
    /// The entries of one layer, of which the names are compared: 500,000.
    pub entries: u64,
    /// The bytes of the window of a zstd frame, which are held in memory: 16 MiB.
    pub window: u64,
    /// Findings: 1,000.
    pub findings: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            document: 4 << 20,
            documents: 256 << 20,
            blob: 64 << 30,
            nesting: 256,
            json_depth: 128,
            descriptors: 100_000,
            layer: 64 << 30,
            ratio: 100,
            entries: 500_000,
            window: 16 << 20,
            findings: 1_000,
        }
    }
}

/// A limit of [`Limits`] that was passed.
///
/// ```
/// use oci_fixture::Limit;
///
/// assert_eq!(Limit::Entries(100).to_string(), "it has more than 100 entries, and the rest is not judged (`Limits::entries`)");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Limit {
    /// [`Limits::document`]
    Document(u64),
    /// [`Limits::documents`]
    Documents(u64),
    /// [`Limits::blob`]
    Blob(u64),
    /// [`Limits::nesting`]
    Nesting(u32),
    /// [`Limits::json_depth`]
    JsonDepth(u32),
    /// [`Limits::descriptors`]
    Descriptors(u64),
    /// [`Limits::layer`]
    Layer(u64),
    /// [`Limits::ratio`]
    Ratio(u32),
    /// [`Limits::entries`]
    Entries(u64),
    /// [`Limits::window`]
    Window(u64),
    /// [`Limits::findings`]
    Findings(usize),
}

impl fmt::Display for Limit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Document(most) => {
                write!(f, "it is larger than {most} bytes, and so not judged (`Limits::document`)")
            }
            Self::Documents(most) => {
                write!(
                    f,
                    "{most} bytes of documents were read, and the rest is not judged (`Limits::documents`)"
                )
            }
            Self::Blob(most) => write!(f, "it is larger than {most} bytes, and so not read (`Limits::blob`)"),
            Self::Nesting(most) => {
                write!(f, "it stands below {most} documents, and is not judged (`Limits::nesting`)")
            }
            Self::JsonDepth(most) => {
                write!(
                    f,
                    "more than {most} values stand in one another, so it is not judged (`Limits::json_depth`)"
                )
            }
            Self::Descriptors(most) => {
                write!(f, "{most} descriptors were read, and the rest is not judged (`Limits::descriptors`)")
            }
            Self::Layer(most) => write!(
                f,
                "it has more than {most} bytes when it is decompressed, and the rest is not judged (`Limits::layer`)"
            ),
            Self::Ratio(most) => write!(
                f,
                "it is more than {most} times larger when it is decompressed, and the rest is not judged (`Limits::ratio`)"
            ),
            Self::Entries(most) => {
                write!(f, "it has more than {most} entries, and the rest is not judged (`Limits::entries`)")
            }
            Self::Window(most) => write!(
                f,
                "it needs a window of more than {most} bytes to be decompressed, and so is not judged (`Limits::window`)"
            ),
            Self::Findings(most) => {
                write!(f, "{most} findings are here already, and the rest is not judged (`Limits::findings`)")
            }
        }
    }
}
