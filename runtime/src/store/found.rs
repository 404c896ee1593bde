//! What is found where a file of a layout should be.

use std::fmt;
use std::io::Read;

use oci_fixture_grammar::Digest;

use super::{INDEX_FILE, LAYOUT_FILE, blob_name};

/// A file that a layout may have.
// Of a method of a trait that others name, but cannot implement.
#[allow(unreachable_pub, reason = "an argument of a method of the trait `Store`")]
#[derive(Clone, Copy, Debug)]
pub enum Name<'n> {
    OciLayout,
    Index,
    Blob(&'n Digest),
}

/// What lies under a name.
#[allow(unreachable_pub, reason = "what a method of the trait `Store` returns")]
pub enum Found<'s> {
    Nothing,
    File {
        size: u64,
        /// A symbolic link leads to it, which stays in the layout.
        linked: bool,
        reader: Box<dyn Read + 's>,
    },
    /// A symbolic link that leads out of the layout, or to nothing.
    Outside,
    /// A directory, a pipe or the like.
    NoFile,
}

impl<'s> Found<'s> {
    pub(super) fn bytes(bytes: &'s [u8]) -> Self {
        Self::File { size: bytes.len() as u64, linked: false, reader: Box::new(bytes) }
    }
}

/// The path in the layout.
impl fmt::Display for Name<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OciLayout => f.write_str(LAYOUT_FILE),
            Self::Index => f.write_str(INDEX_FILE),
            Self::Blob(digest) => f.write_str(&blob_name(digest)),
        }
    }
}
