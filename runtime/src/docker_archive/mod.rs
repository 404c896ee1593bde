//! An archive for Docker: what `docker save` writes, and `docker load` takes.

mod choice;
mod legacy;

use std::collections::BTreeMap;
use std::io::Write;
use std::path::Path;

use oci_fixture_grammar::Reference;

use self::choice::{Choice, Image, NoImage};
use crate::archive::ArchiveWriter;
use crate::error::Result;
use crate::fixture;
use crate::json::Json;
use crate::names::Name;
use crate::plan::Plan;
use crate::platform::{self, ToPlatform};
use crate::recipe::Recipe;
use crate::seal::{Body, Measure, Sealed, seal};
use crate::sealing::Sealing;
use crate::store::blob_name;

/// An archive that `docker load` of any version takes: what [`Fixture::docker_archive`](crate::Fixture::docker_archive)
/// gives.
///
/// It holds the images of the fixture, each with its names: `manifest.json`, which lists them; the configs; the layers,
/// always as uncompressed tars; and `repositories`, with a directory for each layer, for a Docker before 1.10. Like every
/// way out it is the same bytes, whenever it is written.
///
/// An index gives one image: its only one, or the best for the [`platform`](Self::platform) that is chosen.
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
#[derive(Clone, Debug)]
#[must_use = "an archive is not there until it is written"]
pub struct DockerArchive<'f> {
    fixture: &'f fixture::Parts,
    platform: platform::Declared,
    layout: bool,
}

impl<'f> DockerArchive<'f> {
    pub(crate) fn of(fixture: &'f fixture::Parts) -> Self {
        Self { fixture, platform: None, layout: false }
    }

    /// Chooses the image that each index gives: the best for the platform, as
    /// [`Layout::best_match`](crate::Layout::best_match) finds it. An image that is not for such a machine is an error,
    /// wherever it stands.
    pub fn platform(mut self, platform: impl ToPlatform) -> Self {
        self.platform = Some(platform.to_platform());
        self
    }

    /// Makes it an OCI image layout as well, of the whole fixture, as `docker save` writes since version 25. Configs and
    /// uncompressed layers are then the blobs of that.
    pub fn with_layout(mut self) -> Self {
        self.layout = true;
        self
    }

    /// Writes the archive, and gives the writer back.
    ///
    /// # Errors
    ///
    /// [`Declaration`](crate::ErrorKind::Declaration) where a value is not what it should be, where an index has images
    /// for several platforms and none of them is chosen, and where something is no image that Docker could run: then
    /// nothing is written. [`Io`](crate::ErrorKind::Io) where the bytes cannot be made, or the writer takes no more.
    pub fn write<W: Write>(&self, out: W) -> Result<W> {
        self.with_archive(|archive| archive.write(out))
    }

    /// The same into a file: whole, or not at all. A file that is there is replaced.
    pub fn write_to(&self, path: impl AsRef<Path>) -> Result<()> {
        self.with_archive(|archive| archive.write_to(path.as_ref()))
    }

    fn with_archive<T>(&self, write: impl FnOnce(&ArchiveWriter<'_>) -> Result<T>) -> Result<T> {
        let plan = Plan::of(self.fixture)?;
        platform::check(&self.platform).map_err(|problem| problem.into_error(String::new()))?;
        let choice = Choice { plan: &plan, platform: platform::declared(&self.platform) };
        // What cannot be loaded is found before anything is hashed.
        let mut images = Vec::new();
        for (position, (edge, root)) in plan.edges().iter().zip(&plan.roots).enumerate() {
            match choice.image(edge, *root) {
                Ok(image) => images.push((position, image)),
                // The layout has it.
                Err(NoImage::Other(_)) if self.layout => {}
                Err(NoImage::Other(problem) | NoImage::Undecided(problem)) => {
                    return Err(problem.into_error(plan.place(*root)));
                }
            }
        }
        let sealing = seal(&plan, &mut Measure)?;
        let mut archive = ArchiveWriter::new(&sealing);
        if self.layout {
            archive.add_layout();
        }
        Docker { sealing: &sealing, layout: self.layout, images: Vec::new(), repositories: BTreeMap::new() }
            .add(&images, &mut archive);
        write(&archive)
    }
}

/// What makes an archive one for Docker.
struct Docker<'s> {
    sealing: &'s Sealing<'s>,
    layout: bool,
    /// What manifest.json lists: a config, its names, and its layers.
    images: Vec<(String, Vec<String>, Vec<String>)>,
    /// The tags of each name, and the top layers' identities.
    repositories: BTreeMap<String, BTreeMap<String, String>>,
}

