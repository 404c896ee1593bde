//! Encoded nodes: the bytes of a node before it has a digest, and the node with its digest.

use std::borrow::Cow;
use std::io::{self, Write};
use std::sync::Arc;

use oci_fixture_grammar::{Digest, Platform};

use crate::declare::content::Content;
use crate::declare::layer::tarball::Tarball;
use crate::io::Recipe;

/// The most bytes that a descriptor embeds as its `data`.
pub(crate) const DATA: usize = 1024 * 1024;

/// A node's bytes, before they have a digest.
pub(crate) struct Encoded<'n> {
    /// One of the crate's own is borrowed, a declared one is not.
    pub(crate) media_type: Cow<'static, str>,
    pub(crate) body: Body<'n>,
    pub(crate) platform: Option<Cow<'n, Platform>>,
    pub(crate) artifact_type: Option<Cow<'n, str>>,
}

/// The bytes of a node: a document in memory, and anything that may be large as a recipe.
pub(crate) enum Body<'n> {
    Document(Vec<u8>),
    Layer(Tarball),
    Content(Cow<'n, Content>),
}

impl Recipe for Body<'_> {
    fn write_to(&self, out: &mut dyn Write) -> io::Result<()> {
        match self {
            Self::Document(bytes) => bytes.write_to(out),
            Self::Layer(tarball) => tarball.write_to(out),
            Self::Content(content) => content.write_to(out),
        }
    }

    fn size(&self) -> io::Result<u64> {
        match self {
            Self::Document(bytes) => Ok(bytes.len() as u64),
            Self::Layer(tarball) => tarball.size(),
            Self::Content(content) => content.size(),
        }
    }
}

/// A node with its digest.
#[derive(Debug, Default)]
pub(crate) struct SealedNode {
    /// As in [`Encoded`].
    pub(crate) media_type: Cow<'static, str>,
    pub(crate) digest: Arc<str>,
    /// The number of bytes, in decimal digits.
    pub(crate) size: String,
    pub(crate) platform: Option<Platform>,
    pub(crate) artifact_type: Option<String>,
    /// The digest under which the node is stored and the number of its bytes; `None` for a dangling node.
    pub(crate) blob: Option<(Digest, u64)>,
    /// The digest of a layer's uncompressed tar.
    pub(crate) diff_id: Option<Arc<str>>,
    /// The size of that tar, in bytes, if it differs from the size of the blob.
    pub(crate) tar_size: Option<u64>,
    /// The node's bytes, if a parent embeds them.
    pub(crate) data: Option<Vec<u8>>,
    /// The stored bytes are not those of the digest, because they were not in the layout from which they are copied.
    pub(crate) is_wrong: bool,
}
