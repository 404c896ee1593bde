//! An image's config.

use std::borrow::Cow;

use oci_fixture_grammar::Platform;

use crate::content::{Content, ToContent};
use crate::context::Context;
use crate::declared::{Edge, IntoEdge, Kind};
use crate::edits::{Edits, edited};
use crate::history::History;
use crate::json::Json;
use crate::listing::{Listing, listed, named};
use crate::map::Map;
use crate::media_type;
use crate::platform::{self, ToPlatform};
use crate::problem::Problem;
use crate::seal::Encoded;
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
    listing: Listing,
    platform: platform::Declared,
    /// A config of another media type, which is these bytes.
    other: Option<(Text, Content)>,
    created: Option<Text>,
    author: Option<Text>,
    os_version: Option<Text>,
    os_features: Vec<Text>,
    user: Option<Text>,
    exposed_ports: Vec<Text>,
    env: Vec<Text>,
    entrypoint: Vec<Text>,
    cmd: Vec<Text>,
    volumes: Vec<Text>,
    working_dir: Option<Text>,
    labels: Map,
    stop_signal: Option<Text>,
    history: Vec<History>,
    /// Instead of those of the layers.
    diff_ids: Option<Vec<Text>>,
    edits: Edits,
}

named!(Config);
listed!(Config, "Config::new()");
edited!(Config);

impl Config {
    /// A config that says nothing.
    pub fn new() -> Self {
        Self::default()
    }

    /// A config of another media type, with any bytes: what an artifact has.
    ///
    /// ```
    /// use oci_fixture::{Blob, Config, Manifest};
    ///
    /// Manifest::new()
    ///     .with(Config::of("application/vnd.cncf.helm.config.v1+json", r#"{"name":"chart"}"#))
    ///     .with(Blob::new("application/vnd.cncf.helm.chart.content.v1.tar+gzip", "..."));
    /// ```
    pub fn of(media_type: impl ToText, content: impl ToContent) -> Self {
        let mut config = Self::new();
        config.0.other = Some((media_type.into_text(), content.into_content()));
        config
    }

    /// The platform of a config outside of a manifest; `linux/amd64` where nothing is said.
    pub fn platform(mut self, platform: impl ToPlatform) -> Self {
        self.0.platform = Some(platform.to_platform());
        self
    }

    /// `created`: when the image was made, as RFC 3339 has it (`2024-05-01T12:00:00Z`).
    pub fn created(mut self, created: impl ToText) -> Self {
        self.0.created = Some(created.into_text());
        self
    }

    /// `author`: who made the image.
    pub fn author(mut self, author: impl ToText) -> Self {
        self.0.author = Some(author.into_text());
        self
    }

    /// `os.version`, of the config and of its manifest's platform.
    pub fn os_version(mut self, version: impl ToText) -> Self {
        self.0.os_version = Some(version.into_text());
        self
    }

    /// Adds to `os.features`, of the config and of its manifest's platform.
    pub fn os_features<T: ToText>(mut self, features: impl IntoIterator<Item = T>) -> Self {
        self.0.os_features.extend(features.into_iter().map(Text::new));
        self
    }

    /// `User`: the user, and perhaps the group, that the process runs as.
    pub fn user(mut self, user: impl ToText) -> Self {
        self.0.user = Some(user.into_text());
        self
    }

    /// Adds to `ExposedPorts`: `80/tcp`. They are written sorted.
    pub fn exposed_ports<T: ToText>(mut self, ports: impl IntoIterator<Item = T>) -> Self {
        self.0.exposed_ports.extend(ports.into_iter().map(Text::new));
        self
    }

    /// Adds to `Env`, the environment: each variable as `NAME=VALUE`.
    pub fn env<T: ToText>(mut self, variables: impl IntoIterator<Item = T>) -> Self {
        self.0.env.extend(variables.into_iter().map(Text::new));
        self
    }

    /// Adds to `Entrypoint`, the words of the command that is always run.
    pub fn entrypoint<T: ToText>(mut self, words: impl IntoIterator<Item = T>) -> Self {
        self.0.entrypoint.extend(words.into_iter().map(Text::new));
        self
    }

