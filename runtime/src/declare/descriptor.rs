//! A descriptor: how a parent refers to a node.

use std::borrow::Cow;
use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use oci_fixture_grammar::language::BlockKind;
use oci_fixture_grammar::{Platform, annotation, media_type, number};

use crate::declare::content::{Content, ToContent};
use crate::declare::context::Context;
use crate::declare::diff_id::{DiffId, ToDiffId};
use crate::declare::encoded::SealedNode;
use crate::declare::fault::NodeFaults;
use crate::declare::graph::{Edge, IntoEdge, NodeKind};
use crate::declare::http::Http;
use crate::declare::listing::Listing;
use crate::declare::map::Map;
use crate::declare::order;
use crate::declare::platform::{self, ToPlatform};
use crate::declare::text::{Text, ToText, check_texts};
use crate::declare::value::{ToValue, Value};
use crate::error::Problem;
use crate::json::{Json, Writer};

/// How a parent refers to a node
/// ([descriptor](https://github.com/opencontainers/image-spec/blob/v1.1.1/descriptor.md)): the members of
/// the descriptor besides those that follow from the node.
///
/// A descriptor that is put into a parent by itself is dangling: no blob is stored for it.
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
#[derive(Clone, Default)]
#[must_use = "a descriptor does nothing until it is put into a node or a parent"]
pub struct Descriptor(Box<DescriptorData>);

#[derive(Clone, Default)]
pub(crate) struct DescriptorData {
    pub(crate) media_type: Option<Text>,
    pub(crate) digest: Option<Text>,
    pub(crate) size: Option<Text>,
    pub(crate) urls: Vec<Text>,
    pub(crate) annotations: Map,
    pub(crate) data: Option<Data>,
    pub(crate) platform: platform::DeclaredPlatform,
    pub(crate) artifact_type: Option<Text>,
    pub(crate) merge: Vec<Value>,
    /// The members to leave out.
    pub(crate) without: Vec<&'static str>,
    /// The digest that a dangling descriptor adds to the `diff_ids` of the config.
    pub(crate) diff_id: DiffId,
    /// The name of an entry of index.json. Its annotation is among the others, too.
    pub(crate) ref_name: Option<Text>,
    pub(crate) unchecked: bool,
    /// Whether the URLs have an order that differs in each run.
    pub(crate) is_random: bool,
    pub(crate) http: Vec<Http>,
}

/// The bytes that a descriptor embeds.
#[derive(Clone, Debug)]
pub struct Data(pub(crate) Embedded);

