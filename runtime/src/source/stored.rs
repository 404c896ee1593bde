//! Prints as bytes the nodes for which the language has no other form: a layer of a user's own encoder, and nodes of
//! another layout.

use super::literal;
use super::page::{Group, SourcePiece};
use super::printer::{Early, PrintStop, Printed, Printer};
use super::words::{document, json};
use crate::declare::context::Context;
use crate::declare::copied::CopiedData;
use crate::declare::encoded::SealedNode;
use crate::declare::graph::{DeclaredNode, Edge, NodeKind};
use crate::json::Json;
use crate::media_type::Role;

/// Whether only the bytes of a node can be printed.
pub(super) fn is_bytes_alone(node: &DeclaredNode) -> bool {
    match &node.kind {
        NodeKind::Layer(layer) => layer.encoder.as_ref().is_some_and(|encoder| encoder.calls().is_none()),
        NodeKind::Manifest(manifest) => manifest.base.is_some(),
        NodeKind::Copied(_) => true,
        NodeKind::Index(_)
        | NodeKind::Config(_)
        | NodeKind::Blob(_)
        | NodeKind::Dangling(_)
        | NodeKind::TooDeep(_) => false,
    }
}

impl<'f> Printer<'f> {
    /// The context of the sealed nodes.
    fn context(&self) -> Context<'f> {
        self.plan.context(None, self.sealed)
    }

    /// A node as it was sealed.
    pub(super) fn sealed_node(&self, edge: &Edge) -> Printed<'f, &'f SealedNode> {
        self.context().sealed(edge).ok_or_else(|| PrintStop::Unsayable("a node has no digest".to_owned()))
    }

    /// The sealed bytes of a node as a content.
    fn sealed_bytes(&mut self, edge: &Edge) -> Printed<'f> {
        let content = self.context().bytes(edge);
        let size = self.sealed_node(edge)?.blob.as_ref().map_or(0, |(_, size)| *size);
        if let Some(file) = self.beside(&content, size)? {
            return Ok(SourcePiece::text(file));
        }
        let mut bytes = Vec::new();
        content.write_to(&mut bytes).map_err(|error| PrintStop::Unsayable(error.to_string()))?;
        Ok(match json(&bytes) {
            Some(json) => document(&json).behind("json "),
            None => SourcePiece::text(literal::bytes(&bytes)),
        })
    }

    /// Whether the language takes the sealed bytes for a tar.
    fn is_tar(&self, edge: &Edge) -> bool {
        self.context().bytes(edge).check_tar().is_ok()
    }

    /// A layer of a user's own encoder, as a blob. The fields of its descriptor are `described`.
    pub(super) fn encoded_layer(&mut self, edge: &Edge, described: Option<SourcePiece>) -> Printed<'f> {
        let node = self.sealed_node(edge)?;
        let mut pieces = vec![self.sealed_bytes(edge)?.behind("content: ")];
        pieces.extend(diff_id(node, self.is_tar(edge)));
        pieces.extend(described);
        Ok(SourcePiece::group(format!("blob {}", literal::text(&node.media_type)), Group::braces(pieces)))
    }

    /// The config of a manifest that builds on the image of another layout. It holds fields of that image's config.
    pub(super) fn config_of_base(&mut self, edge: &'f Edge, described: Option<SourcePiece>) -> Printed<'f> {
        let mut pieces = vec![self.sealed_bytes(edge)?.behind("raw: ")];
        pieces.extend(described);
        Ok(SourcePiece::group("config", Group::braces(pieces)))
    }

    /// A node of another layout. The nodes below it are declared at the beginning.
    pub(super) fn copied(&mut self, copied: &'f CopiedData, edge: &'f Edge, listed: bool) -> Printed<'f> {
        let node = self.sealed_node(edge)?;
        if node.is_wrong {
            let what =
                format!("the blob `{}` is copied with other bytes than its own", copied.member("digest"));
            return Err(PrintStop::Unsayable(what));
        }
        for below in &copied.edges {
            let is_stored = self.sealed_node(below)?.blob.is_some();
            if is_stored && self.label(below).is_err() {
                return Err(PrintStop::Early(Early(below)));
            }
        }
        let media_type = copied.member("mediaType");
        let extra = further_members(&copied.descriptor).ok_or_else(|| {
            PrintStop::Unsayable(format!(
                "the descriptor of the blob `{}` has its members in an order of its own",
                copied.member("digest")
            ))
        })?;
        let merge = (!extra.is_empty()).then(|| document(&Json::Object(extra)).behind("merge: "));
        if copied.content.is_none() {
            let mut pieces = vec![
                SourcePiece::text(format!("media_type: {}", literal::text(media_type))),
                SourcePiece::text(format!("digest: {}", literal::text(copied.member("digest")))),
                SourcePiece::text(format!("size: {}", copied.member("size"))),
            ];
            pieces.extend(diff_id(node, true));
            pieces.extend(merge.filter(|_| listed));
            return Ok(SourcePiece::group("dangling", Group::braces(pieces)));
        }
        let text = format!("blob {}", literal::text(media_type));
        let merge = merge.filter(|_| listed);
        let merge = merge.map(|merge| SourcePiece::group("descriptor:", Group::braces(vec![merge])));
        let content = self.sealed_bytes(edge)?;
        if merge.is_none() && node.diff_id.is_none() {
            return Ok(content.behind(&format!("{text} => ")));
        }
        let mut pieces = vec![content.behind("content: ")];
        pieces.extend(diff_id(node, self.is_tar(edge)));
        pieces.extend(merge);
        Ok(SourcePiece::group(text, Group::braces(pieces)))
    }
}

/// Whether the language refuses an honest blob of the media type, or of a layer's type without a `diff_id`.
pub(super) fn is_unchecked_blob(copied: &CopiedData) -> bool {
    match Role::of(copied.member("mediaType")) {
        Some(Role::Layer) => copied.diff_id.is_none(),
        role => role.is_some(),
    }
}

/// The field `diff_id:`. Its value `true` stands only where the content is a tar.
fn diff_id(node: &SealedNode, is_tar: bool) -> Option<SourcePiece> {
    let diff_id = node.diff_id.as_ref()?;
    Some(SourcePiece::text(if *diff_id == node.digest && is_tar {
        "diff_id: true".to_owned()
    } else {
        format!("diff_id: {}", literal::text(diff_id))
    }))
}

/// The members of a descriptor behind the media type, the digest and the size. `None` if these do not stand first.
fn further_members(
    descriptor: &Json<'static>,
) -> Option<Vec<(std::borrow::Cow<'static, str>, Json<'static>)>> {
    let Json::Object(members) = descriptor else { return None };
    let (first, further) = members.split_at_checked(3)?;
    let is_usual = first.iter().map(|(name, _)| &**name).eq(["mediaType", "digest", "size"]);
    is_usual.then(|| further.to_vec())
}