    /// Adds to `Cmd`, the default arguments of the entrypoint, or the command where there is none.
    pub fn cmd<T: ToText>(mut self, words: impl IntoIterator<Item = T>) -> Self {
        self.0.cmd.extend(words.into_iter().map(Text::new));
        self
    }

    /// Adds to `Volumes`, the directories that a container keeps. They are written sorted.
    pub fn volumes<T: ToText>(mut self, directories: impl IntoIterator<Item = T>) -> Self {
        self.0.volumes.extend(directories.into_iter().map(Text::new));
        self
    }

    /// `WorkingDir`: the directory in which the process starts.
    pub fn working_dir(mut self, directory: impl ToText) -> Self {
        self.0.working_dir = Some(directory.into_text());
        self
    }

    /// Adds to `Labels`. They are written sorted by key; the same key twice is an error.
    pub fn labels<K: ToText, V: ToText>(mut self, labels: impl IntoIterator<Item = (K, V)>) -> Self {
        self.0.labels.extend(labels);
        self
    }

    /// `StopSignal`: the signal that ends the process: `SIGTERM`.
    pub fn stop_signal(mut self, signal: impl ToText) -> Self {
        self.0.stop_signal = Some(signal.into_text());
        self
    }

    /// Adds to `history`: how the layers were made, the lowest first.
    pub fn history(mut self, history: impl IntoIterator<Item = History>) -> Self {
        self.0.history.extend(history);
        self
    }

    /// `rootfs.diff_ids`, instead of the digests of the layers' tars: any texts, any number of them.
    ///
    /// ```
    /// use oci_fixture::Config;
    ///
    /// Config::new().diff_ids(["sha256:none of the layers"]);
    /// ```
    pub fn diff_ids<T: ToText>(mut self, diff_ids: impl IntoIterator<Item = T>) -> Self {
        self.0.diff_ids.get_or_insert_default().extend(diff_ids.into_iter().map(Text::new));
        self
    }

    /// The config of a manifest that does not say one.
    pub(crate) fn implied() -> Self {
        Self::new().env(["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"])
    }

    /// The config of an artifact that does not say one ([guidance for an empty
    /// descriptor](https://github.com/opencontainers/image-spec/blob/v1.1.1/manifest.md#guidance-for-an-empty-descriptor)).
    pub(crate) fn empty() -> Self {
        Self::of(media_type::EMPTY, "{}")
    }
}

impl IntoEdge for Config {
    fn into_edge(mut self) -> Edge {
        std::mem::take(&mut self.0.listing).edge(Kind::Config(self.0))
    }
}

impl Parts {
    /// Whether it is the config of an image, not one of another media type.
    pub(crate) fn is_image(&self) -> bool {
        self.other.is_none()
    }

    /// The platform outside of a manifest.
    pub(crate) fn platform(&self) -> &platform::Declared {
        &self.platform
    }

    /// A config in a manifest has that one's platform.
    pub(crate) fn has_platform(&self) -> bool {
        self.platform.is_some()
    }

    /// The platform with the version and the features that are said here.
    pub(crate) fn refine(&self, mut platform: Platform) -> Platform {
        if let Some(version) = self.os_version.as_ref().and_then(Text::plain) {
            platform = platform.with_os_version(version);
        }
        if !self.os_features.is_empty() {
            platform = platform.with_os_features(self.os_features.iter().filter_map(Text::plain));
        }
        platform
    }

    /// Every text of an image's config.
    fn texts(&self) -> impl Iterator<Item = &Text> {
        let texts =
            [&self.created, &self.author, &self.os_version, &self.user, &self.working_dir, &self.stop_signal];
        let lists =
            [&self.os_features, &self.exposed_ports, &self.env, &self.entrypoint, &self.cmd, &self.volumes];
        let texts = texts.into_iter().flatten().chain(lists.into_iter().flatten());
        let texts = texts.chain(self.labels.texts()).chain(self.history.iter().flat_map(History::texts));
        texts.chain(self.diff_ids.iter().flatten())
    }

