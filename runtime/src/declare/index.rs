//! An index: images for several platforms.

use std::collections::BTreeSet;

use crate::declare::context::Context;
use crate::declare::descriptor;
use crate::declare::edits::edited;
use crate::declare::encoded::Encoded;
use crate::declare::fault::NodeFaults;
use crate::declare::graph::{Edge, NodeKind, Parent};
use crate::declare::head::{Head, headed};
use crate::declare::listing::{Listing, listed, named};
use crate::declare::order::{self, spliced};
use crate::declare::part::Part;
use crate::declare::platform;
use crate::error::Problem;
use crate::json::Writer;
use crate::media_type;

/// An index: a list of images, usually one for each platform ([image
/// index](https://github.com/opencontainers/image-spec/blob/v1.1.1/image-index.md)).
///
/// ```
/// use oci_fixture::{Fixture, Index, Manifest};
///
/// let index = Index::new()
///     .reference("twoplatform:latest")
///     .with(Manifest::new().platform("linux/amd64").with(("bash", "layer1")))
///     .with(Manifest::new().platform("linux/arm64").with(("bash", "layer2")));
/// Fixture::new().with(index);
/// ```
#[derive(Clone, Default)]
#[must_use = "an index does nothing until it is put into a fixture"]
pub struct Index(Box<IndexData>);

#[derive(Clone, Default)]
pub(crate) struct IndexData {
    listing: Listing,
    faults: NodeFaults,
    pub(crate) head: Head,
    pub(crate) edges: Vec<Edge>,
    /// Whether nodes have an order that differs in each run.
    is_random: bool,
}

named!(Index);
listed!(Index, "Index::new()", NodeKind::Index);
edited!(Index, head.edits);
headed!(Index, "index");
spliced! {
    /// Adds a [`Manifest`](crate::Manifest), another index, a [`Config`](crate::Config), a [`Blob`](crate::Blob) or a
    /// dangling [`Descriptor`](crate::Descriptor).
    Index
}

impl Index {
    /// An index that lists nothing.
    pub fn new() -> Self {
        Self::default()
    }
}

impl Parent for Index {
    fn push_edge(&mut self, edge: Edge) {
        self.0.edges.push(edge);
    }
}

impl IndexData {
    pub(crate) fn check(&self, unchecked: bool) -> Result<(), Problem> {
        order::check(self.is_random)?;
        self.head.check(unchecked)?;
        self.check_platforms()
    }

    /// Refuses two nodes for the same platform, between which no client could choose. `unknown/unknown` may repeat.
    fn check_platforms(&self) -> Result<(), Problem> {
        let mut seen = BTreeSet::new();
        for edge in &self.edges {
            let Some(platform) = edge.platform() else { continue };
            if edge.listing.unchecked || edge.listing.unlisted || platform::is_unknown(platform) {
                continue;
            }
            if !seen.insert(platform) {
                return Err(Problem::new(format!(
                    "two manifests of the index are for `{platform}`; remove one, or give it another platform"
                )));
            }
        }
        Ok(())
    }

    pub(crate) fn encode<'s>(&'s self, context: &Context<'s>) -> Encoded<'s> {
        let write_manifests = |out: &mut Writer| {
            for (edge, node) in context.children() {
                descriptor::write(out, edge, node, &[], node.platform.as_ref(), context);
            }
        };
        let write_nodes = |out: &mut Writer| out.member("manifests").list(write_manifests);
        self.head.encode(media_type::index(context.docker), write_nodes, None, context)
    }
}
