//! A choice of one image among several, by its platform.

use std::collections::HashSet;

use oci_fixture_grammar::Platform;

use crate::error::{Error, Result};
use crate::node::Node;
use crate::platform::ToPlatform;
use crate::store::Store;
use crate::walk::Walk;

/// The manifests that there are, each with its platform.
pub(crate) struct Choice<'l, S> {
    images: Vec<(Platform, Node<'l, S>)>,
}

impl<'l, S: Store> Choice<'l, S> {
    pub(crate) fn of(nodes: Walk<'l, S>) -> Self {
        let mut seen = HashSet::new();
        // What is not stored, or cannot be read, has no images to choose from.
        let images = nodes.through_indexes().flatten().filter_map(|node| {
            let platform = node.image_platform()?;
            // The same manifest under another platform is another image to choose from.
            seen.insert((node.digest().clone(), platform.clone())).then_some((platform, node))
        });
        Self { images: images.collect() }
    }

    /// The one that says this platform.
    pub(crate) fn exact(self, platform: &impl ToPlatform) -> Result<Node<'l, S>> {
        self.choose(platform, |wanted, platform| is_for(platform, wanted).then_some(0))
    }

    /// The one that a machine of this platform would run.
    pub(crate) fn best(self, platform: &impl ToPlatform) -> Result<Node<'l, S>> {
        self.choose(platform, Platform::rank)
    }

    /// The one of the lowest rank.
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

/// Without a version or features, any is good.
fn is_for(platform: &Platform, wanted: &Platform) -> bool {
    platform.os() == wanted.os()
        && platform.architecture() == wanted.architecture()
        && platform.variant() == wanted.variant()
        && (wanted.os_version().is_none() || platform.os_version() == wanted.os_version())
        && wanted.os_features().iter().all(|feature| platform.os_features().contains(feature))
}

/// What there is instead of what was asked for.
pub(crate) fn list(names: &[String]) -> String {
    if names.is_empty() { "none".to_owned() } else { names.join(", ") }
}
