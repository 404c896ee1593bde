//! Claims: what a descriptor says of a blob, and which findings follow from the facts of that blob.
//!
//! The code of this module reads no blob, and remembers nothing: a claim follows from the text of a descriptor, and a
//! finding from a claim and facts.

use std::borrow::Cow;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use oci_fixture_grammar::{Digest, Invalid, Platform, uri};

use super::excerpt::excerpt;
use super::facts::annotations::{self, Annotated};
use super::facts::json::JsonValue;
use super::facts::platform;
use super::facts::{check_digest, check_media_type, shape};
use super::kind::FindingKind;
use super::limits::Limits;
use crate::digest::Hasher;
use crate::layer_format::LayerFormat;
use crate::media_type::Role;

/// The readable fields of a descriptor.
pub(super) struct Claim<'d> {
    value: JsonValue<'d>,
    /// The field of the document in which the descriptor is.
    pub(super) field: &'static str,
    /// Whether that document is index.json.
    in_index_json: bool,
    pub(super) media_type: Option<Cow<'d, str>>,
    pub(super) digest: Option<Digest>,
    pub(super) size: Option<u64>,
}

impl<'d> Claim<'d> {
    pub(super) fn of(value: JsonValue<'d>, field: &'static str, in_index_json: bool) -> Self {
        let text = |name| value.get(name).and_then(JsonValue::text);
        Self {
            value,
            field,
            in_index_json,
            media_type: text("mediaType"),
            digest: text("digest").and_then(|digest| Digest::parse(&digest).ok()),
            size: value.get("size").and_then(JsonValue::integer).and_then(|size| size.try_into().ok()),
        }
    }

    /// The role of the blob by the claimed media type.
    pub(super) fn role(&self) -> Option<Role> {
        Role::of(self.media_type.as_deref()?)
    }

    /// Whether the descriptor is an entry of index.json.
    pub(super) fn is_entry(&self) -> bool {
        self.in_index_json && self.field == "manifests"
    }

    fn platform(&self, limits: &Limits) -> Option<Platform> {
        platform::of(self.value.given("platform")?, limits)
    }

    pub(super) fn has_urls(&self) -> bool {
        self.value.given("urls").is_some_and(|urls| urls.items().next().is_some())
    }

