//! Links: what a descriptor says.

use std::borrow::Cow;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use oci_fixture_grammar::{Digest, Platform, media_type};

use super::excerpt::excerpt;
use super::hash::Hash;
use super::json::Value;
use super::kind::FindingKind;
use super::role::Role;

/// What a descriptor says, as far as it can be read.
pub(super) struct Link<'d> {
    value: Value<'d>,
    pub(super) media_type: Option<Cow<'d, str>>,
    pub(super) digest: Option<Digest>,
    pub(super) size: Option<u64>,
}

impl<'d> Link<'d> {
    pub(super) fn of(value: Value<'d>) -> Self {
        let text = |name| value.get(name).and_then(Value::text);
        Self {
            value,
            media_type: text("mediaType"),
            digest: text("digest").and_then(|digest| Digest::parse(&digest).ok()),
            size: value.get("size").and_then(Value::integer).and_then(|size| size.try_into().ok()),
        }
    }

    /// As what it says that the blob is to be looked into.
    pub(super) fn role(&self) -> Option<Role> {
        Role::of(self.media_type.as_deref()?)
    }

    pub(super) fn platform(&self) -> Option<Platform> {
        platform(self.value.given("platform")?)
    }

    pub(super) fn has_urls(&self) -> bool {
        self.value.given("urls").is_some_and(|urls| urls.items().next().is_some())
    }

    /// The name of an entry of index.json.
    pub(super) fn name(&self) -> Option<Cow<'d, str>> {
        let annotations = self.value.given("annotations")?;
        let text = |name| annotations.given(name).and_then(Value::text);
        text("io.containerd.image.name").or_else(|| text("org.opencontainers.image.ref.name"))
    }

    /// What is wrong with the values of its fields, besides their types.
    pub(super) fn check(&self, add: &mut dyn FnMut(FindingKind)) {
        let types = [self.media_type.clone(), self.value.get("artifactType").and_then(Value::text)];
        for media_type in types.into_iter().flatten() {
            if let Err(invalid) = media_type::check(&media_type) {
                add(FindingKind::MediaTypeMalformed { problem: excerpt(&invalid.to_string()) });
            }
        }
        if let Some(digest) = self.value.get("digest").and_then(Value::text) {
            check_digest(&digest, add);
        }
        if let Some(data) = self.value.given("data").and_then(Value::text) {
            self.check_data(&data, add);
        }
    }

    fn check_data(&self, data: &str, add: &mut dyn FnMut(FindingKind)) {
        let Ok(bytes) = STANDARD.decode(data) else { return add(FindingKind::DataMalformed) };
        let Some(digest) = &self.digest else { return };
        let (found_digest, found_size) = Hash::of(&bytes, digest);
        if found_digest != *digest || self.size.is_some_and(|size| size != found_size) {
            let (digest, size) = (digest.clone(), self.size);
            add(FindingKind::DataMismatch { digest, size, found_digest, found_size });
        }
    }
}

/// What is wrong with a digest.
pub(super) fn check_digest(text: &str, add: &mut dyn FnMut(FindingKind)) {
    if let Err(invalid) = Digest::parse(text) {
        add(if is_of_unknown_algorithm(text) {
            FindingKind::DigestUnknown { found: excerpt(text) }
        } else {
            FindingKind::DigestMalformed { problem: excerpt(&invalid.to_string()) }
        });
    }
}

/// Whether it fits the [grammar](https://github.com/opencontainers/image-spec/blob/v1.1.1/descriptor.md#digests), but
/// nothing more is known of it.
fn is_of_unknown_algorithm(text: &str) -> bool {
    let Some((algorithm, encoded)) = text.split_once(':') else { return false };
    let is_word = |word: &str| {
        !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
    };
    let is_encoded = |byte: u8| byte.is_ascii_alphanumeric() || b"=_-".contains(&byte);
    !matches!(algorithm, "sha256" | "sha384" | "sha512")
        && algorithm.split(['+', '.', '_', '-']).all(is_word)
        && !encoded.is_empty()
        && encoded.bytes().all(is_encoded)
}

/// The platform that an object says, which has an operating system and an architecture.
pub(super) fn platform(value: Value<'_>) -> Option<Platform> {
    let text = |name| value.given(name).and_then(Value::text);
    let mut platform = Platform::new(&excerpt(&text("os")?), &excerpt(&text("architecture")?));
    if let Some(variant) = text("variant") {
        platform = platform.with_variant(&excerpt(&variant));
    }
    if let Some(version) = text("os.version") {
        platform = platform.with_os_version(&excerpt(&version));
    }
    if let Some(features) = value.given("os.features") {
        let features = features.items().filter_map(Value::text).take(FEATURES);
        platform = platform.with_os_features(features.map(|feature| excerpt(&feature)));
    }
    Some(platform)
}

/// Features of a platform that are looked at.
const FEATURES: usize = 100;
