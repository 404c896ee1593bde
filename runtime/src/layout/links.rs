//! Links: the descriptors in a document, and the nodes behind them.

use oci_fixture_grammar::{Digest, Platform};
use oci_spec::image::Descriptor;
use serde::Deserialize;
use serde_json::value::RawValue;
use serde_json::{Map, Value, json};

use crate::declare::platform::PlatformJson;
use crate::error::{Error, Result};
use crate::layout::Layout;
use crate::layout::node::Node;
use crate::store::Store;

/// The descriptors in a document, as text. Go writes an empty list as `null`.
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

    /// Whether the document has the list of an index, and no list of a manifest.
    pub(crate) fn is_index(&self) -> bool {
        self.manifests.is_some() && self.layers.is_none()
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

/// The links of a document. A descriptor that cannot be read is an error in the place of its link, and the other links stay.
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
    /// The names of the faults that were declared for it.
    pub(crate) faults: &'l [String],
}

impl<'l, S: Store> Link<'l, S> {
    pub(crate) fn of(layout: &'l Layout<S>, place: &str, link: &[u8]) -> Self {
        let faults = layout.origin.faults.of_descriptors.get(link).map_or(&[][..], Vec::as_slice);
        Self { node: node_of(layout, place, link), faults }
    }
}

/// The node to which a descriptor refers. Only the digest is required. Any other field that is missing or cannot be read is
/// left empty, because readers are tested with such descriptors, and `verify` judges them.
pub(crate) fn node_of<'l, S: Store>(layout: &'l Layout<S>, place: &str, link: &[u8]) -> Result<Node<'l, S>> {
    let failed = |error: serde_json::Error| {
        Error::layout(place, "has a descriptor that cannot be read").with_source(error)
    };
    let fields: Map<String, Value> = serde_json::from_slice(link).map_err(failed)?;
    let digest = fields.get("digest").and_then(Value::as_str).unwrap_or_default();
    let digest = Digest::parse(digest).map_err(|invalid| {
        Error::layout(place, "has a descriptor that cannot be read").with_source(invalid)
    })?;
    let (descriptor, mut unread) = match serde_json::from_slice(link) {
        Ok(descriptor) => (descriptor, Vec::new()),
        Err(_) => readable(&fields).map_err(failed)?,
    };
    // oci-spec does not read `os.version`, so the platform is read once more.
    let platform = fields.get("platform").and_then(|platform| PlatformJson::deserialize(platform).ok());
    if platform.is_some() {
        unread.retain(|member| member.name != "platform");
    }
    Ok(Node::new(layout, descriptor, digest, platform.map(Platform::from), unread))
}

/// A member of a descriptor that cannot be read.
#[derive(Clone)]
pub(crate) struct Unread {
    pub(crate) name: &'static str,
    /// `None` if the member is required, and absent.
    pub(crate) value: Option<Value>,
}

/// A descriptor with the members that can be read, and the other members. Each member is read by itself.
fn readable(fields: &Map<String, Value>) -> serde_json::Result<(Descriptor, Vec<Unread>)> {
    const FIELDS: [&str; 7] =
        ["mediaType", "size", "urls", "annotations", "data", "platform", "artifactType"];
    let mut readable = json!({ "mediaType": "", "digest": fields.get("digest"), "size": 0 });
    let mut unread = Vec::new();
    for name in FIELDS {
        let Some(value) = fields.get(name) else {
            if matches!(name, "mediaType" | "size") {
                unread.push(Unread { name, value: None });
            }
            continue;
        };
        let mut more = readable.clone();
        if let Some(members) = more.as_object_mut() {
            members.insert(name.to_owned(), value.clone());
        }
        if Descriptor::deserialize(&more).is_ok() {
            readable = more;
        } else {
            unread.push(Unread { name, value: Some(value.clone()) });
        }
    }
    Ok((serde_json::from_value(readable)?, unread))
}
