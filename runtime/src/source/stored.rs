//! Prints as bytes the nodes for which the language has no other form: a layer of a user's own encoder, and nodes of
//! another layout.

use std::borrow::Cow;

use super::literal;
use super::page::{Group, SourcePiece};
use super::printer::Printer;
use super::stop::{PrintStop, Printed};
use super::words::{document, json};
use crate::declare::content::Content;
use crate::declare::copied::CopiedData;
use crate::declare::descriptor::{self, Descriptor};
use crate::declare::encoded::SealedNode;
use crate::declare::graph::Edge;
use crate::json::Json;
use crate::media_type::Role;

impl<'f> Printer<'f> {
    /// The sealed node of an edge.
    pub(super) fn sealed_node(&self, edge: &Edge) -> Printed<'f, &'f SealedNode> {
        self.context()?.sealed(edge).ok_or_else(|| PrintStop::unsayable("a node has no digest"))
    }

    /// The sealed bytes of a node as a content.
    pub(super) fn sealed_bytes(&mut self, edge: &Edge) -> Printed<'f> {
        let content = self.context()?.bytes(edge);
        let size = self.sealed_node(edge)?.blob.as_ref().map_or(0, |(_, size)| *size);
        self.resolved(&content, size)
    }

    /// A content without labels.
    pub(super) fn resolved(&mut self, content: &Content, size: u64) -> Printed<'f> {
        if let Some(file) = self.beside(content, size)? {
            return Ok(SourcePiece::text(file));
        }
        let bytes = self.bytes(content)?;
        Ok(match json(&bytes) {
            Some(json) => document(&json).behind("json "),
            None => SourcePiece::text(literal::bytes(&bytes)),
        })
    }

    /// The fields of the descriptor of a node that has no label in the text: of a subject, or of a `dangling`.
    pub(super) fn sealed_descriptor(
        &self,
        edge: &'f Edge,
        diff_id: Option<SourcePiece>,
    ) -> Printed<'f, Vec<SourcePiece>> {
        let (context, node) = (self.context()?, self.sealed_node(edge)?);
        let descriptor = Json::of(|out| descriptor::write(out, edge, node, &[], None, &context));
        let what = edge.node.keyword();
        let further = further_members(&descriptor).ok_or_else(|| {
            PrintStop::unsayable(format!("the descriptor of a {what} has members of its own"))
        })?;
        let identity = ["mediaType", "digest", "size"].map(|name| match descriptor.get(name) {
            Some(Json::Text(text) | Json::Number(text)) => text.clone().into_owned(),
            _ => String::new(),
        });
        let [media_type, digest, size] = &identity;
        let is_honest =
            Descriptor::new().media_type(media_type).digest(digest).size(size).check_whole(false).is_ok();
        if !is_honest {
            return Err(PrintStop::unsayable(format!("the descriptor of a {what} has wrong values")));
        }
        let mut pieces = identity_fields(&identity);
        pieces.extend(diff_id);
        pieces.extend((!further.is_empty()).then(|| document(&Json::Object(further)).behind("merge: ")));
        Ok(pieces)
    }

    /// Whether the checks of the language accept the sealed bytes as a tar.
    fn is_tar(&self, edge: &Edge) -> Printed<'f, bool> {
        Ok(self.context()?.bytes(edge).check_tar().is_ok())
    }

    /// A layer of a user's own encoder, as a blob. `described` prints the fields of its descriptor.
    pub(super) fn encoded_layer(&mut self, edge: &Edge, described: Option<SourcePiece>) -> Printed<'f> {
        let node = self.sealed_node(edge)?;
        let mut pieces = vec![self.sealed_bytes(edge)?.behind("content: ")];
        pieces.extend(diff_id(node, self.is_tar(edge)?));
        pieces.extend(described);
        Ok(SourcePiece::group(format!("blob {}", literal::text(&node.media_type)), Group::braces(pieces)))
    }

    /// The config of a manifest with a base image. It has fields of the config of that image.
    pub(super) fn config_of_base(&mut self, edge: &'f Edge, described: Option<SourcePiece>) -> Printed<'f> {
        let mut pieces = vec![self.sealed_bytes(edge)?.behind("raw: ")];
        pieces.extend(described);
        Ok(SourcePiece::group("config", Group::braces(pieces)))
    }

    /// A node of another layout. The nodes below it are declared at the beginning.
    pub(super) fn copied(&mut self, copied: &'f CopiedData, edge: &'f Edge, listed: bool) -> Printed<'f> {
        let node = self.sealed_node(edge)?;
        let media_type = copied.member("mediaType");
        let digest = copied.member("digest");
        if node.is_wrong {
            return Err(PrintStop::unsayable(format!(
                "the blob `{digest}` is copied with other bytes than its own"
            )));
        }
        let extra = further_members(&copied.descriptor).ok_or_else(|| {
            PrintStop::unsayable(format!("the descriptor of the blob `{digest}` has members of its own"))
        })?;
        let merge = (!extra.is_empty()).then(|| document(&Json::Object(extra)).behind("merge: "));
        if copied.content.is_none() {
            let size = copied.member("size");
            let mut pieces = identity_fields(&[media_type, digest, size]);
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
        pieces.extend(diff_id(node, self.is_tar(edge)?));
        pieces.extend(merge);
        Ok(SourcePiece::group(text, Group::braces(pieces)))
    }
}

/// Whether the checks refuse a blob of this media type, or a blob of a layer's media type without a `diff_id`.
pub(super) fn is_unchecked_blob(copied: &CopiedData) -> bool {
    match Role::of(copied.member("mediaType")) {
        Some(Role::Layer) => copied.diff_id.is_none(),
        role => role.is_some(),
    }
}

/// The field `diff_id:`. Its value is `true` only if the content is a tar.
pub(super) fn diff_id(node: &SealedNode, is_tar: bool) -> Option<SourcePiece> {
    let diff_id = node.diff_id.as_ref()?;
    Some(SourcePiece::text(if *diff_id == node.digest && is_tar {
        "diff_id: true".to_owned()
    } else {
        format!("diff_id: {}", literal::text(diff_id))
    }))
}

/// The fields for the media type, the digest and the size of a descriptor.
fn identity_fields(identity: &[impl AsRef<str>; 3]) -> Vec<SourcePiece> {
    let [media_type, digest, size] = identity.each_ref().map(AsRef::as_ref);
    vec![
        SourcePiece::text(format!("media_type: {}", literal::text(media_type))),
        SourcePiece::text(format!("digest: {}", literal::text(digest))),
        SourcePiece::text(format!("size: {size}")),
    ]
}

/// The members of a descriptor behind the media type, the digest and the size, as a `merge` adds them. `None` if these three
/// are not the first members, or if no `merge` gives the others: if a key occurs twice, or a value is `null`.
fn further_members<'d>(descriptor: &Json<'d>) -> Option<Vec<(Cow<'d, str>, Json<'d>)>> {
    let Json::Object(members) = descriptor else { return None };
    let (first, further) = members.split_at_checked(3)?;
    let is_usual = first.iter().map(|(name, _)| &**name).eq(["mediaType", "digest", "size"]);
    let mut merged = Json::Object(first.to_vec());
    merged.merge(Json::Object(further.to_vec()));
    (is_usual && merged == *descriptor).then(|| further.to_vec())
}
