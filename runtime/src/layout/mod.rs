//! Reading back: a layout, its nodes, the entries of its layers, and its tree. Everything is read from the stored bytes
//! when it is asked for.

pub(crate) mod choice;
mod copy;
mod docker_archive;
#[cfg(any(feature = "registry", feature = "push"))]
pub(crate) mod entry_reference;
pub(crate) mod layer_entry;
pub(crate) mod links;
pub(crate) mod node;
pub(crate) mod rootfs;
mod tree;
pub(crate) mod walk;

use std::borrow::Cow;
use std::path::Path;
use std::{fmt, fs};

use oci_fixture_grammar::{Digest, Reference};
use oci_spec::image::ImageIndex;

use crate::declare::platform::ToPlatform;
use crate::error::{Error, Result};
use crate::image_layout::{INDEX_FILE, LAYOUT_FILE};
use crate::io::IN_MEMORY;
use crate::layout::choice::{PlatformChoice, list};
use crate::layout::links::{Link, links_of, node_of};
use crate::layout::node::Node;
use crate::layout::walk::Walk;
use crate::seal::origin::Origin;
use crate::store::{Archive, Directory, Found, Memory, Name, Store, TempDir, check_layout, index_json};

/// An OCI image layout. [`Fixture::write_to`](crate::Fixture::write_to) and the other ways out return one, and
/// [`Layout::open`] and [`Layout::open_archive`] open one that any tool has written.
///
/// Each method reads the stored bytes, as they are at that moment. `Display` is the tree of index.json, down to the
/// entries of the layers; `{:#}` has whole digests, media types, and every owner and time.
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
#[derive(Clone)]
pub struct Layout<S = Directory> {
    pub(crate) store: S,
    pub(crate) origin: Origin,
}

impl Layout<Directory> {
    /// Opens a directory that is an OCI image layout, whichever tool has written it.
    ///
    /// Nothing in the directory is trusted, and nothing outside of it is read.
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
    /// [`Layout`](crate::ErrorKind::Layout) if the directory is no image layout: if it has no oci-layout of a known version,
    /// or no index.json with a list, or if one of the two has more than 1 GiB. The nodes of the list are read when they are
    /// asked for.
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
    /// it. Only the positions of the members are held in memory.
    ///
    /// See [`write_archive_to`](crate::Fixture::write_archive_to) for an example.
    ///
    /// # Errors
    ///
    /// The errors of [`Layout::open`], [`Layout`](crate::ErrorKind::Layout) if the file is no tar, or compressed, and
    /// [`NotFound`](crate::ErrorKind::NotFound) if the archive has no oci-layout. An archive for Docker without a layout is read
    /// by [`Fixture::from_docker_archive`](crate::Fixture::from_docker_archive).
    pub fn open_archive(file: impl AsRef<Path>) -> Result<Self> {
        let path = file.as_ref();
        let archive = Archive::open(path)?;
        if let Found::Nothing = archive.look(Name::OciLayout)? {
            let cure = "read an archive for Docker by `Fixture::from_docker_archive`";
            let problem = format!("has no `{LAYOUT_FILE}`, so it is no OCI image layout; {cure}");
            return Err(Error::not_found(format!("{}: {problem}", path.display())));
        }
        Self::opened(archive, path)
    }

    /// The archive's file.
    pub fn path(&self) -> &Path {
        self.store.path()
    }
}

impl Layout<Memory> {
    /// The bytes of a file that the fixture declares as an [`ExtraFile`](crate::ExtraFile). `None` if there is no such
    /// file.
    ///
    /// ```
    /// use oci_fixture::{ExtraFile, Fixture};
    ///
    /// let layout = Fixture::new().with(ExtraFile::new("README", "text")).in_memory()?;
    /// assert_eq!(layout.extra_file("README"), Some(&b"text"[..]));
    /// # Ok::<(), oci_fixture::Error>(())
    /// ```
    pub fn extra_file(&self, path: &str) -> Option<&[u8]> {
        self.store.extra_file(path)
    }
}

