//! A layer: a tar of entries.

mod by_hand;
pub(crate) mod check;
pub(crate) mod entry;
pub(crate) mod field;
pub(crate) mod hardlink;
pub(crate) mod header;
pub(crate) mod members;
pub(crate) mod mtime;
pub(crate) mod tarball;

use std::borrow::Cow;
use std::sync::Arc;

use oci_fixture_grammar::eof;
use oci_fixture_grammar::media_type::check_of_tar as of_tar;

use self::check::check_members;
use self::entry::{Entry, EntryKind};
use self::hardlink::{HardlinkTargets, InodeAttributes};
pub(crate) use self::members::{LayerMember, LayerMembers};
use self::tarball::{Tar, Tarball};
use crate::declare::content::{Content, ToContent};
use crate::declare::context::Context;
use crate::declare::encoded::{Body, Encoded};
use crate::declare::encoder::{Encoder, Gzip, Zstd};
use crate::declare::fault::NodeFaults;
use crate::declare::graph::{DeclaredNode, Edge, NodeKind};
use crate::declare::layer::header::Header;
use crate::declare::listing::{Listing, listed};
use crate::declare::order::{self, spliced};
use crate::declare::part::{Part, takes_entries};
use crate::declare::path::ToPath;
use crate::declare::text::{self, Text, ToText};
use crate::error::Problem;
use crate::media_type;

/// A layer: its entries in the order in which they were added, and nothing else.
///
/// Its bytes are a tar ([layer specification](https://github.com/opencontainers/image-spec/blob/v1.1.1/layer.md)), byte
/// for byte as Go's archive/tar writes it. The tar is compressed by the [`encoder`](Self::encoder), if there is one,
/// and the media type names the compression.
///
/// ```
/// use oci_fixture::{Entry, Layer, Manifest};
///
/// let base = Layer::new().with(Entry::directory("bin/")).with(("bin/sh", "#!"));
/// Manifest::new().platform("linux/arm64").with(base);
/// ```
#[derive(Clone, Default)]
#[must_use = "a layer does nothing until it is put into a manifest"]
pub struct Layer(Box<LayerData>);

#[derive(Clone, Default)]
pub(crate) struct LayerData {
    pub(crate) members: LayerMembers,
    /// Whether entries have an order that differs in each run.
    pub(crate) is_random: bool,
    /// The number of blocks of zeros at the end; `None` for the two of an honest tar.
    pub(crate) eof: Option<u8>,
    /// The bytes to write instead of a tar of the members.
    pub(crate) raw: Option<Content>,
    pub(crate) encoder: Option<Encoder>,
    /// The media type, if it is not that of a layer of an image.
    pub(crate) media_type: Option<Text>,
    pub(crate) listing: Listing,
    pub(crate) faults: NodeFaults,
    /// The entries are declared in the manifest itself, without a `layer` around them.
    pub(crate) bare: bool,
    /// Whether the layer says something of a labelled node. It is known once the layer is a node.
    mentions_label: bool,
}

listed!(Layer, "Layer::new()", LayerData::into_kind);
spliced! {
    /// Adds an [`Entry`], a [`Header`], or a pair of a path and the content of a file.
    Layer
}

impl Layer {
    /// A layer without entries.
    pub fn new() -> Self {
        Self::default()
    }

    /// Compresses the tar: `layer.encoder(Gzip::level(9))`. An [`Encoder`] can have faults, too.
    pub fn encoder(mut self, encoder: impl Into<Encoder>) -> Self {
        self.0.encoder = Some(encoder.into());
        self
    }

    /// The media type, for a tar that is not a layer of an image, such as a Helm chart. If it says a compression, that is the
    /// one of the encoder.
    ///
    /// ```
    /// use oci_fixture::{Config, Fixture, Layer, Manifest};
    ///
    /// let chart = Layer::new().with(("chart/Chart.yaml", "name: chart\n")).gzip();
    /// let chart = chart.media_type("application/vnd.cncf.helm.chart.content.v1.tar+gzip");
    /// let config = Config::of("application/vnd.cncf.helm.config.v1+json", r#"{"name":"chart"}"#);
    /// Fixture::new().with(Manifest::new().with(config).with(chart)).in_memory()?.assert_verified();
    /// # Ok::<(), oci_fixture::Error>(())
    /// ```
    pub fn media_type(mut self, media_type: impl ToText) -> Self {
        self.0.media_type = Some(media_type.into_text());
        self
    }

    /// Compresses the tar by [`Gzip::stored`], whose bytes never change.
    pub fn gzip(self) -> Self {
        self.encoder(Gzip::stored())
    }

    /// Compresses the tar by [`Zstd::stored`], whose bytes never change.
    pub fn zstd(self) -> Self {
        self.encoder(Zstd::stored())
    }

