//! An image's config.

use std::borrow::Cow;
use std::collections::BTreeSet;

use oci_fixture_grammar::language::BlockKind;
use oci_fixture_grammar::{Platform, history};

use crate::declare::base::BaseImage;
use crate::declare::content::{Content, ToContent};
use crate::declare::context::Context;
use crate::declare::edits::{Edits, edited};
use crate::declare::encoded::Encoded;
use crate::declare::fault::NodeFaults;
use crate::declare::graph::{Edge, NodeKind};
use crate::declare::history::History;
use crate::declare::listing::{Listing, listed, named};
use crate::declare::map::Map;
use crate::declare::order;
use crate::declare::platform::{self, ToPlatform};
use crate::declare::text::{self, Text, ToText, check_texts};
use crate::error::Problem;
use crate::json::{Json, Writer};
use crate::media_type;

/// An image's config: what a container of the image runs ([image
/// configuration](https://github.com/opencontainers/image-spec/blob/v1.1.1/config.md)).
///
/// The document has exactly the fields that are set here, besides the platform and `rootfs`, which a manifest gives to
/// its config. At the top level or in an index the config is a node of its own.
///
/// ```
/// use oci_fixture::{Config, Manifest};
///
/// let config = Config::new().env(["PATH=/bin"]).cmd(["sh", "-c", "true"]).user("nobody").labels([("a.b", "c")]);
/// Manifest::new().with(config);
/// ```
#[derive(Clone, Default)]
#[must_use = "a config does nothing until it is put into a manifest"]
pub struct Config(Box<ConfigData>);

#[derive(Clone, Default)]
pub(crate) struct ConfigData {
    pub(crate) listing: Listing,
    pub(crate) faults: NodeFaults,
    pub(crate) platform: platform::DeclaredPlatform,
    /// The media type and the bytes of a config that is not an image's config.
    pub(crate) other: Option<(Text, Content)>,
    pub(crate) created: Option<Text>,
    pub(crate) author: Option<Text>,
    pub(crate) os_version: Option<Text>,
    pub(crate) os_features: Vec<Text>,
    pub(crate) user: Option<Text>,
    pub(crate) exposed_ports: Vec<Text>,
    pub(crate) env: Vec<Text>,
    pub(crate) entrypoint: Vec<Text>,
    pub(crate) cmd: Vec<Text>,
    pub(crate) volumes: Vec<Text>,
    pub(crate) working_dir: Option<Text>,
    pub(crate) labels: Map,
    pub(crate) stop_signal: Option<Text>,
    pub(crate) history: Vec<History>,
    /// The `diff_ids` to write instead of those of the layers.
    pub(crate) diff_ids: Option<Vec<Text>>,
    /// The fields that are `null`, by the names of their methods.
    pub(crate) nulls: Vec<&'static str>,
    pub(crate) edits: Edits,
    /// Whether values have an order that differs in each run.
    pub(crate) is_random: bool,
}

named!(Config);
listed!(Config, "Config::new()", NodeKind::Config);
edited!(Config, edits);

impl Config {
    /// A config without fields.
    pub fn new() -> Self {
        Self::default()
    }

    /// A config of another media type, with any bytes, such as that of an artifact.
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

    /// Replaces the bytes of a config of another media type. An image's config has none, so this is an error of it when
    /// the fixture is written: [`raw`](Self::raw) replaces its document.
    ///
    /// ```
    /// use oci_fixture::{Config, Descriptor};
    ///
    /// let config = Config::of("application/vnd.cncf.helm.config.v1+json", "").content(r#"{"name":"chart"}"#);
    /// config.descriptor(Descriptor::new().data(true));
    /// ```
    pub fn content(mut self, content: impl ToContent) -> Self {
        let media_type = self.0.other.take().map_or_else(|| Text::new(""), |(media_type, _)| media_type);
        self.0.other = Some((media_type, content.into_content()));
        self
    }

    /// The platform of a config outside of a manifest. The default is `linux/amd64`.
    pub fn platform(mut self, platform: impl ToPlatform) -> Self {
        self.set_platform(platform);
        self
    }

    // The macro calls this, because a builder that is not moved costs rustc less.
    #[doc(hidden)]
    pub fn set_platform(&mut self, platform: impl ToPlatform) {
        self.0.platform = Some(platform.to_platform());
    }

