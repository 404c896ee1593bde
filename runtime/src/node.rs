//! A node of a layout: a handle to one blob.

use std::borrow::Cow;
use std::io::{self, BufReader, Read};
use std::path::{Path, PathBuf};

use oci_fixture_grammar::{Digest, Platform};
use oci_spec::image::{Descriptor, ImageConfiguration, ImageIndex, ImageManifest};
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

use crate::choice::Choice;
use crate::decoder::Decoder;
use crate::error::{Error, ErrorKind, Result};
use crate::layer;
use crate::layer_entry::{self, LayerEntry};
use crate::layout::Layout;
use crate::links::{Link, Links, PlatformView, node_of};
use crate::media_type;
use crate::platform::ToPlatform;
use crate::store::{Directory, Store, blob_path};
use crate::walk::Walk;

/// A handle to one blob of a [`Layout`](crate::Layout), by the descriptor that refers to it.
///
/// The bytes are the truth: the typed views are read from them when they are asked for.
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
/// # Ok::<(), oci_fixture::Error>(())
/// ```
#[derive(Debug)]
pub struct Node<'l, S = Directory> {
    layout: &'l Layout<S>,
    descriptor: Descriptor,
    digest: Digest,
    platform: Option<Platform>,
}

// Derived, it would ask for a store that can be cloned.
impl<S> Clone for Node<'_, S> {
    fn clone(&self) -> Self {
        let Self { layout, descriptor, digest, platform } = self;
        Self { layout, descriptor: descriptor.clone(), digest: digest.clone(), platform: platform.clone() }
    }
}

impl<'l, S: Store> Node<'l, S> {
    pub(crate) fn new(
        layout: &'l Layout<S>,
        descriptor: Descriptor,
        digest: Digest,
        platform: Option<Platform>,
    ) -> Self {
        Self { layout, descriptor, digest, platform }
    }

    /// The descriptor that refers to the blob.
    pub fn descriptor(&self) -> &Descriptor {
        &self.descriptor
    }

    /// The digest of the blob.
    pub fn digest(&self) -> &Digest {
        &self.digest
    }

    /// The size of the blob, in bytes, as its descriptor says.
    pub fn size(&self) -> u64 {
        self.descriptor.size()
    }

    /// The media type of the blob, as its descriptor says.
    pub fn media_type(&self) -> &str {
        self.descriptor.media_type().as_ref()
    }

