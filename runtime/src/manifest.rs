//! A manifest: one image, or an artifact.

use std::borrow::Cow;

use crate::config::Config;
use crate::content::ToContent;
use crate::context::Context;
use crate::declared::{Edge, IntoEdge, Kind, Parent};
use crate::descriptor;
use crate::edits::{Edits, edited};
use crate::entry::Entry;
use crate::header::Header;
use crate::json::Json;
use crate::layer::Layer;
use crate::listing::{Listing, listed, named};
use crate::map::Map;
use crate::media_type;
use crate::member::Member;
use crate::part::Part;
use crate::platform::{self, ToPlatform};
use crate::problem::Problem;
use crate::seal::Encoded;
use crate::subject::Subject;
use crate::text::{Text, ToText};

/// A manifest: one image for one platform, or an artifact ([image
/// manifest](https://github.com/opencontainers/image-spec/blob/v1.1.1/manifest.md)).
///
/// Entries that are put into it directly are its one layer. Without a [`Config`] it gets one with the usual `PATH`, or,
/// where it has an artifact type, the empty one; the platform and `rootfs` of an image's config are made from the
/// manifest's platform and layers.
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
#[derive(Clone, Debug, Default)]
#[must_use = "a manifest does nothing until it is put into a fixture or an index"]
pub struct Manifest(Box<Builder>);

/// What is put in, before the layers and the config that it implies are made.
#[derive(Clone, Debug, Default)]
struct Builder {
    listing: Listing,
    platform: platform::Declared,
    docker: bool,
    artifact_type: Option<Text>,
    subject: Option<Subject>,
    annotations: Map,
    edits: Edits,
    layers: Vec<Edge>,
    members: Vec<Member>,
    configs: Vec<Edge>,
}

named!(Manifest);
listed!(Manifest, "Manifest::new()");
edited!(Manifest);

#[derive(Debug)]
pub(crate) struct Parts {
    /// The platform of the image; nothing for an artifact.
    pub(crate) platform: platform::Declared,
    pub(crate) docker: bool,
    artifact_type: Option<Text>,
    subject: Option<Subject>,
    annotations: Map,
    edits: Edits,
    /// The layers, then the config, which is made from them.
    pub(crate) edges: Vec<Edge>,
    /// What was put in does not go together.
    problem: Option<&'static str>,
}

impl Manifest {
    /// A manifest for `linux/amd64` without layers.
    pub fn new() -> Self {
        Self::default()
    }

    /// The platform that the image is for; `linux/amd64` where nothing is said, and none for an artifact.
    pub fn platform(mut self, platform: impl ToPlatform) -> Self {
        self.0.platform = Some(platform.to_platform());
        self
    }

    /// Gives the manifest, and what it holds, the media types of Docker's schema 2.
    pub fn docker(mut self) -> Self {
        self.0.docker = true;
        self
    }

    /// `artifactType`: it is no image, but an artifact of this type.
    pub fn artifact_type(mut self, artifact_type: impl ToText) -> Self {
        self.0.artifact_type = Some(artifact_type.into_text());
        self
    }

    /// `subject`: what the artifact is about.
    pub fn subject(mut self, subject: impl Into<Subject>) -> Self {
        self.0.subject = Some(subject.into());
        self
    }

    /// Adds annotations of the manifest. They are written sorted by key; the same key twice is an error.
    pub fn annotations<K: ToText, V: ToText>(
        mut self,
        annotations: impl IntoIterator<Item = (K, V)>,
    ) -> Self {
        self.0.annotations.extend(annotations);
        self
    }

    /// Adds a layer ([`Layer`], [`Blob`](crate::Blob), or a dangling [`Descriptor`](crate::Descriptor)), the [`Config`], an [`Entry`] or a
    /// [`Header`], or a pair of a path and the content of a file.
    pub fn push(&mut self, part: impl Part<Self>) {
        part.add_to(self);
    }

    /// The same, for a chain of calls.
    pub fn with(mut self, part: impl Part<Self>) -> Self {
        self.push(part);
        self
    }
}