    /// `created`: the time at which the image was made, in the format of RFC 3339 (`2024-05-01T12:00:00Z`).
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
        self.add(|data| &mut data.os_features, features);
        self
    }

    /// `User`: the user that the process runs as, by name or number, and optionally its group: `nobody`, `1000:1000`.
    pub fn user(mut self, user: impl ToText) -> Self {
        self.0.user = Some(user.into_text());
        self
    }

    /// Adds to `ExposedPorts`, each as `PORT/PROTOCOL`: `80/tcp`. The ports are written sorted.
    pub fn exposed_ports<T: ToText>(mut self, ports: impl IntoIterator<Item = T>) -> Self {
        self.0.exposed_ports.extend(ports.into_iter().map(Text::new));
        self
    }

    /// Adds to `Env`, the environment: each variable as `NAME=VALUE`.
    pub fn env<T: ToText>(mut self, variables: impl IntoIterator<Item = T>) -> Self {
        self.add(|data| &mut data.env, variables);
        self
    }

    /// Adds to `Entrypoint`, the words of the command that is always run.
    pub fn entrypoint<T: ToText>(mut self, words: impl IntoIterator<Item = T>) -> Self {
        self.add(|data| &mut data.entrypoint, words);
        self
    }

    /// Adds to `Cmd`, the default arguments of the entrypoint, or the command if there is no entrypoint.
    pub fn cmd<T: ToText>(mut self, words: impl IntoIterator<Item = T>) -> Self {
        self.add(|data| &mut data.cmd, words);
        self
    }

    /// Adds to `Volumes`, the directories whose content a container keeps. They are written sorted.
    pub fn volumes<T: ToText>(mut self, directories: impl IntoIterator<Item = T>) -> Self {
        self.0.volumes.extend(directories.into_iter().map(Text::new));
        self
    }

    /// `WorkingDir`: the directory in which the process starts.
    pub fn working_dir(mut self, directory: impl ToText) -> Self {
        self.0.working_dir = Some(directory.into_text());
        self
    }

    /// Adds to `Labels`. They are written sorted by key; a key that is given twice is an error when the fixture is
    /// written.
    pub fn labels<K: ToText, V: ToText>(mut self, labels: impl IntoIterator<Item = (K, V)>) -> Self {
        self.0.labels.extend(labels);
        self
    }

    /// `StopSignal`: the signal that ends the process, such as `SIGTERM`.
    pub fn stop_signal(mut self, signal: impl ToText) -> Self {
        self.0.stop_signal = Some(signal.into_text());
        self
    }

    /// Adds to `history`: how the layers were made, the lowest layer first.
    pub fn history(mut self, history: impl IntoIterator<Item = History>) -> Self {
        let history = history.into_iter();
        self.0.is_random |= order::is_random(&history);
        self.0.history.extend(history);
        self
    }

    /// `Entrypoint` is `null`, as Docker writes it if there is none.
    ///
    /// ```
    /// oci_fixture::Config::new().null_entrypoint().cmd(["sh"]);
    /// ```
    pub fn null_entrypoint(self) -> Self {
        self.null("entrypoint")
    }

    /// `Cmd` is `null`, as Docker writes it if there is none.
    ///
    /// ```
    /// use oci_fixture::{Config, Fixture};
    ///
    /// let layout = Fixture::new().with(Config::new().null_cmd().reference("a:1")).in_memory()?;
    /// assert!(layout.reference("a:1")?.bytes()?.ends_with(br#""config":{"Cmd":null},"rootfs":{"type":"layers","diff_ids":[]}}"#));
    /// # Ok::<(), oci_fixture::Error>(())
    /// ```
    pub fn null_cmd(self) -> Self {
        self.null("cmd")
    }

    /// `Volumes` is `null`, as Docker writes it if there is none.
    ///
    /// ```
    /// oci_fixture::Config::new().null_volumes();
    /// ```
    pub fn null_volumes(self) -> Self {
        self.null("volumes")
    }

    /// `Labels` is `null`, as Docker writes it if there is none.
    ///
    /// ```
    /// oci_fixture::Config::new().null_labels();
    /// ```
    pub fn null_labels(self) -> Self {
        self.null("labels")
    }

    fn null(mut self, field: &'static str) -> Self {
        self.0.nulls.push(field);
        self
    }

    /// `rootfs.diff_ids`: any number of texts, instead of the digests of the layers' tars.
    ///
    /// ```
    /// use oci_fixture::Config;
    ///
    /// Config::new().diff_ids(["sha256:none of the layers"]);
    /// ```
    pub fn diff_ids<T: ToText>(mut self, diff_ids: impl IntoIterator<Item = T>) -> Self {
        self.add(|data| data.diff_ids.get_or_insert_default(), diff_ids);
        self
    }

    /// Adds texts to a list. A list that is written sorted may be given in any order.
    fn add<T: ToText>(
        &mut self,
        list: fn(&mut ConfigData) -> &mut Vec<Text>,
        texts: impl IntoIterator<Item = T>,
    ) {
        let texts = texts.into_iter();
        self.0.is_random |= order::is_random(&texts);
        list(&mut self.0).extend(texts.map(Text::new));
    }

    /// The config of an image whose declaration has no config.
    pub(crate) fn implied() -> Self {
        let path = Text::new("PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin");
        Self(Box::new(ConfigData { env: vec![path], ..ConfigData::default() }))
    }

    /// The config of an artifact whose declaration has no config
    /// ([guidance for an empty descriptor](https://github.com/opencontainers/image-spec/blob/v1.1.1/manifest.md#guidance-for-an-empty-descriptor)).
    pub(crate) fn empty() -> Self {
        Self::of(media_type::EMPTY, "{}")
    }
}