    /// The bytes of the blob.
    ///
    /// # Errors
    ///
    /// [`NotFound`](crate::ErrorKind::NotFound) where it is not stored, [`Io`](crate::ErrorKind::Io) where it cannot be read.
    pub fn bytes(&self) -> Result<Cow<'l, [u8]>> {
        self.layout.store.blob(&self.digest)
    }

    /// The same, piece by piece: for what is too large to be held in memory.
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

    /// The tar of a layer, decompressed where it is compressed, piece by piece: `tar::Archive::new(layer.tar()?)`.
    ///
    /// # Errors
    ///
    /// Those of [`bytes`](Self::bytes). A compressed layer needs the feature `decode`.
    pub fn tar(&self) -> Result<impl Read + use<'l, S>> {
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
    /// Those of [`tar`](Self::tar), and [`Layout`](crate::ErrorKind::Layout) where that is no tar.
    pub fn entries(&self) -> Result<Vec<LayerEntry>> {
        layer_entry::entries(BufReader::new(self.tar()?))
            .map_err(|error| error.in_place(|| self.digest.to_string()))
    }

    /// The same, of a tar of less than so many bytes; nothing where it has more, or as many.
    pub(crate) fn entries_within(&self, limit: u64) -> Result<Option<Vec<LayerEntry>>> {
        let mut tar = BufReader::new(self.tar()?).take(limit);
        let entries = layer_entry::entries(&mut tar);
        if tar.limit() == 0 {
            return Ok(None);
        }
        entries.map(Some).map_err(|error| error.in_place(|| self.digest.to_string()))
    }

    /// The entries of a layer, as the fixture declared them; nothing where it declared no such layer, as where the
    /// layout was opened, and where only the bytes tell what its entries are, because one is a
    /// [`Header`](crate::Header), or the whole tar is [`raw`](crate::Layer::raw).
    ///
    /// # Errors
    ///
    /// [`Io`](crate::ErrorKind::Io) where a file that the fixture takes content from is no longer as it was.
    pub fn declared_entries(&self) -> Result<Option<Vec<LayerEntry>>> {
        let layer = self.layout.declaration.layer(&self.digest);
        let Some(entries) = layer.and_then(layer::Parts::entries) else { return Ok(None) };
        let entries: io::Result<_> = entries.into_iter().map(LayerEntry::declared).collect();
        entries.map(Some).map_err(|error| Error::recipe(error).in_place(|| self.digest.to_string()))
    }

    /// The content of a file in a layer, by its path: of the last entry that has that.
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
    /// Those of [`entries`](Self::entries), and [`NotFound`](crate::ErrorKind::NotFound) where no regular file has the
    /// path.
    pub fn file(&self, path: &str) -> Result<Vec<u8>> {
        let found = layer_entry::file(BufReader::new(self.tar()?), path)
            .map_err(|error| error.in_place(|| self.digest.to_string()))?;
        found.ok_or_else(|| Error::not_found(format!("the layer {} has no file {path:?}", self.digest)))
    }

    /// The blob as an index.
    ///
    /// # Errors
    ///
    /// Those of [`bytes`](Self::bytes), and [`Layout`](crate::ErrorKind::Layout) where the blob is something else.
    pub fn index(&self) -> Result<ImageIndex> {
        self.document("an image index")
    }

    /// The blob as a manifest.
    ///
    /// # Errors
    ///
    /// Those of [`bytes`](Self::bytes), and [`Layout`](crate::ErrorKind::Layout) where the blob is something else.
    pub fn manifest(&self) -> Result<ImageManifest> {
        self.document("an image manifest")
    }

    /// The config of a manifest; of a config, itself.
    ///
    /// # Errors
    ///
    /// Those of [`bytes`](Self::bytes), and [`Layout`](crate::ErrorKind::Layout) where the blob is something else.
    pub fn config(&self) -> Result<ImageConfiguration> {
        match self.config_node()? {
            Some(config) => config.document("an image config"),
            None => self.document("an image config"),
        }
    }

    /// The layers of a manifest, the lowest first; of anything else, none.
    ///
    /// # Errors
    ///
    /// Those of [`bytes`](Self::bytes), and [`Layout`](crate::ErrorKind::Layout) where the blob is no JSON document.
    pub fn layers(&self) -> Result<Vec<Self>> {
        self.links()?.layers.iter().flatten().map(|link| self.follow(link)).collect()
    }

    /// The nodes that this one refers to: those of an index, or a manifest's config and layers; of anything else,
    /// none.
    ///
    /// # Errors
    ///
    /// Those of [`layers`](Self::layers).
    pub fn children(&self) -> Result<Vec<Self>> {
        self.each_child()?.into_iter().map(|link| link.node).collect()
    }

    /// The same, each by itself.
    pub(crate) fn each_child(&self) -> Result<Vec<Link<'l, S>>> {
        let link = |link: Box<RawValue>| Link::of(self.layout, self.digest.as_str(), link.get().as_bytes());
        Ok(self.links()?.into_iter().map(link).collect())
    }

    /// Those that the fixture declared, but that are not listed.
    pub(crate) fn unlisted(&self) -> Vec<Link<'l, S>> {
        self.layout.unlisted(Some(&self.digest))
    }

    /// The one manifest for a platform: this node, or what it, or an index below it, lists.
    ///
    /// # Errors
    ///
    /// [`NotFound`](crate::ErrorKind::NotFound), with the platforms that there are, and
    /// [`Ambiguous`](crate::ErrorKind::Ambiguous) where several manifests are for it.
    pub fn platform(&self, platform: impl ToPlatform) -> Result<Self> {
        Choice::of(self.walk()).exact(&platform)
    }

    /// The manifest that a machine of a platform would run, this node or one that it, or an index below it, lists: see
    /// [`Layout::best_match`](crate::Layout::best_match).
    ///
    /// # Errors
    ///
    /// Those of [`platform`](Self::platform).
    pub fn best_match(&self, platform: impl ToPlatform) -> Result<Self> {
        Choice::of(self.walk()).best(&platform)
    }

    /// This node and all below it: see [`Layout::walk`](crate::Layout::walk).
    pub fn walk(&self) -> Walk<'l, S> {
        Walk::of(vec![Ok(self.clone())])
    }

    /// The name of an entry of index.json, normalised: what containerd calls the image.
    pub fn reference(&self) -> Option<&str> {
        let annotations = self.descriptor.annotations().as_ref()?;
        annotations.get("io.containerd.image.name").map(String::as_str)
    }

    /// Whether it refers to other nodes.
    pub(crate) fn is_document(&self) -> bool {
        self.is_index() || self.is_manifest()
    }

    /// Whether there is a blob of its digest. What cannot be read is there.
    pub(crate) fn is_stored(&self) -> bool {
        !matches!(self.layout.store.reader(&self.digest), Err(error) if error.kind() == ErrorKind::NotFound)
    }

    /// Whether it is a tar of entries.
    pub(crate) fn is_layer(&self) -> bool {
        media_type::keyword(self.media_type()) == Some("layer")
    }

    pub(crate) fn is_index(&self) -> bool {
        media_type::keyword(self.media_type()) == Some("index")
    }

    fn is_manifest(&self) -> bool {
        media_type::keyword(self.media_type()) == Some("manifest")
    }

    /// The platform of its descriptor.
    pub(crate) fn declared_platform(&self) -> Option<&Platform> {
        self.platform.as_ref()
    }

    /// The platform of a manifest: its descriptor's, or, at the top level where that has none, its config's.
    pub(crate) fn image_platform(&self) -> Option<Platform> {
        if !self.is_manifest() {
            return None;
        }
        if self.platform.is_some() {
            return self.platform.clone();
        }
        let config = self.config_node().ok()??.bytes().ok()?;
        serde_json::from_slice::<PlatformView>(&config).ok().map(Platform::from)
    }

    fn config_node(&self) -> Result<Option<Self>> {
        self.links()?.config.map(|link| self.follow(&link)).transpose()
    }

    fn links(&self) -> Result<Links> {
        if self.is_document() {
            return Links::of(self.digest.as_str(), &self.bytes()?);
        }
        Ok(Links::default())
    }

    fn follow(&self, link: &RawValue) -> Result<Self> {
        node_of(self.layout, self.digest.as_str(), link.get().as_bytes())
    }

    fn document<D: DeserializeOwned>(&self, what: &str) -> Result<D> {
        serde_json::from_slice(&self.bytes()?).map_err(|error| {
            Error::layout(&self.digest, format!("cannot be read as {what}")).with_source(error)
        })
    }
}

impl<S: Store + AsRef<Path>> Node<'_, S> {
    /// The file in which the blob is stored.
    pub fn path(&self) -> PathBuf {
        blob_path(self.layout.store.as_ref(), &self.digest)
    }
}
