//! A node of a layout: a handle to one blob.

use std::borrow::Cow;
use std::collections::HashSet;
use std::path::{Path, PathBuf};

use oci_fixture_grammar::{Digest, Platform};
use oci_spec::image::{Descriptor, ImageConfiguration, ImageIndex, ImageManifest};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::value::RawValue;

use crate::error::{Error, Result};
use crate::media_type;
use crate::platform::ToPlatform;
use crate::store::{Directory, Store, blob_path};

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
    store: &'l S,
    descriptor: Descriptor,
    digest: Digest,
    platform: Option<Platform>,
}

// Derived, it would ask for a store that can be cloned.
impl<S> Clone for Node<'_, S> {
    fn clone(&self) -> Self {
        let Self { store, descriptor, digest, platform } = self;
        Self { store, descriptor: descriptor.clone(), digest: digest.clone(), platform: platform.clone() }
    }
}

impl<'l, S: Store> Node<'l, S> {
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
        self.store.blob(&self.digest)
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
        self.links()?.layers.iter().map(|link| self.follow(link)).collect()
    }

    /// The nodes that this one refers to: those of an index, or a manifest's config and layers; of anything else,
    /// none.
    ///
    /// # Errors
    ///
    /// Those of [`layers`](Self::layers).
    pub fn children(&self) -> Result<Vec<Self>> {
        self.each_child()?.into_iter().collect()
    }

    /// The same, each by itself.
    pub(crate) fn each_child(&self) -> Result<Vec<Result<Self>>> {
        Ok(self.links()?.into_iter().map(|link| self.follow(&link)).collect())
    }

    /// The one manifest for a platform, among this node and all below it.
    ///
    /// # Errors
    ///
    /// [`NotFound`](crate::ErrorKind::NotFound), with the platforms that there are, and
    /// [`Ambiguous`](crate::ErrorKind::Ambiguous) where several manifests are for it.
    pub fn platform(&self, platform: impl ToPlatform) -> Result<Self> {
        find_platform(vec![self.clone()], &platform)
    }

    /// The name of an entry of index.json, normalised.
    pub(crate) fn reference(&self) -> Option<&str> {
        let annotations = self.descriptor.annotations().as_ref()?;
        annotations.get("io.containerd.image.name").map(String::as_str)
    }

    pub(crate) fn is_index(&self) -> bool {
        media_type::keyword(self.media_type()) == Some("index")
    }

    pub(crate) fn is_manifest(&self) -> bool {
        media_type::keyword(self.media_type()) == Some("manifest")
    }

    /// The platform of its descriptor.
    pub(crate) fn declared_platform(&self) -> Option<&Platform> {
        self.platform.as_ref()
    }

    /// The platform of a manifest: its descriptor's, or, at the top level where that has none, its config's.
    fn image_platform(&self) -> Option<Platform> {
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
        if self.is_index() || self.is_manifest() {
            return Links::of(self.digest.as_str(), &self.bytes()?);
        }
        Ok(Links::default())
    }

    fn follow(&self, link: &RawValue) -> Result<Self> {
        node_of(self.store, self.digest.as_str(), link.get().as_bytes())
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
        blob_path(self.store.as_ref(), &self.digest)
    }
}

/// The descriptors in a document, as they stand there.
#[derive(Default, Deserialize)]
struct Links {
    #[serde(default)]
    config: Option<Box<RawValue>>,
    #[serde(default)]
    layers: Vec<Box<RawValue>>,
    #[serde(default)]
    manifests: Vec<Box<RawValue>>,
}

impl Links {
    fn of(place: &str, document: &[u8]) -> Result<Self> {
        serde_json::from_slice(document).map_err(|error| {
            Error::layout(place, "cannot be read as a document with descriptors").with_source(error)
        })
    }
}

impl IntoIterator for Links {
    type Item = Box<RawValue>;
    type IntoIter = std::vec::IntoIter<Box<RawValue>>;

    fn into_iter(self) -> Self::IntoIter {
        let mut links = self.manifests;
        links.extend(self.config);
        links.extend(self.layers);
        links.into_iter()
    }
}

