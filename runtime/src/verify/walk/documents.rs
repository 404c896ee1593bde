//! Documents to which descriptors refer: indexes, manifests and configs.

use oci_fixture_grammar::Digest;

use super::Verifier;
use super::blobs::Reading;
use super::visit::Visit;
use crate::media_type::Role;
use crate::store::{Found, Name, Store};
use crate::verify::claim::Claim;
use crate::verify::diff_ids::ExpectedDiffIds;
use crate::verify::facts::config::{self, ConfigFacts};
use crate::verify::facts::json::{self, JsonValue};
use crate::verify::facts::links::LinksFacts;
use crate::verify::facts::{self, BlobFacts, platform, text};

impl<S: Store> Verifier<'_, S> {
    /// Judges an index or a manifest, which is to be visited if it is read for the first time.
    pub(super) fn links(
        &mut self,
        place: String,
        depth: u32,
        claim: &Claim<'_>,
        digest: &Digest,
        role: Role,
    ) -> Option<Visit> {
        if self.blobs.reading(digest, Some(role)).is_some() {
            self.compare(&place, claim, digest);
            return None;
        }
        let text = self.blob(&place, digest).and_then(|bytes| self.parse(&place, bytes, true));
        let Some(document) = text.as_deref().and_then(|text| JsonValue::from_offset(text, 0)) else {
            self.blobs.remember(digest, Some(role), Reading::Unread);
            return None;
        };
        let mut problems = self.problems();
        let facts = LinksFacts::of(document, role, false, &mut problems);
        self.blobs.is_complete &= facts.is_complete;
        let config = if facts.role == Role::Manifest { self.config_of(&place, document) } else { None };
        let LinksFacts { says, artifact_types, role: found, .. } = facts;
        let platform = config.as_ref().and_then(|config| config.platform.clone()).map(Box::new);
        self.blobs.remember(digest, Some(role), Reading::Links { says, platform, artifact_types });
        self.compare(&place, claim, digest);
        self.report(&place, problems);
        let image = config.map_or(Ok(None), |config| ExpectedDiffIds::of(document, config));
        let image = image.unwrap_or_else(|kind| {
            self.findings.add(&*place, *kind);
            None
        });
        Some(Visit::new(place, depth, Some(digest.clone()), text?, found, image))
    }

    pub(super) fn config(&mut self, place: &str, claim: &Claim<'_>, digest: &Digest) {
        let mut problems = self.problems();
        if self.blobs.reading(digest, Some(Role::Config)).is_none() {
            let text = self.blob(place, digest).and_then(|bytes| self.parse(place, bytes, false));
            let document = text.as_deref().and_then(|text| JsonValue::from_offset(text, 0));
            let reading = match document.map(|document| (document, text::says_links(document))) {
                None => Reading::Unread,
                Some((_, says @ Some(_))) => Reading::Other { says },
                Some((document, None)) => {
                    config::check(document, self.limits, &mut |kind| problems.add(kind));
                    Reading::Config(platform::of(document, self.limits).map(Box::new))
                }
            };
            self.blobs.remember(digest, Some(Role::Config), reading);
        }
        self.compare(place, claim, digest);
        self.report(place, problems);
    }

    /// Judges a blob of a media type that the specification does not define. Its content may nevertheless say that it
    /// is an index or a manifest.
    pub(super) fn other(&mut self, place: &str, claim: &Claim<'_>, digest: &Digest, size: u64) {
        if self.blobs.reading(digest, None).is_none() {
            // A blob that is too large for a document is not a document, and exceeds no limit.
            let bytes = match self.store.look(Name::Blob(digest)) {
                Ok(Found::File { reader, .. }) if size <= self.limits.document => {
                    facts::document(reader, self.limits).ok()
                }
                _ => None,
            };
            let says = bytes.and_then(|bytes| text::sniff(&bytes, self.limits));
            self.blobs.remember(digest, None, Reading::Other { says });
        }
        self.compare(place, claim, digest);
    }

    /// The config of a manifest, if it is that of an image and can be read. Its problems are reported when its own
    /// descriptor is visited.
    fn config_of(&mut self, place: &str, manifest: JsonValue<'_>) -> Option<ConfigFacts> {
        let claim = Claim::of(manifest.get("config")?, "config", false);
        let digest = claim.digest.as_ref().filter(|_| claim.role() == Some(Role::Config))?;
        let found = self.store.look(Name::Blob(digest));
        if !matches!(&found, Ok(Found::File { size, .. }) if *size <= self.limits.document) {
            return None;
        }
        let size = match self.blobs.size(digest) {
            None => BlobFacts::read(found, digest, self.limits).size()?,
            Some(size) => size,
        };
        if claim.size.is_some_and(|said| said != size) {
            return None;
        }
        let bytes = self.blob(place, digest)?;
        let config = json::check(&bytes, self.limits.json_depth, &mut |_| ()).ok()?;
        Some(ConfigFacts::of(config, self.limits))
    }

    /// The bytes of a blob, if they match its digest.
    fn blob(&mut self, place: &str, digest: &Digest) -> Option<Vec<u8>> {
        match self.store.look(Name::Blob(digest)) {
            Ok(Found::File { reader, .. }) => self.read(place, reader),
            _ => None,
        }
    }
}
