//! Prints descriptors: the field `descriptor:`, dangling ones and subjects.

use oci_fixture_grammar::annotation;

use super::page::{Group, SourcePiece};
use super::platform::platform_text;
use super::printer::Printer;
use super::stop::Printed;
use crate::declare::descriptor::{Data, Descriptor, Embedded};
use crate::declare::diff_id::{Added, DiffId};
use crate::declare::graph::{DeclaredNode, NodeKind};
use crate::declare::map::Map;
use crate::declare::platform;
use crate::declare::subject::Subject;

impl<'f> Printer<'f> {
    pub(super) fn subject(&mut self, subject: &'f Subject) -> Printed<'f> {
        let Subject(edge) = subject;
        if let Some(label) = self.label(edge)? {
            return Ok(SourcePiece::text(format!("subject: '{label}")));
        }
        let fields = match &edge.node.kind {
            // The fields of `subject:` have no `#[unchecked]` of their own.
            NodeKind::Dangling(descriptor) if !edge.node.unchecked => {
                self.descriptor_fields(descriptor, true)?
            }
            _ => self.sealed_descriptor(edge, None)?,
        };
        Ok(SourcePiece::group("subject:", Group::braces(fields)))
    }

    /// The field `descriptor:`. `None` if it would be empty.
    pub(super) fn descriptor(&mut self, descriptor: &'f Descriptor) -> Printed<'f, Option<SourcePiece>> {
        let fields = self.descriptor_fields(descriptor, false)?;
        Ok((!fields.is_empty()).then(|| SourcePiece::group("descriptor:", Group::braces(fields))))
    }

    /// The fields of a descriptor. A dangling descriptor has no `null`s, because it has no members that follow from a node.
    pub(super) fn descriptor_fields(
        &mut self,
        descriptor: &'f Descriptor,
        is_dangling: bool,
    ) -> Printed<'f, Vec<SourcePiece>> {
        let data = descriptor.data_of();
        // A member that is left out has only its `null`, because a field can be written only once.
        let is_kept = |member: &str| !data.without.contains(&member);
        let mut pieces = Vec::new();
        if is_kept("mediaType") {
            pieces.extend(self.optional("media_type", &data.media_type)?);
        }
        if is_kept("digest") {
            pieces.extend(self.optional("digest", &data.digest)?);
        }
        if let Some(size) = data.size.as_ref().filter(|_| is_kept("size")) {
            pieces.push(SourcePiece::text(format!("size: {}", self.number(size)?)));
        }
        if let Some(platform) = platform::declared(&data.platform).filter(|_| is_kept("platform")) {
            pieces.push(SourcePiece::text(format!("platform: {}", platform_text(platform)?)));
        }
        if is_kept("artifactType") {
            pieces.extend(self.optional("artifact_type", &data.artifact_type)?);
        }
        if !data.urls.is_empty() && is_kept("urls") {
            pieces.push(self.list("urls", &data.urls)?);
        }
        // `ref_name` also sets this annotation.
        let of_ref_name = data.ref_name.as_ref().and_then(|name| {
            data.annotations.0.iter().position(|(key, value)| {
                key.plain() == Some(annotation::REF_NAME) && value.as_ref() == Some(name)
            })
        });
        if is_kept("annotations") {
            pieces.extend(self.map("annotations", &data.annotations, of_ref_name, !is_dangling)?);
        }
        pieces.extend(self.optional("ref_name", &data.ref_name)?);
        match data.data.as_ref().filter(|_| is_kept("data")) {
            Some(Data(Embedded::Own(true))) => pieces.push(SourcePiece::text("data: true")),
            Some(Data(Embedded::Other(content))) => pieces.push(self.data(content)?.behind("data: ")),
            Some(Data(Embedded::Own(false))) | None => {}
        }
        pieces.extend(self.diff_id(&data.diff_id)?);
        for (position, member) in data.without.iter().enumerate() {
            if data.without.iter().take(position).any(|before| before == member) {
                continue;
            }
            let name = match *member {
                "mediaType" => "media_type",
                "artifactType" => "artifact_type",
                member => member,
            };
            pieces.push(SourcePiece::text(format!("{name}: null")));
        }
        for patch in &data.merge {
            pieces.push(self.value(patch)?.behind("merge: "));
        }
        Ok(pieces)
    }

    /// The annotations of a reference that a dangling node leaves out in every place.
    pub(super) fn taken_away(&mut self, node: &'f DeclaredNode) -> Printed<'f, Option<SourcePiece>> {
        let NodeKind::Dangling(descriptor) = &node.kind else { return Ok(None) };
        let mut keys = Vec::new();
        for (key, value) in &descriptor.data_of().annotations.0 {
            if value.is_none() {
                keys.push(SourcePiece::text(format!("{}: null", self.constant(key)?)));
            }
        }
        Ok((!keys.is_empty()).then(|| SourcePiece::group("annotations:", Group::braces(keys))))
    }

    pub(super) fn diff_id(&mut self, diff_id: &'f DiffId) -> Printed<'f, Option<SourcePiece>> {
        Ok(match &diff_id.0 {
            Added::Nothing => None,
            Added::Own => Some(SourcePiece::text("diff_id: true")),
            Added::Text(text) => Some(SourcePiece::text(format!("diff_id: {}", self.text(text)?))),
        })
    }

    /// A map of texts, without the pair at `without`. If `nulls` is set, a pair that is left out is printed as `null`.
    pub(super) fn map(
        &mut self,
        name: &str,
        map: &'f Map,
        without: Option<usize>,
        nulls: bool,
    ) -> Printed<'f, Option<SourcePiece>> {
        let mut pieces = Vec::with_capacity(map.0.len());
        for (position, (key, value)) in map.0.iter().enumerate() {
            if Some(position) == without || value.is_none() && !nulls {
                continue;
            }
            let value = value.as_ref().map_or(Ok("null".to_owned()), |value| self.text(value))?;
            pieces.push(SourcePiece::text(format!("{}: {value}", self.constant(key)?)));
        }
        Ok((!pieces.is_empty()).then(|| SourcePiece::group(format!("{name}:"), Group::braces(pieces))))
    }
}
