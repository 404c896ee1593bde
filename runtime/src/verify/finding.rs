//! A finding: what is wrong with a layout, and where.

use std::fmt;

use super::kind::FindingKind;
use super::level::Level;

/// A finding of [`Layout::verify`](crate::Layout::verify): its place, the expected and the found value, and the
/// sentence of the specification that asks for the expected one.
///
/// Its `Display` is one line, which begins with the place. `{:#}` adds the level and the section.
///
/// ```
/// use oci_fixture::{FindingKind, Fixture, Layer, Level, Manifest};
///
/// let image = Manifest::new().with(Layer::new().with(("a", "b")).flip(0));
/// let findings = Fixture::new().with(image).in_memory()?.verify();
///
/// let [finding] = &findings[..] else { panic!("{findings:?}") };
/// assert_eq!(finding.place(), "index.json > manifests[0] > layers[0]");
/// assert!(matches!(finding.kind(), FindingKind::ContentMismatch { .. }));
/// assert_eq!(finding.level(), Level::Must);
/// assert!(finding.section().ends_with("/image-layout.md#blobs"));
/// # Ok::<(), oci_fixture::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    place: String,
    kind: FindingKind,
}

impl Finding {
    pub(super) fn new(place: impl Into<String>, kind: FindingKind) -> Self {
        Self { place: place.into(), kind }
    }

    /// The place: the way from a file of the layout to the node, by the fields of the documents, and the quoted path
    /// of an entry (`index.json > manifests[0] > layers[2] > "a/../b"`). The place of a node to which several descriptors
    /// refer is the first way that leads to it.
    pub fn place(&self) -> &str {
        &self.place
    }

    /// The kind of the finding, with its values.
    pub fn kind(&self) -> &FindingKind {
        &self.kind
    }

    /// How much the finding matters, by the words of the [`section`](Self::section).
    pub fn level(&self) -> Level {
        self.kind.level()
    }

    /// The address of the section that the layout does not follow, in the image specification or in that of a format.
    pub fn section(&self) -> &'static str {
        self.kind.section()
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.kind)?;
        if f.alternate() { write!(f, " ({}: {})", self.level(), self.section()) } else { Ok(()) }
    }
}
