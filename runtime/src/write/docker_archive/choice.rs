//! The choice of one image for each entry of index.json.

use std::collections::HashSet;

use oci_fixture_grammar::Platform;

use crate::declare::graph::{Edge, NodeKind};
use crate::declare::platform;
use crate::digest::DigestAlgorithm;
use crate::error::Problem;
use crate::layout::choice::list;
use crate::seal::plan::Plan;

/// The reason why an entry of index.json gives no image.
pub(super) enum NoImage {
    /// It is no image, but for example an artifact, or it is unlisted. The text says which, and has no cure.
    NotAnImage(&'static str),
    /// It is an image that Docker cannot load.
    Unloadable(Problem),
    /// It has images, but none for the platform that is chosen.
    OtherPlatform(Problem),
    /// It has several images, and none of them is chosen.
    Undecided(Problem),
}

/// The path from an entry of index.json to a node below it: the edge and the step of each node.
type Way<'p> = Vec<(&'p Edge, usize)>;

/// An image, by its steps.
pub(super) struct DockerImage<'p> {
    /// The path to its manifest.
    way: Way<'p>,
    pub(super) config: usize,
    pub(super) layers: Vec<usize>,
}

/// The platform by which an image is chosen.
pub(super) struct ImageChoice<'p> {
    pub(super) plan: &'p Plan<'p>,
    pub(super) platform: Option<&'p Platform>,
}

