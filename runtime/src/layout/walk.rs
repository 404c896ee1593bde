//! A walk over the nodes of a layout.

use std::collections::HashSet;
use std::fmt;

use oci_fixture_grammar::Digest;

use crate::error::Result;
use crate::layout::node::Node;
use crate::store::{Directory, Store};

/// An iterator over all nodes of a [`Layout`](crate::Layout), parents before children: see
/// [`Layout::walk`](crate::Layout::walk).
///
/// A descriptor that cannot be read is an error among the nodes. A document that is not stored, or cannot be read, has
/// no nodes below it.
pub struct Walk<'l, S = Directory> {
    /// The nodes that are still to be visited, the next one at the end.
    rest: Vec<Result<Node<'l, S>>>,
    opened: HashSet<Digest>,
    /// Whether the walk enters a node.
    enters: fn(&Node<'l, S>) -> bool,
}

impl<'l, S: Store> Walk<'l, S> {
    pub(crate) fn of(mut nodes: Vec<Result<Node<'l, S>>>) -> Self {
        nodes.reverse();
        Self { rest: nodes, opened: HashSet::new(), enters: Node::is_document }
    }

    /// Does not enter manifests, because an image among the layers of a manifest cannot be chosen.
    pub(crate) fn through_indexes(self) -> Self {
        Self { enters: Node::is_index, ..self }
    }
}

impl<'l, S: Store> Iterator for Walk<'l, S> {
    type Item = Result<Node<'l, S>>;

    fn next(&mut self) -> Option<Self::Item> {
        let node = self.rest.pop()?;
        if let Ok(node) = &node
            && (self.enters)(node)
            && self.opened.insert(node.digest().clone())
        {
            let children = node.each_child().unwrap_or_default();
            self.rest.extend(children.into_iter().rev().map(|link| link.node));
        }
        Some(node)
    }
}

impl<S> fmt::Debug for Walk<'_, S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Walk({} opened)", self.opened.len())
    }
}
