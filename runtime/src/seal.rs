//! Sealing: a node's bytes get their digest, and go to the store.

use std::io::{self, Write};

use oci_fixture_grammar::{Digest, Platform};

use crate::descriptor::Descriptor;
use crate::error::{Error, ErrorKind, Result};
use crate::json::{self, Map};
use crate::plan::Plan;
use crate::problem::Problem;
use crate::recipe::Recipe;
use crate::tar::Tar;

/// A node's bytes, before they have a digest.
pub(crate) struct Encoded<'n> {
    pub(crate) media_type: &'static str,
    pub(crate) body: Body<'n>,
    pub(crate) platform: Option<&'n Platform>,
}

/// The bytes of a node: a document as such, a layer as a recipe.
pub(crate) enum Body<'n> {
    Document(Vec<u8>),
    Layer(Tar<'n>),
}

impl Recipe for Body<'_> {
    fn write_to(&self, out: &mut dyn Write) -> io::Result<()> {
        match self {
            Self::Document(bytes) => bytes.write_to(out),
            Self::Layer(tar) => tar.write_to(out),
        }
    }
}

/// A node with its digest.
pub(crate) struct Sealed {
    pub(crate) media_type: &'static str,
    pub(crate) digest: Digest,
    pub(crate) size: u64,
    pub(crate) platform: Option<Platform>,
    /// The digest of a layer's uncompressed tar.
    pub(crate) diff_id: Option<Digest>,
}

/// Where sealed blobs go: it hashes what the recipe makes, and keeps it under its digest.
pub(crate) trait Sink {
    fn put(&mut self, recipe: &dyn Recipe) -> Result<(Digest, u64)>;
}

/// Seals all nodes of a plan into the sink, and gives the entries of index.json.
pub(crate) fn seal(plan: &Plan<'_>, sink: &mut impl Sink) -> Result<Vec<Vec<u8>>> {
    let mut sealed: Vec<Sealed> = Vec::with_capacity(plan.steps.len());
    for (number, step) in plan.steps.iter().enumerate() {
        let children: Vec<&Sealed> = step.children.iter().filter_map(|child| sealed.get(*child)).collect();
        let encoded = step.node.encode(&children).map_err(|source| unwritable(plan.place(number), source))?;
        let (digest, size) = sink.put(&encoded.body)?;
        let diff_id = matches!(encoded.body, Body::Layer(_)).then(|| digest.clone());
        let (media_type, platform) = (encoded.media_type, encoded.platform.cloned());
        sealed.push(Sealed { media_type, digest, size, platform, diff_id });
    }
    entries(plan, &sealed)
}

/// The entries of index.json. Those with a reference are named as containerd and the image specification name them.
fn entries(plan: &Plan<'_>, sealed: &[Sealed]) -> Result<Vec<Vec<u8>>> {
    let mut entries = Vec::with_capacity(plan.roots.len());
    for root in &plan.roots {
        let Some(node) = sealed.get(root.step) else { continue };
        let mut annotations = Map::default();
        if let Some(reference) = &root.reference {
            if let Some(digest) = reference.digest().filter(|digest| **digest != node.digest) {
                let problem = Problem::new(format!(
                    "the reference has the digest `{digest}`, but the node's is `{}`; write that, or none",
                    node.digest
                ));
                return Err(problem.into_error(plan.place(root.step)));
            }
            annotations.extend([("io.containerd.image.name", reference.to_string())]);
            annotations.extend(reference.tag().map(|tag| ("org.opencontainers.image.ref.name", tag)));
        }
        let entry = json::to_vec(&Descriptor::of(node).with_annotations(&annotations));
        entries.push(entry.map_err(|source| unwritable(plan.place(root.step), source))?);
    }
    Ok(entries)
}

fn unwritable(place: String, source: serde_json::Error) -> Error {
    Error::new(ErrorKind::Declaration, place, "cannot be written as JSON").with_source(source)
}