/// What a document refers to, each by itself: a descriptor that cannot be followed hides no other.
pub(crate) fn links_of<'l, S: Store>(
    store: &'l S,
    place: &str,
    document: &[u8],
) -> Result<Vec<Result<Node<'l, S>>>> {
    let links = Links::of(place, document)?.into_iter();
    Ok(links.map(|link| node_of(store, place, link.get().as_bytes())).collect())
}

/// The nodes that a document refers to.
pub(crate) fn children_of<'l, S: Store>(
    store: &'l S,
    place: &str,
    document: &[u8],
) -> Result<Vec<Node<'l, S>>> {
    links_of(store, place, document)?.into_iter().collect()
}

/// The node that a descriptor refers to.
pub(crate) fn node_of<'l, S: Store>(store: &'l S, place: &str, link: &[u8]) -> Result<Node<'l, S>> {
    #[derive(Deserialize)]
    struct View {
        platform: Option<PlatformView>,
    }
    let failed = |error| Error::layout(place, "has a descriptor that cannot be read").with_source(error);
    let descriptor: Descriptor = serde_json::from_slice(link).map_err(failed)?;
    // oci-spec does not read `os.version`.
    let view: View = serde_json::from_slice(link).map_err(failed)?;
    let digest = Digest::parse(descriptor.digest().as_ref()).map_err(|invalid| {
        Error::layout(place, "has a descriptor that cannot be read").with_source(invalid)
    })?;
    Ok(Node { store, descriptor, digest, platform: view.platform.map(Platform::from) })
}

#[derive(Deserialize)]
struct PlatformView {
    os: String,
    architecture: String,
    variant: Option<String>,
    #[serde(rename = "os.version")]
    os_version: Option<String>,
    #[serde(default, rename = "os.features")]
    os_features: Vec<String>,
}

impl From<PlatformView> for Platform {
    fn from(view: PlatformView) -> Self {
        let mut platform = Self::new(&view.os, &view.architecture).with_os_features(view.os_features);
        if let Some(variant) = view.variant {
            platform = platform.with_variant(&variant);
        }
        if let Some(version) = view.os_version {
            platform = platform.with_os_version(&version);
        }
        platform
    }
}

/// The one manifest for a platform, among the nodes and all below them.
pub(crate) fn find_platform<'l, S: Store>(
    nodes: Vec<Node<'l, S>>,
    platform: &impl ToPlatform,
) -> Result<Node<'l, S>> {
    let wanted = platform.to_platform().map_err(|invalid| Error::not_found("").with_source(invalid))?;
    let mut images = Vec::new();
    let (mut opened, mut seen) = (HashSet::new(), HashSet::new());
    let mut rest = nodes;
    while let Some(node) = rest.pop() {
        if node.is_index() && opened.insert(node.digest.clone()) {
            // What is not stored, or cannot be read, has no images to choose from.
            rest.extend(node.each_child().unwrap_or_default().into_iter().flatten());
        }
        // The same manifest under another platform is another image to choose from.
        if let Some(platform) = node.image_platform()
            && seen.insert((node.digest.clone(), platform.clone()))
        {
            images.push((platform, node));
        }
    }
    let mut named: Vec<String> = images.iter().map(|(platform, _)| format!("`{platform}`")).collect();
    named.sort();
    images.retain(|(platform, _)| is_for(platform, &wanted));
    match images.pop() {
        None => {
            Err(Error::not_found(format!("there is no manifest for `{wanted}`; there is {}", list(&named))))
        }
        Some(_) if !images.is_empty() => {
            let problem =
                format!("several manifests are for `{wanted}`; choose the image first, by its reference");
            Err(Error::ambiguous(problem))
        }
        Some((_, node)) => Ok(node),
    }
}

/// Without a version or features, any is good.
fn is_for(platform: &Platform, wanted: &Platform) -> bool {
    platform.os() == wanted.os()
        && platform.architecture() == wanted.architecture()
        && platform.variant() == wanted.variant()
        && (wanted.os_version().is_none() || platform.os_version() == wanted.os_version())
        && wanted.os_features().iter().all(|feature| platform.os_features().contains(feature))
}

/// What there is instead of what was asked for.
pub(crate) fn list(names: &[String]) -> String {
    if names.is_empty() { "none".to_owned() } else { names.join(", ") }
}
