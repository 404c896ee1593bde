//! Descriptors, and the blobs that they refer to.

use std::rc::Rc;

use oci_fixture_grammar::Digest;

use super::Verifier;
use crate::media_type;
use crate::store::{Found, Name, Store};
use crate::verify::blobs::{Layer, Stored};
use crate::verify::excerpt::excerpt;
use crate::verify::frame::{Frame, Next};
use crate::verify::json::{Kind, Value};
use crate::verify::kind::FindingKind;
use crate::verify::layer::{self, Below, Effects, Judged};
use crate::verify::limits::Limit;
use crate::verify::link::Link;
use crate::verify::role::Role;
use crate::verify::shape;

/// Paths that are remembered of all layers together.
const REMEMBERED: usize = 200_000;

impl<S: Store> Verifier<'_, S> {
    /// Looks at a descriptor, and at its blob; gives the document that is to be visited next.
    pub(super) fn visit(&mut self, parent: &mut Frame, next: Next) -> Option<Frame> {
        let mut below = std::mem::take(&mut parent.below);
        let is_layer = next.field == "layers";
        let number = below.len();
        let visited = self.judge(parent, next, &mut below);
        if visited.is_some() {
            // Documents in the place of layers are no image, and there may be many in one another.
            parent.image = None;
        }
        if is_layer && below.len() == number {
            // It cannot be told what it does.
            below.add("", None);
        }
        parent.below = below;
        visited
    }

    fn judge(&mut self, parent: &Frame, next: Next, below: &mut Below) -> Option<Frame> {
        let Next { place, field, index, offset } = next;
        self.descriptors += 1;
        if self.descriptors > self.limits.descriptors {
            self.pass(&place, Limit::Descriptors(self.limits.descriptors));
            self.ended = true;
            return None;
        }
        // That something else is no object is said of the list.
        let value =
            Value::from_offset(parent.text()?, offset).filter(|value| value.kind() == Kind::Object)?;
        let link = Link::of(value);
        self.blind |= !self.check_shape(&place, &shape::DESCRIPTOR, value);
        link.check(&mut |kind| self.findings.add(&*place, kind));
        if parent.digest.is_none() && field == "manifests" {
            self.check_name(&place, &link);
        }
        let role = link.role();
        let Some(digest) = link.digest.clone() else {
            self.blind = true;
            return None;
        };
        let may_refer = role.is_some_and(Role::has_links) || role.is_none() && field == "manifests";
        if !self.check_content(&place, field, &link, &digest) {
            // What a subject is about is missed by nobody.
            let blob = self.blobs.get(self.store, &digest, self.limits);
            self.blind |= may_refer && !(field == "subject" && matches!(blob.stored, Stored::Nothing));
            return None;
        }
        match role {
            Some(Role::Index | Role::Manifest) if parent.depth > self.limits.nesting => {
                self.pass(&place, Limit::Nesting(self.limits.nesting));
                None
            }
            Some(role @ (Role::Index | Role::Manifest)) => {
                self.open(place, parent.depth.saturating_add(1), &link, &digest, role)
            }
            Some(Role::Config) => {
                self.config(&place, &link, &digest);
                None
            }
            Some(Role::Layer) => {
                let diff_id = parent.image.as_ref().filter(|_| field == "layers");
                let diff_id = diff_id.and_then(|image| image.diff_id(index));
                self.layer(&place, &link, &digest, diff_id, below);
                None
            }
            None => {
                if field == "manifests" {
                    self.check_other(&place, &link, &digest);
                }
                None
            }
        }
    }

    /// Whether the name of an entry of index.json is its own.
    fn check_name(&mut self, place: &str, link: &Link<'_>) {
        let Some(name) = link.name() else { return };
        match self.names.get(&*name) {
            Some(first) => {
                let kind = FindingKind::ReferenceAmbiguous { name: excerpt(&name), first: first.clone() };
                self.findings.add(place, kind);
            }
            None => drop(self.names.insert(name.into_owned(), place.to_owned())),
        }
    }

    /// Whether a blob is there, and what its descriptor says.
    fn check_content(&mut self, place: &str, field: &str, link: &Link<'_>, digest: &Digest) -> bool {
        let blob = self.blobs.get(self.store, digest, self.limits);
        let is_foreign = || link.media_type.as_deref().is_some_and(media_type::is_foreign) && link.has_urls();
        // What a subject is about may be elsewhere.
        if !(matches!(blob.stored, Stored::Nothing) && (field == "subject" || is_foreign())) {
            blob.report(digest, link.size, &mut |kind| self.findings.add(place, kind));
        }
        let Some(found_size) = blob.size() else { return false };
        if link.size.is_some_and(|size| size != found_size) {
            let kind = FindingKind::ContentMismatch {
                digest: digest.clone(),
                size: link.size,
                found_digest: digest.clone(),
                found_size,
            };
            self.findings.add(place, kind);
            return false;
        }
        true
    }

    fn layer(
        &mut self,
        place: &str,
        link: &Link<'_>,
        digest: &Digest,
        diff_id: Option<&Digest>,
        below: &mut Below,
    ) {
        let media_type = link.media_type.as_deref().unwrap_or_default();
        let blob = self.blobs.get(self.store, digest, self.limits);
        let found = match (blob.layer.clone(), blob.size()) {
            (Some(layer), _) => {
                if let Some(kind) = layer::check_format(media_type, layer.format) {
                    self.findings.add(place, kind);
                }
                layer
            }
            (None, Some(size)) => {
                let Ok(Found::File { reader, .. }) = self.store.look(Name::Blob(digest)) else { return };
                let judged = Judged { place, media_type, digest, size, diff_id, below, limits: self.limits };
                let layer = Rc::new(judged.judge(reader, &mut self.findings));
                self.remember(digest, &layer);
                layer
            }
            (None, None) => return,
        };
        below.add(digest.as_str(), found.effects.as_ref());
        if let (Some(expected), Some(found)) = (diff_id, &found.diff_id)
            && expected.algorithm() == found.algorithm()
            && expected != found
        {
            let (expected, found) = (expected.clone(), found.clone());
            self.findings.add(place, FindingKind::DiffIdMismatch { expected, found });
        }
    }

    /// Keeps what was found of a layer; but what it does upon those below not where that is much.
    fn remember(&mut self, digest: &Digest, layer: &Rc<Layer>) {
        self.remembered += layer.effects.as_ref().map_or(0, Effects::len);
        let kept = if self.remembered > REMEMBERED {
            Rc::new(Layer { format: layer.format, diff_id: layer.diff_id.clone(), effects: None })
        } else {
            Rc::clone(layer)
        };
        self.blobs.get(self.store, digest, self.limits).layer = Some(kept);
    }
}