#[derive(Clone, Debug)]
pub(crate) enum Embedded {
    /// The node's own bytes for `true`; no `data` for `false`.
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
    /// The value as the `data` of a descriptor.
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

/// Declares the methods that leave a member out of a descriptor, each by one row: its name, the member, and the value that
/// is left out.
macro_rules! without {
    ($($method:ident: $member:literal, $value:literal;)*) => {
        impl Descriptor {
            $(
                #[doc = concat!("Leaves `", $member, "` out of the descriptor, even if it is declared: ", $value, ".")]
                ///
                /// ```
                #[doc = concat!("oci_fixture::Descriptor::new().", stringify!($method), "();")]
                /// ```
                pub fn $method(mut self) -> Self {
                    self.0.without.push($member);
                    self
                }
            )*
        }
    };
}

without! {
    without_media_type: "mediaType", "the media type of its node";
    without_digest: "digest", "the digest of its node";
    without_size: "size", "the size of its node";
    without_urls: "urls", "URLs";
    without_annotations: "annotations", "annotations, those of a reference included";
    without_data: "data", "embedded bytes";
    without_platform: "platform", "the platform of its node";
    without_artifact_type: "artifactType", "the artifact type of its node";
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

    /// `size`: the number of bytes, as a number or as text.
    pub fn size(mut self, size: impl ToText) -> Self {
        self.0.size = Some(size.into_text());
        self
    }

    /// Adds to `urls`, from which the blob can be downloaded besides the registry.
    pub fn urls<T: ToText>(mut self, urls: impl IntoIterator<Item = T>) -> Self {
        let urls = urls.into_iter();
        self.0.is_random |= order::is_random(&urls);
        self.0.urls.extend(urls.map(Text::new));
        self
    }

    /// Adds `annotations` to those of a reference. They are written sorted by key; a key that is given twice is
    /// an error when the fixture is written.
    pub fn annotations<K: ToText, V: ToText>(
        mut self,
        annotations: impl IntoIterator<Item = (K, V)>,
    ) -> Self {
        self.0.annotations.extend(annotations);
        self
    }

    /// Leaves out an annotation of a reference.
    pub fn without_annotation(mut self, key: impl ToText) -> Self {
        self.0.annotations.remove(key.into_text());
        self
    }

    /// Leaves out the annotation `org.opencontainers.image.ref.name` of a reference.
    ///
    /// ```
    /// oci_fixture::Descriptor::new().without_ref_name();
    /// ```
    pub fn without_ref_name(self) -> Self {
        self.without_annotation(annotation::REF_NAME)
    }

    /// The digest that a dangling descriptor adds, as a layer, to the `diff_ids` of the config: a text, or `true` for
    /// its own digest, if its media type says no compression. By default it adds none.
    ///
    /// ```
    /// use oci_fixture::{Descriptor, Manifest};
    ///
    /// let digest = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    /// let layer = Descriptor::new().media_type("application/vnd.oci.image.layer.v1.tar").digest(digest).size(0);
    /// Manifest::new().with(layer.diff_id(true));
    /// ```
    pub fn diff_id(mut self, diff_id: impl ToDiffId) -> Self {
        self.0.diff_id = diff_id.into_diff_id();
        self
    }

    /// The name by which podman, skopeo and umoci find an entry of index.json: the annotation
    /// `org.opencontainers.image.ref.name`. It replaces the tag of a reference. Only an entry of index.json has such a
    /// name.
    ///
    /// ```
    /// use oci_fixture::{Descriptor, Fixture, Manifest};
    ///
    /// // Without names of their own, both would be `latest` for these tools.
    /// let image = |name: &str| Manifest::new().reference(name).descriptor(Descriptor::new().ref_name(name));
    /// let layout = Fixture::new().with(image("app:latest")).with(image("base:latest").with(("a", "b"))).in_memory()?;
    /// assert_eq!(layout.reference("base:latest")?.layers()?.len(), 1);
    /// # Ok::<(), oci_fixture::Error>(())
    /// ```
    pub fn ref_name(mut self, name: impl ToText) -> Self {
        let name = name.into_text();
        self.0.annotations.extend([(annotation::REF_NAME, name.clone())]);
        self.0.ref_name = Some(name);
        self
    }

    /// `data`: `true` embeds the node's bytes, at most 1 MiB; bytes are embedded as they are.
    pub fn data(mut self, data: impl ToData) -> Self {
        self.0.data = Some(data.into_data());
        self
    }

    /// Applies a JSON merge patch ([RFC 7396](https://www.rfc-editor.org/rfc/rfc7396)) to the descriptor.
    ///
    /// ```
    /// use oci_fixture::{Descriptor, Manifest, Value};
    ///
    /// let faulty = Descriptor::new().merge(Value::map([("size", Value::new("large")), ("digest", Value::null())]));
    /// Manifest::new().descriptor(faulty);
    /// ```
    pub fn merge(mut self, patch: impl ToValue) -> Self {
        self.0.merge.push(patch.into_value());
        self
    }

    /// Before sealing: takes all values of a dangling descriptor as they are written. Its platform may be that of
    /// another node of the index.
    ///
    /// ```
    /// use oci_fixture::{Descriptor, Index, Manifest};
    ///
    /// let twin = Descriptor::new().media_type("a").digest("sha256:0").size(-1).platform("linux/amd64").unchecked();
    /// Index::new().with(Manifest::new()).with(twin);
    /// ```
    pub fn unchecked(mut self) -> Self {
        self.0.unchecked = true;
        self
    }

    /// On the wire: how a registry answers requests for the missing blob of a dangling descriptor, instead of the
    /// status
    /// 404. It is an error in the descriptor of a stored node, which has a method `http` of its own.
    ///
    /// ```
    /// use oci_fixture::{Descriptor, Http};
    ///
    /// Descriptor::new().media_type("a/b").digest("sha256:").size(0).http(Http::status(503));
    /// ```
    pub fn http(mut self, http: impl Into<Option<Http>>) -> Self {
        self.0.http.extend(http.into());
        self
    }

    /// `platform`: replaces the node's platform, or adds one in a parent that would not write it.
    pub fn platform(mut self, platform: impl ToPlatform) -> Self {
        self.0.platform = Some(platform.to_platform());
        self
    }

    /// `artifactType`: replaces the node's artifact type.
    pub fn artifact_type(mut self, artifact_type: impl ToText) -> Self {
        self.0.artifact_type = Some(artifact_type.into_text());
        self
    }

    pub(crate) fn data_of(&self) -> &DescriptorData {
        &self.0
    }

    pub(crate) fn declared_platform(&self) -> Option<&Platform> {
        platform::declared(&self.0.platform)
    }

    /// Whether the descriptor embeds the bytes of its node.
    pub(crate) fn embeds_data(&self) -> bool {
        matches!(self.0.data, Some(Data(Embedded::Own(true))))
    }

    /// Whether the descriptor names an entry of index.json.
    pub(crate) fn is_named(&self) -> bool {
        self.0.ref_name.is_some()
    }

    pub(crate) fn mentions<'d>(&'d self, mentions: &mut Vec<&'d Edge>) {
        let data = &*self.0;
        let texts = [&data.media_type, &data.digest, &data.size, &data.artifact_type];
        let texts = texts.into_iter().flatten().chain(&data.urls).chain(data.diff_id.text());
        texts.for_each(|text| text.mentions(mentions));
        data.annotations.mentions(mentions);
        if let Some(Data(Embedded::Other(content))) = &data.data {
            content.mentions(mentions);
        }
        for patch in &data.merge {
            patch.mentions(mentions);
        }
    }

