//! A manifest: one image, or an artifact.

use oci_fixture_grammar::media_type::NO_ARTIFACT_TYPE;

use crate::declare::base::BaseImage;
use crate::declare::config::Config;
use crate::declare::content::ToContent;
use crate::declare::context::Context;
use crate::declare::descriptor;
use crate::declare::edits::edited;
use crate::declare::encoded::Encoded;
use crate::declare::fault::NodeFaults;
use crate::declare::graph::{Edge, IntoEdge, NodeKind, Parent};
use crate::declare::head::{Head, headed};
use crate::declare::layer::Layer;
use crate::declare::layer::entry::Entry;
use crate::declare::layer::header::Header;
use crate::declare::layer::{LayerMember, LayerMembers};
use crate::declare::listing::{Listing, listed, named};
use crate::declare::order::{RANDOM, spliced};
use crate::declare::part::{Part, takes_entries};
use crate::declare::path::ToPath;
use crate::declare::platform::{self, ToPlatform};
use crate::error::Problem;
use crate::json::Writer;
use crate::media_type;

/// A manifest: one image for one platform, or an artifact ([image
/// manifest](https://github.com/opencontainers/image-spec/blob/v1.1.1/manifest.md)).
///
/// Entries that are put into the manifest itself are its one layer. A manifest without a [`Config`] gets one with the
/// usual `PATH`, or the empty config if it has an artifact type. The platform and the `rootfs` of an image's config
/// follow from the manifest's platform and layers.
///
/// ```
/// use oci_fixture::{Config, Entry, Layer, Manifest};
///
/// let image = Manifest::new()
///     .platform("linux/arm/v7")
///     .with(Layer::new().with(Entry::directory("bin/")))
///     .with(Layer::new().with(("bin/sh", "#!")))
///     .with(Config::new().cmd(["/bin/sh"]));
/// ```
#[derive(Clone, Default)]
#[must_use = "a manifest does nothing until it is put into a fixture or an index"]
pub struct Manifest(Box<Builder>);

/// The declared parts, before the layer of bare entries and a missing config are made.
#[derive(Clone, Default)]
struct Builder {
    listing: Listing,
    faults: NodeFaults,
    platform: platform::DeclaredPlatform,
    head: Head,
    layers: Vec<Edge>,
    members: LayerMembers,
    configs: Vec<Edge>,
    bases: Vec<BaseImage>,
    /// Whether parts have an order that differs in each run.
    is_random: bool,
}

named!(Manifest);
listed!(Manifest, "Manifest::new()", Builder::into_kind);
edited!(Manifest, head.edits);
headed!(Manifest, "manifest");
spliced! {
    /// Adds a layer ([`Layer`], [`Blob`](crate::Blob) or a dangling [`Descriptor`](crate::Descriptor)), the [`Config`],
    /// an [`Entry`], a [`Header`], or a pair of a path and the content of a file.
    Manifest
}

pub(crate) struct ManifestData {
    /// The platform of the image; `None` for an artifact.
    pub(crate) platform: platform::DeclaredPlatform,
    pub(crate) head: Head,
    /// The layers, and behind them the config, which is made from them.
    pub(crate) edges: Vec<Edge>,
    /// The image on which this one builds.
    pub(crate) base: Option<BaseImage>,
    /// The mistake, if the parts do not fit together.
    problem: Option<&'static str>,
}

impl Manifest {
    /// A manifest for `linux/amd64` without layers.
    pub fn new() -> Self {
        Self::default()
    }

    /// The platform that the image is for. The default is `linux/amd64` for an image, and none for an artifact.
    pub fn platform(mut self, platform: impl ToPlatform) -> Self {
        self.set_platform(platform);
        self
    }

    // The macro calls this, because a builder that is not moved costs rustc less.
    #[doc(hidden)]
    pub fn set_platform(&mut self, platform: impl ToPlatform) {
        self.0.platform = Some(platform.to_platform());
    }
}

impl Manifest {
    pub(crate) fn push_base(&mut self, base: BaseImage) {
        self.0.bases.push(base);
    }
}

