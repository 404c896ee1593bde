//! A base image: the image of another layout on which a manifest builds.

use std::fmt;

use oci_fixture_grammar::Platform;

use crate::declare::copied::CopiedData;
use crate::declare::fault::NodeFaults;
use crate::declare::graph::{Edge, NodeKind, Parent};
use crate::declare::listing::Listing;
use crate::declare::manifest::Manifest;
use crate::declare::part::Part;
use crate::error::Problem;
use crate::json::Json;

/// The image of another [`Layout`](crate::Layout) on which a [`Manifest`] builds.
///
/// Its layers stand at the place where it is put into the manifest, with the descriptors and the `diff_id`s that they
/// have there, so that nothing is decoded. The manifest has the platform of the base image. Its config has all fields
/// of the base image's config, except for those that the manifest's own [`Config`](crate::Config) sets. The steps of
/// the base image's history stay. They are followed by the steps of the manifest's own config; without such steps, and if the
/// base has a history, by an empty step for each further layer.
///
/// The blobs are read when the fixture is written, so the other layout must still be there.
///
/// ```
/// use oci_fixture::{Base, Config, Fixture, Layer, Manifest};
///
/// let distribution = Manifest::new().reference("base:1").with(Layer::new().with(("etc/os-release", "ID=test")).gzip());
/// let other = Fixture::new().with(distribution).tempdir()?;
///
/// let app = Layer::new().with(("bin/app", "x"));
/// let image = Manifest::new().with(Base::from(other.reference("base:1")?)).with(app).with(Config::new().cmd(["app"]));
/// let layout = Fixture::new().with(image).tempdir()?;
/// let layers = layout.platform("linux/amd64")?.layers()?;
/// assert_eq!(layers[0].digest(), other.reference("base:1")?.layers()?[0].digest());
/// assert_eq!(layers.len(), 2);
/// # Ok::<(), oci_fixture::Error>(())
/// ```
///
/// # Errors
///
/// Writing the fixture fails if the base is no image, if one of its blobs is missing or cannot be read, and if the
/// bytes of a blob are not those of its digest.
#[derive(Clone)]
#[must_use = "a base image does nothing until it is put into a manifest"]
pub struct Base(Box<BaseData>);

#[derive(Clone)]
pub(crate) struct BaseData {
    pub(crate) layers: Vec<CopiedData>,
    pub(crate) image: BaseImage,
}

/// The parts of a base image's config that a manifest takes over.
#[derive(Clone)]
pub(crate) struct BaseImage {
    pub(crate) config: Json<'static>,
    pub(crate) platform: Option<Platform>,
    /// Why there is no such image.
    pub(crate) problem: Option<String>,
}

impl Base {
    pub(crate) fn new(data: BaseData) -> Self {
        Self(Box::new(data))
    }

    /// A base image that cannot be read.
    pub(crate) fn failed(problem: String) -> Self {
        let image = BaseImage { config: Json::Null, platform: None, problem: Some(problem) };
        Self::new(BaseData { layers: Vec::new(), image })
    }

    /// Before sealing: takes the layers as they are stored: a blob with other bytes than those of its digest, and no
    /// blob if there is none.
    ///
    /// ```
    /// use oci_fixture::{Base, Fixture, Layer, Manifest};
    ///
    /// let faulty = Fixture::new().with(Manifest::new().with(Layer::new().with(("a", "b")).flip(0))).in_memory()?;
    /// let base = || Base::from(faulty.platform("linux/amd64").unwrap());
    /// assert!(Fixture::new().with(Manifest::new().with(base())).in_memory().is_err());
    /// let copy = Fixture::new().with(Manifest::new().with(base().unchecked())).in_memory()?;
    /// let layer = &copy.platform("linux/amd64")?.layers()?[0];
    /// assert_eq!(layer.bytes()?, faulty.platform("linux/amd64")?.layers()?[0].bytes()?);
    /// # Ok::<(), oci_fixture::Error>(())
    /// ```
    pub fn unchecked(mut self) -> Self {
        self.0.layers.iter_mut().for_each(|layer| layer.unchecked = true);
        self
    }
}

impl Part<Manifest> for Base {
    fn add_to(self, manifest: &mut Manifest) {
        let BaseData { layers, image } = *self.0;
        for layer in layers {
            let kind = NodeKind::Copied(Box::new(layer));
            manifest.push_edge(Edge::new(kind, Listing::default(), NodeFaults::default()));
        }
        manifest.push_base(image);
    }
}

impl BaseImage {
    pub(crate) fn check(&self) -> Result<(), Problem> {
        self.problem.as_ref().map_or(Ok(()), |problem| Err(Problem::new(problem.clone())))
    }

    /// The number of steps in the history that stand for a layer.
    pub(crate) fn steps(&self) -> usize {
        let Some(Json::List(steps)) = self.config.get("history") else { return 0 };
        steps.iter().filter(|step| step.get("empty_layer") != Some(&Json::Bool(true))).count()
    }

    /// Whether the history needs a step for each further layer, because it has one for each layer of the base image. In
    /// an image without layers, steps without a layer are such a history, too.
    pub(crate) fn has_history(&self) -> bool {
        let has = |list: Option<&Json<'_>>| matches!(list, Some(Json::List(list)) if !list.is_empty());
        let layers = self.config.get("rootfs").and_then(|rootfs| rootfs.get("diff_ids"));
        has(self.config.get("history")) && (self.steps() > 0 || !has(layers))
    }

    /// The config with the members of a manifest's own config in the place of its members. The steps of the own history stand
    /// behind the others. Without them, further layers have empty steps. `layers` is the number of layers.
    pub(crate) fn overridden(&self, own: Json<'static>, layers: usize) -> Json<'static> {
        let mut config = self.config.clone();
        let mut process = config.get("config").cloned().unwrap_or(Json::Object(Vec::new()));
        let mut steps = match config.get("history") {
            Some(Json::List(steps)) => steps.clone(),
            _ => Vec::new(),
        };
        let more = if self.has_history() { layers.saturating_sub(self.steps()) } else { 0 };
        let mut history = vec![Json::Object(Vec::new()); more];
        let Json::Object(members) = own else { return config };
        for (name, value) in members {
            match (&*name, value) {
                ("config", Json::Object(members)) => {
                    for (name, value) in members {
                        process.set(name, value);
                    }
                }
                ("history", Json::List(own)) => history = own,
                (_, value) => config.set(name, value),
            }
        }
        config.set("config".into(), process);
        steps.extend(history);
        if !steps.is_empty() {
            config.set("history".into(), Json::List(steps));
        }
        config
    }
}

/// One line: the number of layers, or the reason why there is no image.
impl fmt::Debug for Base {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0.image.problem {
            Some(problem) => write!(f, "Base({problem})"),
            None => write!(f, "Base({} layers)", self.0.layers.len()),
        }
    }
}