    /// Checks the descriptor of a stored node, or of one in another layout.
    pub(crate) fn check(&self, unchecked: bool) -> Result<(), Problem> {
        if self.0.diff_id.is_some() {
            return Err(Problem::new(
                "`diff_id` is of a layer, not of a descriptor of one; give it to the node",
            ));
        }
        self.check_members(unchecked)
    }

    fn check_members(&self, unchecked: bool) -> Result<(), Problem> {
        let DescriptorData { size, artifact_type, annotations, platform, data, merge, urls, http, .. } =
            &*self.0;
        order::check(self.0.is_random)?;
        if !http.is_empty() {
            return Err(Problem::new("`http` is of a node, not of its descriptor; give it to the node"));
        }
        if let Some(size) = size.as_ref().and_then(Text::plain) {
            number::check(size)?;
        }
        check_texts(BlockKind::Descriptor, "artifact_type", artifact_type, unchecked)?;
        check_texts(BlockKind::Descriptor, "ref_name", &self.0.ref_name, unchecked)?;
        check_texts(BlockKind::Descriptor, "urls", urls, unchecked)?;
        platform::check(platform, unchecked)?;
        for patch in merge {
            patch.check()?;
            patch.check_map("merge")?;
        }
        if let Some(Data(Embedded::Other(content))) = data {
            content.check_data()?;
        }
        annotations.check_annotations(unchecked)
    }