impl ConfigData {
    /// Whether this is an image's config, not a config of another media type.
    pub(crate) fn is_image(&self) -> bool {
        self.other.is_none()
    }

    /// The platform of a config that is not in a manifest.
    pub(crate) fn platform(&self) -> &platform::DeclaredPlatform {
        &self.platform
    }

    /// Whether the config declares a platform. In a manifest that is a mistake, since the manifest has one.
    pub(crate) fn has_platform(&self) -> bool {
        self.platform.is_some()
    }

    /// The platform with the `os.version` and the `os.features` that the config declares.
    pub(crate) fn refine(&self, mut platform: Platform) -> Platform {
        if let Some(version) = self.os_version.as_ref().and_then(Text::plain) {
            platform = platform.with_os_version(version);
        }
        if !self.os_features.is_empty() {
            platform = platform.with_os_features(self.os_features.iter().filter_map(Text::plain));
        }
        platform
    }

    /// The texts of each field of an image's config, without the labels and the history.
    fn texts(&self) -> [&[Text]; 13] {
        [
            self.created.as_slice(),
            self.author.as_slice(),
            self.os_version.as_slice(),
            &self.os_features,
            self.user.as_slice(),
            &self.exposed_ports,
            &self.env,
            &self.entrypoint,
            &self.cmd,
            &self.volumes,
            self.working_dir.as_slice(),
            self.stop_signal.as_slice(),
            self.diff_ids.as_deref().unwrap_or_default(),
        ]
    }

    pub(crate) fn add_fault_names(&self, faults: &mut Vec<String>) {
        self.edits.add_fault_names(faults);
        if self.diff_ids.is_some() {
            faults.push("diff_ids:".to_owned());
        }
    }