    /// Before sealing: ends the tar with 0 or 1 blocks of zeros instead of 2.
    ///
    /// ```
    /// use oci_fixture::{Fixture, Layer, Manifest};
    ///
    /// let layout = Fixture::new().with(Manifest::new().with(Layer::new().with(("a", "")).eof(0))).tempdir()?;
    /// assert_eq!(layout.platform("linux/amd64")?.layers()?[0].size(), 512);
    /// # Ok::<(), oci_fixture::Error>(())
    /// ```
    pub fn eof(mut self, blocks: u8) -> Self {
        self.0.eof = Some(blocks);
        self
    }

    /// Before sealing: these bytes are the tar. They need not be one. An encoder compresses them, and the `diff_id` is
    /// their digest. Such a layer can have neither entries nor `eof`.
    ///
    /// ```
    /// use oci_fixture::{Fixture, Layer, Manifest};
    ///
    /// let image = Manifest::new().with(Layer::new().raw("")).with(Layer::new().raw("no tar").gzip());
    /// let layout = Fixture::new().with(image).tempdir()?;
    /// assert_eq!(layout.platform("linux/amd64")?.layers()?[0].size(), 0);
    /// # Ok::<(), oci_fixture::Error>(())
    /// ```
    pub fn raw(mut self, content: impl ToContent) -> Self {
        self.0.raw = Some(content.into_content());
        self
    }

    /// The layer of these members.
    pub(crate) fn of(members: LayerMembers) -> Self {
        Self(Box::new(LayerData { members, ..LayerData::default() }))
    }

    /// The layer of the entries that are declared in a manifest itself.
    pub(crate) fn bare(members: LayerMembers) -> Self {
        let mut layer = Self::of(members);
        layer.0.bare = true;
        layer
    }
}

takes_entries!(Layer);

impl LayerData {
    /// Whether the files have at least so many bytes. That of a layer that mentions nodes is not known.
    pub(crate) fn is_at_least(&self, bytes: u64) -> bool {
        let entries = self.members.iter().filter_map(LayerMember::entry).map(Entry::data);
        let files = entries.filter_map(|entry| match &entry.kind {
            EntryKind::File(content) => Some(content),
            _ => None,
        });
        let mut left = bytes;
        !self.mentions_label
            && files.chain(&self.raw).any(|content| {
                left = left.saturating_sub(content.size().unwrap_or_default());
                left == 0
            })
    }

    fn into_kind(mut self: Box<Self>) -> NodeKind {
        self.mentions_label = true;
        let mut mentions = Vec::new();
        self.mentions(&mut mentions);
        self.mentions_label = !mentions.is_empty();
        NodeKind::Layer(Arc::from(self))
    }

    /// Whether the layer says something of a labelled node.
    pub(crate) fn mentions_label(&self) -> bool {
        self.mentions_label
    }

    /// The number of entries.
    pub(crate) fn len(&self) -> usize {
        self.members.len()
    }

    pub(crate) fn check(&self, unchecked: bool) -> Result<(), Problem> {
        order::check(self.is_random)?;
        if let Some(encoder) = &self.encoder {
            encoder.check()?;
        }
        self.check_media_type(unchecked)?;
        self.check_tar()?;
        // Paths that mention nodes are compared once they are known.
        let is_known = !unchecked && !self.mentions_label;
        check_members(&self.members, unchecked, is_known).map_err(|wrong| wrong.problem)
    }

    /// Checks the media type against the compression.
    fn check_media_type(&self, unchecked: bool) -> Result<(), Problem> {
        let Some(text) = &self.media_type else { return Ok(()) };
        let media_type = text::media_type(text)?;
        if self.is_labelled() {
            let problem = "the layer has a media type, so `labelled` changes nothing; remove one of the two";
            return Err(Problem::new(problem));
        }
        if unchecked {
            return Ok(());
        }
        let compression = self.encoder.as_ref().map_or("", Encoder::compression);
        Ok(of_tar(media_type, Some(compression))?)
    }

    /// Checks the tar as a whole.
    fn check_tar(&self) -> Result<(), Problem> {
        self.eof.map_or(Ok(()), eof::check)?;
        let Some(raw) = &self.raw else { return Ok(()) };
        if !self.members.is_empty() || self.eof.is_some() {
            let problem = "`raw` is the whole tar, so its entries and `eof` change nothing; remove them";
            return Err(Problem::new(problem));
        }
        raw.check()
    }