    pub(crate) fn lies(&self) -> impl Iterator<Item = String> {
        self.edits.lies().chain(self.diff_ids.iter().map(|_| "diff_ids:".to_owned()))
    }

    pub(crate) fn mentions<'e>(&'e self, mentions: &mut Vec<&'e Edge>) {
        mentions.extend(self.texts().flat_map(Text::mentions));
        self.edits.mentions(mentions);
        if let Some((media_type, content)) = &self.other {
            mentions.extend(media_type.mentions());
            content.mentions(mentions);
        }
    }

    pub(crate) fn check(&self) -> Result<(), Problem> {
        platform::check(&self.platform)?;
        if let Some((media_type, content)) = &self.other {
            media_type::check(Some(media_type))?;
            content.check()?;
            if self.platform.is_some() || self.says_something() || !self.edits.is_empty() {
                return Err(Problem::new(
                    "a config of another media type is its content, and has no fields; remove them",
                ));
            }
        }
        let os_texts = self.os_version.iter().chain(&self.os_features);
        if os_texts.into_iter().any(|text| text.plain().is_none()) {
            return Err(Problem::new("a platform cannot mention a label; write text without one"));
        }
        self.edits.check(self.says_something())?;
        self.labels.check("label")
    }

    /// Whether it has fields besides the platform and `rootfs`.
    fn says_something(&self) -> bool {
        self.texts().next().is_some() || !self.history.is_empty() || self.diff_ids.is_some()
    }

    pub(crate) fn encode<'s>(&'s self, context: &Context<'s>) -> Encoded<'s> {
        if let Some((media_type, content)) = &self.other {
            let (media_type, body) = (context.text(media_type), content.body(context));
            return Encoded { media_type, body, platform: None, artifact_type: None };
        }
        let platform = match context.manifest() {
            Some(manifest) => platform::or_default(&manifest.platform),
            None => platform::or_default(&self.platform),
        };
        let platform = self.refine(platform.clone());
        let mut document = platform::members(&platform);
        let text = |text: &'s Option<Text>| context.optional(text.as_ref());
        let created = [("created", text(&self.created)), ("author", text(&self.author))];
        let created = created.into_iter().filter_map(|(name, value)| Some((name.into(), value?)));
        document.splice(0..0, created.collect::<Vec<_>>());
        let process = Json::object([
            ("User", text(&self.user)),
            ("ExposedPorts", set(&self.exposed_ports, context)),
            ("Env", context.list(&self.env)),
            ("Entrypoint", context.list(&self.entrypoint)),
            ("Cmd", context.list(&self.cmd)),
            ("Volumes", set(&self.volumes, context)),
            ("WorkingDir", text(&self.working_dir)),
            ("Labels", self.labels.json(context)),
            ("StopSignal", text(&self.stop_signal)),
        ]);
        let diff_ids = match &self.diff_ids {
            Some(diff_ids) => diff_ids.iter().map(|diff_id| Json::Text(context.text(diff_id))).collect(),
            None => context.before().filter_map(|layer| layer.diff_id.as_deref()).map(Json::text).collect(),
        };
        let rootfs =
            Json::object([("type", Some(Json::text("layers"))), ("diff_ids", Some(Json::List(diff_ids)))]);
        document.push(("config".into(), process));
        document.push(("rootfs".into(), rootfs));
        if !self.history.is_empty() {
            let history = self.history.iter().map(|entry| entry.json(context)).collect();
            document.push(("history".into(), Json::List(history)));
        }
        let body = self.edits.body(Json::Object(document), context);
        let media_type = media_type::config(context.is_docker()).into();
        Encoded { media_type, body, platform: Some(Cow::Owned(platform)), artifact_type: None }
    }
}

/// A set, as Go writes one: an object of empty objects, sorted.
fn set<'s>(texts: &'s [Text], context: &Context<'s>) -> Option<Json<'s>> {
    let mut members: Vec<_> =
        texts.iter().map(|text| (context.text(text), Json::Object(Vec::new()))).collect();
    members.sort_by(|(first, _), (second, _)| first.cmp(second));
    members.dedup_by(|(first, _), (second, _)| first == second);
    Json::Object(members).unless_empty()
}
