//! A descriptor: how a parent refers to a node.

use std::borrow::Cow;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use oci_fixture_grammar::{Platform, number};

use crate::content::{Content, ToContent};
use crate::context::Context;
use crate::declared::{Edge, IntoEdge, Kind};
use crate::json::Json;
use crate::map::Map;
use crate::media_type;
use crate::platform::{self, ToPlatform};
use crate::problem::Problem;
use crate::seal::Sealed;
use crate::text::{Text, ToText};
use crate::value::{ToValue, Value};

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
    data: Option<Data>,
    platform: platform::Declared,
    artifact_type: Option<Text>,
    merge: Vec<Value>,
    unchecked: bool,
}

/// What a descriptor embeds.
#[derive(Clone, Debug)]
pub struct Data(Embedded);

#[derive(Clone, Debug)]
enum Embedded {
    /// The node's bytes, or nothing.
    Own(bool),
    Other(Content),
}

/// Values that a descriptor embeds as its `data`: `true` for the bytes of the node, or other bytes, as
/// [`ToContent`] describes.
///
/// ```
/// use oci_fixture::{Blob, Descriptor};
///
/// Blob::new("text/plain", "text").descriptor(Descriptor::new().data(true));
/// Blob::new("text/plain", "text").descriptor(Descriptor::new().data("another text"));
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not what a descriptor embeds",
    label = "this is neither `true` nor bytes"
)]
pub trait ToData {
    /// What is embedded.
    #[doc(hidden)]
    fn into_data(self) -> Data;
}

impl ToData for bool {
    fn into_data(self) -> Data {
        Data(Embedded::Own(self))
    }
}

impl<T: ToContent> ToData for T {
    fn into_data(self) -> Data {
        Data(Embedded::Other(self.into_content()))
    }
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

    /// `data`: whether it embeds the node's bytes, of which there may be 1 MiB; or other bytes.
    pub fn data(mut self, data: impl ToData) -> Self {
        self.0.data = Some(data.into_data());
        self
    }

    /// Applies a JSON merge patch ([RFC 7396](https://www.rfc-editor.org/rfc/rfc7396)) to the descriptor.
    ///
    /// ```
    /// use oci_fixture::{Descriptor, Manifest, Value};
    ///
    /// let odd = Descriptor::new().merge(Value::map([("size", Value::new("large")), ("digest", Value::null())]));
    /// Manifest::new().descriptor(odd);
    /// ```
    pub fn merge(mut self, patch: impl ToValue) -> Self {
        self.0.merge.push(patch.into_value());
        self
    }

    /// Takes the dangling node as it is: its platform may be that of another node of the index.
    ///
    /// ```
    /// use oci_fixture::{Descriptor, Index, Manifest};
    ///
    /// let twin = Descriptor::new().media_type("a/b").digest("").size(0).platform("linux/amd64").unchecked();
    /// Index::new().with(Manifest::new()).with(twin);
    /// ```
    pub fn unchecked(mut self) -> Self {
        self.0.unchecked = true;
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

    /// Whether it embeds the bytes of the node.
    pub(crate) fn embeds_data(&self) -> bool {
        matches!(self.0.data, Some(Data(Embedded::Own(true))))
    }

    pub(crate) fn mentions<'d>(&'d self, mentions: &mut Vec<&'d Edge>) {
        let parts = &*self.0;
        let texts = [&parts.media_type, &parts.digest, &parts.size, &parts.artifact_type];
        let texts = texts.into_iter().flatten().chain(&parts.urls).chain(parts.annotations.texts());
        mentions.extend(texts.flat_map(Text::mentions));
        if let Some(Data(Embedded::Other(content))) = &parts.data {
            content.mentions(mentions);
        }
        for patch in &parts.merge {
            patch.mentions(mentions);
        }
    }

    pub(crate) fn check(&self) -> Result<(), Problem> {
        let Parts { size, artifact_type, annotations, platform, data, merge, .. } = &*self.0;
        if let Some(size) = size.as_ref().and_then(Text::plain) {
            number::check(size)?;
        }
        media_type::check(artifact_type.as_ref())?;
        platform::check(platform)?;
        for patch in merge {
            patch.check()?;
            patch.check_map("merge")?;
        }
        if let Some(Data(Embedded::Other(content))) = data {
            content.check_data()?;
        }
        annotations.check("annotation")
    }

