//! A layout as a person would draw it.

use std::fmt;

use crate::error::{ErrorKind, Result};
use crate::media_type;
use crate::node::Node;
use crate::store::Store;

/// Indexes within indexes that are drawn.
const DEPTH: usize = 256;
/// Nodes that are drawn: where many stand at many places, there is no end to them.
const NODES: usize = 10_000;

/// Draws a root and the nodes below it; `{:#}` with whole digests and media types.
pub(crate) fn write<S: Store>(
    f: &mut fmt::Formatter<'_>,
    root: &str,
    nodes: Result<Vec<Result<Node<'_, S>>>>,
) -> fmt::Result {
    f.write_str(root)?;
    Tree { f, nodes: NODES }.below(nodes, "", DEPTH)
}

struct Tree<'w, 'f> {
    f: &'w mut fmt::Formatter<'f>,
    /// How many nodes may still be drawn.
    nodes: usize,
}

impl Tree<'_, '_> {
    /// What a node lists; or, behind the node, why that cannot be drawn.
    fn below<S: Store>(
        &mut self,
        nodes: Result<Vec<Result<Node<'_, S>>>>,
        indent: &str,
        depth: usize,
    ) -> fmt::Result {
        let nodes = match nodes {
            Ok(nodes) => nodes,
            Err(error) if error.kind() == ErrorKind::NotFound => return self.f.write_str(" (not stored)"),
            Err(error) => return write!(self.f, " ({error})"),
        };
        if nodes.is_empty() {
            return Ok(());
        }
        if depth == 0 || self.nodes == 0 {
            return self.f.write_str(" (and more below)");
        }
        let count = nodes.len();
        for (position, node) in nodes.into_iter().enumerate() {
            let Some(left) = self.nodes.checked_sub(1) else {
                return write!(self.f, "\n{indent}└─ and {} more", count - position);
            };
            self.nodes = left;
            let (branch, below) =
                if position + 1 == count { ("└─ ", "   ") } else { ("├─ ", "│  ") };
            write!(self.f, "\n{indent}{branch}")?;
            match node {
                Ok(node) => {
                    self.node(&node)?;
                    self.below(node.each_child(), &format!("{indent}{below}"), depth - 1)?;
                }
                Err(error) => write!(self.f, "({error})")?,
            }
        }
        Ok(())
    }

    fn node<S: Store>(&mut self, node: &Node<'_, S>) -> fmt::Result {
        let f = &mut *self.f;
        f.write_str(media_type::keyword(node.media_type()).unwrap_or(node.media_type()))?;
        if let Some(reference) = node.reference() {
            write!(f, " {reference}")?;
        }
        if let Some(platform) = node.declared_platform() {
            write!(f, " {platform}")?;
        }
        let digest = node.digest();
        if f.alternate() {
            write!(f, " {digest} {} {} bytes", node.media_type(), node.size())
        } else {
            let short = digest.hex().get(..12).unwrap_or_default();
            write!(f, " {}:{short} {} bytes", digest.algorithm(), node.size())
        }
    }
}