impl<'p> ImageChoice<'p> {
    pub(super) fn image(&self, edge: &'p Edge, root: usize) -> Result<DockerImage<'p>, NoImage> {
        let mut found = Vec::new();
        self.find(vec![(edge, root)], &mut found, &mut HashSet::new());
        // An attestation is not offered as a choice.
        found.retain(|(platform, _)| !platform.is_some_and(platform::is_unknown));
        let mut named: Vec<String> =
            found.iter().filter_map(|(platform, _)| Some(format!("`{}`", (*platform)?))).collect();
        named.sort();
        named.dedup();
        if found.is_empty() {
            return Err(NoImage::NotAnImage(if edge.listing.unlisted {
                "is not listed, so Docker could not load it"
            } else {
                "is no image that Docker could load"
            }));
        }
        if let Some(wanted) = self.platform {
            let rank = |platform: Option<&Platform>| wanted.rank(platform?);
            let best = found.iter().filter_map(|(platform, _)| rank(*platform)).min();
            found.retain(|(platform, _)| best.is_some() && rank(*platform) == best);
        }
        match (found.len(), self.platform) {
            (1, _) => {}
            (0, Some(wanted)) => {
                return Err(NoImage::OtherPlatform(Problem::new(format!(
                    "has no image for `{wanted}`; choose one of {}",
                    list(&named)
                ))));
            }
            (_, wanted) => {
                return Err(NoImage::Undecided(Problem::new(match (wanted, named.as_slice()) {
                    (None, [first, _, ..]) => format!(
                        "has images for {}, and Docker loads one; choose it: `.docker_archive().platform({:?})`",
                        list(&named),
                        first.trim_matches('`')
                    ),
                    _ => "has several images for the same platform, and Docker loads one; name them apart"
                        .to_owned(),
                })));
            }
        }
        let way = found.pop().map(|(_, way)| way).unwrap_or_default();
        self.image_of(way).map_err(NoImage::Unloadable)
    }

    /// Collects the manifests of images, each with its platform and its path.
    fn find(
        &self,
        way: Way<'p>,
        found: &mut Vec<(Option<&'p Platform>, Way<'p>)>,
        seen: &mut HashSet<usize>,
    ) {
        let Some((edge, step)) = way.last().copied().filter(|(edge, _)| !edge.listing.unlisted) else {
            return;
        };
        let Some(planned) = self.plan.steps.get(step) else { return };
        match &edge.node.kind {
            NodeKind::Manifest(data) if data.is_image() && seen.insert(step) => {
                found.push((edge.platform(), way));
            }
            NodeKind::Index(data) if seen.insert(step) => {
                for (edge, step) in data.edges.iter().zip(&planned.children) {
                    let below = way.iter().copied().chain([(edge, *step)]).collect();
                    self.find(below, found, seen);
                }
            }
            _ => {}
        }
    }

    fn image_of(&self, way: Way<'p>) -> Result<DockerImage<'p>, Problem> {
        let children = self.children(&way);
        let (mut config, mut layers) = (None, Vec::new());
        for (edge, step) in children.iter().filter(|(edge, _)| !edge.listing.unlisted) {
            let is_layer = match &edge.node.kind {
                NodeKind::Config(_) => {
                    config = Some(*step);
                    continue;
                }
                NodeKind::Layer(_) | NodeKind::Copied(_) => true,
                NodeKind::Blob(blob) => blob.is_layer(),
                _ => false,
            };
            if !is_layer {
                let number = layers.len() + 1;
                return Err(Problem::new(match edge.node.kind {
                    NodeKind::Dangling(_) => {
                        format!(
                            "layer {number} of the image dangles, so Docker could not unpack it; make it a `layer`"
                        )
                    }
                    _ => format!(
                        "layer {number} of the image is no `layer`, which Docker could unpack; make it one"
                    ),
                }));
            }
            // Docker hashes each layer by sha256, and compares it with the `diff_ids`.
            if self.plan.steps.get(*step).is_some_and(|step| step.algorithm == DigestAlgorithm::Sha512) {
                let number = layers.len() + 1;
                return Err(Problem::new(format!(
                    "layer {number} of the image has a digest of sha512, and Docker knows sha256 alone; remove `#[sha512]`"
                )));
            }
            layers.push(*step);
        }
        let config = config
            .ok_or_else(|| Problem::new("lists no config, without which Docker loads nothing; list one"))?;
        Ok(DockerImage { way, config, layers })
    }

    /// The children of the manifest of an image, unlisted ones included.
    fn children(&self, way: &[(&'p Edge, usize)]) -> Vec<(&'p Edge, usize)> {
        let Some((edge, step)) = way.last() else { return Vec::new() };
        let steps = self.plan.steps.get(*step).map_or(&[][..], |step| &step.children);
        edge.node.edges().iter().zip(steps.iter().copied()).collect()
    }

    /// Refuses the faults of an image that its manifest.json, its config and its layers cannot show. Returns the step of
    /// the node that has them.
    pub(super) fn check_faults(&self, image: &DockerImage<'p>) -> Result<(), (usize, Problem)> {
        for (edge, step) in &image.way {
            check(listing_faults(edge).chain(edge.node.stored_fault_names()))
                .map_err(|problem| (*step, problem))?;
        }
        for (edge, step) in self.children(&image.way) {
            let is_labelled = matches!(&edge.node.kind, NodeKind::Layer(layer) if layer.is_labelled());
            let labelled = is_labelled.then(|| "labelled()".to_owned());
            check(listing_faults(edge).chain(labelled)).map_err(|problem| (step, problem))?;
        }
        Ok(())
    }
}

/// The faults in how a parent lists a node. An unchecked name of an image is none of them, because manifest.json has it.
fn listing_faults(edge: &Edge) -> impl Iterator<Item = String> {
    let platform = match &edge.node.kind {
        NodeKind::Manifest(manifest) => platform::declared(&manifest.platform),
        _ => None,
    };
    edge.fault_names(platform).into_iter().filter(|name| name != "#[unchecked]")
}

/// Refuses faults that Docker's own files cannot show.
pub(super) fn check(faults: impl Iterator<Item = String>) -> Result<(), Problem> {
    let faults: Vec<String> = faults.map(|fault| format!("`{fault}`")).collect();
    if faults.is_empty() {
        return Ok(());
    }
    Err(Problem::new(format!(
        "{} has no place in an archive that is not a layout, too; make it one with `.docker_archive().with_layout()`",
        list(&faults)
    )))
}
