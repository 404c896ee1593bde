//! An image's config.

use oci_fixture_grammar::Digest;
use serde::Serialize;

use crate::declared::{Declared, Edge};
use crate::fixture::Fixture;
use crate::index::Index;
use crate::json::{self, Map};
use crate::media_type;
use crate::part::Part;
use crate::platform::{self, ToPlatform};
use crate::problem::Problem;
use crate::seal::{Body, Encoded, Sealed};
use crate::text::{Text, ToText};

/// An image's config: what a container of the image runs ([image
/// configuration](https://github.com/opencontainers/image-spec/blob/v1.1.1/config.md)).
///
/// It says exactly what is set here, besides the platform and `rootfs`: in a manifest both come from there. At the
/// top level or in an index it stands for itself: a descriptor of that blob.
///
/// ```
/// use oci_fixture::{Config, Manifest};
///
/// let config = Config::new().env(["PATH=/bin"]).cmd(["sh", "-c", "true"]).user("nobody").labels([("a.b", "c")]);
/// Manifest::new().with(config);
/// ```
#[derive(Clone, Debug, Default)]
#[must_use = "a config does nothing until it is put into a manifest"]
pub struct Config(Box<Parts>);

#[derive(Clone, Debug, Default)]
pub(crate) struct Parts {
    reference: Option<Text>,
    platform: platform::Declared,
    /// A config in a manifest has the manifest's platform.
    misplaced_platform: bool,
    pub(crate) layers: Vec<Edge>,
    user: Option<Text>,
    env: Vec<Text>,
    entrypoint: Vec<Text>,
    cmd: Vec<Text>,
    working_dir: Option<Text>,
    labels: Map,
}

impl Config {
    /// A config that says nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// Names the entry of index.json, where the config stands at the top level.
    pub fn reference(mut self, reference: impl ToText) -> Self {
        self.0.reference = Some(reference.into_text());
        self
    }

    /// The platform of a config outside of a manifest; `linux/amd64` where nothing is said.
    pub fn platform(mut self, platform: impl ToPlatform) -> Self {
        self.0.platform = Some(platform.to_platform());
        self
    }

    /// `User`: the user, and perhaps the group, that the process runs as.
    pub fn user(mut self, user: impl ToText) -> Self {
        self.0.user = Some(user.into_text());
        self
    }

    /// `Env`: adds to the environment, each variable as `NAME=VALUE`.
    pub fn env<T: ToText>(mut self, variables: impl IntoIterator<Item = T>) -> Self {
        self.0.env.extend(variables.into_iter().map(Text::new));
        self
    }

    /// `Entrypoint`: adds words of the command that is always run.
    pub fn entrypoint<T: ToText>(mut self, words: impl IntoIterator<Item = T>) -> Self {
        self.0.entrypoint.extend(words.into_iter().map(Text::new));
        self
    }

    /// `Cmd`: adds default arguments of the entrypoint, or words of the command where there is none.
    pub fn cmd<T: ToText>(mut self, words: impl IntoIterator<Item = T>) -> Self {
        self.0.cmd.extend(words.into_iter().map(Text::new));
        self
    }

    /// `WorkingDir`: the directory in which the process starts.
    pub fn working_dir(mut self, directory: impl ToText) -> Self {
        self.0.working_dir = Some(directory.into_text());
        self
    }

    /// `Labels`: adds labels. They are written sorted by key; the same key twice is an error.
    pub fn labels<K: ToText, V: ToText>(mut self, labels: impl IntoIterator<Item = (K, V)>) -> Self {
        self.0.labels.extend(labels);
        self
    }

    /// The config of a manifest that does not say one.
    pub(crate) fn implied() -> Self {
        Self::new().env(["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"])
    }

    /// The config within its manifest, whose platform and layers it has.
    pub(crate) fn into_edge_of(mut self, platform: platform::Declared, layers: Vec<Edge>) -> Edge {
        self.0.misplaced_platform = self.0.platform.is_some();
        self.0.platform = platform;
        self.0.layers = layers;
        self.into_edge()
    }

    fn into_edge(mut self) -> Edge {
        let reference = self.0.reference.take();
        Edge::named(Declared::Config(*self.0), reference)
    }
}

impl Part<Fixture> for Config {
    fn add_to(self, fixture: &mut Fixture) {
        fixture.push_edge(self.into_edge());
    }
}

impl Part<Index> for Config {
    fn add_to(self, index: &mut Index) {
        index.push_edge(self.into_edge());
    }
}

impl Parts {
    pub(crate) fn check(&self) -> Result<(), Problem> {
        if self.misplaced_platform {
            return Err(Problem::new(
                "a config has the platform of its manifest; say the platform there, and remove it here",
            ));
        }
        platform::check(&self.platform)?;
        self.labels.check("label")
    }

    pub(crate) fn encode(&self, layers: &[&Sealed]) -> serde_json::Result<Encoded<'_>> {
        let platform = platform::or_default(&self.platform);
        let document = Document {
            platform: platform::Document::of(platform),
            config: Process {
                user: self.user.as_ref().filter(|text| !text.is_empty()),
                env: &self.env,
                entrypoint: &self.entrypoint,
                cmd: &self.cmd,
                working_dir: self.working_dir.as_ref().filter(|text| !text.is_empty()),
                labels: &self.labels,
            },
            rootfs: RootFs {
                r#type: "layers",
                diff_ids: layers
                    .iter()
                    .filter_map(|layer| layer.diff_id.as_ref())
                    .map(Digest::as_str)
                    .collect(),
            },
        };
        let body = Body::Document(json::to_vec(&document)?);
        Ok(Encoded { media_type: media_type::CONFIG, body, platform: Some(platform) })
    }
}

/// The members in the order of image-spec's Go structs.
#[derive(Serialize)]
struct Document<'a> {
    #[serde(flatten)]
    platform: platform::Document<'a>,
    config: Process<'a>,
    rootfs: RootFs<'a>,
}

#[derive(Serialize)]
#[serde(rename_all = "PascalCase")]
struct Process<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    user: Option<&'a Text>,
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    env: &'a [Text],
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    entrypoint: &'a [Text],
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    cmd: &'a [Text],
    #[serde(skip_serializing_if = "Option::is_none")]
    working_dir: Option<&'a Text>,
    #[serde(skip_serializing_if = "Map::is_empty")]
    labels: &'a Map,
}

#[derive(Serialize)]
struct RootFs<'a> {
    r#type: &'a str,
    diff_ids: Vec<&'a str>,
}
