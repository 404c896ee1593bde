//! Descriptors as they are read.

use oci_fixture::{Digest, FindingKind};

use super::super::faults::{Fault, LayerFault, Said, Saying};
use super::super::identity::{media_type, resolve};
use super::super::json::Json;
use super::super::model::{Edge, Id, Kind, Link, Node, Platform, Subject};
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
        match media_type {
            "application/vnd.oci.image.index.v1+json"
            | "application/vnd.oci.image.manifest.v1+json"
            | "application/vnd.docker.distribution.manifest.list.v2+json"
            | "application/vnd.docker.distribution.manifest.v2+json" => Some(Self::Links),
            "application/vnd.oci.image.config.v1+json" | "application/vnd.docker.container.image.v1+json" => {
                Some(Self::Config)
            }
            other => {
                ["image.layer", "image.rootfs"].iter().any(|name| other.contains(name)).then_some(Self::Layer)
            }
        }
    }
}

/// A descriptor as it is read.
#[derive(Default)]
pub(super) struct Descriptor {
    pub(super) node: Option<Id>,
    pub(super) media_type: Option<String>,
    pub(super) digest: Option<String>,
    pub(super) size: Option<u64>,
    pub(super) data: Option<Vec<u8>>,
    pub(super) platform: Option<Platform>,
    /// Whether it says some platform, which may be none that can be read.
    pub(super) has_platform: bool,
    pub(super) artifact_type: Option<String>,
    pub(super) has_urls: bool,
    /// The name, in index.json.
    pub(super) name: Option<String>,
    pub(super) finds: Vec<FindingKind>,
}

impl Descriptor {
    pub(super) fn role(&self) -> Option<Role> {
        Role::of(self.media_type.as_deref()?)
    }

    /// Says what a fault says in the place of what it would say.
    fn say(&mut self, said: &Said) {
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
                        "platform" => (self.platform, self.has_platform) = (None, *value != Json::Null),
                        "artifactType" => self.artifact_type = text(value),
                        _ => {}
                    }
                }
            }
            Saying::Merge(patch) => panic!("{patch:?} is no patch"),
        }
    }
}

impl Expecting<'_> {
    /// How a parent refers to a node; an index says the platform of it.
    pub(super) fn descriptor(&self, edge: &Edge, platform: Option<&Platform>) -> Descriptor {
        let node = self.model.node(edge);
        let dangling = match &node.kind {
            Kind::Dangling(link) => Some(link),
            _ => None,
        };
        let links: Vec<&Link> = [edge.link.as_ref(), dangling].into_iter().flatten().collect();
        let embedded = links.iter().any(|link| link.data).then(|| self.sealed.bytes(edge.node).to_vec());
        let mut descriptor = Descriptor {
            node: Some(edge.node),
            media_type: Some(labelled(node)),
            digest: self
                .sealed
                .digest(edge.node)
                .map(str::to_owned)
                .or(dangling.and_then(|link| link.digest.clone())),
            size: match dangling {
                Some(link) => link.size,
                None => Some(self.sealed.bytes(edge.node).len() as u64),
            },
            data: embedded.filter(|data| !data.is_empty()),
            platform: links.iter().find_map(|link| link.platform.as_ref()).or(platform).cloned(),
            artifact_type: links
                .iter()
                .find_map(|link| link.artifact_type.as_ref())
                .map(|words| resolve(words, &self.sealed.identities)),
            has_urls: links.iter().any(|link| !link.urls.is_empty()),
            name: edge.reference.as_ref().map(|name| resolve(&name.full, &self.sealed.identities)),
            ..Descriptor::default()
        };
        let of_node = node.faults.iter().find_map(|fault| match fault {
            Fault::Said(said) => Some(said),
            _ => None,
        });
        if let Some(said) = edge.said.as_ref().or(of_node) {
            descriptor.say(said);
        }
        descriptor.has_platform |= descriptor.platform.is_some();
        descriptor
    }

    /// A descriptor of a subject, which is in the fixture or elsewhere.
    pub(super) fn subject(&self, subject: &Subject) -> Descriptor {
        match subject {
            Subject::Label(id) => self.descriptor(&Edge { again: true, ..Edge::of(*id) }, None),
            Subject::Elsewhere(link) => Descriptor {
                media_type: link.media_type.clone(),
                digest: link.digest.clone(),
                size: link.size,
                platform: link.platform.clone(),
                has_platform: link.platform.is_some(),
                has_urls: !link.urls.is_empty(),
                ..Descriptor::default()
            },
        }
    }
}

pub(super) fn layer_fault(node: &Node) -> Option<&LayerFault> {
    node.faults.iter().find_map(|fault| match fault {
        Fault::Layer(fault) => Some(fault),
        _ => None,
    })
}

/// The media type that a parent says of a node, with what its encoder is told to say.
fn labelled(node: &Node) -> String {
    let media_type = media_type(node);
    let Some(label) = layer_fault(node).and_then(|fault| fault.label) else { return media_type };
    let plain = media_type.trim_end_matches("gzip").trim_end_matches("zstd").trim_end_matches(['+', '.']);
    let before = if node.docker { '.' } else { '+' };
    if label.is_empty() { plain.to_owned() } else { format!("{plain}{before}{label}") }
}
