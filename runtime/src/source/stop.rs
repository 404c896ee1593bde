//! The reasons why printing stops before its end.

use super::Unsayable;
use super::page::SourcePiece;
use crate::declare::graph::{Edge, NodeKind};
use crate::error::{Error, Result};

/// A node that is declared at the beginning.
#[derive(Clone, Copy)]
pub(super) struct Early<'f>(pub(super) &'f Edge);

/// Why printing stopped.
pub(super) enum PrintStop<'f> {
    /// The field mentions a node of its own block, so it must be printed behind the nodes.
    Behind,
    /// The node must be declared at the beginning.
    Early(Early<'f>),
    Unprinted(Unprinted),
}

/// The reason why a fixture is not printed.
pub(super) enum Unprinted {
    /// A value or a node is printed as it was sealed.
    Unsealed,
    /// The language has no form for a value of the builders.
    Unsayable(String),
    Failed(Error),
}

impl PrintStop<'_> {
    pub(super) fn unsayable(what: impl Into<String>) -> Self {
        Self::Unprinted(Unprinted::Unsayable(what.into()))
    }

    pub(super) fn failed(error: std::io::Error) -> Self {
        Self::Unprinted(Unprinted::Failed(Error::recipe(error)))
    }

    pub(super) fn into_unprinted(self) -> Unprinted {
        match self {
            Self::Unprinted(unprinted) => unprinted,
            Self::Behind | Self::Early(_) => {
                Unprinted::Unsayable("a node is mentioned before its place".to_owned())
            }
        }
    }
}

impl Unprinted {
    pub(super) fn into_unsayable(self) -> Result<Unsayable> {
        match self {
            Self::Unsealed => Ok(Unsayable("a value is known only once it is sealed".to_owned())),
            Self::Unsayable(what) => Ok(Unsayable(what)),
            Self::Failed(error) => Err(error),
        }
    }
}

pub(super) type Printed<'f, T = SourcePiece> = Result<T, PrintStop<'f>>;

impl Early<'_> {
    /// Whether the language can declare the node at the top level.
    pub(super) fn is_sayable(self) -> bool {
        match &self.0.node.kind {
            NodeKind::Index(_) | NodeKind::Manifest(_) | NodeKind::Blob(_) | NodeKind::Copied(_) => true,
            NodeKind::Config(config) => !config.is_image(),
            NodeKind::Layer(_) | NodeKind::Dangling(_) | NodeKind::TooDeep(_) => false,
        }
    }
}