impl Layout<TempDir> {
    /// Keeps the directory, and prints its path to the standard error.
    ///
    /// The environment variable `OCI_FIXTURE_KEEP` keeps all temporary directories: see [`TempDir`].
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
        Layout { store: self.store.keep(), origin: self.origin }
    }
}

impl<S: Store> Layout<S> {
    pub(crate) fn of(store: S, origin: Origin) -> Self {
        Self { store, origin }
    }

    /// Opens the layout in a store that any tool has written. The error says why it is none.
    fn opened(store: S, path: &Path) -> Result<Self> {
        let (oci_layout, index) = (path.join(LAYOUT_FILE), path.join(INDEX_FILE));
        check_size(&store, Name::OciLayout, oci_layout.display())?;
        check_layout(oci_layout.display(), &store.layout()?)?;
        check_size(&store, Name::Index, index.display())?;
        index_json::check(index.display(), &store.index()?)?;
        Ok(Self { store, origin: Origin::default() })
    }

    /// The content of index.json.
    ///
    /// # Errors
    ///
    /// [`Io`](crate::ErrorKind::Io) if it cannot be read, [`Layout`](crate::ErrorKind::Layout) if it is no image index.
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
    /// [`Layout`](crate::ErrorKind::Layout) if the layout has no oci-layout.
    pub fn oci_layout_bytes(&self) -> Result<Cow<'_, [u8]>> {
        self.store.layout()
    }

    /// The bytes of a blob.
    ///
    /// # Errors
    ///
    /// [`NotFound`](crate::ErrorKind::NotFound) if there is no such blob, or the text is no digest, [`Io`](crate::ErrorKind::Io) if it cannot be read.
    pub fn blob(&self, digest: impl AsRef<str>) -> Result<Cow<'_, [u8]>> {
        let digest =
            Digest::parse(digest.as_ref()).map_err(|invalid| Error::not_found("").with_source(invalid))?;
        self.store.blob(&digest)
    }

    /// Every stored blob, sorted by digest. Each is read when the iterator comes to it.
    pub fn blobs(&self) -> Result<Blobs<'_, S>> {
        Ok(Blobs { store: &self.store, digests: self.store.digests()?.into_iter() })
    }

    /// The node of a reference: `layout.reference("app:1")`. The reference is compared with the annotation
    /// `io.containerd.image.name` of each entry of index.json, which a fixture writes. If no entry matches, it is compared
    /// with `org.opencontainers.image.ref.name`, which may be only a tag: `layout.reference("latest")`.
    ///
    /// # Errors
    ///
    /// [`NotFound`](crate::ErrorKind::NotFound), with the existing references, and
    /// [`Ambiguous`](crate::ErrorKind::Ambiguous) if several entries have only the tag in common.
    pub fn reference(&self, reference: &str) -> Result<Node<'_, S>> {
        let normal = |name: &str| Reference::parse(name).map(|parsed| parsed.or_latest().to_string());
        let wanted = normal(reference);
        let (mut named, mut tagged) = (Vec::new(), Vec::new());
        for node in self.each_node()?.into_iter().filter_map(|link| link.node.ok()) {
            match node.reference() {
                // An unchecked reference is stored as it was written.
                Some(name) if wanted.as_deref() == Ok(name) || name == reference => return Ok(node),
                name => named.extend(name.or(node.ref_name()).map(|name| format!("`{name}`"))),
            }
            let is_same = |name: &str| name == reference || wanted.is_ok() && normal(name) == wanted;
            if node.ref_name().is_some_and(is_same) {
                tagged.push(node);
            }
        }
        let is_one =
            tagged.windows(2).all(|pair| matches!(pair, [one, other] if one.digest() == other.digest()));
        match tagged.pop() {
            Some(node) if is_one => Ok(node),
            Some(_) => Err(Error::ambiguous(format!(
                "several entries have the name `{reference}`; choose one of {}",
                list(&named)
            ))),
            None => {
                let wanted = wanted.map_err(|invalid| Error::not_found("").with_source(invalid))?;
                Err(Error::not_found(format!("the layout has no `{wanted}`; it has {}", list(&named))))
            }
        }
    }

    /// The node of a label: `layout.label("base")` for `'base: layer { ... }`.
    ///
    /// # Errors
    ///
    /// [`NotFound`](crate::ErrorKind::NotFound), with the existing labels, and
    /// [`Ambiguous`](crate::ErrorKind::Ambiguous) if several nodes have the label, as in a `for`. A layout that was opened
    /// has no labels.
    pub fn label(&self, label: &str) -> Result<Node<'_, S>> {
        let labels = &self.origin.labels;
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

    /// The node of a digest, by the first descriptor with that digest in index.json or anywhere below.
    ///
    /// # Errors
    ///
    /// [`NotFound`](crate::ErrorKind::NotFound) if no descriptor has the digest. [`blob`](Self::blob) reads a stored blob
    /// to which no descriptor refers.
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
    /// [`NotFound`](crate::ErrorKind::NotFound), with the existing platforms, and
    /// [`Ambiguous`](crate::ErrorKind::Ambiguous) if several manifests are for it.
    pub fn platform(&self, platform: impl ToPlatform) -> Result<Node<'_, S>> {
        PlatformChoice::of(self.walk()?).exact(&platform)
    }

    /// The manifest, in index.json or any index below it, that a machine of this platform would run. Platforms are ordered
    /// as by containerd: `linux/arm64` takes `linux/arm64/v8`, and `linux/arm/v7` falls back to `linux/arm/v6`.
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
    /// [`NotFound`](crate::ErrorKind::NotFound), with the existing platforms, and
    /// [`Ambiguous`](crate::ErrorKind::Ambiguous) if several manifests are equally good.
    pub fn best_match(&self, platform: impl ToPlatform) -> Result<Node<'_, S>> {
        PlatformChoice::of(self.walk()?).best(&platform)
    }

    /// All nodes, parents before children: one for each descriptor of index.json and of every document below it. If several
    /// descriptors refer to a document, the walk enters it only at the first one, so it always ends.
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

    /// The links of index.json.
    fn each_node(&self) -> Result<Vec<Link<'_, S>>> {
        links_of(self, INDEX_FILE, &self.store.index()?)
    }

    /// The nodes that index.json lists. Only the digest of a descriptor is required. Any other field that is missing or
    /// cannot be read is empty in [`Node::descriptor`].
    ///
    /// # Errors
    ///
    /// [`Layout`](crate::ErrorKind::Layout) if index.json is no JSON document, or if a descriptor has no digest.
    /// In that case, [`walk`](Self::walk) gives the nodes that can be read.
    pub fn nodes(&self) -> Result<Vec<Node<'_, S>>> {
        self.each_node()?.into_iter().map(|link| link.node).collect()
    }

    /// The nodes that the fixture declared `unlisted` in a parent. A parent of `None` is index.json.
    pub(crate) fn unlisted(&self, parent: Option<&Digest>) -> Vec<Link<'_, S>> {
        let unlisted = self.origin.faults.unlisted.get(&parent.cloned());
        unlisted.into_iter().flatten().map(|link| Link::of(self, "unlisted", link)).collect()
    }
}

/// Refuses a document that is too large to be held in memory. A sparse file can have any size.
pub(crate) fn check_size(store: &impl Store, name: Name<'_>, place: impl fmt::Display) -> Result<()> {
    match store.look(name)? {
        Found::File { size, .. } if size > IN_MEMORY => {
            let problem = format!("has {size} bytes, more than the {IN_MEMORY} that are read at once");
            Err(Error::layout(place, problem))
        }
        _ => Ok(()),
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

/// One line with the place of the layout.
impl<S: fmt::Debug> fmt::Debug for Layout<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Layout({:?})", self.store)
    }
}

/// An iterator over the blobs of a [`Layout`]: each one's digest and bytes.
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

impl<S> fmt::Debug for Blobs<'_, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Blobs({} to come)", self.digests.len())
    }
}