    pub(crate) fn mentions<'e>(&'e self, mentions: &mut Vec<&'e Edge>) {
        for texts in self.texts() {
            for text in texts {
                text.mentions(mentions);
            }
        }
        self.labels.mentions(mentions);
        for step in &self.history {
            step.mentions(mentions);
        }
        self.edits.mentions(mentions);
        if let Some((media_type, content)) = &self.other {
            media_type.mentions(mentions);
            content.mentions(mentions);
        }
    }

    /// Whether the config has the media type of the empty value.
    pub(crate) fn is_empty(&self) -> bool {
        self.other.as_ref().is_some_and(|(media_type, _)| media_type.plain() == Some(media_type::EMPTY))
    }

    /// Whether the bytes or the `diff_ids` of the config do not follow from the layers of its manifest.
    pub(crate) fn is_independent(&self) -> bool {
        self.diff_ids.is_some() || self.edits.is_raw()
    }

    /// Refuses a history in which the number of steps with a layer differs from the number of layers.
    /// The steps of a base image count, too.
    pub(crate) fn check_history(&self, layers: usize, base: Option<&BaseImage>) -> Result<(), Problem> {
        let is_other = self.diff_ids.is_some() || !self.edits.is_empty();
        if self.history.is_empty() || is_other {
            return Ok(());
        }
        let steps = self.history.iter().filter(|step| step.has_layer()).count();
        let of_base = base.map_or(0, BaseImage::steps);
        let further = layers.saturating_sub(of_base);
        if of_base == 0 {
            return Ok(history::check(steps, layers)?);
        }
        if steps == further {
            return Ok(());
        }
        Err(Problem::new(format!(
            "the history of the base image has {of_base} of the {layers} steps with a layer, and this one has {steps} instead of {further}; write a step for each further layer"
        )))
    }

    pub(crate) fn check(&self, unchecked: bool) -> Result<(), Problem> {
        order::check(self.is_random)?;
        platform::check(&self.platform, unchecked)?;
        check_texts(BlockKind::Config, "created", &self.created, unchecked)?;
        check_texts(BlockKind::Config, "env", &self.env, unchecked)?;
        check_texts(BlockKind::Config, "exposed_ports", &self.exposed_ports, unchecked)?;
        self.history.iter().try_for_each(|step| step.check(unchecked))?;
        if let Some((media_type, content)) = &self.other {
            let media_type = text::media_type(media_type)?;
            content.check()?;
            if !unchecked {
                oci_fixture_grammar::media_type::check_opaque(media_type)?;
                content.check_empty(media_type)?;
            }
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
        let others = [
            ("entrypoint", self.entrypoint.is_empty()),
            ("cmd", self.cmd.is_empty()),
            ("volumes", self.volumes.is_empty()),
            ("labels", self.labels.is_empty()),
        ];
        if let Some((name, _)) = others.iter().find(|(name, empty)| !empty && self.nulls.contains(name)) {
            let problem = format!("`{name}` has values, and is null, too; remove one of the two");
            return Err(Problem::new(problem));
        }
        self.edits.check(self.says_something())?;
        self.labels.check("label")
    }

    /// Whether the config declares fields besides the platform.
    fn says_something(&self) -> bool {
        self.texts().iter().any(|texts| !texts.is_empty())
            || !self.nulls.is_empty()
            || !self.labels.is_empty()
            || !self.history.is_empty()
            || self.diff_ids.is_some()
    }

    pub(crate) fn encode<'s>(&'s self, context: &Context<'s>) -> Encoded<'s> {
        if let Some((media_type, content)) = &self.other {
            let (media_type, body) = (context.text(media_type), content.body(context));
            let media_type = Cow::Owned(media_type.into_owned());
            return Encoded { media_type, body, platform: None, artifact_type: None };
        }
        let platform = match context.manifest {
            Some(manifest) => platform::or_default(&manifest.platform),
            None => platform::or_default(&self.platform),
        };
        let platform = self.refine(platform.clone());
        let write = |out: &mut Writer| out.object(|out| self.write_members(out, &platform, context));
        let body = match context.manifest.and_then(|manifest| manifest.base.as_ref()) {
            Some(base) => {
                let layers = context.before().filter(|layer| layer.diff_id.is_some()).count();
                let document = base.overridden(Json::of(write), layers);
                self.edits.body(|out| out.json(&document), context)
            }
            None => self.edits.body(write, context),
        };
        let media_type = media_type::config(context.docker).into();
        Encoded { media_type, body, platform: Some(Cow::Owned(platform)), artifact_type: None }
    }

    /// Writes the members of the document, in the order of image-spec's Go structs.
    fn write_members<'s>(&'s self, out: &mut Writer, platform: &Platform, context: &Context<'s>) {
        context.write_text(out, "created", self.created.as_ref());
        context.write_text(out, "author", self.author.as_ref());
        platform::write(out, platform);
        out.member("config").object(|out| {
            let null = |out: &mut Writer, field: &str, name: &'static str| {
                if self.nulls.contains(&field) {
                    out.member(name).verbatim("null");
                }
            };
            context.write_text(out, "User", self.user.as_ref());
            write_set(out, "ExposedPorts", &self.exposed_ports, context);
            context.write_list(out, "Env", &self.env);
            context.write_list(out, "Entrypoint", &self.entrypoint);
            null(out, "entrypoint", "Entrypoint");
            context.write_list(out, "Cmd", &self.cmd);
            null(out, "cmd", "Cmd");
            write_set(out, "Volumes", &self.volumes, context);
            null(out, "volumes", "Volumes");
            context.write_text(out, "WorkingDir", self.working_dir.as_ref());
            self.labels.write(out, "Labels", context);
            null(out, "labels", "Labels");
            context.write_text(out, "StopSignal", self.stop_signal.as_ref());
        });
        out.member("rootfs").object(|out| {
            out.member("type").plain("layers");
            out.member("diff_ids").list(|out| match &self.diff_ids {
                Some(diff_ids) => diff_ids.iter().for_each(|diff_id| out.text(&context.text(diff_id))),
                None => context
                    .before()
                    .filter_map(|layer| layer.diff_id.as_deref())
                    .for_each(|diff_id| out.text(diff_id)),
            });
        });
        if !self.history.is_empty() {
            out.member("history").list(|out| self.history.iter().for_each(|step| step.write(out, context)));
        }
    }
}

/// Writes a set as Go writes a `map[string]struct{}`: an object whose keys are sorted and whose values are empty objects.
fn write_set(out: &mut Writer, name: &'static str, texts: &[Text], context: &Context<'_>) {
    if !texts.is_empty() {
        let keys: BTreeSet<_> = texts.iter().map(|text| context.text(text)).collect();
        out.member(name).object(|out| keys.iter().for_each(|key| out.key(key).object(|_| ())));
    }
}
