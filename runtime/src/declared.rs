//! The declared graph: what `Fixture`, `Index`, `Manifest`, `Config` and `Layer` build.

use std::sync::Arc;

use crate::problem::Problem;
use crate::seal::{Encoded, Sealed};
use crate::text::Text;
use crate::{config, index, layer, manifest};

/// How a parent refers to a node. The node is shared: it may stand under several parents.
#[derive(Clone, Debug)]
pub(crate) struct Edge {
    pub(crate) node: Arc<Declared>,
    /// The name of an entry of index.json.
    pub(crate) reference: Option<Text>,
}

/// A node of the graph: what becomes one blob.
#[derive(Debug)]
pub(crate) enum Declared {
    Index(index::Parts),
    Manifest(manifest::Parts),
    Config(config::Parts),
    Layer(layer::Parts),
}

impl Edge {
    pub(crate) fn new(node: Declared) -> Self {
        Self { node: Arc::new(node), reference: None }
    }

    pub(crate) fn named(node: Declared, reference: Option<Text>) -> Self {
        Self { reference, ..Self::new(node) }
    }
}

impl Declared {
    /// The word that the language has for such a node.
    pub(crate) fn keyword(&self) -> &'static str {
        match self {
            Self::Index(_) => "index",
            Self::Manifest(_) => "manifest",
            Self::Config(_) => "config",
            Self::Layer(_) => "layer",
        }
    }

    /// The nodes whose digests are in this one's bytes.
    pub(crate) fn edges(&self) -> &[Edge] {
        match self {
            Self::Index(parts) => &parts.edges,
            Self::Manifest(parts) => &parts.edges,
            Self::Config(parts) => &parts.layers,
            Self::Layer(_) => &[],
        }
    }

    /// What is wrong with the node's own values.
    pub(crate) fn check(&self) -> Result<(), Problem> {
        match self {
            Self::Index(parts) => parts.check(),
            Self::Manifest(parts) => parts.check(),
            Self::Config(parts) => parts.check(),
            Self::Layer(parts) => parts.check(),
        }
    }

    /// The node's bytes, in which it refers to its children as they were sealed.
    pub(crate) fn encode(&self, children: &[&Sealed]) -> Result<Encoded<'_>, serde_json::Error> {
        match self {
            Self::Index(parts) => parts.encode(children),
            Self::Manifest(parts) => parts.encode(children),
            Self::Config(parts) => parts.encode(children),
            Self::Layer(parts) => Ok(parts.encode()),
        }
    }
}
