//! A layout: what was written, read back from its bytes.

use std::borrow::Cow;
use std::fmt;
use std::path::Path;

use oci_fixture_grammar::{Digest, Reference};
use oci_spec::image::ImageIndex;

use crate::error::{Error, Result};
use crate::node::{Node, children_of, find_platform, links_of, list, node_of};
use crate::platform::ToPlatform;
use crate::seal::Labelled;
use crate::store::{Directory, INDEX_FILE, Store};
use crate::tree;

/// An OCI image layout: what [`Fixture::write_to`](crate::Fixture::write_to) and its like give back.
///
/// Whatever it is asked is read from the stored bytes, as they are then. Its `Display`
/// is the tree of what index.json lists; `{:#}` has whole digests and media types.
///
/// ```
/// use oci_fixture::{Fixture, Manifest};
///
/// let manifest = Manifest::new().reference("app:1").platform("linux/arm64").with(("a", "b"));
/// let layout = Fixture::new().with(manifest).tempdir()?;
///
/// let node = layout.reference("app:1")?;
/// assert_eq!(node.config()?.architecture().to_string(), "arm64");
/// assert_eq!(layout.blob(node.digest())?, node.bytes()?);
/// assert_eq!(layout.blobs()?.count(), 3);
/// # Ok::<(), oci_fixture::Error>(())
/// ```
#[derive(Clone, Debug)]
pub struct Layout<S = Directory> {
    store: S,
    /// What the fixture labelled.
    labels: Vec<Labelled>,
}

impl<S: Store> Layout<S> {
    pub(crate) fn of(store: S, labels: Vec<Labelled>) -> Self {
        Self { store, labels }
    }

    /// What index.json says.
    ///
    /// # Errors
    ///
    /// [`Io`](crate::ErrorKind::Io) where it cannot be read, [`Layout`](crate::ErrorKind::Layout) where it is no image index.
    pub fn index(&self) -> Result<ImageIndex> {
        let bytes = self.store.index()?;
        serde_json::from_slice(&bytes)
            .map_err(|error| Error::layout(INDEX_FILE, "cannot be read as an image index").with_source(error))
    }

    /// The bytes of index.json.
    pub fn index_bytes(&self) -> Result<Cow<'_, [u8]>> {
        self.store.index()
    }

    /// The bytes of a blob.
    ///
    /// # Errors
    ///
    /// [`NotFound`](crate::ErrorKind::NotFound) where there is no such blob, or the text is no digest, [`Io`](crate::ErrorKind::Io) where it cannot be read.
    pub fn blob(&self, digest: impl AsRef<str>) -> Result<Cow<'_, [u8]>> {
        let digest =
            Digest::parse(digest.as_ref()).map_err(|invalid| Error::not_found("").with_source(invalid))?;
        self.store.blob(&digest)
    }

    /// Every stored blob, sorted by digest; each is read when its turn comes.
    pub fn blobs(&self) -> Result<Blobs<'_, S>> {
        Ok(Blobs { store: &self.store, digests: self.store.digests()?.into_iter() })
    }

    /// The node that a reference names: `layout.reference("app:1")`. It is looked for in the annotations
    /// `io.containerd.image.name`, which a fixture writes.
    ///
    /// # Errors
    ///
    /// [`NotFound`](crate::ErrorKind::NotFound), with the references that there are.
    pub fn reference(&self, reference: &str) -> Result<Node<'_, S>> {
        let wanted = Reference::parse(reference)
            .map_err(|invalid| Error::not_found("").with_source(invalid))?
            .or_latest()
            .to_string();
        let mut named = Vec::new();
        for node in self.each_node()?.into_iter().flatten() {
            match node.reference() {
                Some(name) if name == wanted => return Ok(node),
                name => named.extend(name.map(|name| format!("`{name}`"))),
            }
        }
        Err(Error::not_found(format!("the layout has no `{wanted}`; it has {}", list(&named))))
    }

    /// The node that the fixture labelled so: `layout.label("base")` for `'base: layer { ... }`.
    ///
    /// # Errors
    ///
    /// [`NotFound`](crate::ErrorKind::NotFound), with the labels that there are, and
    /// [`Ambiguous`](crate::ErrorKind::Ambiguous) where several nodes have it, as in a `for`.
    pub fn label(&self, label: &str) -> Result<Node<'_, S>> {
        let mut same = self.labels.iter().filter(|labelled| labelled.name == label);
        match (same.next(), same.next()) {
            (Some(labelled), None) => node_of(&self.store, &format!("'{label}"), &labelled.descriptor),
            (Some(_), Some(_)) => Err(Error::ambiguous(format!(
                "several nodes have the label `{label}`; go to them from their parents"
            ))),
            (None, _) => {
                let names: Vec<String> =
                    self.labels.iter().map(|labelled| format!("`{}`", labelled.name)).collect();
                Err(Error::not_found(format!("no node has the label `{label}`; there is {}", list(&names))))
            }
        }
    }

    /// The one manifest, anywhere in the layout, for a platform: `layout.platform("linux/arm64")`.
    ///
    /// # Errors
    ///
    /// [`NotFound`](crate::ErrorKind::NotFound), with the platforms that there are, and
    /// [`Ambiguous`](crate::ErrorKind::Ambiguous) where several manifests are for it.
    pub fn platform(&self, platform: impl ToPlatform) -> Result<Node<'_, S>> {
        find_platform(self.each_node()?.into_iter().flatten().collect(), &platform)
    }

    /// What index.json lists, each by itself.
    fn each_node(&self) -> Result<Vec<Result<Node<'_, S>>>> {
        links_of(&self.store, INDEX_FILE, &self.store.index()?)
    }

    /// The nodes that index.json lists.
    pub fn nodes(&self) -> Result<Vec<Node<'_, S>>> {
        children_of(&self.store, INDEX_FILE, &self.store.index()?)
    }
}

impl<S: AsRef<Path>> Layout<S> {
    /// The layout's directory.
    pub fn path(&self) -> &Path {
        self.store.as_ref()
    }
}

impl<S: Store> fmt::Display for Layout<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        tree::write(f, INDEX_FILE, self.each_node())
    }
}

/// An iterator over the blobs of a [`Layout`]: each one's digest and bytes.
#[derive(Debug)]
pub struct Blobs<'l, S> {
    store: &'l S,
    digests: std::vec::IntoIter<Digest>,
}

impl<'l, S: Store> Iterator for Blobs<'l, S> {
    type Item = Result<(Digest, Cow<'l, [u8]>)>;

    fn next(&mut self) -> Option<Self::Item> {
        let digest = self.digests.next()?;
        Some(self.store.blob(&digest).map(|bytes| (digest, bytes)))
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.digests.size_hint()
    }
}
