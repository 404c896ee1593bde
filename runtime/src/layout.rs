//! A layout: what was written, read back from its bytes.

use std::borrow::Cow;
use std::path::Path;
use std::{fmt, fs};

use oci_fixture_grammar::{Digest, Reference};
use oci_spec::image::ImageIndex;

use crate::choice::{Choice, list};
use crate::declaration::Declaration;
use crate::error::{Error, Result};
use crate::links::{Link, links_of, node_of};
use crate::node::Node;
use crate::platform::ToPlatform;
use crate::store::{Archive, Directory, INDEX_FILE, LAYOUT_FILE, Store, TempDir, check_layout, index_json};
use crate::tree;
use crate::walk::Walk;

/// An OCI image layout: what [`Fixture::write_to`](crate::Fixture::write_to) and its like give back, or what any tool
/// has written: [`Layout::open`], [`Layout::open_archive`].
///
/// Whatever it is asked is read from the stored bytes, as they are then. Its `Display` is the tree of what index.json
/// lists, down to the entries of the layers; `{:#}` has whole digests, media types, and every owner and time.
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
    pub(crate) store: S,
    pub(crate) declaration: Declaration,
}

impl Layout<Directory> {
    /// Opens a directory that is an OCI image layout, whoever has written it.
    ///
    /// Nothing of it is trusted, and nothing outside of it is read.
    ///
    /// ```
    /// use oci_fixture::{Fixture, Layout, Manifest};
    ///
    /// # let directory = tempfile::tempdir().unwrap();
    /// Fixture::new().with(Manifest::new().reference("app:1").with(("a", "b"))).write_to(directory.path())?;
    /// let layout = Layout::open(directory.path())?;
    /// assert_eq!(layout.reference("app:1")?.layers()?.len(), 1);
    /// # Ok::<(), oci_fixture::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`Layout`](crate::ErrorKind::Layout) where it is none: without an oci-layout of a known version, or without an
    /// index.json that lists something. What that lists is looked at when it is asked for.
    pub fn open(directory: impl AsRef<Path>) -> Result<Self> {
        let path = directory.as_ref();
        match fs::metadata(path) {
            Ok(metadata) if metadata.is_dir() => Self::opened(Directory::new(path), path),
            Ok(_) => Err(Error::layout(
                path.display(),
                "is not a directory; open an archive with `Layout::open_archive`",
            )),
            Err(error) => Err(Error::io(path, "open the layout", error)),
        }
    }
}

impl Layout<Archive> {
    /// Opens a file that is an OCI image layout in one tar, as `skopeo copy ... oci-archive:` and `docker save` write
    /// them. Only where its members lie is held in memory.
    ///
    /// See [`write_archive_to`](crate::Fixture::write_archive_to) for an example.
    ///
    /// # Errors
    ///
    /// Those of [`Layout::open`], and [`Layout`](crate::ErrorKind::Layout) where the file is no tar, or compressed.
    pub fn open_archive(file: impl AsRef<Path>) -> Result<Self> {
        let path = file.as_ref();
        Self::opened(Archive::open(path)?, path)
    }

    /// The archive's file.
    pub fn path(&self) -> &Path {
        self.store.path()
    }
}

impl Layout<TempDir> {
    /// Keeps the directory, and prints its path to the standard error.
    ///
    /// The environment variable `OCI_FIXTURE_KEEP` does that for all of them: see [`TempDir`].
    ///
    /// ```
    /// use oci_fixture::{Fixture, Manifest};
    ///
    /// let layout = Fixture::new().with(Manifest::new().with(("a", "b"))).tempdir()?.keep();
    /// let path = layout.path().to_owned();
    /// drop(layout);
    /// assert!(path.join("index.json").is_file());
    /// # std::fs::remove_dir_all(path).unwrap();
    /// # Ok::<(), oci_fixture::Error>(())
    /// ```
    pub fn keep(self) -> Layout {
        Layout { store: self.store.keep(), declaration: self.declaration }
    }
}

impl<S: Store> Layout<S> {
    pub(crate) fn of(store: S, declaration: Declaration) -> Self {
        Self { store, declaration }
    }

    /// A layout that somebody has written.
    fn opened(store: S, path: &Path) -> Result<Self> {
        check_layout(path.join(LAYOUT_FILE).display(), &store.layout()?)?;
        index_json::check(path.join(INDEX_FILE).display(), &store.index()?)?;
        Ok(Self { store, declaration: Declaration::default() })
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

    /// The bytes of oci-layout.
    ///
    /// # Errors
    ///
    /// [`Layout`](crate::ErrorKind::Layout) where there is none.
    pub fn oci_layout_bytes(&self) -> Result<Cow<'_, [u8]>> {
        self.store.layout()
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
        let parsed = Reference::parse(reference).map(|parsed| parsed.or_latest().to_string());
        let mut named = Vec::new();
        for node in self.each_node()?.into_iter().filter_map(|link| link.node.ok()) {
            match node.reference() {
                // What is not checked is called as it was written.
                Some(name) if parsed.as_deref() == Ok(name) || name == reference => return Ok(node),
                name => named.extend(name.map(|name| format!("`{name}`"))),
            }
        }
        let wanted = parsed.map_err(|invalid| Error::not_found("").with_source(invalid))?;
        Err(Error::not_found(format!("the layout has no `{wanted}`; it has {}", list(&named))))
    }

