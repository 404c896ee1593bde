//! A descriptor: how a parent refers to a node.

use std::borrow::Cow;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use oci_fixture_grammar::{Platform, size};

use crate::declared::{Edge, IntoEdge, Kind};
use crate::json::Json;
use crate::map::Map;
use crate::media_type;
use crate::platform::{self, ToPlatform};
use crate::problem::Problem;
use crate::seal::{Context, Sealed};
use crate::text::{Text, ToText};

/// How a parent refers to a node ([descriptor](https://github.com/opencontainers/image-spec/blob/v1.1.1/descriptor.md)),
/// besides what the node itself says.
///
/// Put into a parent by itself it dangles: there is nothing behind it.
///
/// ```
/// use oci_fixture::{Descriptor, Fixture, Index, Manifest};
///
/// let elsewhere = Descriptor::new()
///     .media_type("application/vnd.oci.image.manifest.v1+json")
///     .digest("sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
///     .size(1234)
///     .platform("linux/arm64");
/// let here = Manifest::new().descriptor(Descriptor::new().annotations([("stored", "yes")]).data(true));
/// Fixture::new().with(Index::new().with(here).with(elsewhere));
/// ```
#[derive(Clone, Debug, Default)]
#[must_use = "a descriptor does nothing until it is put into a node or a parent"]
pub struct Descriptor(Box<Parts>);

#[derive(Clone, Debug, Default)]
struct Parts {
    media_type: Option<Text>,
    digest: Option<Text>,
    size: Option<Text>,
    urls: Vec<Text>,
    annotations: Map,
    data: bool,
    platform: platform::Declared,
    artifact_type: Option<Text>,
}

impl Descriptor {
    /// A descriptor that adds nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// `mediaType`
    pub fn media_type(mut self, media_type: impl ToText) -> Self {
        self.0.media_type = Some(media_type.into_text());
        self
    }

    /// `digest`
    pub fn digest(mut self, digest: impl ToText) -> Self {
        self.0.digest = Some(digest.into_text());
        self
    }

    /// `size`, in bytes.
    pub fn size(mut self, size: impl ToText) -> Self {
        self.0.size = Some(size.into_text());
        self
    }

    /// Adds to `urls`, where the blob can be had besides the registry.
    pub fn urls<T: ToText>(mut self, urls: impl IntoIterator<Item = T>) -> Self {
        self.0.urls.extend(urls.into_iter().map(Text::new));
        self
    }

    /// Adds `annotations`, to those that a reference makes. They are written sorted by key; the same key twice is an
    /// error.
    pub fn annotations<K: ToText, V: ToText>(
        mut self,
        annotations: impl IntoIterator<Item = (K, V)>,
    ) -> Self {
        self.0.annotations.extend(annotations);
        self
    }

    /// Takes an annotation away that a reference makes.
    pub fn without_annotation(mut self, key: impl ToText) -> Self {
        self.0.annotations.remove(key.into_text());
        self
    }

    /// `data`: whether it embeds the node's bytes, of which there may be 1 MiB.
    pub fn data(mut self, embedded: bool) -> Self {
        self.0.data = embedded;
        self
    }

    /// `platform`: instead of the node's, or where the parent would not say it.
    pub fn platform(mut self, platform: impl ToPlatform) -> Self {
        self.0.platform = Some(platform.to_platform());
        self
    }

    /// `artifactType`: instead of the node's.
    pub fn artifact_type(mut self, artifact_type: impl ToText) -> Self {
        self.0.artifact_type = Some(artifact_type.into_text());
        self
    }

    pub(crate) fn declared_platform(&self) -> Option<&Platform> {
        platform::declared(&self.0.platform)
    }

    pub(crate) fn embeds_data(&self) -> bool {
        self.0.data
    }

