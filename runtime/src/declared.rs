//! The declared graph: what the builders make.

use std::sync::Arc;

use oci_fixture_grammar::Platform;

use crate::context::Context;
use crate::descriptor::Descriptor;
use crate::fault::Fault;
use crate::platform;
use crate::problem::Problem;
use crate::seal::Encoded;
use crate::text::Text;
use crate::{blob, config, fault, index, layer, manifest};

/// How a parent refers to a node. The node is shared: it may stand under several parents.
#[derive(Clone, Debug)]
pub struct Edge {
    pub(crate) node: Arc<Declared>,
    /// The name of an entry of index.json.
    pub(crate) reference: Option<Text>,
    /// What the parent says of the node besides what it is.
    pub(crate) descriptor: Option<Box<Descriptor>>,
    /// The parent does not list it.
    pub(crate) unlisted: bool,
    /// Names are taken as they are, and may repeat.
    pub(crate) unchecked: bool,
}

/// A node of the graph.
// Of an edge, which is the argument of a trait's method.
#[allow(unreachable_pub, reason = "a field of a type that the trait `IntoEdge` names")]
#[derive(Debug)]
pub struct Declared {
    pub(crate) kind: Kind,
    label: Option<Box<str>>,
    /// What becomes of its bytes once they have a digest.
    pub(crate) faults: Vec<Fault>,
    /// How many nodes stand in one another, or mention one another, from here.
    depth: u16,
}

#[derive(Debug)]
pub(crate) enum Kind {
    Index(Box<index::Parts>),
    Manifest(Box<manifest::Parts>),
    Config(Box<config::Parts>),
    Layer(Box<layer::Parts>),
    Blob(Box<blob::Parts>),
    /// A descriptor with nothing behind it.
    Dangling(Descriptor),
    /// A node that was taken away, because it stands too deep.
    TooDeep(&'static str),
}

/// A builder of a node.
pub trait IntoEdge {
    /// The node, and how the parent refers to it.
    fn into_edge(self) -> Edge;
}

/// A builder that nodes are put into.
pub trait Parent {
    /// Adds a node after what it holds.
    fn push_edge(&mut self, edge: Edge);
}

/// Nodes that stand below one another, or mention one another, at most. More are refused when they are written, and
/// taken away at once: a declaration of any depth could not be dropped within a stack.
const DEPTH: u16 = 256;

impl Edge {
    pub(crate) fn new(kind: Kind, faults: Vec<Fault>) -> Self {
        let mut node = Declared { kind, label: None, faults, depth: 0 };
        let below = node.edges().iter().chain(node.mentions()).map(|edge| edge.node.depth).max();
        node.depth = below.map_or(1, |depth| depth.saturating_add(1));
        if node.depth > DEPTH {
            node.kind = Kind::TooDeep(node.keyword());
        }
        Self::again(&Arc::new(node))
    }

    /// The same node, as another parent refers to it.
    pub(crate) fn again(node: &Arc<Declared>) -> Self {
        Self { node: Arc::clone(node), reference: None, descriptor: None, unlisted: false, unchecked: false }
    }

    /// The platform that an index says of the node; nothing for what is no image.
    pub(crate) fn platform(&self) -> Option<&Platform> {
        let declared = self.descriptor.as_deref().and_then(Descriptor::declared_platform);
        declared.or_else(|| match &self.node.kind {
            Kind::Manifest(parts) => platform::declared(&parts.platform),
            Kind::Dangling(descriptor) => descriptor.declared_platform(),
            _ => None,
        })
    }

    /// What is wrong with how the parent refers to the node.
    pub(crate) fn check(&self) -> Result<(), Problem> {
        self.check_unlisted()?;
        self.descriptor.as_ref().map_or(Ok(()), |descriptor| descriptor.check())
    }

    /// What the parent says of it that is not so; a platform where the node has another.
    pub(crate) fn lies(&self, platform: Option<&Platform>) -> Vec<String> {
        let mut lies = Vec::new();
        lies.extend(self.unlisted.then(|| "#[unlisted]".to_owned()));
        lies.extend(self.unchecked.then(|| "#[unchecked]".to_owned()));
        if let Some(descriptor) = &self.descriptor {
            lies.extend(descriptor.lies(platform, &["media_type", "digest", "size"]));
        }
        lies
    }

