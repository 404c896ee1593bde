//! A node of a layout: a handle to one blob.

use std::borrow::Cow;
use std::fmt;
use std::io::{self, BufReader, Read};
use std::path::{Path, PathBuf};

use oci_fixture_grammar::{Digest, Platform, annotation};
use oci_spec::image::{Descriptor, ImageConfiguration, ImageIndex, ImageManifest};
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

use crate::declare::layer::LayerData;
use crate::declare::platform::PlatformJson;
use crate::declare::platform::ToPlatform;
use crate::decoder::Decoder;
use crate::error::{Error, ErrorKind, Result};
use crate::image_layout::blob_path;
use crate::layout::choice::PlatformChoice;
use crate::layout::layer_entry::{self, LayerEntry, TarName};
use crate::layout::links::{Link, Links, Unread, node_of};
use crate::layout::tree;
use crate::layout::walk::Walk;
use crate::layout::{Layout, check_size};
use crate::media_type::Role;
use crate::store::{Directory, Name, Store};

/// A handle to one blob of a [`Layout`](crate::Layout), by the descriptor that refers to it.
///
/// The bytes are the truth: a method that returns a type such as a manifest parses the bytes when it is called.
///
/// ```
/// use oci_fixture::{Fixture, Index, Layer, Manifest};
///
/// let image = Manifest::new().platform("linux/arm/v7").with(Layer::new().with(("a", "b")));
/// let layout = Fixture::new().with(Index::new().with(image)).tempdir()?;
///
/// let node = layout.platform("linux/arm/v7")?;
/// assert_eq!(node.manifest()?.layers().len(), 1);
/// let layer = &node.layers()?[0];
/// assert_eq!(layer.size(), 2048);
/// assert_eq!(std::fs::read(layer.path()).unwrap(), *layer.bytes()?);
/// assert!(node.to_string().starts_with("manifest linux/arm/v7 sha256:"), "{node}");
/// # Ok::<(), oci_fixture::Error>(())
/// ```
pub struct Node<'l, S = Directory> {
    layout: &'l Layout<S>,
    descriptor: Descriptor,
    digest: Digest,
    platform: Option<Platform>,
    /// The members of the descriptor that cannot be read.
    unread: Vec<Unread>,
}

/// The line of the node in the tree of its layout, without its faults; `{:#}` has the whole digest and the media type.
impl<S: Store> fmt::Display for Node<'_, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        tree::write_node(f, self)
    }
}

impl<S: Store> fmt::Debug for Node<'_, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Node({self})")
    }
}

// A derived `Clone` would require `S: Clone`.
impl<S> Clone for Node<'_, S> {
    fn clone(&self) -> Self {
        let Self { layout, descriptor, digest, platform, unread } = self;
        Self {
            layout,
            descriptor: descriptor.clone(),
            digest: digest.clone(),
            platform: platform.clone(),
            unread: unread.clone(),
        }
    }
}

impl<'l, S: Store> Node<'l, S> {
    pub(crate) fn new(
        layout: &'l Layout<S>,
        descriptor: Descriptor,
        digest: Digest,
        platform: Option<Platform>,
        unread: Vec<Unread>,
    ) -> Self {
        Self { layout, descriptor, digest, platform, unread }
    }

    /// A member of the descriptor that cannot be read.
    pub(crate) fn unread(&self, member: &str) -> Option<&Unread> {
        self.unread.iter().find(|unread| unread.name == member)
    }