    /// Checks a dangling descriptor, which needs a media type, a digest and a size.
    pub(crate) fn check_whole(&self, unchecked: bool) -> Result<(), Problem> {
        let DescriptorData { media_type, digest, size, .. } = &*self.0;
        for (name, value) in [("media_type", media_type), ("digest", digest), ("size", size)] {
            if value.is_none() {
                return Err(Problem::new(format!("a dangling descriptor has no `{name}`; say one")));
            }
            check_texts(BlockKind::Dangling, name, value, unchecked)?;
        }
        if let Some(media_type) = media_type.as_ref().and_then(Text::plain).filter(|_| !unchecked) {
            self.0.diff_id.check(media_type)?;
        }
        if self.embeds_data() {
            return Err(Problem::new(
                "there is nothing behind a dangling descriptor to embed; remove `data`",
            ));
        }
        self.check_members(unchecked)
    }

    /// The digest that a dangling descriptor adds to the `diff_ids` of the config.
    pub(crate) fn declared_diff_id(&self) -> &DiffId {
        &self.0.diff_id
    }

    /// Whether the media type of a dangling descriptor is that of a layer, and the descriptor adds no `diff_id`.
    pub(crate) fn check_in_image(&self) -> Result<(), Problem> {
        let media_type =
            self.0.media_type.as_ref().and_then(Text::plain).filter(|_| !self.0.diff_id.is_some());
        Ok(media_type.map_or(Ok(()), media_type::check_no_layer)?)
    }

    /// The names of the declared members that no honest descriptor of the node has. `said` are the members that always
    /// contradict the node; `platform` is the node's.
    pub(crate) fn fault_names(&self, platform: Option<&Platform>, said: &[&str]) -> Option<String> {
        let DescriptorData { media_type, digest, size, data, merge, without, .. } = &*self.0;
        let other = platform.zip(self.declared_platform()).is_some_and(|(of_node, other)| of_node != other);
        let faults = [
            (
                "media_type",
                media_type.is_some() && said.contains(&"media_type") || without.contains(&"mediaType"),
            ),
            ("digest", digest.is_some() && said.contains(&"digest") || without.contains(&"digest")),
            ("size", size.is_some() && said.contains(&"size") || without.contains(&"size")),
            ("platform", other || platform.is_some() && without.contains(&"platform")),
            ("data", matches!(data, Some(Data(Embedded::Other(_))))),
            ("merge", !merge.is_empty()),
        ];
        let faults: Vec<&str> = faults.into_iter().filter(|(_, is)| *is).map(|(name, _)| name).collect();
        (!faults.is_empty()).then(|| format!("descriptor: {{ {} }}", faults.join(", ")))
    }

    /// Checks that the size is a number, and that `data` is not too large, once the nodes are sealed that they mention.
    pub(crate) fn check_resolved(&self, context: &Context<'_>) -> Result<(), Problem> {
        if let Some(size) = &self.0.size {
            number::check(&context.text(size))?;
        }
        match &self.0.data {
            Some(Data(Embedded::Other(bytes))) => bytes.resolved(context).check_data(),
            Some(Data(Embedded::Own(_))) | None => Ok(()),
        }
    }

    /// The media type, the digest and the size of a dangling descriptor.
    pub(crate) fn identity<'s>(&'s self, context: &Context<'s>) -> Result<[String; 3], Problem> {
        self.check_resolved(context)?;
        let DescriptorData { media_type, digest, size, .. } = &*self.0;
        Ok([media_type, digest, size]
            .map(|text| text.as_ref().map_or_else(String::new, |text| context.text(text).into())))
    }
}

