//! The declared graph, which the builders make.

use std::fmt;
use std::sync::Arc;

use oci_fixture_grammar::Platform;

use crate::declare::blob::BlobData;
use crate::declare::config::ConfigData;
use crate::declare::context::Context;
use crate::declare::copied::CopiedData;
use crate::declare::descriptor::Descriptor;
use crate::declare::encoded::Encoded;
use crate::declare::fault;
use crate::declare::fault::{Fault, NodeFaults};
use crate::declare::http::Http;
use crate::declare::index::IndexData;
use crate::declare::layer::LayerData;
use crate::declare::listing::Listing;
use crate::declare::manifest::ManifestData;
use crate::declare::platform;
use crate::error::Problem;

/// How a parent refers to a node. The node is shared, because it may have several parents.
#[derive(Clone)]
pub struct Edge {
    pub(crate) node: Arc<DeclaredNode>,
    pub(crate) listing: Listing,
}

/// A node of the graph.
#[allow(unreachable_pub, reason = "a field of a type that the trait `IntoEdge` names")]
pub struct DeclaredNode {
    pub(crate) kind: NodeKind,
    label: Option<Box<str>>,
    /// The values of the node are taken as they are written.
    pub(crate) unchecked: bool,
    /// The digests of the node, and of the nodes that are declared in it, are those of sha512.
    pub(crate) sha512: bool,
    /// The faults after sealing.
    pub(crate) faults: Vec<Fault>,
    /// The faults on the wire.
    pub(crate) http: Vec<Http>,
    /// Whether the node mentions nodes.
    has_mentions: bool,
    /// The length of the longest chain of nodes that list or mention one another, beginning with this node.
    depth: u16,
}

pub(crate) enum NodeKind {
    Index(Box<IndexData>),
    Manifest(Box<ManifestData>),
    Config(Box<ConfigData>),
    /// Shared with the layouts that are made of the fixture.
    Layer(Arc<LayerData>),
    Blob(Box<BlobData>),
    /// A descriptor of a blob that is not stored.
    Dangling(Descriptor),
    /// A blob of another layout.
    Copied(Box<CopiedData>),
    /// The replacement of a node that was deeper than [`DEPTH`]. It keeps the node's keyword.
    TooDeep(&'static str),
}

/// A builder of a node.
pub trait IntoEdge {
    /// The node, and how its parent refers to it.
    fn into_edge(self) -> Edge;
}

/// A builder into which nodes are put.
pub trait Parent {
    /// Adds a node behind those that the builder holds.
    fn push_edge(&mut self, edge: Edge);
}

/// The largest number of nodes that list or mention one another in a chain. A deeper node is replaced by [`NodeKind::TooDeep`] at
/// once, since dropping a chain of any length would overflow the stack; writing the fixture then fails.
const DEPTH: u16 = 256;

impl Edge {
    pub(crate) fn new(kind: NodeKind, listing: Listing, faults: NodeFaults) -> Self {
        let NodeFaults { stored: faults, http } = faults;
        let mut node = DeclaredNode {
            kind,
            label: None,
            unchecked: listing.unchecked,
            sha512: listing.sha512,
            faults,
            http,
            has_mentions: true,
            depth: 0,
        };
        let mentions = node.mentions();
        let has_mentions = !mentions.is_empty();
        let below = node.edges().iter().chain(mentions).map(|edge| edge.node.depth).max();
        node.depth = below.map_or(1, |depth| depth.saturating_add(1));
        node.has_mentions = has_mentions;
        if node.depth > DEPTH {
            node.kind = NodeKind::TooDeep(node.keyword());
        }
        Self { node: Arc::new(node), listing }
    }

    /// A further reference to a node, from another parent.
    pub(crate) fn again(node: &Arc<DeclaredNode>) -> Self {
        Self { node: Arc::clone(node), listing: Listing::default() }
    }

    /// The platform that an index writes for the node; `None` for a node that is no image.
    pub(crate) fn platform(&self) -> Option<&Platform> {
        let declared = self.listing.descriptor.as_deref().and_then(Descriptor::declared_platform);
        declared.or_else(|| match &self.node.kind {
            NodeKind::Manifest(data) => platform::declared(&data.platform),
            NodeKind::Dangling(descriptor) => descriptor.declared_platform(),
            _ => None,
        })
    }

    /// Checks how the parent refers to the node.
    pub(crate) fn check(&self) -> Result<(), Problem> {
        self.listing.check()?;
        let unchecked = self.listing.unchecked || self.node.unchecked;
        self.listing.descriptor.as_ref().map_or(Ok(()), |descriptor| descriptor.check(unchecked))
    }