    /// The nodes that must be sealed before it is known how the parent refers to this one.
    pub(crate) fn mentions<'e>(&'e self, mentions: &mut Vec<&'e Self>) {
        mentions.extend(self.reference.iter().flat_map(Text::mentions));
        if let Some(descriptor) = &self.descriptor {
            descriptor.mentions(mentions);
        }
        if let Kind::Dangling(descriptor) = &self.node.kind {
            descriptor.mentions(mentions);
        }
    }
}

impl Declared {
    pub(crate) fn label(&self) -> Option<&str> {
        self.label.as_deref()
    }

    pub(crate) fn set_label(&mut self, label: &str) {
        self.label = Some(label.into());
    }

    /// Whether its media types, and those of what it lists, are Docker's.
    pub(crate) fn is_docker(&self) -> bool {
        match &self.kind {
            Kind::Index(parts) => parts.docker,
            Kind::Manifest(parts) => parts.docker,
            _ => false,
        }
    }

    /// The word that the language has for such a node.
    pub(crate) fn keyword(&self) -> &'static str {
        match &self.kind {
            Kind::Index(_) => "index",
            Kind::Manifest(_) => "manifest",
            Kind::Config(_) => "config",
            Kind::Layer(_) => "layer",
            Kind::Blob(_) => "blob",
            Kind::Dangling(_) => "dangling",
            Kind::TooDeep(keyword) => keyword,
        }
    }

    /// The nodes that it lists.
    pub(crate) fn edges(&self) -> &[Edge] {
        match &self.kind {
            Kind::Index(parts) => &parts.edges,
            Kind::Manifest(parts) => &parts.edges,
            _ => &[],
        }
    }

    /// The nodes that it mentions, which must be sealed before it.
    pub(crate) fn mentions(&self) -> Vec<&Edge> {
        let mut mentions = Vec::new();
        match &self.kind {
            Kind::Index(parts) => parts.mentions(&mut mentions),
            Kind::Manifest(parts) => parts.mentions(&mut mentions),
            Kind::Config(parts) => parts.mentions(&mut mentions),
            Kind::Blob(parts) => parts.mentions(&mut mentions),
            Kind::Layer(_) | Kind::Dangling(_) | Kind::TooDeep(_) => {}
        }
        for fault in &self.faults {
            fault.mentions(&mut mentions);
        }
        for edge in self.edges() {
            edge.mentions(&mut mentions);
        }
        mentions
    }

    /// What is wrong with the node's own values.
    pub(crate) fn check(&self) -> Result<(), Problem> {
        fault::check(&self.faults)?;
        match &self.kind {
            Kind::Index(parts) => parts.check(),
            Kind::Manifest(parts) => parts.check(),
            Kind::Config(parts) => parts.check(),
            Kind::Layer(parts) => parts.check(),
            Kind::Blob(parts) => parts.check(),
            Kind::Dangling(descriptor) => descriptor.check_whole(),
            Kind::TooDeep(_) => Err(Problem::new(format!(
                "more than {DEPTH} nodes stand in one another, or mention one another; remove some"
            ))),
        }
    }

    /// What it says that is not so, or makes it be not so, as it is written in the language.
    pub(crate) fn lies(&self) -> Vec<String> {
        let mut lies: Vec<String> = self.faults.iter().map(ToString::to_string).collect();
        match &self.kind {
            Kind::Index(parts) => lies.extend(parts.lies()),
            Kind::Manifest(parts) => lies.extend(parts.lies()),
            Kind::Config(parts) => lies.extend(parts.lies()),
            Kind::Layer(parts) => lies.extend(parts.lies()),
            Kind::Blob(parts) => lies.extend(parts.diff_id().map(|_| "diff_id:".to_owned())),
            Kind::Dangling(descriptor) => {
                lies.push("dangling".to_owned());
                lies.extend(descriptor.lies(None, &[]));
            }
            Kind::TooDeep(_) => {}
        }
        lies
    }

    /// The node's bytes, in which it refers to other nodes as they were sealed; nothing where there are none.
    pub(crate) fn encode<'s>(&'s self, context: &Context<'s>) -> Option<Encoded<'s>> {
        Some(match &self.kind {
            Kind::Index(parts) => parts.encode(context),
            Kind::Manifest(parts) => parts.encode(context),
            Kind::Config(parts) => parts.encode(context),
            Kind::Layer(parts) => parts.encode(context),
            Kind::Blob(parts) => parts.encode(context),
            Kind::Dangling(_) | Kind::TooDeep(_) => return None,
        })
    }
}