/// Writes the descriptor of a sealed node. `names` are the annotations of its reference. Only an index passes the node's
/// platform.
pub(crate) fn write<'a>(
    out: &mut Writer,
    edge: &'a Edge,
    node: &'a SealedNode,
    names: &[(&'a str, &'a str)],
    platform: Option<&'a Platform>,
    context: &Context<'a>,
) {
    let dangling = match &edge.node.kind {
        NodeKind::Dangling(descriptor) => Some(&*descriptor.0),
        // Only a manifest lists a copied layer, as another manifest did.
        NodeKind::Copied(copied) => return out.json(&copied.descriptor),
        _ => None,
    };
    // This parent's descriptor comes first; behind it the dangling node's own, if the node is one.
    let own = edge.listing.descriptor.as_deref().map(|descriptor| &*descriptor.0);
    let said = [own, dangling];
    let urls = first(said, |data| Some(data.urls.as_slice()).filter(|urls| !urls.is_empty()));
    let platform = first(said, |data| platform::declared(&data.platform)).or(platform);
    let artifact_type = first(said, |data| data.artifact_type.as_ref());
    let artifact_type =
        artifact_type.map(|text| context.text(text)).or(node.artifact_type.as_deref().map(Cow::Borrowed));
    // The media types of the crate and the digests of blobs need no escapes.
    let write_text = |out: &mut Writer, said: Option<&'a Text>, of_node: &str, is_plain: bool| match said {
        Some(text) => out.text(&context.text(text)),
        None if is_plain => out.plain(of_node),
        None => out.text(of_node),
    };
    let data = first(said, |data| data.data.as_ref()).and_then(|Data(data)| match data {
        Embedded::Own(embedded) => node.data.as_deref().filter(|_| *embedded).map(Cow::Borrowed),
        Embedded::Other(bytes) => Some(Cow::Owned(bytes.data(context))),
    });
    let annotations = [dangling, own].map(|data| data.map(|data| &data.annotations));
    let members = |out: &mut Writer| {
        let media_type = own.and_then(|data| data.media_type.as_ref());
        let is_known = matches!(node.media_type, Cow::Borrowed(_));
        write_text(out.member("mediaType"), media_type, &node.media_type, is_known);
        let digest = own.and_then(|data| data.digest.as_ref());
        write_text(out.member("digest"), digest, &node.digest, node.blob.is_some());
        let size = own.and_then(|data| data.size.as_ref()).map(|text| context.text(text));
        out.member("size").verbatim(size.as_deref().unwrap_or(&node.size));
        context.write_list(out, "urls", urls.unwrap_or_default());
        Map::write_merged(out, "annotations", names, annotations, context);
        if let Some(data) = data.filter(|data| !data.is_empty()) {
            out.member("data").plain(&STANDARD.encode(data));
        }
        if let Some(platform) = platform {
            out.member("platform").object(|out| platform::write(out, platform));
        }
        if let Some(artifact_type) = &artifact_type {
            out.member("artifactType").text(artifact_type);
        }
    };
    let is_edited = |data: &DescriptorData| !data.without.is_empty() || !data.merge.is_empty();
    if !own.is_some_and(is_edited) && !dangling.is_some_and(is_edited) {
        return out.object(members);
    }
    let mut descriptor = Json::of(|out| out.object(members));
    for data in said.into_iter().flatten() {
        for member in &data.without {
            descriptor.merge(Json::Object(vec![((*member).into(), Json::Null)]));
        }
    }
    for data in [dangling, own].into_iter().flatten() {
        for patch in &data.merge {
            descriptor.merge(context.json(patch));
        }
    }
    out.json(&descriptor);
}

/// The value in the first descriptor that has one.
fn first<'a, T: ?Sized>(
    [own, dangling]: [Option<&'a DescriptorData>; 2],
    said: impl Fn(&'a DescriptorData) -> Option<&'a T>,
) -> Option<&'a T> {
    own.and_then(&said).or_else(|| dangling.and_then(said))
}

impl IntoEdge for Descriptor {
    fn into_edge(mut self) -> Edge {
        let listing = Listing { unchecked: self.0.unchecked, ..Listing::default() };
        let faults = NodeFaults { http: std::mem::take(&mut self.0.http), ..NodeFaults::default() };
        Edge::new(NodeKind::Dangling(self), listing, faults)
    }
}

/// One line with the declared fields that identify the blob.
impl fmt::Debug for Descriptor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let DescriptorData { media_type, digest, size, .. } = &*self.0;
        f.write_str("Descriptor(")?;
        for (name, text) in [("media_type", media_type), ("digest", digest), ("size", size)] {
            if let Some(text) = text {
                write!(f, "{name}: {text:?}, ")?;
            }
        }
        f.write_str("..)")
    }
}
