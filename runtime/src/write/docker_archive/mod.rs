//! Docker archives, which `docker save` writes and `docker load` reads.

mod choice;
mod files;
mod legacy;

use std::fmt;
use std::io::Write;
use std::path::Path;

use self::choice::{DockerImage, ImageChoice, NoImage};
use self::files::{DockerFiles, ListedImage};
use crate::declare::content::ToContent;
use crate::declare::context::Context;
use crate::declare::edits::Edits;
use crate::declare::fixture::FixtureData;
use crate::declare::platform::{self, ToPlatform};
use crate::declare::value::ToValue;
use crate::error::{Error, Problem, Result};
use crate::image_layout::INDEX_FILE;
use crate::io::Recipe;
use crate::json::Json;
use crate::seal::plan::Plan;
use crate::seal::{Measure, seal};
use crate::write::archive::ArchiveWriter;

/// An archive that `docker load` of any version reads. [`Fixture::docker_archive`](crate::Fixture::docker_archive) returns
/// it.
///
/// It holds the images of the fixture with their names: `manifest.json`, which lists them; the configs; the layers as
/// tars; and, for a Docker before 1.10, `repositories` and a directory for each layer. These older files repeat some members of
/// the config, unless the config has more than 4 MiB. Like every way out it gives the
/// same bytes each time.
///
/// An index gives one image: its only one, or the best one for the [`platform`](Self::platform).
///
/// ```
/// use oci_fixture::{Fixture, Layout, Manifest};
///
/// # let directory = tempfile::tempdir().unwrap();
/// # let path = directory.path().join("app.tar");
/// let fixture = Fixture::new().with(Manifest::new().reference("app:1").with(("a", "b")));
/// // For Docker, whatever its version, and for what reads OCI image layouts.
/// fixture.docker_archive().with_layout().write_to(&path)?;
/// assert_eq!(Layout::open_archive(&path)?.nodes()?.len(), 1);
/// # Ok::<(), oci_fixture::Error>(())
/// ```
///
/// # Faults and losses
///
/// The archive has the stored bytes, with their faults. For a config or a layer that is `missing`, manifest.json has the
/// path, and the archive has no file. A compressed layer is a plain tar here, unless it has a fault after sealing or an
/// [`Encoder`](crate::Encoder) makes its stream wrong. Then it is the compressed stream. A `blob` of a layer's media type is a layer, with its bytes as they are.
///
/// Without [`with_layout`](Self::with_layout), the format has no place for indexes, manifests, descriptors and media types,
/// nor for the images of an index that are not chosen, its attestations, annotations, and references that have no tag.
/// They are left out. A fault of a node that is left out, such as a `missing` manifest or an `unlisted` node, is an error,
/// unless the node belongs to an image that is not chosen. A node that is no image is an error, too.
///
/// The names in manifest.json are complete, such as `docker.io/library/app:1`, so that Docker, containerd and podman of any
/// version load them under the same names. The name of a reference with a tag and a digest has the tag only. An unchecked
/// name is written as it was declared.
#[derive(Clone)]
#[must_use = "an archive is not there until it is written"]
pub struct DockerArchive<'f> {
    fixture: &'f FixtureData,
    platform: platform::DeclaredPlatform,
    layout: bool,
    /// The edits of manifest.json.
    edits: Edits,
}

impl fmt::Debug for DockerArchive<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "DockerArchive({:?})", self.fixture)
    }
}

impl<'f> DockerArchive<'f> {
    pub(crate) fn of(fixture: &'f FixtureData) -> Self {
        Self { fixture, platform: None, layout: false, edits: Edits::default() }
    }

    /// Chooses the image of each index: the best one for the platform, as
    /// [`Layout::best_match`](crate::Layout::best_match) finds it.
    ///
    /// An entry of index.json without an image for such a machine is left out of manifest.json. It is an error if no entry
    /// has one.
    pub fn platform(mut self, platform: impl ToPlatform) -> Self {
        self.platform = Some(platform.to_platform());
        self
    }