    /// Whether the parent embeds the bytes of the node.
    pub(crate) fn embeds_data(&self) -> bool {
        self.listing.descriptor.as_deref().is_some_and(Descriptor::embeds_data)
    }

    /// The names of the faults in how the parent refers to the node, as the language writes them. `platform` is the
    /// node's own.
    pub(crate) fn fault_names(&self, platform: Option<&Platform>) -> Vec<String> {
        let mut faults = Vec::new();
        if self.listing.unlisted {
            faults.push("#[unlisted]".to_owned());
        }
        if self.listing.unchecked {
            faults.push("#[unchecked]".to_owned());
        }
        if let Some(descriptor) = &self.listing.descriptor {
            faults.extend(descriptor.fault_names(platform, &["media_type", "digest", "size"]));
        }
        faults
    }

    /// Collects the nodes that must be sealed before the descriptor of this one is known.
    pub(crate) fn mentions<'e>(&'e self, mentions: &mut Vec<&'e Self>) {
        if let Some(reference) = &self.listing.reference {
            reference.mentions(mentions);
        }
        if let Some(descriptor) = &self.listing.descriptor {
            descriptor.mentions(mentions);
        }
        if let NodeKind::Dangling(descriptor) = &self.node.kind {
            descriptor.mentions(mentions);
        }
    }
}

/// One line: the label, the keyword, the reference, the platform, and how many nodes or entries the node holds.
impl fmt::Debug for Edge {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(label) = self.node.label() {
            write!(f, "'{label}: ")?;
        }
        f.write_str(self.node.keyword())?;
        if let Some(reference) = &self.listing.reference {
            write!(f, " {reference:?}")?;
        }
        if let Some(platform) = self.platform() {
            write!(f, " {platform}")?;
        }
        match &self.node.kind {
            NodeKind::Index(data) => write!(f, " (nodes: {})", data.edges.len()),
            NodeKind::Manifest(data) => write!(f, " (nodes: {})", data.edges.len()),
            NodeKind::Layer(data) => write!(f, " (entries: {})", data.len()),
            NodeKind::Blob(data) => write!(f, " {data:?}"),
            NodeKind::Config(_) | NodeKind::Dangling(_) | NodeKind::Copied(_) | NodeKind::TooDeep(_) => {
                Ok(())
            }
        }
    }
}

impl DeclaredNode {
    pub(crate) fn label(&self) -> Option<&str> {
        self.label.as_deref()
    }

    pub(crate) fn set_label(&mut self, label: &str) {
        self.label = Some(label.into());
    }

    /// Whether the node declares Docker's media types, for itself and for the nodes that it lists.
    pub(crate) fn is_docker(&self) -> bool {
        match &self.kind {
            NodeKind::Index(data) => data.head.docker,
            NodeKind::Manifest(data) => data.head.docker,
            _ => false,
        }
    }

