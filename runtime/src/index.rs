//! An index: images for several platforms.

use std::collections::HashSet;

use crate::context::Context;
use crate::declared::{Edge, IntoEdge, Kind, Parent};
use crate::descriptor;
use crate::edits::{Edits, edited};
use crate::json::Json;
use crate::listing::{Listing, listed, named};
use crate::map::Map;
use crate::media_type;
use crate::part::Part;
use crate::platform;
use crate::problem::Problem;
use crate::seal::Encoded;
use crate::subject::Subject;
use crate::text::{Text, ToText};

/// An index: a list of images, usually one for each platform ([image
/// index](https://github.com/opencontainers/image-spec/blob/v1.1.1/image-index.md)).
///
/// ```
/// use oci_fixture::{Fixture, Index, Manifest};
///
/// let index = Index::new()
///     .reference("twoplatform:latest")
///     .with(Manifest::new().platform("linux/amd64").with(("bash", "layer1")))
///     .with(Manifest::new().platform("linux/arm64").with(("bash", "layer2")));
/// Fixture::new().with(index);
/// ```
#[derive(Clone, Debug, Default)]
#[must_use = "an index does nothing until it is put into a fixture"]
pub struct Index(Box<Parts>);

#[derive(Clone, Debug, Default)]
pub(crate) struct Parts {
    listing: Listing,
    pub(crate) docker: bool,
    artifact_type: Option<Text>,
    subject: Option<Subject>,
    annotations: Map,
    edits: Edits,
    pub(crate) edges: Vec<Edge>,
}

named!(Index);
listed!(Index, "Index::new()");
edited!(Index);

impl Index {
    /// An index that lists nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// Gives the index, and what it holds, the media types of Docker's schema 2: it is a manifest list.
    pub fn docker(mut self) -> Self {
        self.0.docker = true;
        self
    }

    /// `artifactType`: it is an artifact of this type.
    pub fn artifact_type(mut self, artifact_type: impl ToText) -> Self {
        self.0.artifact_type = Some(artifact_type.into_text());
        self
    }

    /// `subject`: what the artifact is about.
    pub fn subject(mut self, subject: impl Into<Subject>) -> Self {
        self.0.subject = Some(subject.into());
        self
    }

    /// Adds annotations of the index. They are written sorted by key; the same key twice is an error.
    pub fn annotations<K: ToText, V: ToText>(
        mut self,
        annotations: impl IntoIterator<Item = (K, V)>,
    ) -> Self {
        self.0.annotations.extend(annotations);
        self
    }

    /// Adds a [`Manifest`](crate::Manifest), another index, a [`Config`](crate::Config), a [`Blob`](crate::Blob), or a
    /// dangling [`Descriptor`](crate::Descriptor).
    pub fn push(&mut self, part: impl Part<Self>) {
        part.add_to(self);
    }

    /// The same, for a chain of calls.
    pub fn with(mut self, part: impl Part<Self>) -> Self {
        self.push(part);
        self
    }
}

impl IntoEdge for Index {
    fn into_edge(mut self) -> Edge {
        std::mem::take(&mut self.0.listing).edge(Kind::Index(self.0))
    }
}

impl Parent for Index {
    fn push_edge(&mut self, edge: Edge) {
        self.0.edges.push(edge);
    }
}

impl Parts {
    pub(crate) fn lies(&self) -> impl Iterator<Item = String> {
        self.edits.lies()
    }

    pub(crate) fn mentions<'e>(&'e self, mentions: &mut Vec<&'e Edge>) {
        mentions.extend(self.artifact_type.iter().chain(self.annotations.texts()).flat_map(Text::mentions));
        mentions.extend(self.subject.as_ref().map(Subject::edge));
        self.edits.mentions(mentions);
    }

    pub(crate) fn check(&self) -> Result<(), Problem> {
        media_type::check(self.artifact_type.as_ref())?;
        self.annotations.check("annotation")?;
        let said = self.artifact_type.is_some() || self.subject.is_some() || !self.annotations.is_empty();
        self.edits.check(said)?;
        self.check_platforms()
    }

    /// No client could choose between two nodes for the same platform, unless it is said to be unknown.
    fn check_platforms(&self) -> Result<(), Problem> {
        let mut seen = HashSet::with_capacity(self.edges.len());
        for edge in &self.edges {
            let Some(platform) = edge.platform() else { continue };
            if edge.unchecked || edge.unlisted || platform::is_unknown(platform) {
                continue;
            }
            if !seen.insert(platform) {
                return Err(Problem::new(format!(
                    "two manifests of the index are for `{platform}`; remove one, or give it another platform"
                )));
            }
        }
        Ok(())
    }

    pub(crate) fn encode<'s>(&'s self, context: &Context<'s>) -> Encoded<'s> {
        let manifests = context
            .children()
            .map(|(edge, node)| descriptor::json(edge, node, Vec::new(), node.platform.as_ref(), context));
        let media_type = media_type::index(context.is_docker());
        let artifact_type = self.artifact_type.as_ref().map(|text| context.text(text));
        let document = Json::object([
            ("schemaVersion", Some(Json::number("2"))),
            ("mediaType", Some(Json::text(media_type))),
            ("artifactType", artifact_type.clone().map(Json::Text)),
            ("manifests", Some(Json::List(manifests.collect()))),
            ("subject", self.subject.as_ref().and_then(|subject| subject.json(context))),
            ("annotations", self.annotations.json(context)),
        ]);
        let body = self.edits.body(document, context);
        Encoded { media_type: media_type.into(), body, platform: None, artifact_type }
    }
}