    /// Makes the archive an OCI image layout of the whole fixture, too, as `docker save` does since version 25. Configs
    /// and uncompressed layers are then blobs of the layout.
    ///
    /// manifest.json lists the images that Docker can load. All other nodes, and all faults, are in the layout.
    pub fn with_layout(mut self) -> Self {
        self.layout = true;
        self
    }

    /// Applies a JSON merge patch ([RFC 7396](https://www.rfc-editor.org/rfc/rfc7396)) to each image in manifest.json.
    ///
    /// ```
    /// use oci_fixture::{Fixture, Manifest, Value};
    ///
    /// let fixture = Fixture::new().with(Manifest::new().reference("app:1").with(("a", "b")));
    /// let archive = fixture.docker_archive().merge(Value::map([("Config", "../../etc/passwd")]));
    /// let tar = archive.write(Vec::new())?;
    /// # assert!(tar.windows(28).any(|bytes| bytes == br#"{"Config":"../../etc/passwd""#));
    /// # Ok::<(), oci_fixture::Error>(())
    /// ```
    pub fn merge(mut self, patch: impl ToValue) -> Self {
        self.edits.add_merge(patch);
        self
    }

    /// Appends members to each image in manifest.json, after [`merge`](Self::merge). A key may be one that the image has
    /// already, and a value may be `null`.
    ///
    /// ```
    /// use oci_fixture::{Fixture, Manifest, Value};
    ///
    /// let fixture = Fixture::new().with(Manifest::new().reference("app:1").with(("a", "b")));
    /// let tar = fixture.docker_archive().extend(Value::map([("Layers", Value::null())])).write(Vec::new())?;
    /// # assert!(tar.windows(15).any(|bytes| bytes == br#","Layers":null}"#));
    /// # Ok::<(), oci_fixture::Error>(())
    /// ```
    pub fn extend(mut self, members: impl ToValue) -> Self {
        self.edits.add_extend(members);
        self
    }

    /// These bytes are manifest.json. All other files stay as they are.
    ///
    /// ```
    /// use oci_fixture::{Fixture, Manifest};
    ///
    /// let fixture = Fixture::new().with(Manifest::new().reference("app:1").with(("a", "b")));
    /// let tar = fixture.docker_archive().raw("[{").write(Vec::new())?;
    /// # Ok::<(), oci_fixture::Error>(())
    /// ```
    pub fn raw(mut self, content: impl ToContent) -> Self {
        self.edits.set_raw(content);
        self
    }

    /// Writes the archive, and returns the writer.
    ///
    /// # Errors
    ///
    /// [`Declaration`](crate::ErrorKind::Declaration) if the declaration has a mistake, if an index has images
    /// for several platforms and none is chosen, if there is no image that Docker could load, and if the archive has
    /// no place for a node or a fault: then nothing is written, and the error names the cure.
    /// [`Io`](crate::ErrorKind::Io) if the bytes cannot be made or written.
    pub fn write<W: Write>(&self, out: W) -> Result<W> {
        self.with_archive(|archive| archive.write(out))
    }

    /// Writes the archive to a file, completely or not at all. An existing file is replaced.
    pub fn write_to(&self, path: impl AsRef<Path>) -> Result<()> {
        self.with_archive(|archive| archive.write_to(path.as_ref()))
    }

