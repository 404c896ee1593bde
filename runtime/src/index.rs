//! An index: images for several platforms.

use std::collections::HashSet;

use serde::Serialize;

use crate::declared::{Declared, Edge};
use crate::descriptor::Descriptor;
use crate::fixture::Fixture;
use crate::json::{self, Map};
use crate::media_type;
use crate::part::Part;
use crate::platform;
use crate::problem::Problem;
use crate::seal::{Body, Encoded, Sealed};
use crate::text::{Text, ToText};

/// Indexes within indexes, at most; deeper ones are refused when they are written.
const DEPTH: u16 = 256;

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
    reference: Option<Text>,
    annotations: Map,
    pub(crate) edges: Vec<Edge>,
    /// How many indexes stand within one another below this one.
    depth: u16,
}

impl Index {
    /// An index that lists nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// Names the entry of index.json, where the index stands at the top level.
    pub fn reference(mut self, reference: impl ToText) -> Self {
        self.0.reference = Some(reference.into_text());
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

    /// Adds a [`Manifest`](crate::Manifest), another index, or a [`Config`](crate::Config).
    pub fn push(&mut self, part: impl Part<Self>) {
        part.add_to(self);
    }

    /// The same, for a chain of calls.
    pub fn with(mut self, part: impl Part<Self>) -> Self {
        self.push(part);
        self
    }

    pub(crate) fn push_edge(&mut self, edge: Edge) {
        self.0.edges.push(edge);
    }

    fn into_edge(mut self) -> Edge {
        let reference = self.0.reference.take();
        Edge::named(Declared::Index(*self.0), reference)
    }
}

impl Part<Fixture> for Index {
    fn add_to(self, fixture: &mut Fixture) {
        fixture.push_edge(self.into_edge());
    }
}

impl Part<Index> for Index {
    fn add_to(mut self, index: &mut Index) {
        index.0.depth = index.0.depth.max(self.0.depth.saturating_add(1));
        if index.0.depth > DEPTH {
            // It will not be written. Its nodes go now: a tree of any depth could not be dropped within a stack.
            self.0.edges.clear();
        }
        index.push_edge(self.into_edge());
    }
}

impl Parts {
    pub(crate) fn check(&self) -> Result<(), Problem> {
        if self.depth > DEPTH {
            return Err(Problem::new(format!("indexes stand in one another more than {DEPTH} deep")));
        }
        self.annotations.check("annotation")?;
        self.check_platforms()
    }

    /// No client could choose between two nodes for the same platform, unless it is said to be unknown.
    fn check_platforms(&self) -> Result<(), Problem> {
        let mut seen = HashSet::with_capacity(self.edges.len());
        for edge in &self.edges {
            let Declared::Manifest(manifest) = &*edge.node else { continue };
            let platform = platform::or_default(manifest.platform());
            if !platform::is_unknown(platform) && !seen.insert(platform) {
                return Err(Problem::new(format!(
                    "two manifests of the index are for `{platform}`; remove one, or give it another platform"
                )));
            }
        }
        Ok(())
    }

    pub(crate) fn encode(&self, children: &[&Sealed]) -> serde_json::Result<Encoded<'_>> {
        let document = Document {
            schema_version: 2,
            media_type: media_type::INDEX,
            manifests: children.iter().map(|child| Descriptor::of(child).with_platform(child)).collect(),
            annotations: &self.annotations,
        };
        let body = Body::Document(json::to_vec(&document)?);
        Ok(Encoded { media_type: media_type::INDEX, body, platform: None })
    }
}

/// The members in the order of image-spec's Go structs.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Document<'a> {
    schema_version: u32,
    media_type: &'a str,
    manifests: Vec<Descriptor<'a>>,
    #[serde(skip_serializing_if = "Map::is_empty")]
    annotations: &'a Map,
}
