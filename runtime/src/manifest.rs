//! A manifest: one image.

use serde::Serialize;

use crate::config::Config;
use crate::content::ToContent;
use crate::declared::{Declared, Edge};
use crate::descriptor::Descriptor;
use crate::entry::Entry;
use crate::fixture::Fixture;
use crate::index::Index;
use crate::json::{self, Map};
use crate::layer::Layer;
use crate::media_type;
use crate::part::Part;
use crate::platform::{self, ToPlatform};
use crate::problem::Problem;
use crate::seal::{Body, Encoded, Sealed};
use crate::text::{Text, ToText};

/// A manifest: one image for one platform ([image
/// manifest](https://github.com/opencontainers/image-spec/blob/v1.1.1/manifest.md)).
///
/// Entries that are put into it directly are its one layer. Without a [`Config`] it gets one with the usual `PATH`;
/// either way the config's platform and `rootfs` are made from the manifest's platform and layers.
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
    reference: Option<Text>,
    platform: platform::Declared,
    annotations: Map,
    layers: Vec<Edge>,
    entries: Vec<Entry>,
    configs: Vec<Config>,
}

#[derive(Debug)]
pub(crate) struct Parts {
    platform: platform::Declared,
    annotations: Map,
    /// The layers, then the config, which is made from them.
    pub(crate) edges: Vec<Edge>,
    /// It was given entries of its own beside layers, or several configs.
    problem: Option<&'static str>,
}

impl Manifest {
    /// A manifest for `linux/amd64` without layers.
    pub fn new() -> Self {
        Self::default()
    }

    /// Names the entry of index.json, where the manifest stands at the top level.
    pub fn reference(mut self, reference: impl ToText) -> Self {
        self.0.reference = Some(reference.into_text());
        self
    }

    /// The platform that the image is for; `linux/amd64` where nothing is said.
    pub fn platform(mut self, platform: impl ToPlatform) -> Self {
        self.0.platform = Some(platform.to_platform());
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

    /// Adds a [`Layer`], the [`Config`], an [`Entry`], or a pair of a path and the content of a file.
    pub fn push(&mut self, part: impl Part<Self>) {
        part.add_to(self);
    }

    /// The same, for a chain of calls.
    pub fn with(mut self, part: impl Part<Self>) -> Self {
        self.push(part);
        self
    }

    fn into_edge(self) -> Edge {
        let Builder { reference, platform, annotations, mut layers, entries, configs } = *self.0;
        let problem = if configs.len() > 1 {
            Some("a manifest has one config; remove the others")
        } else if !entries.is_empty() && !layers.is_empty() {
            Some("entries stand beside layers; put them into a layer of their own")
        } else {
            None
        };
        if !entries.is_empty() {
            layers.push(Layer::bare(entries).into_edge());
        }
        let config = configs.into_iter().next().unwrap_or_else(Config::implied);
        let config = config.into_edge_of(platform.clone(), layers.clone());
        let mut edges = layers;
        edges.push(config);
        Edge::named(Declared::Manifest(Parts { platform, annotations, edges, problem }), reference)
    }
}

impl Part<Fixture> for Manifest {
    fn add_to(self, fixture: &mut Fixture) {
        fixture.push_edge(self.into_edge());
    }
}

impl Part<Index> for Manifest {
    fn add_to(self, index: &mut Index) {
        index.push_edge(self.into_edge());
    }
}

impl Part<Manifest> for Layer {
    fn add_to(self, manifest: &mut Manifest) {
        manifest.0.layers.push(self.into_edge());
    }
}

impl Part<Manifest> for Entry {
    fn add_to(self, manifest: &mut Manifest) {
        manifest.0.entries.push(self);
    }
}

impl<P: ToText, C: ToContent> Part<Manifest> for (P, C) {
    fn add_to(self, manifest: &mut Manifest) {
        manifest.push(Entry::file(self.0, self.1));
    }
}

impl Part<Manifest> for Config {
    fn add_to(self, manifest: &mut Manifest) {
        manifest.0.configs.push(self);
    }
}

impl Parts {
    pub(crate) fn platform(&self) -> &platform::Declared {
        &self.platform
    }

    pub(crate) fn check(&self) -> Result<(), Problem> {
        platform::check(&self.platform)?;
        self.annotations.check("annotation")?;
        self.problem.map_or(Ok(()), |problem| Err(Problem::new(problem)))
    }

    pub(crate) fn encode(&self, children: &[&Sealed]) -> serde_json::Result<Encoded<'_>> {
        let descriptors: Vec<_> = children.iter().map(|child| Descriptor::of(child)).collect();
        let (config, layers) = descriptors.split_last().unzip();
        let document = Document {
            schema_version: 2,
            media_type: media_type::MANIFEST,
            config,
            layers: layers.unwrap_or_default(),
            annotations: &self.annotations,
        };
        let body = Body::Document(json::to_vec(&document)?);
        let platform = Some(platform::or_default(&self.platform));
        Ok(Encoded { media_type: media_type::MANIFEST, body, platform })
    }
}

/// The members in the order of image-spec's Go structs.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Document<'a> {
    schema_version: u32,
    media_type: &'a str,
    config: Option<&'a Descriptor<'a>>,
    layers: &'a [Descriptor<'a>],
    #[serde(skip_serializing_if = "Map::is_empty")]
    annotations: &'a Map,
}
