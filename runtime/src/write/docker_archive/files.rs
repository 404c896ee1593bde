//! The files of images as Docker reads them.

use std::collections::BTreeMap;

use oci_fixture_grammar::{Digest, Reference};

use super::choice::DockerImage;
use super::legacy;
use crate::declare::encoded::{Body, SealedNode};
use crate::declare::graph::NodeKind;
use crate::error::{Problem, Result};
use crate::image_layout::blob_name;
use crate::io::Recipe;
use crate::json::Json;
use crate::seal::sealing::Sealing;
use crate::write::archive::ArchiveWriter;

/// The largest config that is written for a Docker before 1.10, and that is held in memory for that. It is the limit of
/// registries for documents. The files of an image with a larger config say nothing that only its config says.
const LEGACY_CONFIG: u64 = 4 * 1024 * 1024;

/// An entry of manifest.json.
pub(super) struct ListedImage {
    pub(super) config: String,
    pub(super) tags: Vec<String>,
    pub(super) layers: Vec<String>,
}

/// The Docker part of an archive.
pub(super) struct DockerFiles<'s> {
    sealing: &'s Sealing<'s>,
    /// Whether the archive is a layout, too.
    layout: bool,
    pub(super) images: Vec<ListedImage>,
    /// The tags of each name, each with the identity of the top layer.
    repositories: BTreeMap<String, BTreeMap<String, String>>,
}

impl<'s> DockerFiles<'s> {
    pub(super) fn new(sealing: &'s Sealing<'s>, layout: bool) -> Self {
        Self { sealing, layout, images: Vec::new(), repositories: BTreeMap::new() }
    }

    /// Adds the files of an image, which gets the name of an entry of index.json.
    pub(super) fn add_image(
        &mut self,
        image: &DockerImage<'_>,
        position: usize,
        archive: &mut ArchiveWriter<'s>,
    ) -> Result<()> {
        let Some(config) = self.add_config(image.config, archive) else { return Ok(()) };
        let layers: Vec<(String, &str)> =
            image.layers.iter().filter_map(|layer| self.add_layer(*layer, archive)).collect();
        let top = legacy::add(&layers, &self.legacy_config(image.config), archive);
        let layers: Vec<String> = layers.into_iter().map(|(path, _)| path).collect();
        // Manifests with the same files are one image.
        let same = |known: &ListedImage| known.config == config && known.layers == layers;
        let number = self.images.iter().position(same).unwrap_or_else(|| {
            self.images.push(ListedImage { config, tags: Vec::new(), layers });
            self.images.len() - 1
        });
        self.add_name(position, number, top)
    }

    /// Gives an image the name of its entry of index.json.
    fn add_name(&mut self, position: usize, number: usize, top: Option<String>) -> Result<()> {
        let Some(name) = self.sealing.names.get(position).and_then(Option::as_deref) else { return Ok(()) };
        // An unchecked name is written as it was declared.
        let mut tag = name.text.clone();
        if let Some(reference) = &name.reference {
            let Some(tagged) = tagged(reference) else { return Ok(()) };
            tag = tagged.to_string();
            if let (Some(top), Some((name, tag))) = (top, tagged.familiar().rsplit_once(':')) {
                self.repositories.entry(name.to_owned()).or_default().insert(tag.to_owned(), top);
            }
        }
        let plan = self.sealing.plan;
        let is_checked = plan.edges().get(position).is_some_and(|edge| !edge.listing.unchecked);
        let known = self.images.iter().position(|image| image.tags.contains(&tag));
        if known.is_some_and(|known| known != number) && is_checked {
            let problem = format!("another image is `{tag}` for Docker, too; give one of them another tag");
            let root = plan.roots.get(position).copied().unwrap_or_default();
            return Err(Problem::new(problem).into_error(plan.place(root)));
        }
        if let Some(image) = self.images.get_mut(number).filter(|image| !image.tags.contains(&tag)) {
            image.tags.push(tag);
        }
        Ok(())
    }

    /// The content of `repositories`.
    pub(super) fn repositories(&self) -> Vec<u8> {
        let repositories = self.repositories.iter().map(|(name, tags)| {
            let tags = tags.iter().map(|(tag, id)| (tag.as_str().into(), Json::text(id.as_str())));
            (name.as_str().into(), Json::Object(tags.collect()))
        });
        Json::Object(repositories.collect()).to_vec()
    }

    /// Adds a config as it is stored, and returns its path.
    fn add_config(&self, step: usize, archive: &mut ArchiveWriter<'s>) -> Option<String> {
        let (digest, _) = self.node(step)?.blob.as_ref()?;
        let path = if self.layout { blob_name(digest) } else { format!("{}.json", digest.hex()) };
        self.add_stored(step, &path, archive);
        Some(path)
    }

    /// The bytes of a config, as they were sealed: a Docker before 1.10 does not read the file itself.
    fn legacy_config(&self, step: usize) -> Vec<u8> {
        let mut bytes = Vec::new();
        let size = self.node(step).and_then(|node| Some(node.blob.as_ref()?.1));
        if size.is_some_and(|size| size <= LEGACY_CONFIG)
            && let Some(body) = self.sealing.body(step)
            && body.write_to(&mut bytes).is_err()
        {
            bytes.clear();
        }
        bytes
    }

    /// Adds a layer, and returns its path and its `diff_id`. Layers are not in directories of their own, since a Docker
    /// before 1.10 takes each directory for an image.
    fn add_layer(&self, step: usize, archive: &mut ArchiveWriter<'s>) -> Option<(String, &'s str)> {
        let node = self.node(step)?;
        let (digest, _) = node.blob.as_ref()?;
        let diff_id = node.diff_id.as_deref().unwrap_or(digest.as_str());
        let is_falsified = |digest: &Digest| self.sealing.falsified.contains_key(digest);
        let is_wrong = self.sealing.plan.steps.get(step).is_some_and(|step| match &step.node.kind {
            NodeKind::Layer(layer) => layer.has_wrong_stream(),
            _ => false,
        });
        let body = self.sealing.body(step);
        if let (Some(size), Some(Body::Layer(tarball)), false) =
            (node.tar_size, body, is_wrong || is_falsified(digest))
        {
            // Layers of the same tar are one file, unless the tar is a blob, too, and that has a fault.
            let tar = Digest::parse(diff_id).ok().filter(|diff_id| !is_falsified(diff_id));
            let path = format!("{}.tar", tar.as_ref().unwrap_or(digest).hex());
            archive.add_node(path.clone(), size, Box::new(tarball.tar), step);
            return Some((path, diff_id));
        }
        let path = if self.layout { blob_name(digest) } else { format!("{}.tar", digest.hex()) };
        self.add_stored(step, &path, archive);
        Some((path, diff_id))
    }

    /// Adds the stored bytes of a node, if it is stored.
    fn add_stored(&self, step: usize, path: &str, archive: &mut ArchiveWriter<'s>) {
        if let Some(stored) = self.sealing.stored_blob(step)
            && let Some(bytes) = self.sealing.recipe(&stored)
        {
            archive.add_node(path.to_owned(), stored.size, bytes, stored.step);
        }
    }

    fn node(&self, step: usize) -> Option<&'s SealedNode> {
        self.sealing.sealed.get(step)
    }
}

/// A reference without its digest. `None` for one without a tag, which Docker does not give to images.
fn tagged(reference: &Reference) -> Option<Reference> {
    Reference::parse(&format!("{}:{}", reference.name(), reference.tag()?)).ok()
}
