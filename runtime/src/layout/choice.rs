//! A choice of one image among several, by its platform.

use std::collections::HashSet;

use oci_fixture_grammar::Platform;

use crate::declare::platform::ToPlatform;
use crate::error::{Error, Result};
use crate::layout::node::Node;
use crate::layout::walk::Walk;
use crate::store::Store;

/// The manifests to choose from, each with its platform.
pub(crate) struct PlatformChoice<'l, S> {
    images: Vec<(Platform, Node<'l, S>)>,
}

impl<'l, S: Store> PlatformChoice<'l, S> {
    pub(crate) fn of(nodes: Walk<'l, S>) -> Self {
        let mut seen = HashSet::new();
        // A document that is not stored, or cannot be read, has no images.
        let images = nodes.through_indexes().flatten().filter_map(|node| {
            let platform = node.image_platform()?;
            // A manifest that is listed with two platforms counts as two images.
            seen.insert((node.digest().clone(), platform.clone())).then_some((platform, node))
        });
        Self { images: images.collect() }
    }

    /// The image of exactly this platform.
    pub(crate) fn exact(self, platform: &impl ToPlatform) -> Result<Node<'l, S>> {
        self.choose(platform, |wanted, platform| is_for(platform, wanted).then_some(0))
    }

    /// The image that a machine of this platform would run.
    pub(crate) fn best(self, platform: &impl ToPlatform) -> Result<Node<'l, S>> {
        self.choose(platform, Platform::rank)
    }

    /// The image with the lowest rank.
    fn choose(
        self,
        platform: &impl ToPlatform,
        rank: impl Fn(&Platform, &Platform) -> Option<usize>,
    ) -> Result<Node<'l, S>> {
        let wanted = platform.to_platform().map_err(|invalid| Error::not_found("").with_source(invalid))?;
        let mut named: Vec<String> =
            self.images.iter().map(|(platform, _)| format!("`{platform}`")).collect();
        let ranked =
            self.images.into_iter().filter_map(|(platform, node)| Some((rank(&wanted, &platform)?, node)));
        let mut ranked: Vec<_> = ranked.collect();
        let best = ranked.iter().map(|(rank, _)| *rank).min();
        ranked.retain(|(rank, _)| Some(*rank) == best);
        match ranked.pop() {
            None => {
                named.sort();
                named.dedup();
                Err(Error::not_found(format!(
                    "there is no manifest for `{wanted}`; there is {}",
                    list(&named)
                )))
            }
            Some(_) if !ranked.is_empty() => {
                let problem =
                    format!("several manifests are for `{wanted}`; choose the image first, by its reference");
                Err(Error::ambiguous(problem))
            }
            Some((_, node)) => Ok(node),
        }
    }
}

/// Whether a platform is the wanted one. If `wanted` has no version or no features, any fit.
fn is_for(platform: &Platform, wanted: &Platform) -> bool {
    platform.os() == wanted.os()
        && platform.architecture() == wanted.architecture()
        && platform.variant() == wanted.variant()
        && (wanted.os_version().is_none() || platform.os_version() == wanted.os_version())
        && wanted.os_features().iter().all(|feature| platform.os_features().contains(feature))
}

/// The names that exist, for an error about a name that does not.
pub(crate) fn list(names: &[String]) -> String {
    if names.is_empty() { "none".to_owned() } else { names.join(", ") }
}
