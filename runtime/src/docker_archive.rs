//! An archive for Docker: what `docker save` writes, and `docker load` takes.

use std::collections::{BTreeMap, HashSet};
use std::io::Write;
use std::path::Path;

use oci_fixture_grammar::{Platform, Reference};
use serde::Deserialize;
use serde_json::value::RawValue;

use crate::archive::ArchiveWriter;
use crate::choice::list;
use crate::declared::{Edge, Kind};
use crate::digest::Hasher;
use crate::error::Result;
use crate::fixture;
use crate::json::Json;
use crate::names::Name;
use crate::plan::Plan;
use crate::platform::{self, ToPlatform};
use crate::problem::Problem;
use crate::recipe::Recipe;
use crate::seal::{Body, Measure, Sealed, Sealing, seal};
use crate::store::blob_name;

/// An archive that `docker load` of any version takes: what [`Fixture::docker_archive`](crate::Fixture::docker_archive)
/// gives.
///
/// It holds the images of the fixture, each with its names: `manifest.json`, which lists them; the configs; the layers,
/// always as uncompressed tars; and `repositories`, with a directory for each layer, for a Docker before 1.10. Like every way out it is the same bytes, whenever it is written.
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

/// Why an entry of index.json gives no image.
enum NoImage {
    /// It is none that Docker has.
    Other(Problem),
    /// There are images, and none of them can be taken.
    Undecided(Problem),
}

/// An image: the steps of its config and its layers.
struct Image {
    config: usize,
    layers: Vec<usize>,
}

struct Choice<'p> {
    plan: &'p Plan<'p>,
    platform: Option<&'p Platform>,
}

impl<'p> Choice<'p> {
    fn image(&self, edge: &'p Edge, root: usize) -> Result<Image, NoImage> {
        let mut found = Vec::new();
        self.find(edge, root, &mut found, &mut HashSet::new());
        // An attestation is in no list of what could be chosen.
        found.retain(|(platform, _)| !platform.is_some_and(platform::is_unknown));
        let mut named: Vec<String> =
            found.iter().filter_map(|(platform, _)| Some(format!("`{}`", (*platform)?))).collect();
        named.sort();
        named.dedup();
        if found.is_empty() {
            let other = "is no image that Docker could load; take it out, or write an archive of the layout";
            return Err(NoImage::Other(Problem::new(other)));
        }
        if let Some(wanted) = self.platform {
            let rank = |platform: Option<&Platform>| wanted.rank(platform?);
            let best = found.iter().filter_map(|(platform, _)| rank(*platform)).min();
            found.retain(|(platform, _)| best.is_some() && rank(*platform) == best);
        }
        match (found.as_slice(), self.platform) {
            ([(_, step)], _) => self.parts(*step),
            ([], Some(wanted)) => Err(NoImage::Undecided(Problem::new(format!(
                "has no image for `{wanted}`; choose one of {}",
                list(&named)
            )))),
            (_, wanted) => Err(NoImage::Undecided(Problem::new(match (wanted, named.as_slice()) {
                (None, [first, _, ..]) => format!(
                    "has images for {}, and Docker loads one; choose it: `.docker_archive().platform({:?})`",
                    list(&named),
                    first.trim_matches('`')
                ),
                _ => "has several images for the same platform, and Docker loads one; name them apart"
                    .to_owned(),
            }))),
        }
    }

    /// The manifests of images, each with its platform.
    fn find(
        &self,
        edge: &'p Edge,
        step: usize,
        found: &mut Vec<(Option<&'p Platform>, usize)>,
        seen: &mut HashSet<usize>,
    ) {
        let Some(planned) = self.plan.steps.get(step) else { return };
        match &edge.node.kind {
            Kind::Manifest(parts) if parts.is_image() && seen.insert(step) => {
                found.push((edge.platform(), step));
            }
            Kind::Index(parts) if seen.insert(step) => {
                for (edge, step) in parts.edges.iter().zip(&planned.children) {
                    self.find(edge, *step, found, seen);
                }
            }
            _ => {}
        }
    }

    fn parts(&self, manifest: usize) -> Result<Image, NoImage> {
        let children = self.plan.steps.get(manifest).map_or(&[][..], |step| &step.children);
        let (config, layers) = children.split_last().unwrap_or((&manifest, &[]));
        for (position, layer) in layers.iter().enumerate() {
            let kind = self.plan.steps.get(*layer).map(|step| &step.node.kind);
            if !matches!(kind, Some(Kind::Layer(_))) {
                let problem = format!(
                    "layer {} of the image is no `layer`, which Docker could unpack; make it one",
                    position + 1
                );
                return Err(NoImage::Undecided(Problem::new(problem)));
            }
        }
        Ok(Image { config: *config, layers: layers.to_vec() })
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
        let top = add_legacy(&layers, &bytes, archive);
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

/// What a Docker before 1.10 reads: for each layer a directory, named by an identity, with what it is made from. Gives the
/// identity of the top one.
fn add_legacy(layers: &[(String, &str)], config: &[u8], archive: &mut ArchiveWriter<'_>) -> Option<String> {
    // A config that is no JSON says nothing.
    let config: LegacyConfig<'_> = serde_json::from_slice(config).unwrap_or_default();
    let mut chain: Option<String> = None;
    let mut parent: Option<String> = None;
    for (position, (path, diff_id)) in layers.iter().enumerate() {
        let mut members = Vec::new();
        if position + 1 == layers.len() {
            members.extend(config.members());
        } else {
            members.push(("created", "\"1970-01-01T00:00:00Z\"".to_owned()));
        }
        members.extend(parent.take().map(|parent| ("parent", format!("\"{parent}\""))));
        let chain_id = match chain.take() {
            None => (*diff_id).to_owned(),
            Some(below) => format!("sha256:{}", hex(format!("{below} {diff_id}").as_bytes())),
        };
        // What stands on other layers is another image.
        members.push(("layer_id", format!("\"{chain_id}\"")));
        let id = hex(&object(&members));
        members.pop();
        members.push(("id", format!("\"{id}\"")));

        archive.add(format!("{id}/VERSION"), b"1.0".to_vec());
        archive.add(format!("{id}/json"), object(&members));
        archive.add_symlink(format!("{id}/layer.tar"), format!("../{path}"));
        chain = Some(chain_id);
        parent = Some(id);
    }
    parent
}

/// What of a config an image of such a Docker has, as it stands there.
#[derive(Default, Deserialize)]
struct LegacyConfig<'c> {
    #[serde(borrow)]
    architecture: Option<&'c RawValue>,
    #[serde(borrow)]
    config: Option<&'c RawValue>,
    #[serde(borrow)]
    created: Option<&'c RawValue>,
    #[serde(borrow)]
    os: Option<&'c RawValue>,
}

impl LegacyConfig<'_> {
    fn members(&self) -> impl Iterator<Item = (&'static str, String)> {
        let members = [
            ("architecture", self.architecture),
            ("config", self.config),
            ("created", self.created),
            ("os", self.os),
        ];
        members.into_iter().filter_map(|(name, value)| Some((name, value?.get().to_owned())))
    }
}

fn object(members: &[(&str, String)]) -> Vec<u8> {
    let members: Vec<String> = members.iter().map(|(name, value)| format!("\"{name}\":{value}")).collect();
    format!("{{{}}}", members.join(",")).into_bytes()
}

fn hex(bytes: &[u8]) -> String {
    let mut hasher = Hasher::default();
    hasher.update(bytes);
    hasher.finish().hex().to_owned()
}