impl IntoEdge for Manifest {
    fn into_edge(self) -> Edge {
        let Builder {
            listing,
            mut platform,
            docker,
            artifact_type,
            subject,
            annotations,
            edits,
            layers: mut edges,
            members,
            configs,
        } = *self.0;
        let mut problem = None;
        if !members.is_empty() {
            if !edges.is_empty() {
                problem = Some("entries stand beside layers; put them into a layer of their own");
            }
            edges.push(Layer::bare(members).into_edge());
        }
        if configs.len() > 1 {
            problem = Some("a manifest has one config; remove the others");
        }
        let implied = || if artifact_type.is_some() { Config::empty() } else { Config::implied() };
        let config = configs.into_iter().next().unwrap_or_else(|| implied().into_edge());
        if let Kind::Config(config) = &config.node.kind {
            if platform.is_none() && artifact_type.is_none() && config.is_image() {
                platform = Some(Ok(platform::DEFAULT.clone()));
            }
            platform = platform.map(|platform| platform.map(|platform| config.refine(platform)));
        }
        edges.push(config);
        let parts = Parts { platform, docker, artifact_type, subject, annotations, edits, edges, problem };
        listing.edge(Kind::Manifest(Box::new(parts)))
    }
}

impl Parent for Manifest {
    fn push_edge(&mut self, edge: Edge) {
        match edge.node.kind {
            Kind::Config(_) => self.0.configs.push(edge),
            _ => self.0.layers.push(edge),
        }
    }
}

impl Part<Manifest> for Entry {
    fn add_to(self, manifest: &mut Manifest) {
        manifest.0.members.push(Member::Entry(self));
    }
}

impl Part<Manifest> for Header {
    fn add_to(self, manifest: &mut Manifest) {
        manifest.0.members.push(Member::Header(self));
    }
}

impl<P: ToText, C: ToContent> Part<Manifest> for (P, C) {
    fn add_to(self, manifest: &mut Manifest) {
        manifest.push(Entry::file(self.0, self.1));
    }
}

impl Parts {
    /// Whether it is an image, which has an image's config; not an artifact.
    pub(crate) fn is_image(&self) -> bool {
        let config = self.edges.last().map(|edge| &edge.node.kind);
        matches!(config, Some(Kind::Config(config)) if config.is_image())
    }

    pub(crate) fn lies(&self) -> impl Iterator<Item = String> {
        self.edits.lies()
    }

    pub(crate) fn mentions<'e>(&'e self, mentions: &mut Vec<&'e Edge>) {
        mentions.extend(self.artifact_type.iter().chain(self.annotations.texts()).flat_map(Text::mentions));
        mentions.extend(self.subject.as_ref().map(Subject::edge));
        self.edits.mentions(mentions);
    }

    pub(crate) fn check(&self) -> Result<(), Problem> {
        platform::check(&self.platform)?;
        media_type::check(self.artifact_type.as_ref())?;
        self.annotations.check("annotation")?;
        let said = self.artifact_type.is_some() || self.subject.is_some() || !self.annotations.is_empty();
        self.edits.check(said)?;
        self.problem.map_or(Ok(()), |problem| Err(Problem::new(problem)))
    }

    pub(crate) fn encode<'s>(&'s self, context: &Context<'s>) -> Encoded<'s> {
        let (mut config, mut layers) = (None, Vec::new());
        for (edge, node) in context.children() {
            let descriptor = descriptor::json(edge, node, Vec::new(), None, context);
            match &edge.node.kind {
                Kind::Config(_) => config = Some(descriptor),
                _ => layers.push(descriptor),
            }
        }
        let media_type = media_type::manifest(context.is_docker());
        let artifact_type = self.artifact_type.as_ref().map(|text| context.text(text));
        let document = Json::object([
            ("schemaVersion", Some(Json::number("2"))),
            ("mediaType", Some(Json::text(media_type))),
            ("artifactType", artifact_type.clone().map(Json::Text)),
            ("config", config),
            ("layers", Some(Json::List(layers))),
            ("subject", self.subject.as_ref().and_then(|subject| subject.json(context))),
            ("annotations", self.annotations.json(context)),
        ]);
        let body = self.edits.body(document, context);
        let platform = platform::declared(&self.platform).map(Cow::Borrowed);
        Encoded { media_type: media_type.into(), body, platform, artifact_type }
    }
}
