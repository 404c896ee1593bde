//! The one image that each entry of index.json gives.

use std::collections::HashSet;

use oci_fixture_grammar::Platform;

use crate::choice::list;
use crate::declared::{Edge, Kind};
use crate::plan::Plan;
use crate::platform;
use crate::problem::Problem;

/// Why an entry of index.json gives no image.
pub(super) enum NoImage {
    /// It is none that Docker has.
    Other(Problem),
    /// There are images, and none of them can be taken.
    Undecided(Problem),
}

/// An image: the steps of its config and its layers.
pub(super) struct Image {
    pub(super) config: usize,
    pub(super) layers: Vec<usize>,
}

/// How an image is chosen.
pub(super) struct Choice<'p> {
    pub(super) plan: &'p Plan<'p>,
    pub(super) platform: Option<&'p Platform>,
}

impl<'p> Choice<'p> {
    pub(super) fn image(&self, edge: &'p Edge, root: usize) -> Result<Image, NoImage> {
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