    pub(crate) fn layout(&self) -> &'l Layout<S> {
        self.layout
    }

    /// The descriptor that refers to the blob.
    pub fn descriptor(&self) -> &Descriptor {
        &self.descriptor
    }

    /// The digest of the blob.
    pub fn digest(&self) -> &Digest {
        &self.digest
    }

    /// The size of the blob in its descriptor, in bytes.
    pub fn size(&self) -> u64 {
        self.descriptor.size()
    }

    /// The media type of the blob in its descriptor.
    pub fn media_type(&self) -> &str {
        self.descriptor.media_type().as_ref()
    }

    /// The bytes of the blob.
    ///
    /// # Errors
    ///
    /// [`NotFound`](crate::ErrorKind::NotFound) if it is not stored, [`Io`](crate::ErrorKind::Io) if it cannot be read.
    pub fn bytes(&self) -> Result<Cow<'l, [u8]>> {
        self.layout.store.blob(&self.digest)
    }

    /// The bytes of a document, all of which are held in memory.
    pub(crate) fn document_bytes(&self) -> Result<Cow<'l, [u8]>> {
        check_size(&self.layout.store, Name::Blob(&self.digest), &self.digest)?;
        self.bytes()
    }

    /// A reader of the blob's bytes, for a blob that is too large to be held in memory.
    ///
    /// ```
    /// use oci_fixture::{Content, Fixture, Manifest};
    ///
    /// let layout = Fixture::new().with(Manifest::new().with(("swap", Content::zeros(1 << 20)))).tempdir()?;
    /// let layer = layout.platform("linux/amd64")?.layers()?[0].clone();
    /// let size = std::io::copy(&mut layer.reader()?, &mut std::io::sink()).unwrap();
    /// assert_eq!(size, layer.size());
    /// # Ok::<(), oci_fixture::Error>(())
    /// ```
    pub fn reader(&self) -> Result<impl Read + use<'l, S>> {
        self.layout.store.reader(&self.digest)
    }

    /// A reader of a layer's tar, which is decompressed if the layer is compressed: `tar::Archive::new(layer.tar()?)`.
    ///
    /// # Errors
    ///
    /// The errors of [`bytes`](Self::bytes), and [`Layout`](crate::ErrorKind::Layout) if the node is an index, a manifest or
    /// a config. A compressed layer needs the feature `decode`.
    pub fn tar(&self) -> Result<impl Read + use<'l, S>> {
        if self.role().is_some_and(|role| role != Role::Layer) {
            return Err(self.is_no(Role::Layer));
        }
        Decoder::of(self.reader()?)
            .map_err(|error| Error::layout(&self.digest, "cannot be read as a layer").with_source(error))
    }

    /// The entries of a layer, as they are read from its tar.
    ///
    /// ```
    /// use oci_fixture::{Entry, Fixture, Manifest};
    ///
    /// let image = Manifest::new().with(Entry::directory("bin/")).with(Entry::file("bin/sh", "#!").mode(0o755));
    /// let layout = Fixture::new().with(image).tempdir()?;
    /// let layer = &layout.platform("linux/amd64")?.layers()?[0];
    ///
    /// let lines: Vec<String> = layer.entries()?.iter().map(|entry| entry.to_string()).collect();
    /// assert_eq!(lines, ["drwxr-xr-x 0 bin/", "-rwxr-xr-x 2 bin/sh"]);
    /// assert_eq!(layer.declared_entries()?, Some(layer.entries()?));
    /// # Ok::<(), oci_fixture::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// The errors of [`tar`](Self::tar), and [`Layout`](crate::ErrorKind::Layout) if that is no tar.
    pub fn entries(&self) -> Result<Vec<LayerEntry>> {
        layer_entry::entries(BufReader::new(self.tar()?))
            .map_err(|error| error.in_place(|| self.digest.to_string()))
    }

    /// The entries of a tar that has fewer than `left` bytes, from which those that were read are subtracted. `None` for a
    /// larger tar.
    pub(crate) fn entries_within(&self, left: &mut u64) -> Result<Option<Vec<LayerEntry>>> {
        let mut tar = BufReader::new(self.tar()?).take(*left);
        let entries = layer_entry::entries(&mut tar);
        *left = tar.limit();
        if *left == 0 {
            return Ok(None);
        }
        entries.map(Some).map_err(|error| error.in_place(|| self.digest.to_string()))
    }

    /// The entries of a layer, as the fixture declared them. `None` if no fixture declared the layer, as in an opened layout,
    /// and if the entries are known only from the bytes, because one of them is a [`Header`](crate::Header), or the whole
    /// tar is [`raw`](crate::Layer::raw).
    ///
    /// # Errors
    ///
    /// [`Io`](crate::ErrorKind::Io) if a file whose content the fixture uses has changed.
    pub fn declared_entries(&self) -> Result<Option<Vec<LayerEntry>>> {
        let layer = self.layout.origin.layer(&self.digest);
        let Some(entries) = layer.and_then(LayerData::entries) else { return Ok(None) };
        let entries: io::Result<_> =
            entries.into_iter().map(|(entry, attributes)| LayerEntry::declared(entry, attributes)).collect();
        entries.map(Some).map_err(|error| Error::recipe(error).in_place(|| self.digest.to_string()))
    }

    /// The content of a file in a layer, by the file's path, which may be any bytes. If several entries have the path, the
    /// last one is used. The holes of a sparse file are zeros.
    ///
    /// ```
    /// use oci_fixture::{Fixture, Manifest};
    ///
    /// let layout = Fixture::new().with(Manifest::new().with(("etc/hostname", "fixture\n"))).tempdir()?;
    /// let layer = &layout.platform("linux/amd64")?.layers()?[0];
    /// assert_eq!(layer.file("etc/hostname")?, b"fixture\n");
    /// # Ok::<(), oci_fixture::Error>(())
    /// ```
    ///
    /// # Errors
    ///
    /// The errors of [`entries`](Self::entries), [`NotFound`](crate::ErrorKind::NotFound) if no regular file has the path,
    /// and [`Layout`](crate::ErrorKind::Layout) if a sparse file has more than 1 GiB with its holes, because the content is
    /// held in memory.
    pub fn file(&self, path: impl AsRef<[u8]>) -> Result<Vec<u8>> {
        let path = path.as_ref();
        let found = layer_entry::file(BufReader::new(self.tar()?), path)
            .map_err(|error| error.in_place(|| self.digest.to_string()))?;
        found.ok_or_else(|| {
            let path = TarName::from(path);
            Error::not_found(format!("the layer {} has no file {path:?}", self.digest))
        })
    }

    /// The blob as an index.
    ///
    /// # Errors
    ///
    /// The errors of [`bytes`](Self::bytes), and [`Layout`](crate::ErrorKind::Layout) if the blob is something else, or has
    /// more than 1 GiB.
    pub fn index(&self) -> Result<ImageIndex> {
        self.document(Role::Index)
    }

    /// The blob as a manifest.
    ///
    /// # Errors
    ///
    /// The errors of [`bytes`](Self::bytes), and [`Layout`](crate::ErrorKind::Layout) if the blob is something else, or has
    /// more than 1 GiB.
    pub fn manifest(&self) -> Result<ImageManifest> {
        self.document(Role::Manifest)
    }

    /// The config of a manifest, or of a config itself.
    ///
    /// # Errors
    ///
    /// The errors of [`bytes`](Self::bytes), and [`Layout`](crate::ErrorKind::Layout) if the blob is something else, or has
    /// more than 1 GiB.
    pub fn config(&self) -> Result<ImageConfiguration> {
        match self.config_node()? {
            Some(config) => config.document(Role::Config),
            None => self.document(Role::Config),
        }
    }

    /// The layers of a manifest, the lowest first.
    ///
    /// # Errors
    ///
    /// The errors of [`bytes`](Self::bytes), and [`Layout`](crate::ErrorKind::Layout) if the blob is no manifest, or one of
    /// its descriptors has no digest: [`walk`](Self::walk) gives each node by itself.
    pub fn layers(&self) -> Result<Vec<Self>> {
        let links = self.links()?;
        if !self.is_manifest() || links.is_index() {
            return Err(self.is_no(Role::Manifest));
        }
        links.layers.iter().flatten().map(|link| self.follow(link)).collect()
    }

    /// The nodes that an index lists, or the config and the layers of a manifest. Any other node has none.
    ///
    /// # Errors
    ///
    /// The errors of [`bytes`](Self::bytes), and [`Layout`](crate::ErrorKind::Layout) if the blob is no JSON document, or
    /// one of its descriptors has no digest: [`walk`](Self::walk) gives each node by itself.
    pub fn children(&self) -> Result<Vec<Self>> {
        self.each_child()?.into_iter().map(|link| link.node).collect()
    }

    /// The links of this node.
    pub(crate) fn each_child(&self) -> Result<Vec<Link<'l, S>>> {
        let link = |link: Box<RawValue>| Link::of(self.layout, self.digest.as_str(), link.get().as_bytes());
        Ok(self.links()?.into_iter().map(link).collect())
    }

    /// The nodes that the fixture declared `unlisted` in this node.
    pub(crate) fn unlisted(&self) -> Vec<Link<'l, S>> {
        self.layout.unlisted(Some(&self.digest))
    }

    /// The one manifest for a platform: this node, or a manifest that it or an index below it lists.
    ///
    /// # Errors
    ///
    /// [`NotFound`](crate::ErrorKind::NotFound), with the platforms that there are, and
    /// [`Ambiguous`](crate::ErrorKind::Ambiguous) if several manifests are for it.
    pub fn platform(&self, platform: impl ToPlatform) -> Result<Self> {
        PlatformChoice::of(self.walk()).exact(&platform)
    }

    /// The manifest that a machine of this platform would run: this node, or a manifest that it or an index below it
    /// lists. See [`Layout::best_match`](crate::Layout::best_match).
    ///
    /// # Errors
    ///
    /// The errors of [`platform`](Self::platform).
    pub fn best_match(&self, platform: impl ToPlatform) -> Result<Self> {
        PlatformChoice::of(self.walk()).best(&platform)
    }

    /// This node and all nodes below it: see [`Layout::walk`](crate::Layout::walk).
    pub fn walk(&self) -> Walk<'l, S> {
        Walk::of(vec![Ok(self.clone())])
    }

    /// The reference of an entry of index.json, normalised as containerd stores it.
    pub fn reference(&self) -> Option<&str> {
        self.annotation("io.containerd.image.name")
    }

    /// The name of an entry of index.json that the image specification defines, which may be a tag alone.
    pub(crate) fn ref_name(&self) -> Option<&str> {
        self.annotation(annotation::REF_NAME)
    }

    pub(crate) fn annotation(&self, key: &str) -> Option<&str> {
        self.descriptor.annotations().as_ref()?.get(key).map(String::as_str)
    }

    /// Whether the node is a document that refers to other nodes.
    pub(crate) fn is_document(&self) -> bool {
        self.is_index() || self.is_manifest()
    }

    /// Whether a blob of the node's digest is stored, even if the blob cannot be read.
    pub(crate) fn is_stored(&self) -> bool {
        !matches!(self.layout.store.reader(&self.digest), Err(error) if error.kind() == ErrorKind::NotFound)
    }

    /// The role of the node by its media type.
    fn role(&self) -> Option<Role> {
        Role::of(self.media_type())
    }

    pub(crate) fn is_layer(&self) -> bool {
        self.role() == Some(Role::Layer)
    }

    pub(crate) fn is_index(&self) -> bool {
        self.role() == Some(Role::Index)
    }

    fn is_manifest(&self) -> bool {
        self.role() == Some(Role::Manifest)
    }

    /// The platform in the node's descriptor.
    pub(crate) fn declared_platform(&self) -> Option<&Platform> {
        self.platform.as_ref()
    }

    /// The platform of a manifest: that of its descriptor or, if the descriptor has none, that of its config.
    pub(crate) fn image_platform(&self) -> Option<Platform> {
        if !self.is_manifest() {
            return None;
        }
        if self.platform.is_some() {
            return self.platform.clone();
        }
        let config = self.config_node().ok()??.document_bytes().ok()?;
        serde_json::from_slice::<PlatformJson>(&config).ok().map(Platform::from)
    }

    fn config_node(&self) -> Result<Option<Self>> {
        self.links()?.config.map(|link| self.follow(&link)).transpose()
    }

    fn links(&self) -> Result<Links> {
        if self.is_document() {
            return Links::of(self.digest.as_str(), &self.document_bytes()?);
        }
        Ok(Links::default())
    }

    fn follow(&self, link: &RawValue) -> Result<Self> {
        node_of(self.layout, self.digest.as_str(), link.get().as_bytes())
    }

    /// The blob as a document of this role. Only the bytes decide whether it is one; the media type is used for the error.
    fn document<D: DeserializeOwned>(&self, role: Role) -> Result<D> {
        serde_json::from_slice(&self.document_bytes()?).map_err(|error| match self.role() {
            Some(other) if other != role => self.is_no(role),
            _ => Error::layout(&self.digest, format!("cannot be read as an image {}", role.keyword()))
                .with_source(error),
        })
    }

    /// The error of a method for a node of another role. It has the role of this node, and the method to call instead.
    fn is_no(&self, wanted: Role) -> Error {
        let problem = match (self.role(), wanted) {
            (Some(Role::Index), Role::Layer) => {
                "is an index; choose an image by `platform(..)`, and one of its `layers()`".to_owned()
            }
            (Some(Role::Index), _) => "is an index; choose an image by `platform(..)`".to_owned(),
            (Some(Role::Manifest), Role::Layer) => "is a manifest; choose one of its `layers()`".to_owned(),
            (Some(Role::Manifest), Role::Index) => {
                "is a manifest; ask it for its `layers()` or its `config()`".to_owned()
            }
            // The media type is right, but the bytes are no such document.
            (Some(Role::Manifest), _) => {
                "has the media type of a manifest and the content of an index; ask for its `bytes()`"
                    .to_owned()
            }
            (Some(role), _) => format!("is a {}; ask the manifest that lists it", role.keyword()),
            (None, _) => {
                let media_type = self.media_type();
                format!("is a blob of the media type {media_type:?}; ask for its `bytes()`")
            }
        };
        Error::layout(&self.digest, problem)
    }
}

impl<S: Store + AsRef<Path>> Node<'_, S> {
    /// The file in which the blob is stored.
    pub fn path(&self) -> PathBuf {
        blob_path(self.layout.store.as_ref(), &self.digest)
    }
}
