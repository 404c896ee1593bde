//! The documents of a layout, and the objects in them that have fields of their own.

use std::fmt;

/// A JSON document that `verify` judges, or an object in one.
///
/// ```
/// assert_eq!(oci_fixture::Document::Index.to_string(), "an image index");
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Document {
    /// oci-layout.
    OciLayout,
    /// An image index, or Docker's manifest list.
    Index,
    /// An image manifest.
    Manifest,
    /// An image config.
    Config,
    /// A descriptor.
    Descriptor,
}

impl fmt::Display for Document {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::OciLayout => "an oci-layout",
            Self::Index => "an image index",
            Self::Manifest => "an image manifest",
            Self::Config => "an image config",
            Self::Descriptor => "a descriptor",
        })
    }
}