    /// The name of an entry of index.json.
    pub(super) fn name(&self) -> Option<Cow<'d, str>> {
        let annotations = self.value.given("annotations")?;
        let text = |name| annotations.given(name).and_then(JsonValue::text);
        text("io.containerd.image.name").or_else(|| text("org.opencontainers.image.ref.name"))
    }

    /// Whether the claim allows that the blob is an index or a manifest.
    pub(super) fn may_have_links(&self) -> bool {
        self.role().map_or(self.field == "manifests", Role::has_descriptors)
    }

    /// Reports each field that is wrong. Returns whether the descriptor refers to the same blob for every reader.
    pub(super) fn check(&self, limits: &Limits, add: &mut dyn FnMut(FindingKind)) -> bool {
        let has_shape = shape::DESCRIPTOR.check(self.value, add);
        let types = [self.media_type.clone(), self.value.get("artifactType").and_then(JsonValue::text)];
        types.into_iter().flatten().for_each(|media_type| check_media_type(&media_type, add));
        if let Some(digest) = self.value.get("digest").and_then(JsonValue::text) {
            check_digest(&digest, add);
        }
        if let Some(platform) = self.value.given("platform") {
            platform::check(platform, "platform.", limits, add);
        }
        let urls = self.value.given("urls").into_iter().flat_map(JsonValue::items);
        for (number, url) in urls.enumerate() {
            let Some(url) = url.text() else { continue };
            let field = format!("urls[{number}]");
            let problem = |invalid: &Invalid| excerpt(&invalid.to_string());
            if let Err(invalid) = uri::check(&url) {
                add(FindingKind::UrlMalformed { field, problem: problem(&invalid) });
            } else if let Err(invalid) = uri::check_http(&url) {
                add(FindingKind::UrlScheme { field, problem: problem(&invalid) });
            }
        }
        if let Some(annotations) = self.value.given("annotations") {
            let of = if self.is_entry() { Annotated::Entry } else { Annotated::Node };
            annotations::check(annotations, of, add);
        }
        if self.media_type.as_deref() == Some(crate::media_type::EMPTY) && !self.is_empty_object() {
            add(FindingKind::EmptyOther);
        }
        if self.field == "subject"
            && let (Some(Role::Config | Role::Layer), Some(media_type)) = (self.role(), &self.media_type)
        {
            add(FindingKind::SubjectOther { media_type: excerpt(media_type) });
        }
        if let Some(data) = self.value.given("data").and_then(JsonValue::text) {
            self.check_data(&data, add);
        }
        has_shape && self.digest.is_some()
    }

    /// Whether the digest and the size are those of `{}`. A field that cannot be read is not compared.
    fn is_empty_object(&self) -> bool {
        let has_digest = self.digest.as_ref().is_none_or(|digest| {
            let mut hasher = Hasher::like(digest);
            hasher.update(b"{}");
            hasher.finish().0 == *digest
        });
        has_digest && self.size.is_none_or(|size| size == 2)
    }

    /// Whether the content has the claimed size. The digest is judged once for each blob.
    pub(super) fn check_size(&self, digest: &Digest, found_size: u64) -> Option<FindingKind> {
        let size = self.size.filter(|size| *size != found_size)?;
        let (digest, found_digest) = (digest.clone(), digest.clone());
        Some(FindingKind::ContentMismatch { digest, size: Some(size), found_digest, found_size })
    }

    /// Whether a missing blob may be stored elsewhere: a subject, or a non-distributable layer with `urls`.
    pub(super) fn may_be_elsewhere(&self) -> bool {
        let is_foreign = self.media_type.as_deref().is_some_and(crate::media_type::is_foreign);
        self.field == "subject" || is_foreign && self.has_urls()
    }

    /// Compares the media type that a document says, if it says one, with the claimed media type.
    pub(super) fn check_media_type(&self, says: Option<&str>) -> Option<FindingKind> {
        let says = says?;
        let expected = self.media_type.as_deref().filter(|expected| *expected != says)?;
        let (descriptor, document) = (excerpt(expected), says.to_owned());
        Some(FindingKind::MediaTypeMismatch { descriptor, document })
    }

    /// Compares the platform of an image with the claimed platform.
    ///
    /// The platform of a manifest is that of its config. In index.json a descriptor may have no platform, and neither needs
    /// the descriptor of an artifact one. `types` are the artifact types of the manifest: those of an artifact begin with
    /// its own type, and those of an image with the media type of its config.
    pub(super) fn check_platform(
        &self,
        config: Option<&Platform>,
        types: &[Box<str>],
        limits: &Limits,
    ) -> Option<FindingKind> {
        let config = config?;
        if self.value.given("platform").is_none() {
            let is_missing = self.field == "manifests"
                && !self.in_index_json
                && self.role() == Some(Role::Manifest)
                && types.first().is_some_and(|first| Role::of(first) == Some(Role::Config))
                && !config.os().is_empty()
                && !config.architecture().is_empty();
            return is_missing.then_some(FindingKind::PlatformMissing);
        }
        let descriptor = self.platform(limits)?;
        if platform::agree(&descriptor, config) {
            return None;
        }
        Some(FindingKind::PlatformMismatch { descriptor, config: config.clone() })
    }

    /// Compares the claimed artifact type with that of the manifest: its own `artifactType`, or its config's media
    /// type.
    pub(super) fn check_artifact_type(&self, found: &[Box<str>]) -> Option<FindingKind> {
        let claimed = self.value.given("artifactType").and_then(JsonValue::text)?;
        let claimed = excerpt(&claimed);
        let manifest = found.first().filter(|_| !found.iter().any(|found| **found == *claimed))?.to_string();
        Some(FindingKind::ArtifactTypeMismatch { descriptor: claimed, manifest })
    }

    /// Whether the claimed media type is that of a layer whose compression the specification does not define, such as
    /// an encrypted one. Its content may be anything.
    pub(super) fn is_layer_of_another_compression(&self) -> bool {
        let compression = self.media_type.as_deref().and_then(crate::media_type::of_layer);
        compression
            .is_some_and(|compression| !crate::media_type::is_compression_of_the_specification(compression))
    }

    /// Compares the compression of a layer with the claimed media type.
    pub(super) fn check_format(&self, found: LayerFormat) -> Option<FindingKind> {
        let media_type = self.media_type.as_deref()?;
        let suffix = crate::media_type::of_layer(media_type)?;
        let is_so = match (suffix, found) {
            // Content that is not a tar is reported when it is read as a tar.
            ("", LayerFormat::Tar | LayerFormat::Other) => true,
            ("gzip", found) => found == LayerFormat::Gzip,
            ("zstd", found) => found == LayerFormat::Zstd,
            ("", _) => false,
            // The content of an unknown compression must not have one of the known formats.
            (_, LayerFormat::Other) => true,
            (suffix, found) => suffix.split('+').next() == Some(&found.to_string()),
        };
        (!is_so).then(|| FindingKind::CompressionMismatch { media_type: excerpt(media_type), found })
    }

    fn check_data(&self, data: &str, add: &mut dyn FnMut(FindingKind)) {
        let Ok(bytes) = STANDARD.decode(data) else { return add(FindingKind::DataMalformed) };
        let Some(digest) = &self.digest else { return };
        let mut hasher = Hasher::like(digest);
        hasher.update(&bytes);
        let (found_digest, found_size) = hasher.finish();
        if found_digest != *digest || self.size.is_some_and(|size| size != found_size) {
            let (digest, size) = (digest.clone(), self.size);
            add(FindingKind::DataMismatch { digest, size, found_digest, found_size });
        }
    }
}

/// Compares the digest of a layer's tar with the `diff_id` in the config, if both are of one algorithm.
pub(super) fn check_diff_id(expected: Option<&Digest>, found: Option<&Digest>) -> Option<FindingKind> {
    let (expected, found) = (expected?, found?);
    let differ = expected.algorithm() == found.algorithm() && expected != found;
    differ.then(|| FindingKind::DiffIdMismatch { expected: expected.clone(), found: found.clone() })
}
