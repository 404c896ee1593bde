//! Links: the descriptors in a document, and the nodes that they lead to.

use oci_fixture_grammar::{Digest, Platform};
use oci_spec::image::Descriptor;
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::error::{Error, Result};
use crate::layout::Layout;
use crate::node::Node;
use crate::store::Store;

/// The descriptors in a document, as they stand there. Go writes an empty list as null.
#[derive(Default, Deserialize)]
pub(crate) struct Links {
    pub(crate) config: Option<Box<RawValue>>,
    pub(crate) layers: Option<Vec<Box<RawValue>>>,
    manifests: Option<Vec<Box<RawValue>>>,
}

impl Links {
    pub(crate) fn of(place: &str, document: &[u8]) -> Result<Self> {
        serde_json::from_slice(document).map_err(|error| {
            Error::layout(place, "cannot be read as a document with descriptors").with_source(error)
        })
    }
}

impl IntoIterator for Links {
    type Item = Box<RawValue>;
    type IntoIter = std::vec::IntoIter<Box<RawValue>>;

    fn into_iter(self) -> Self::IntoIter {
        let mut links = self.manifests.unwrap_or_default();
        links.extend(self.config);
        links.extend(self.layers.into_iter().flatten());
        links.into_iter()
    }
}

/// What a document refers to, each by itself: a descriptor that cannot be followed hides no other.
pub(crate) fn links_of<'l, S: Store>(
    layout: &'l Layout<S>,
    place: &str,
    document: &[u8],
) -> Result<Vec<Link<'l, S>>> {
    let links = Links::of(place, document)?.into_iter();
    Ok(links.map(|link| Link::of(layout, place, link.get().as_bytes())).collect())
}

/// One descriptor of a document.
pub(crate) struct Link<'l, S> {
    pub(crate) node: Result<Node<'l, S>>,
    /// What was declared of it that is not so.
    pub(crate) lies: &'l [String],
}

impl<'l, S: Store> Link<'l, S> {
    pub(crate) fn of(layout: &'l Layout<S>, place: &str, link: &[u8]) -> Self {
        let lies = layout.declaration.lies.of_descriptors.get(link).map_or(&[][..], Vec::as_slice);
        Self { node: node_of(layout, place, link), lies }
    }
}

/// The node that a descriptor refers to.
pub(crate) fn node_of<'l, S: Store>(layout: &'l Layout<S>, place: &str, link: &[u8]) -> Result<Node<'l, S>> {
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
    Ok(Node::new(layout, descriptor, digest, view.platform.map(Platform::from)))
}

/// A platform, as it stands in a descriptor or in a config.
#[derive(Deserialize)]
pub(crate) struct PlatformView {
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
