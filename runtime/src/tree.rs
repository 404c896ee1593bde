//! A layout as a person would draw it.

use std::fmt;

use crate::error::{Error, ErrorKind, Result};
use crate::layer_entry::LayerEntry;
use crate::layout::Layout;
use crate::links::Link;
use crate::media_type;
use crate::node::Node;
use crate::store::{INDEX_FILE, Store};

/// Indexes within indexes that are drawn.
const DEPTH: usize = 256;
/// Nodes and entries that are drawn: where many stand at many places, there is no end to them.
const LINES: usize = 10_000;
/// Entries of a layer that are drawn; in the long form all.
const ENTRIES: usize = 20;
/// A layer that is larger, compressed or not, is not read to be drawn: few bytes may hold many.
const LAYER: u64 = 64 * 1024 * 1024;

/// Draws index.json and the nodes below it; `{:#}` with whole digests, media types, and all of the entries. Behind a `!`
/// stands what was declared that is not so.
pub(crate) fn write<S: Store>(
    f: &mut fmt::Formatter<'_>,
    layout: &Layout<S>,
    nodes: Result<Vec<Link<'_, S>>>,
) -> fmt::Result {
    f.write_str(INDEX_FILE)?;
    let mut tree = Tree { f, lines: LINES };
    tree.lies(&layout.declaration.lies.fixture)?;
    tree.below(nodes, layout.unlisted(None), "", DEPTH)
}

struct Tree<'w, 'f> {
    f: &'w mut fmt::Formatter<'f>,
    /// How many nodes and entries may still be drawn.
    lines: usize,
}

impl Tree<'_, '_> {
    /// What a node lists; or, behind the node, why that cannot be drawn. And what it does not list, but was declared.
    fn below<S: Store>(
        &mut self,
        listed: Result<Vec<Link<'_, S>>>,
        unlisted: Vec<Link<'_, S>>,
        indent: &str,
        depth: usize,
    ) -> fmt::Result {
        let mut links = match listed {
            Ok(links) => links,
            Err(error) => {
                self.error(&error)?;
                Vec::new()
            }
        };
        links.extend(unlisted);
        if links.is_empty() {
            return Ok(());
        }
        if depth == 0 || self.lines == 0 {
            return self.f.write_str(" (and more below)");
        }
        let count = links.len();
        for (position, Link { node, lies }) in links.into_iter().enumerate() {
            let Some(left) = self.lines.checked_sub(1) else {
                return write!(self.f, "\n{indent}└─ and {} more", count - position);
            };
            self.lines = left;
            let (branch, below) =
                if position + 1 == count { ("└─ ", "   ") } else { ("├─ ", "│  ") };
            write!(self.f, "\n{indent}{branch}")?;
            match node {
                Ok(node) => {
                    self.node(&node)?;
                    self.lies(lies)?;
                    let indent = format!("{indent}{below}");
                    if node.is_layer() {
                        self.entries(&node, &indent)?;
                    } else if node.is_document() {
                        self.below(node.each_child(), node.unlisted(), &indent, depth - 1)?;
                    } else if !node.is_stored() {
                        self.f.write_str(" (not stored)")?;
                    }
                }
                Err(error) => {
                    write!(self.f, "({error})")?;
                    self.lies(lies)?;
                }
            }
        }
        Ok(())
    }

    fn error(&mut self, error: &Error) -> fmt::Result {
        match error.kind() {
            ErrorKind::NotFound => self.f.write_str(" (not stored)"),
            ErrorKind::Layout if error.is_unsupported() => {
                self.f.write_str(" (the feature `decode` shows its entries)")
            }
            _ if error.is_unsupported() => self.f.write_str(" (its entries are known once it is written)"),
            _ => write!(self.f, " ({error})"),
        }
    }

    fn lies(&mut self, lies: &[String]) -> fmt::Result {
        if lies.is_empty() { Ok(()) } else { write!(self.f, " ! {}", lies.join(", ")) }
    }

    fn node<S: Store>(&mut self, node: &Node<'_, S>) -> fmt::Result {
        let f = &mut *self.f;
        let media_type = node.media_type();
        if media_type::is_docker(media_type) {
            f.write_str("#[docker] ")?;
        }
        f.write_str(media_type::keyword(media_type).unwrap_or(media_type))?;
        if let Some(compression) = media_type::compression(media_type) {
            write!(f, " {compression}")?;
        }
        if let Some(reference) = node.reference() {
            write!(f, " {reference}")?;
        }
        if let Some(platform) = node.declared_platform() {
            write!(f, " {platform}")?;
        }
        let digest = node.digest();
        if f.alternate() {
            write!(f, " {digest} {media_type} {} bytes", node.size())
        } else {
            let short = digest.hex().get(..12).unwrap_or_default();
            write!(f, " {}:{short} {} bytes", digest.algorithm(), node.size())
        }
    }

    fn entries<S: Store>(&mut self, node: &Node<'_, S>, indent: &str) -> fmt::Result {
        let entries = match entries(node) {
            Ok(entries) => entries,
            Err(error) => return self.error(&error),
        };
        let count = entries.len();
        let drawn = if self.f.alternate() { self.lines } else { self.lines.min(ENTRIES) };
        self.lines -= drawn.min(count);
        for (position, entry) in entries.iter().take(drawn).enumerate() {
            let branch = if position + 1 == count { "└─ " } else { "├─ " };
            write!(self.f, "\n{indent}{branch}")?;
            if self.f.alternate() { write!(self.f, "{entry:#}")? } else { write!(self.f, "{entry}")? }
        }
        if drawn < count {
            write!(self.f, "\n{indent}└─ and {} more", count - drawn)?;
        }
        Ok(())
    }
}

/// The entries as they are stored; where those cannot be read without more, as they were declared: the digest says that
/// they are the same.
fn entries<S: Store>(node: &Node<'_, S>) -> Result<Vec<LayerEntry>> {
    let declared = node.declared_entries()?;
    if node.size() > LAYER {
        return Ok(declared.unwrap_or_default());
    }
    match (node.entries_within(LAYER), declared) {
        (Ok(None), declared) => Ok(declared.unwrap_or_default()),
        (Err(error), Some(declared)) if error.is_unsupported() => Ok(declared),
        (read, _) => read.map(Option::unwrap_or_default),
    }
}