    /// Whether it stands by itself.
    pub(crate) fn check_whole(&self) -> Result<(), Problem> {
        let Parts { media_type, digest, size, .. } = &*self.0;
        for (name, value) in [("media_type", media_type), ("digest", digest), ("size", size)] {
            if value.is_none() {
                return Err(Problem::new(format!("a dangling descriptor has no `{name}`; say one")));
            }
        }
        media_type::check(media_type.as_ref())?;
        if self.embeds_data() {
            return Err(Problem::new(
                "there is nothing behind a dangling descriptor to embed; remove `data`",
            ));
        }
        self.check()
    }

    /// Which of `said` it says, and what else a descriptor has that no node is like.
    pub(crate) fn lies(&self, platform: Option<&Platform>, said: &[&str]) -> Option<String> {
        let Parts { media_type, digest, size, data, merge, .. } = &*self.0;
        let other = platform.zip(self.declared_platform()).is_some_and(|(of_node, other)| of_node != other);
        let lies = [
            ("media_type", media_type.is_some() && said.contains(&"media_type")),
            ("digest", digest.is_some() && said.contains(&"digest")),
            ("size", size.is_some() && said.contains(&"size")),
            ("platform", other),
            ("data", matches!(data, Some(Data(Embedded::Other(_))))),
            ("merge", !merge.is_empty()),
        ];
        let lies: Vec<&str> = lies.into_iter().filter(|(_, is)| *is).map(|(name, _)| name).collect();
        (!lies.is_empty()).then(|| format!("descriptor: {{ {} }}", lies.join(", ")))
    }

    /// Whether the size is a number, once it is known.
    pub(crate) fn check_size(&self, context: &Context<'_>) -> Result<(), Problem> {
        let size = self.0.size.as_ref().map(|size| context.text(size));
        size.map_or(Ok(()), |size| Ok(number::check(&size)?))
    }

    /// The media type, the digest and the size of a dangling one.
    pub(crate) fn identity<'s>(&'s self, context: &Context<'s>) -> Result<[String; 3], Problem> {
        self.check_size(context)?;
        let Parts { media_type, digest, size, .. } = &*self.0;
        Ok([media_type, digest, size]
            .map(|text| text.as_ref().map_or_else(String::new, |text| context.text(text).into())))
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
    let text = |field: fn(&Parts) -> &Option<Text>| own.and_then(|own| field(own).as_ref());
    let identity = |field, of_node: &'a str| match text(field) {
        Some(text) => context.text(text),
        None => Cow::Borrowed(of_node),
    };
    let data = said().find_map(|parts| parts.data.as_ref()).and_then(|Data(data)| match data {
        Embedded::Own(embedded) => node.data.as_deref().filter(|_| *embedded).map(Cow::Borrowed),
        Embedded::Other(bytes) => Some(Cow::Owned(bytes.data(context))),
    });
    let mut descriptor = Json::object([
        ("mediaType", Some(Json::Text(identity(|parts| &parts.media_type, &node.media_type)))),
        ("digest", Some(Json::Text(identity(|parts| &parts.digest, &node.digest)))),
        ("size", Some(Json::Number(identity(|parts| &parts.size, &node.size)))),
        ("urls", context.list(urls)),
        ("annotations", Map::merged(names, annotations, context)),
        ("data", data.and_then(|data| Json::text(STANDARD.encode(data)).unless_empty())),
        ("platform", platform.map(platform::json)),
        ("artifactType", artifact_type.map(Json::Text)),
    ]);
    for patch in [dangling, own].into_iter().flatten().flat_map(|parts| &parts.merge) {
        descriptor.merge(context.json(patch));
    }
    descriptor
}

impl IntoEdge for Descriptor {
    fn into_edge(self) -> Edge {
        let unchecked = self.0.unchecked;
        Edge { unchecked, ..Edge::new(Kind::Dangling(self), Vec::new()) }
    }
}