    /// The keyword of the language for such a node.
    pub(crate) fn keyword(&self) -> &'static str {
        match &self.kind {
            NodeKind::Index(_) => "index",
            NodeKind::Manifest(_) => "manifest",
            NodeKind::Config(_) => "config",
            NodeKind::Layer(_) => "layer",
            NodeKind::Copied(data) => data.keyword,
            NodeKind::Blob(_) => "blob",
            NodeKind::Dangling(_) => "dangling",
            NodeKind::TooDeep(keyword) => keyword,
        }
    }

    /// The nodes that the node lists.
    pub(crate) fn edges(&self) -> &[Edge] {
        match &self.kind {
            NodeKind::Index(data) => &data.edges,
            NodeKind::Manifest(data) => &data.edges,
            NodeKind::Copied(data) => &data.edges,
            _ => &[],
        }
    }

    /// The nodes that the node mentions, which must be sealed before it.
    pub(crate) fn mentions(&self) -> Vec<&Edge> {
        let mut mentions = Vec::new();
        if !self.has_mentions {
            return mentions;
        }
        match &self.kind {
            NodeKind::Index(data) => data.head.mentions(&mut mentions),
            NodeKind::Manifest(data) => data.head.mentions(&mut mentions),
            NodeKind::Config(data) => data.mentions(&mut mentions),
            NodeKind::Blob(data) => data.mentions(&mut mentions),
            NodeKind::Layer(data) => data.mentions(&mut mentions),
            NodeKind::Dangling(_) | NodeKind::Copied(_) | NodeKind::TooDeep(_) => {}
        }
        for fault in &self.faults {
            fault.mentions(&mut mentions);
        }
        for http in &self.http {
            http.mentions(&mut mentions);
        }
        for edge in self.edges() {
            edge.mentions(&mut mentions);
        }
        mentions
    }

    /// Checks the node's own values.
    pub(crate) fn check(&self) -> Result<(), Problem> {
        fault::check(&self.faults)?;
        self.http.iter().try_for_each(Http::check)?;
        match &self.kind {
            NodeKind::Index(data) => data.check(self.unchecked),
            NodeKind::Manifest(data) => data.check(self.unchecked),
            NodeKind::Config(data) => data.check(self.unchecked),
            NodeKind::Layer(data) => data.check(self.unchecked),
            NodeKind::Blob(data) => data.check(self.unchecked),
            NodeKind::Dangling(descriptor) => descriptor.check_whole(self.unchecked),
            NodeKind::Copied(data) => data.check(),
            NodeKind::TooDeep(_) => Err(Problem::new(format!(
                "nodes contain or mention one another more than {DEPTH} levels deep; remove some"
            ))),
        }
    }

    /// Checks what is known only once the nodes are sealed that the node mentions.
    pub(crate) fn check_resolved(&self, context: &Context<'_>) -> Result<(), Problem> {
        match &self.kind {
            NodeKind::Layer(data) => data.check_resolved(self.unchecked, context),
            NodeKind::Index(_)
            | NodeKind::Manifest(_)
            | NodeKind::Config(_)
            | NodeKind::Blob(_)
            | NodeKind::Dangling(_)
            | NodeKind::Copied(_)
            | NodeKind::TooDeep(_) => Ok(()),
        }
    }

    /// Whether the node is a blob of another layout that is taken as it is stored.
    pub(crate) fn is_unchecked_copy(&self) -> bool {
        matches!(&self.kind, NodeKind::Copied(data) if data.unchecked)
    }

    /// Whether the node adds to the `diff_ids` of its manifest's config.
    pub(crate) fn has_diff_id(&self) -> bool {
        match &self.kind {
            NodeKind::Layer(_) => true,
            NodeKind::Blob(data) => data.diff_id().is_some(),
            NodeKind::Dangling(descriptor) => descriptor.declared_diff_id().is_some(),
            NodeKind::Copied(data) => data.diff_id.is_some(),
            _ => false,
        }
    }

    /// The names of the node's faults, as the language writes them.
    pub(crate) fn fault_names(&self) -> Vec<String> {
        let mut faults = self.stored_fault_names();
        for http in &self.http {
            faults.push(http.to_string());
        }
        faults
    }

    /// The names of the faults that the stored bytes have. Those on the wire are not among them.
    pub(crate) fn stored_fault_names(&self) -> Vec<String> {
        let mut faults = Vec::new();
        for fault in &self.faults {
            faults.push(fault.to_string());
        }
        match &self.kind {
            NodeKind::Index(data) => data.head.edits.add_fault_names(&mut faults),
            NodeKind::Manifest(data) => data.head.edits.add_fault_names(&mut faults),
            NodeKind::Config(data) => data.add_fault_names(&mut faults),
            NodeKind::Layer(data) => data.add_fault_names(&mut faults),
            NodeKind::Blob(data) => faults.extend(data.diff_id().text().map(|_| "diff_id:".to_owned())),
            NodeKind::Dangling(descriptor) => {
                faults.push("dangling".to_owned());
                faults.extend(descriptor.fault_names(None, &[]));
            }
            NodeKind::Copied(data) => faults.extend(data.unchecked.then(|| "#[unchecked] from".to_owned())),
            NodeKind::TooDeep(_) => {}
        }
        faults
    }

    /// The node's bytes, which refer to other nodes by their digests; `None` for a node without bytes.
    pub(crate) fn encode<'s>(&'s self, context: &Context<'s>) -> Option<Encoded<'s>> {
        Some(match &self.kind {
            NodeKind::Index(data) => data.encode(context),
            NodeKind::Manifest(data) => data.encode(context),
            NodeKind::Config(data) => data.encode(context),
            NodeKind::Layer(data) => data.encode(context),
            NodeKind::Blob(data) => data.encode(context),
            NodeKind::Copied(data) => return data.encode(),
            NodeKind::Dangling(_) | NodeKind::TooDeep(_) => return None,
        })
    }
}
