//! Descriptors as they are read.

use oci_fixture::{Digest, FindingKind};

use super::super::faults::{Said, Saying};
use super::super::identity::{media_type, resolve};
use super::super::json::Json;
use super::super::media_type::{CONFIGS, INDEXES, MANIFESTS, layer_media_type};
use super::super::model::{Edge, Id, Kind, Link, Node, Platform, Subject};
use super::super::sealed::Sealed;
use super::Expecting;

/// The role of a blob for a reader, by the media type of its descriptor.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Role {
    /// An index or a manifest: which of them, it says itself.
    Links,
    Config,
    Layer,
}

impl Role {
    pub(super) fn of(media_type: &str) -> Option<Self> {
        let is_layer = ["image.layer", "image.rootfs"].iter().any(|name| media_type.contains(name));
        match media_type {
            links if INDEXES.contains(&links) || MANIFESTS.contains(&links) => Some(Self::Links),
            config if CONFIGS.contains(&config) => Some(Self::Config),
            _ => is_layer.then_some(Self::Layer),
        }
    }
}

/// A descriptor as it is read.
#[derive(Default)]
pub(super) struct Descriptor {
    pub(super) place: String,
    /// The field of its document.
    pub(super) field: &'static str,
    pub(super) node: Option<Id>,
    pub(super) media_type: Option<String>,
    pub(super) digest: Option<String>,
    pub(super) size: Option<u64>,
    pub(super) data: Option<Vec<u8>>,
    pub(super) platform: Option<Platform>,
    /// Whether it says a platform that cannot be read.
    pub(super) has_other_platform: bool,
    pub(super) artifact_type: Option<String>,
    pub(super) has_urls: bool,
    /// The name, in index.json.
    pub(super) name: Option<String>,
    pub(super) finds: Vec<FindingKind>,
    /// The digest that a config says of the layer's tar.
    pub(super) diff_id: Option<String>,
}

impl Descriptor {
    pub(super) fn role(&self) -> Option<Role> {
        Role::of(self.media_type.as_deref()?)
    }

    /// Whether an index lists it, which index.json is not.
    pub(super) fn is_in_index(&self) -> bool {
        self.field == "manifests" && self.place.matches(" > ").count() > 1
    }

    /// Has the values of a `descriptor:`.
    fn declare(self, link: &Link, sealed: &Sealed) -> Self {
        let artifact_type = link.artifact_type.as_ref().map(|words| resolve(words, &sealed.identities));
        Self {
            media_type: link.media_type.clone().or(self.media_type),
            digest: link.digest.clone().or(self.digest),
            size: link.size.or(self.size),
            platform: link.platform.clone().or(self.platform),
            artifact_type: artifact_type.or(self.artifact_type),
            has_urls: self.has_urls || !link.urls.is_empty(),
            ..self
        }
    }

    /// Has the values of a fault in the place of its own.
    fn say(mut self, said: &Said) -> Self {
        let text = |value: &Json| value.as_text().map(str::to_owned);
        let digest = |text: &String| Digest::parse(text).is_ok();
        self.finds.clone_from(&said.finds);
        match &said.how {
            Saying::MediaType(media_type) => self.media_type = Some(media_type.clone()),
            Saying::Digest(text) => self.digest = Some(text.clone()).filter(digest),
            Saying::Size(number) => {
                self.size = number.parse::<i64>().ok().and_then(|size| size.try_into().ok());
            }
            Saying::Data(bytes) => self.data = Some(bytes.clone()),
            Saying::Platform(platform) => self.platform = Some(platform.clone()),
            Saying::Merge(Json::Object(patch)) => {
                for (name, value) in patch {
                    match name.as_str() {
                        "mediaType" => self.media_type = text(value),
                        "digest" => self.digest = text(value).filter(digest),
                        "size" => self.size = None,
                        "data" => self.data = None,
                        "platform" => {
                            (self.platform, self.has_other_platform) = (None, *value != Json::Null);
                        }
                        "artifactType" => self.artifact_type = text(value),
                        _ => {}
                    }
                }
            }
            Saying::Merge(patch) => panic!("{patch:?} is no patch"),
        }
        self
    }
}

impl Expecting<'_> {
    /// The descriptor of a node in a field of a document.
    pub(super) fn descriptor(&self, place: String, field: &'static str, edge: &Edge) -> Descriptor {
        let node = self.model.node(edge);
        let has_data = edge.link.as_ref().is_some_and(|link| link.data);
        let name = edge.reference.as_ref().map(|name| resolve(&name.full, &self.sealed.identities));
        let mut descriptor =
            Descriptor { place, field, node: Some(edge.node), name, ..Descriptor::default() };
        descriptor.platform = node.platform.clone().filter(|_| descriptor.is_in_index());
        if let Kind::Dangling(link) = &node.kind {
            descriptor = descriptor.declare(link, self.sealed);
        } else {
            let bytes = self.sealed.bytes(edge.node);
            descriptor.media_type = Some(labelled(node));
            descriptor.digest = self.sealed.digest(edge.node).map(str::to_owned);
            descriptor.size = Some(bytes.len() as u64);
            descriptor.data = Some(bytes.to_vec()).filter(|data| has_data && !data.is_empty());
        }
        descriptor =
            edge.link.iter().fold(descriptor, |descriptor, link| descriptor.declare(link, self.sealed));
        let said = edge.said.as_ref().or(node.faults.said.as_ref());
        said.into_iter().fold(descriptor, Descriptor::say)
    }

    /// A descriptor of a subject, which is in the fixture or elsewhere.
    pub(super) fn subject(&self, place: String, subject: &Subject) -> Descriptor {
        match subject {
            Subject::Label(id) => self.descriptor(place, "subject", &Edge::of(*id)),
            Subject::Elsewhere(link) => {
                Descriptor { place, field: "subject", ..Descriptor::default() }.declare(link, self.sealed)
            }
        }
    }
}

/// The media type that a parent says of a node, with what its encoder is told to say.
fn labelled(node: &Node) -> String {
    let label = node.faults.layer.as_ref().and_then(|fault| fault.label);
    label.map_or_else(|| media_type(node), |label| layer_media_type(node.docker, label))
}
