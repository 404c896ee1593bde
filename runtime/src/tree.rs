//! A layout as a person would draw it.

use std::fmt;

use crate::error::{ErrorKind, Result};
use crate::media_type;
use crate::node::Node;
use crate::store::Store;

/// Indexes within indexes that are drawn; what is deeper is left out, and that is said.
const DEPTH: usize = 256;

/// Draws a root and the nodes below it; `{:#}` with whole digests and media types.
pub(crate) fn write<S: Store>(
    f: &mut fmt::Formatter<'_>,
    root: &str,
    nodes: &Result<Vec<Node<'_, S>>>,
) -> fmt::Result {
    f.write_str(root)?;
    match nodes {
        Ok(nodes) => write_nodes(f, nodes, "", DEPTH),
        Err(error) => write!(f, " ({error})"),
    }
}

fn write_nodes<S: Store>(
    f: &mut fmt::Formatter<'_>,
    nodes: &[Node<'_, S>],
    indent: &str,
    depth: usize,
) -> fmt::Result {
    for (position, node) in nodes.iter().enumerate() {
        let last = position + 1 == nodes.len();
        let (branch, below) = if last { ("└─ ", "   ") } else { ("├─ ", "│  ") };
        write!(f, "\n{indent}{branch}")?;
        write_node(f, node)?;
        match node.children() {
            Ok(children) if depth > 0 => write_nodes(f, &children, &format!("{indent}{below}"), depth - 1)?,
            Ok(children) if children.is_empty() => {}
            Ok(_) => f.write_str(" (and more below)")?,
            Err(error) if error.kind() == ErrorKind::NotFound => f.write_str(" (not stored)")?,
            Err(error) => write!(f, " ({error})")?,
        }
    }
    Ok(())
}

fn write_node<S: Store>(f: &mut fmt::Formatter<'_>, node: &Node<'_, S>) -> fmt::Result {
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