    fn with_archive<T>(&self, write: impl FnOnce(&ArchiveWriter<'_>) -> Result<T>) -> Result<T> {
        let plan = Plan::of(self.fixture)?;
        plan.check_unserved()?;
        self.check(&plan)?;
        let why = "an archive for Docker has no place for it; write `.docker_archive().with_layout()`";
        plan.check_no_files(|_| !self.layout, why)?;
        // A node that Docker cannot load is refused before any bytes are hashed.
        let images = self.images(&plan)?;
        let sealing = seal(&plan, &mut Measure)?;
        let mut archive = ArchiveWriter::new(&sealing);
        if self.layout {
            archive.add_layout();
        }
        let mut docker = DockerFiles::new(&sealing, self.layout);
        for (position, image) in &images {
            docker.add_image(image, *position, &mut archive)?;
        }
        archive.add(
            MANIFEST_FILE.to_owned(),
            self.manifest_json(&docker.images, &plan.context(None, &sealing.sealed))?,
        );
        archive.add("repositories".to_owned(), docker.repositories());
        archive.check_files()?;
        write(&archive)
    }

    /// Checks the declared values of the archive itself.
    fn check(&self, plan: &Plan<'_>) -> Result<()> {
        platform::check(&self.platform, false).map_err(|problem| problem.into_error(String::new()))?;
        let in_file = |problem: Problem| problem.into_error(MANIFEST_FILE.to_owned());
        self.edits.check(false).map_err(in_file)?;
        let mut mentions = Vec::new();
        self.edits.mentions(&mut mentions);
        if mentions.into_iter().any(|edge| plan.step_of(edge).is_none()) {
            return Err(in_file(Problem::new(
                "the label is that of no node of the fixture; mention one that it has",
            )));
        }
        if self.layout {
            return Ok(());
        }
        choice::check(self.fixture.fault_names().into_iter())
            .map_err(|problem| problem.into_error(INDEX_FILE.to_owned()))
    }

    /// The images that manifest.json lists, each with the position of its entry of index.json.
    fn images<'p>(&'p self, plan: &'p Plan<'p>) -> Result<Vec<(usize, DockerImage<'p>)>> {
        let choice = ImageChoice { plan, platform: platform::declared(&self.platform) };
        let (mut images, mut other, mut unloadable) = (Vec::new(), None, None);
        let mut other_platform = None;
        for (position, (edge, root)) in plan.edges().iter().zip(&plan.roots).enumerate() {
            match choice.image(edge, *root) {
                Ok(image) => images.push((position, image)),
                Err(NoImage::NotAnImage(reason)) => {
                    other.get_or_insert((*root, reason));
                }
                Err(NoImage::Unloadable(problem)) => {
                    unloadable.get_or_insert((*root, problem));
                }
                Err(NoImage::OtherPlatform(problem)) => {
                    other_platform.get_or_insert((*root, problem));
                }
                Err(NoImage::Undecided(problem)) => return Err(problem.into_error(plan.place(*root))),
            }
        }
        let at = |(step, problem): (usize, Problem)| problem.into_error(plan.place(step));
        if images.is_empty() {
            let cure = "`write_archive` writes the layout without one";
            return Err(match (unloadable.or(other_platform), other) {
                (Some(problem), _) => at(problem),
                (None, Some((root, reason))) => at((root, Problem::new(format!("{reason}; {cure}")))),
                (None, None) => {
                    let problem = format!("the fixture has no image that Docker could load; {cure}");
                    Problem::new(problem).into_error(String::new())
                }
            });
        }
        if self.layout {
            return Ok(images);
        }
        if let Some(problem) = unloadable {
            return Err(at(problem));
        }
        if let Some((root, reason)) = other {
            let cure = "keep it in a layout, by `.docker_archive().with_layout()`, or take it out";
            return Err(at((root, Problem::new(format!("{reason}; {cure}")))));
        }
        images.iter().try_for_each(|(_, image)| choice.check_faults(image)).map_err(at)?;
        Ok(images)
    }

    fn manifest_json(&self, images: &[ListedImage], context: &Context<'_>) -> Result<Vec<u8>> {
        if let Some(raw) = self.edits.raw() {
            let mut bytes = Vec::new();
            let made = raw.body(context).write_to(&mut bytes);
            made.map_err(|error| Error::recipe(error).in_place(|| MANIFEST_FILE.to_owned()))?;
            return Ok(bytes);
        }
        let images = images.iter().map(|ListedImage { config, tags, layers }| {
            let mut image = Json::object([
                ("Config", Some(Json::text(config.as_str()))),
                ("RepoTags", Some(if tags.is_empty() { Json::Null } else { texts(tags) })),
                ("Layers", Some(texts(layers))),
            ]);
            self.edits.apply(&mut image, context);
            image
        });
        Ok(Json::List(images.collect()).to_vec())
    }
}

/// The file that lists the images.
const MANIFEST_FILE: &str = "manifest.json";

fn texts(texts: &[String]) -> Json<'_> {
    Json::List(texts.iter().map(|text| Json::text(text.as_str())).collect())
}