    /// Adds the names of the layer's faults, as the language writes them. Each name is there once, however many entries are
    /// unchecked or declared by hand.
    pub(crate) fn add_fault_names(&self, faults: &mut Vec<String>) {
        let (mut unchecked, mut sparse, mut by_hand) = (false, false, false);
        for member in &*self.members {
            match member {
                LayerMember::Entry(entry) => {
                    unchecked |= entry.data().unchecked;
                    sparse |= entry.data().sparse.is_some();
                }
                LayerMember::Header(_) => by_hand = true,
            }
        }
        let mut add = |name: &str, said: bool| {
            if said {
                faults.push(name.to_owned());
            }
        };
        add("raw:", self.raw.is_some());
        add("eof:", self.eof.is_some());
        add("#[unchecked]", unchecked);
        add("#[sparse]", sparse);
        add("entry", by_hand);
        if let Some(encoder) = &self.encoder {
            faults.extend(encoder.fault_names().into_iter().map(|name| format!("{name}()")));
        }
    }

    /// Whether the layer's media type names another compression than its bytes have.
    pub(crate) fn is_labelled(&self) -> bool {
        self.encoder.as_ref().is_some_and(|encoder| encoder.fault_names().contains(&"labelled"))
    }

    /// Whether the stream that holds the tar is wrong, so that the fault would be lost without the stream.
    pub(crate) fn has_wrong_stream(&self) -> bool {
        self.encoder.as_ref().is_some_and(Encoder::is_wrong)
    }

    /// Whether all entries are known without reading the bytes.
    pub(crate) fn has_entries(&self) -> bool {
        self.raw.is_none() && self.members.iter().all(|member| member.entry().is_some())
    }

    /// The declared entries, each with its attributes in the tar. `None` if the entries are known only from the bytes.
    pub(crate) fn entries(&self) -> Option<Vec<(&Entry, InodeAttributes<'_>)>> {
        if self.raw.is_some() {
            return None;
        }
        let mut targets = HardlinkTargets::of(&self.members);
        let entries = self.members.iter().map(LayerMember::entry);
        entries.map(|entry| Some((entry?, targets.add(entry?.data())))).collect()
    }

    pub(crate) fn encode<'s>(self: &'s Arc<Self>, context: &Context<'s>) -> Encoded<'s> {
        let suffix = self.encoder.as_ref().map_or("", Encoder::media_type_suffix);
        let media_type = match &self.media_type {
            Some(media_type) => Cow::Owned(context.text(media_type).into_owned()),
            None => media_type::layer(context.docker, suffix),
        };
        let body = Body::Layer(Tarball::new(self.resolved(context), context.algorithm));
        Encoded { media_type, body, platform: None, artifact_type: None }
    }

    /// The tar of a layer that mentions no nodes.
    pub(crate) fn tar(&self) -> Tar<'_> {
        match &self.raw {
            Some(raw) => Tar::Raw(raw),
            None => Tar::of(&self.members, self.eof),
        }
    }

    pub(crate) fn encoder(&self) -> Option<&Encoder> {
        self.encoder.as_ref()
    }

    /// Collects the nodes that must be sealed before the layer is known.
    pub(crate) fn mentions<'e>(&'e self, mentions: &mut Vec<&'e Edge>) {
        // Most layers say nothing of other nodes, and are not searched again.
        if !self.mentions_label {
            return;
        }
        self.members.iter().for_each(|member| member.mentions(mentions));
        self.raw.iter().for_each(|raw| raw.mentions(mentions));
    }

    /// The place in the layer that mentions a node first. `None` if only `raw` does.
    pub(crate) fn place_of_mention(&self, node: &DeclaredNode) -> Option<String> {
        let is_of_node = |member: &LayerMember| {
            let mut mentions = Vec::new();
            member.mentions(&mut mentions);
            mentions.iter().any(|edge| std::ptr::eq(Arc::as_ptr(&edge.node), node))
        };
        let (number, member) = (1..).zip(&*self.members).find(|(_, member)| is_of_node(member))?;
        Some(member.place(number))
    }

    /// The layer with what it says of nodes, which are sealed.
    pub(crate) fn resolved(self: &Arc<Self>, context: &Context<'_>) -> Arc<Self> {
        if !self.mentions_label {
            return Arc::clone(self);
        }
        Arc::new(Self {
            members: self.members.iter().map(|member| member.resolved(context)).collect::<Vec<_>>().into(),
            raw: self.raw.as_ref().map(|raw| raw.resolved(context)),
            is_random: self.is_random,
            eof: self.eof,
            encoder: self.encoder.clone(),
            media_type: self.media_type.clone(),
            listing: Listing::default(),
            faults: NodeFaults::default(),
            bare: self.bare,
            mentions_label: false,
        })
    }

    /// Checks what is known of the layer only now, because it mentions nodes.
    pub(crate) fn check_resolved(
        self: &Arc<Self>,
        unchecked: bool,
        context: &Context<'_>,
    ) -> Result<(), Problem> {
        if self.mentions_label { self.resolved(context).check(unchecked) } else { Ok(()) }
    }
}