impl<'s> Docker<'s> {
    fn add(mut self, images: &[(usize, Image)], archive: &mut ArchiveWriter<'s>) {
        for (position, image) in images {
            let name = self.sealing.names.get(*position).and_then(Option::as_ref);
            self.add_image(image, name, archive);
        }
        let manifest = self.images.iter().map(|(config, tags, layers)| {
            Json::object([
                ("Config", Some(Json::text(config.as_str()))),
                ("RepoTags", Some(if tags.is_empty() { Json::Null } else { texts(tags) })),
                ("Layers", Some(texts(layers))),
            ])
        });
        archive.add("manifest.json".to_owned(), Json::List(manifest.collect()).to_vec());
        let repositories = self.repositories.iter().map(|(name, tags)| {
            let tags = tags.iter().map(|(tag, id)| (tag.as_str().into(), Json::text(id.as_str())));
            (name.as_str().into(), Json::Object(tags.collect()))
        });
        archive.add("repositories".to_owned(), Json::Object(repositories.collect()).to_vec());
    }

    fn add_image(&mut self, image: &Image, name: Option<&Name>, archive: &mut ArchiveWriter<'s>) {
        let Some((config, bytes)) = self.add_config(image.config, archive) else { return };
        let layers: Vec<(String, &str)> =
            image.layers.iter().filter_map(|layer| self.add_layer(*layer, archive)).collect();
        let top = legacy::add(&layers, &bytes, archive);
        let paths = layers.into_iter().map(|(path, _)| path).collect();
        // Images of the same config are one, whatever their manifests.
        let position = self.images.iter().position(|(known, _, _)| *known == config).unwrap_or_else(|| {
            self.images.push((config, Vec::new(), paths));
            self.images.len() - 1
        });
        let (Some(name), Some((_, tags, _))) = (name, self.images.get_mut(position)) else { return };
        match &name.reference {
            Some(reference) => {
                let Some((name, tag)) = repository_and_tag(reference) else { return };
                tags.push(format!("{name}:{tag}"));
                if let Some(top) = top {
                    self.repositories.entry(name).or_default().insert(tag, top);
                }
            }
            // As it was written.
            None => tags.push(name.text.clone()),
        }
    }

    /// Gives its path and its bytes.
    fn add_config(&self, step: usize, archive: &mut ArchiveWriter<'s>) -> Option<(String, Vec<u8>)> {
        let (digest, size) = self.node(step)?.blob.as_ref()?;
        let mut bytes = Vec::with_capacity(usize::try_from(*size).unwrap_or_default());
        let body = self.sealing.body(step)?;
        // A document, which is in memory.
        body.write_to(&mut bytes).ok()?;
        if self.layout {
            return Some((blob_name(digest), bytes));
        }
        let path = format!("{}.json", digest.hex());
        archive.add_node(path.clone(), *size, Box::new(body), step);
        Some((path, bytes))
    }

    /// Gives its path and its `diff_id`. The layers are not in directories of their own: a Docker before 1.10 takes each
    /// directory for an image.
    fn add_layer(&self, step: usize, archive: &mut ArchiveWriter<'s>) -> Option<(String, &'s str)> {
        let node = self.node(step)?;
        let (digest, size) = node.blob.as_ref()?;
        let diff_id = node.diff_id.as_deref()?;
        if self.layout && node.tar_size.is_none() {
            return Some((blob_name(digest), diff_id));
        }
        let path = format!("{}.tar", diff_id.split_once(':').map_or(diff_id, |(_, hex)| hex));
        if let Body::Layer(tarball) = self.sealing.body(step)? {
            archive.add_node(path.clone(), node.tar_size.unwrap_or(*size), Box::new(tarball.tar), step);
        }
        Some((path, diff_id))
    }

    fn node(&self, step: usize) -> Option<&'s Sealed> {
        self.sealing.sealed.get(step)
    }
}

fn texts(texts: &[String]) -> Json<'_> {
    Json::List(texts.iter().map(|text| Json::text(text.as_str())).collect())
}

/// The name and the tag as `docker save` writes them. A name with a digest alone is none that Docker gives.
fn repository_and_tag(reference: &Reference) -> Option<(String, String)> {
    let tag = reference.tag()?;
    let tagged = Reference::parse(&format!("{}:{tag}", reference.name())).ok()?.familiar();
    let (name, tag) = tagged.rsplit_once(':')?;
    Some((name.to_owned(), tag.to_owned()))
}