impl Builder {
    /// Makes the layer of the bare entries, and the config if none is declared.
    fn into_kind(self: Box<Self>) -> NodeKind {
        let Self { mut platform, head, layers: mut edges, members, configs, bases, is_random, .. } = *self;
        let mut problem = is_random.then_some(RANDOM);
        if !members.is_empty() {
            if !edges.is_empty() {
                problem = Some("entries stand beside layers; put them into a layer of their own");
            }
            edges.push(Layer::bare(members).into_edge());
        }
        if configs.len() > 1 {
            problem = Some("a manifest has one config; remove the others");
        }
        if bases.len() > 1 {
            problem = Some("a manifest has one base image; remove the others");
        }
        let base = bases.into_iter().next();
        let implied = || match (&head.artifact_type, &base) {
            (Some(_), _) => Config::empty(),
            (None, Some(_)) => Config::new(),
            (None, None) => Config::implied(),
        };
        let config = configs.into_iter().next().unwrap_or_else(|| implied().into_edge());
        if let NodeKind::Config(config) = &config.node.kind {
            if base.is_some() && (!config.is_image() || head.artifact_type.is_some()) {
                problem = Some("an artifact has no base image; remove one of the two");
            }
            let of_base = base.as_ref().and_then(|base| base.platform.clone());
            if let (Some(Ok(said)), Some(of_base)) = (&platform, &of_base)
                && said != of_base
            {
                problem = Some("a manifest has the platform of its base image; write that, or none");
            }
            if platform.is_none() && head.artifact_type.is_none() && config.is_image() {
                platform = Some(Ok(of_base.unwrap_or_else(|| platform::DEFAULT.clone())));
            }
            platform = platform.map(|platform| platform.map(|platform| config.refine(platform)));
        }
        edges.push(config);
        NodeKind::Manifest(Box::new(ManifestData { platform, head, edges, base, problem }))
    }
}

impl Parent for Manifest {
    fn push_edge(&mut self, edge: Edge) {
        match edge.node.kind {
            NodeKind::Config(_) => self.0.configs.push(edge),
            _ => self.0.layers.push(edge),
        }
    }
}

takes_entries!(Manifest);

impl ManifestData {
    /// Whether the manifest has an image's config, and so is not an artifact.
    pub(crate) fn is_image(&self) -> bool {
        let config = self.edges.last().map(|edge| &edge.node.kind);
        matches!(config, Some(NodeKind::Config(config)) if config.is_image())
    }

    /// Whether the manifest has the empty config, and its checks apply.
    fn has_empty_config(&self) -> bool {
        self.edges.iter().any(|edge| match &edge.node.kind {
            NodeKind::Config(config) => config.is_empty() && !edge.node.unchecked,
            _ => false,
        })
    }

    pub(crate) fn check(&self, unchecked: bool) -> Result<(), Problem> {
        self.base.as_ref().map_or(Ok(()), BaseImage::check)?;
        platform::check(&self.platform, unchecked)?;
        self.head.check(unchecked)?;
        if !unchecked
            && self.has_empty_config()
            && self.head.artifact_type.is_none()
            && self.head.edits.is_empty()
        {
            return Err(Problem::new(NO_ARTIFACT_TYPE));
        }
        if !unchecked && self.head.artifact_type.is_none() && self.head.edits.is_empty() {
            self.check_layers()?;
        }
        self.problem.map_or(Ok(()), |problem| Err(Problem::new(problem)))
    }

    /// Refuses, in an image, a dangling descriptor of a layer that adds no `diff_id`. A blob is refused anywhere.
    fn check_layers(&self) -> Result<(), Problem> {
        let Some(NodeKind::Config(config)) = self.edges.last().map(|edge| &edge.node.kind) else {
            return Ok(());
        };
        if !config.is_image() || config.is_independent() {
            return Ok(());
        }
        let listed = self.edges.iter().filter(|edge| !edge.listing.unlisted && !edge.node.unchecked);
        listed.map(|edge| &edge.node.kind).try_for_each(|kind| match kind {
            NodeKind::Dangling(descriptor) => descriptor.check_in_image(),
            _ => Ok(()),
        })
    }

    pub(crate) fn encode<'s>(&'s self, context: &Context<'s>) -> Encoded<'s> {
        let is_config = |edge: &Edge| matches!(edge.node.kind, NodeKind::Config(_));
        let write_nodes = |out: &mut Writer| {
            for (edge, node) in context.children().filter(|(edge, _)| is_config(edge)) {
                descriptor::write(out.member("config"), edge, node, &[], None, context);
            }
            out.member("layers").list(|out| {
                for (edge, node) in context.children().filter(|(edge, _)| !is_config(edge)) {
                    descriptor::write(out, edge, node, &[], None, context);
                }
            });
        };
        let platform = platform::declared(&self.platform);
        self.head.encode(media_type::manifest(context.docker), write_nodes, platform, context)
    }
}