    /// The node that the fixture labelled so: `layout.label("base")` for `'base: layer { ... }`.
    ///
    /// # Errors
    ///
    /// [`NotFound`](crate::ErrorKind::NotFound), with the labels that there are, and
    /// [`Ambiguous`](crate::ErrorKind::Ambiguous) where several nodes have it, as in a `for`. A layout that was opened
    /// has no labels.
    pub fn label(&self, label: &str) -> Result<Node<'_, S>> {
        let labels = &self.declaration.labels;
        let mut same = labels.iter().filter(|labelled| labelled.name == label);
        match (same.next(), same.next()) {
            (Some(labelled), None) => node_of(self, &format!("'{label}"), &labelled.descriptor),
            (Some(_), Some(_)) => Err(Error::ambiguous(format!(
                "several nodes have the label `{label}`; go to them from their parents"
            ))),
            (None, _) => {
                let names: Vec<String> =
                    labels.iter().map(|labelled| format!("`{}`", labelled.name)).collect();
                Err(Error::not_found(format!("no node has the label `{label}`; there is {}", list(&names))))
            }
        }
    }

    /// The node that has a digest, by the first descriptor of it: in index.json, or anywhere below.
    ///
    /// # Errors
    ///
    /// [`NotFound`](crate::ErrorKind::NotFound) where nothing refers to it, though it may be stored: see
    /// [`blob`](Self::blob).
    ///
    /// ```
    /// use oci_fixture::{Fixture, Manifest};
    ///
    /// let layout = Fixture::new().with(Manifest::new().with(("a", "b"))).in_memory()?;
    /// let layer = layout.nodes()?[0].layers()?[0].clone();
    /// assert_eq!(layout.digest(layer.digest())?.media_type(), layer.media_type());
    /// # Ok::<(), oci_fixture::Error>(())
    /// ```
    pub fn digest(&self, digest: impl AsRef<str>) -> Result<Node<'_, S>> {
        let wanted =
            Digest::parse(digest.as_ref()).map_err(|invalid| Error::not_found("").with_source(invalid))?;
        let mut nodes = self.walk()?.flatten();
        nodes.find(|node| *node.digest() == wanted).ok_or_else(|| {
            Error::not_found(format!(
                "nothing in the layout refers to `{wanted}`; if it is stored, `blob` gives it"
            ))
        })
    }

    /// The one manifest for a platform, in index.json or any index below it: `layout.platform("linux/arm64")`.
    ///
    /// # Errors
    ///
    /// [`NotFound`](crate::ErrorKind::NotFound), with the platforms that there are, and
    /// [`Ambiguous`](crate::ErrorKind::Ambiguous) where several manifests are for it.
    pub fn platform(&self, platform: impl ToPlatform) -> Result<Node<'_, S>> {
        Choice::of(self.walk()?).exact(&platform)
    }

    /// The manifest, in index.json or any index below it, that a machine of a platform would run: as containerd's
    /// platform matcher orders them, `linux/arm64` takes `linux/arm64/v8`, and `linux/arm/v7` falls back to
    /// `linux/arm/v6`.
    ///
    /// ```
    /// use oci_fixture::{Fixture, Manifest};
    ///
    /// let image = Manifest::new().reference("app:1").platform("linux/arm/v6").with(("a", "b"));
    /// let layout = Fixture::new().with(image).in_memory()?;
    /// assert!(layout.platform("linux/arm/v7").is_err());
    /// assert_eq!(layout.best_match("linux/arm/v7")?.digest(), layout.reference("app:1")?.digest());
    /// # Ok::<(), oci_fixture::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// [`NotFound`](crate::ErrorKind::NotFound), with the platforms that there are, and
    /// [`Ambiguous`](crate::ErrorKind::Ambiguous) where several manifests are equally good.
    pub fn best_match(&self, platform: impl ToPlatform) -> Result<Node<'_, S>> {
        Choice::of(self.walk()?).best(&platform)
    }

    /// All nodes, parents before children: each descriptor of index.json and of every document below it. A document
    /// that several refer to is opened at the first, so that there is an end.
    ///
    /// ```
    /// use oci_fixture::{Fixture, Manifest};
    ///
    /// let layout = Fixture::new().with(Manifest::new().with(("a", "b"))).in_memory()?;
    /// let sizes: Vec<u64> = layout.walk()?.map(|node| Ok(node?.size())).collect::<oci_fixture::Result<_>>()?;
    /// assert_eq!(sizes.len(), 3);
    /// # Ok::<(), oci_fixture::Error>(())
    /// ```
    pub fn walk(&self) -> Result<Walk<'_, S>> {
        Ok(Walk::of(self.each_node()?.into_iter().map(|link| link.node).collect()))
    }

    /// What index.json lists, each by itself.
    fn each_node(&self) -> Result<Vec<Link<'_, S>>> {
        links_of(self, INDEX_FILE, &self.store.index()?)
    }

    /// The nodes that index.json lists.
    pub fn nodes(&self) -> Result<Vec<Node<'_, S>>> {
        self.each_node()?.into_iter().map(|link| link.node).collect()
    }

    /// What the fixture declared, but a node, or index.json, does not list.
    pub(crate) fn unlisted(&self, parent: Option<&Digest>) -> Vec<Link<'_, S>> {
        let unlisted = self.declaration.lies.unlisted.get(&parent.cloned());
        unlisted.into_iter().flatten().map(|link| Link::of(self, "unlisted", link)).collect()
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
        tree::write(f, self, self.each_node())
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