    pub(crate) fn mentions<'d>(&'d self, mentions: &mut Vec<&'d Edge>) {
        let parts = &*self.0;
        let texts = [&parts.media_type, &parts.digest, &parts.size, &parts.artifact_type];
        let texts = texts.into_iter().flatten().chain(&parts.urls).chain(parts.annotations.texts());
        mentions.extend(texts.flat_map(Text::mentions));
    }

    pub(crate) fn check(&self) -> Result<(), Problem> {
        let Parts { media_type, digest, size, artifact_type, annotations, platform, .. } = &*self.0;
        if media_type.is_some() || digest.is_some() || size.is_some() {
            return Err(Problem::new(
                "the media type, the digest and the size of a stored node are what they are; remove them from its descriptor",
            ));
        }
        media_type::check(artifact_type.as_ref())?;
        platform::check(platform)?;
        annotations.check("annotation")
    }

    /// Whether it stands by itself.
    pub(crate) fn check_whole(&self) -> Result<(), Problem> {
        let Parts { media_type, digest, size, artifact_type, annotations, platform, data, .. } = &*self.0;
        for (name, value) in [("media_type", media_type), ("digest", digest), ("size", size)] {
            if value.is_none() {
                return Err(Problem::new(format!("a dangling descriptor has no `{name}`; say one")));
            }
        }
        if let Some(size) = size.as_ref().and_then(Text::plain) {
            size::check(size)?;
        }
        media_type::check(media_type.as_ref())?;
        media_type::check(artifact_type.as_ref())?;
        if *data {
            return Err(Problem::new(
                "there is nothing behind a dangling descriptor to embed; remove `data`",
            ));
        }
        platform::check(platform)?;
        annotations.check("annotation")
    }

    /// The media type, the digest and the size of a dangling one.
    pub(crate) fn identity<'s>(&'s self, context: &Context<'s>) -> Result<[String; 3], Problem> {
        let Parts { media_type, digest, size, .. } = &*self.0;
        let identity = [media_type, digest, size]
            .map(|text| text.as_ref().map_or_else(String::new, |text| context.text(text).into()));
        size::check(&identity[2])?;
        Ok(identity)
    }
}

/// How a parent refers to a sealed node. `names` are the annotations that a reference makes; the platform of a node is
/// only said within an index.
pub(crate) fn json<'a>(
    edge: &'a Edge,
    node: &'a Sealed,
    names: Vec<(&'static str, String)>,
    platform: Option<&'a Platform>,
    context: &Context<'a>,
) -> Json<'a> {
    let dangling = match &edge.node.kind {
        Kind::Dangling(descriptor) => Some(&*descriptor.0),
        _ => None,
    };
    // What this parent says, and then, of a dangling node, what that says itself.
    let own = edge.descriptor.as_deref().map(|descriptor| &*descriptor.0);
    let said = || [own, dangling].into_iter().flatten();
    let urls = said().map(|parts| parts.urls.as_slice()).find(|urls| !urls.is_empty()).unwrap_or_default();
    let annotations = [dangling, own].into_iter().flatten().map(|parts| &parts.annotations);
    let platform = said().find_map(|parts| platform::declared(&parts.platform)).or(platform);
    let artifact_type = said().find_map(|parts| parts.artifact_type.as_ref());
    let artifact_type =
        artifact_type.map(|text| context.text(text)).or(node.artifact_type.as_deref().map(Cow::Borrowed));
    let data = node.data.as_ref().filter(|_| said().any(|parts| parts.data));
    Json::object([
        ("mediaType", Some(Json::text(&*node.media_type))),
        ("digest", Some(Json::text(&*node.digest))),
        ("size", Some(Json::Number(Cow::Borrowed(&node.size)))),
        ("urls", context.list(urls)),
        ("annotations", Map::merged(names, annotations, context)),
        ("data", data.and_then(|data| Json::text(STANDARD.encode(data)).unless_empty())),
        ("platform", platform.map(platform::json)),
        ("artifactType", artifact_type.map(Json::Text)),
    ])
}

impl IntoEdge for Descriptor {
    fn into_edge(self) -> Edge {
        Edge::new(Kind::Dangling(self))
    }
}
