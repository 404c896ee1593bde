//! Descriptors, and the blobs to which they refer.

use oci_fixture_grammar::Digest;

use super::Verifier;
use super::blobs::Reading;
use super::visit::{NextDescriptor, Visit};
use crate::media_type::{self, Role};
use crate::store::{Found, Name, Store};
use crate::verify::claim::{self, Claim};
use crate::verify::excerpt::excerpt;
use crate::verify::facts::BlobFacts;
use crate::verify::facts::json::{JsonKind, JsonValue};
use crate::verify::facts::layer::{self, Below, KnownEffects, LayerBlob};
use crate::verify::kind::FindingKind;
use crate::verify::limits::Limit;

/// The stored blob of a descriptor.
enum Met {
    /// There is no file.
    Nothing,
    /// The stored file does not match the descriptor, or cannot be read.
    Another,
    /// The blob matches the descriptor, and has this size.
    Blob(u64),
}

impl<S: Store> Verifier<'_, S> {
    /// Judges a descriptor and its blob. Returns the document that is to be visited next.
    pub(super) fn visit(&mut self, parent: &mut Visit, next: NextDescriptor) -> Option<Visit> {
        let mut below = std::mem::take(&mut parent.below);
        let is_layer = next.field == "layers";
        let place = next.place.clone();
        let number = below.len();
        let visited = self.judge(parent, next, &mut below);
        if visited.is_some() {
            // Documents in the place of layers make no image, and may be nested deeply.
            parent.image = None;
        }
        if is_layer && below.len() == number {
            below.add("", &KnownEffects::Unknown);
        }
        if !below.is_within(self.limits) {
            self.findings.add(place, FindingKind::LimitExceeded { limit: Limit::Links(self.limits.links) });
            below.forget();
        }
        parent.below = below;
        visited
    }

    fn judge(&mut self, parent: &Visit, next: NextDescriptor, below: &mut Below) -> Option<Visit> {
        let NextDescriptor { place, field, index, offset } = next;
        self.spent.descriptors += 1;
        if self.spent.descriptors > self.limits.descriptors {
            self.exceed(&place, Limit::Descriptors(self.limits.descriptors));
            return None;
        }
        // An item that is not an object is reported with the list.
        let value = JsonValue::from_offset(parent.text()?, offset)
            .filter(|value| value.kind() == JsonKind::Object)?;
        let claim = Claim::of(value, field, parent.digest.is_none());
        let is_clear = claim.check(self.limits, &mut |kind| self.findings.add(&*place, kind));
        self.blobs.is_complete &= is_clear;
        if claim.is_entry() {
            self.check_name(&place, &claim);
        }
        let digest = claim.digest.clone()?;
        let size = match self.meet(&place, &claim, &digest) {
            Met::Blob(size) => size,
            // A subject need not be stored, so neither need the blobs below it.
            Met::Nothing if field == "subject" => return None,
            Met::Nothing | Met::Another => {
                self.blobs.is_complete &= !claim.may_have_links();
                return None;
            }
        };
        match claim.role() {
            Some(Role::Index | Role::Manifest) if parent.depth > self.limits.nesting => {
                self.exceed(&place, Limit::Nesting(self.limits.nesting));
            }
            Some(role @ (Role::Index | Role::Manifest)) => {
                return self.links(place, parent.depth.saturating_add(1), &claim, &digest, role);
            }
            Some(Role::Config) => self.config(&place, &claim, &digest),
            Some(Role::Layer) if claim.is_layer_of_another_compression() => {
                if let Ok(Found::File { reader, .. }) = self.store.look(Name::Blob(&digest)) {
                    self.findings.extend(&place, claim.check_format(layer::format(reader)));
                }
            }
            Some(Role::Layer) => {
                let image = parent.image.as_ref().filter(|_| field == "layers");
                let diff_id = image.and_then(|image| image.diff_id(index));
                self.layer(&place, &claim, (&digest, size), diff_id, below);
            }
            None => self.other(&place, &claim, &digest, size),
        }
        None
    }

    /// Reports an entry of index.json that has the same name as an entry before it.
    fn check_name(&mut self, place: &str, claim: &Claim<'_>) {
        let Some(name) = claim.name() else { return };
        match self.names.get(&*name) {
            Some(first) => {
                let kind = FindingKind::ReferenceAmbiguous { name: excerpt(&name), first: first.clone() };
                self.findings.add(place, kind);
            }
            None => drop(self.names.insert(name.into_owned(), place.to_owned())),
        }
    }

    /// Judges the blob of a descriptor. The problems of the blob are reported at the first descriptor that refers to it.
    fn meet(&mut self, place: &str, claim: &Claim<'_>, digest: &Digest) -> Met {
        if self.blobs.get(digest).is_none() {
            let facts = BlobFacts::read(self.store.look(Name::Blob(digest)), digest, self.limits);
            if matches!(facts, BlobFacts::Missing) && claim.may_be_elsewhere() {
                // A later descriptor of the blob may not allow that it is missing.
                return Met::Nothing;
            }
            for kind in facts.problems(digest, claim.size) {
                self.findings.add(place, kind);
            }
            self.blobs.insert(digest, facts);
        }
        let Some(size) = self.blobs.size(digest) else {
            let is_missing =
                self.blobs.get(digest).is_some_and(|blob| matches!(blob.facts, BlobFacts::Missing));
            return if is_missing { Met::Nothing } else { Met::Another };
        };
        match claim.check_size(digest, size) {
            Some(kind) => {
                self.findings.add(place, kind);
                Met::Another
            }
            None => Met::Blob(size),
        }
    }

    /// Compares the claims of a descriptor with the known facts of its blob.
    pub(super) fn compare(&mut self, place: &str, claim: &Claim<'_>, digest: &Digest) {
        let kinds = match self.blobs.reading(digest, claim.role()) {
            None | Some(Reading::Unread) => [None, None, None],
            Some(Reading::Links { says, platform, artifact_types }) => [
                claim.check_media_type(says.as_deref()),
                claim.check_platform(platform.as_deref(), artifact_types, self.limits),
                claim.check_artifact_type(artifact_types),
            ],
            Some(Reading::Config(platform)) => {
                [claim.check_platform(platform.as_deref(), &[], self.limits), None, None]
            }
            Some(Reading::Layer(layer)) => [claim.check_format(layer.format), None, None],
            Some(Reading::Other { says }) => {
                let kind = claim.check_media_type(says.as_deref());
                self.blobs.is_complete &= says.is_none();
                [kind, None, None]
            }
        };
        for kind in kinds.into_iter().flatten() {
            // Each media type that a document contradicts is reported once, however many descriptors claim it.
            let is_new = match &kind {
                FindingKind::MediaTypeMismatch { descriptor, .. } => self.blobs.deny(digest, descriptor),
                _ => true,
            };
            if is_new {
                self.findings.add(place, kind);
            }
        }
    }

    fn layer(
        &mut self,
        place: &str,
        claim: &Claim<'_>,
        (digest, size): (&Digest, u64),
        diff_id: Option<&Digest>,
        below: &mut Below,
    ) {
        let role = Some(Role::Layer);
        if let Some(Reading::Layer(layer)) = self.blobs.reading(digest, role) {
            let is_forgotten = matches!(layer.effects, KnownEffects::Forgotten);
            let mismatch = claim::check_diff_id(diff_id, layer.diff_id.as_ref());
            below.add(digest.as_str(), &layer.effects);
            self.compare(place, claim, digest);
            let limit = Limit::AllLinks(self.limits.all_links);
            self.findings.extend(place, is_forgotten.then_some(FindingKind::LimitExceeded { limit }));
            return self.findings.extend(place, mismatch);
        }
        let Ok(Found::File { reader, .. }) = self.store.look(Name::Blob(digest)) else { return };
        let is_plain = claim.media_type.as_deref().and_then(media_type::of_layer) == Some("");
        let diff_id_like = diff_id.unwrap_or(digest);
        let blob = LayerBlob { digest, size, is_plain, diff_id_like, below, limits: self.limits };
        let mut problems = self.problems();
        let mut layer = blob.read(reader, &mut problems);
        let mismatch = claim::check_diff_id(diff_id, layer.diff_id.as_ref());
        below.add(digest.as_str(), &layer.effects);
        self.spent.links += layer.effects.len();
        if self.spent.links > self.limits.all_links && layer.effects.len() > 0 {
            layer.effects = KnownEffects::Forgotten;
        }
        self.blobs.remember(digest, role, Reading::Layer(Box::new(layer)));
        self.compare(place, claim, digest);
        self.report(place, problems);
        self.findings.extend(place, mismatch);
    }
}
