//! The tree of a layout, as text.

use std::fmt;

use crate::error::{Error, ErrorKind, Result};
use crate::image_layout::INDEX_FILE;
use crate::layout::Layout;
use crate::layout::layer_entry::LayerEntry;
use crate::layout::links::{Link, Unread};
use crate::layout::node::Node;
use crate::media_type::{self, Role};
use crate::store::Store;

/// The largest depth of indexes that is drawn.
const DEPTH: usize = 256;
/// The largest number of nodes and entries that are drawn. A few indexes that list one another many times have a huge number
/// of nodes.
const LINES: usize = 10_000;
/// The largest number of entries of a layer that are drawn in the short form.
const ENTRIES: usize = 20;
/// The largest layer that is read to be drawn, in bytes before and after decompression, since a few compressed bytes may
/// become very many.
const LAYER: u64 = 64 << 20;
/// The largest number of bytes of all tars together that are read to be drawn. A manifest may list one layer many times.
const LAYERS: u64 = 1 << 30;

/// The largest member that cannot be read and is drawn, in characters.
const UNREAD: usize = 40;

/// Draws index.json and the nodes below it, and with `{:#}` also whole digests, media types and all entries. The names of
/// declared faults follow a `!`.
pub(crate) fn write<S: Store>(
    f: &mut fmt::Formatter<'_>,
    layout: &Layout<S>,
    nodes: Result<Vec<Link<'_, S>>>,
) -> fmt::Result {
    f.write_str(INDEX_FILE)?;
    let mut tree = Tree { f, lines: LINES, bytes: LAYERS };
    tree.faults(&layout.origin.faults.fixture)?;
    tree.below(nodes, layout.unlisted(None), "", DEPTH)
}

/// Draws a node in one line, and with `{:#}` also the whole digest and the media type.
pub(crate) fn write_node<S: Store>(f: &mut fmt::Formatter<'_>, node: &Node<'_, S>) -> fmt::Result {
    let media_type = node.media_type();
    if media_type::is_docker(media_type) {
        f.write_str("#[docker] ")?;
    }
    // A non-distributable layer is drawn with its whole media type.
    let role = Role::of(media_type).filter(|_| !media_type::is_foreign(media_type));
    match (role, node.unread("mediaType")) {
        (Some(role), _) => f.write_str(role.keyword())?,
        (None, Some(unread)) => write_unread(f, unread, "media type")?,
        (None, None) if media_type.is_empty() => f.write_str("(no media type)")?,
        (None, None) => f.write_str(media_type)?,
    }
    let compression = role.and_then(|_| media_type::of_layer(media_type));
    if let Some(compression) = compression.filter(|compression| !compression.is_empty()) {
        write!(f, " {compression}")?;
    }
    if let Some(reference) = node.reference() {
        write!(f, " {reference}")?;
    }
    if let Some(platform) = node.declared_platform() {
        write!(f, " {platform}")?;
    } else if let Some(unread) = node.unread("platform") {
        f.write_str(" ")?;
        write_unread(f, unread, "platform")?;
    }
    let digest = node.digest();
    if f.alternate() {
        write!(f, " {digest} {media_type} ")?;
    } else {
        let short = digest.hex().get(..12).unwrap_or_default();
        write!(f, " {}:{short} ", digest.algorithm())?;
    }
    match node.unread("size") {
        Some(unread) => write_unread(f, unread, "size"),
        None => write!(f, "{} bytes", node.size()),
    }
}

/// Draws a member of a descriptor that cannot be read as it stands there, cut to one short line, such as `size -5`.
fn write_unread(f: &mut fmt::Formatter<'_>, Unread { name, value }: &Unread, what: &str) -> fmt::Result {
    let Some(value) = value else { return write!(f, "(no {what})") };
    let text = value.to_string();
    if text.chars().count() > UNREAD { write!(f, "{name} ...") } else { write!(f, "{name} {text}") }
}

struct Tree<'w, 'f> {
    f: &'w mut fmt::Formatter<'f>,
    /// The number of nodes and entries that may still be drawn.
    lines: usize,
    /// The number of bytes of tars that may still be read.
    bytes: u64,
}

impl Tree<'_, '_> {
    /// Draws the nodes that a parent lists, and those that are declared `unlisted` in it. If they cannot be read, the reason is
    /// drawn behind the parent.
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
        for (position, Link { node, faults }) in links.into_iter().enumerate() {
            let Some(left) = self.lines.checked_sub(1) else {
                return write!(self.f, "\n{indent}└─ and {} more", count - position);
            };
            self.lines = left;
            let (branch, below) =
                if position + 1 == count { ("└─ ", "   ") } else { ("├─ ", "│  ") };
            write!(self.f, "\n{indent}{branch}")?;
            match node {
                Ok(node) => {
                    write_node(self.f, &node)?;
                    self.faults(faults)?;
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
                    self.faults(faults)?;
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

    fn faults(&mut self, faults: &[String]) -> fmt::Result {
        if faults.is_empty() { Ok(()) } else { write!(self.f, " ! {}", faults.join(", ")) }
    }

    fn entries<S: Store>(&mut self, node: &Node<'_, S>, indent: &str) -> fmt::Result {
        let entries = match self.entries_of(node) {
            Ok(Some(entries)) => entries,
            Ok(None) => return self.f.write_str(" (too large to show its entries)"),
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

    /// The stored entries or, if the layer is too large or a feature is missing, the declared entries. Both are the same, because
    /// they have the same digest.
    fn entries_of<S: Store>(&mut self, node: &Node<'_, S>) -> Result<Option<Vec<LayerEntry>>> {
        let declared = node.declared_entries()?;
        let most = LAYER.min(self.bytes);
        let mut left = most;
        let read = if node.size() > most { Ok(None) } else { node.entries_within(&mut left) };
        self.bytes -= most - left;
        match (read, declared) {
            (Ok(None), declared) => Ok(declared),
            (Err(error), Some(declared)) if error.is_unsupported() => Ok(Some(declared)),
            (read, _) => read,
        }
    }
}
