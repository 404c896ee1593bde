//! Documents that descriptors refer to: indexes, manifests and configs.

use std::io::Read;

use oci_fixture_grammar::{Digest, Platform};

use super::Verifier;
use crate::store::{Found, Name, Store};
use crate::verify::config::{self, Config};
use crate::verify::document::Document;
use crate::verify::excerpt::excerpt;
use crate::verify::frame::Frame;
use crate::verify::image::Image;
use crate::verify::json::{self, Value};
use crate::verify::kind::FindingKind;
use crate::verify::link::{self, Link};
use crate::verify::role::Role;
use crate::verify::shape::{self, Shape};

impl<S: Store> Verifier<'_, S> {
    /// An index or a manifest.
    pub(super) fn open(
        &mut self,
        place: String,
        depth: u32,
        link: &Link<'_>,
        digest: &Digest,
        role: Role,
    ) -> Option<Frame> {
        let blob = self.blobs.get(self.store, digest, self.limits);
        let said = blob.media_type.clone();
        // What says itself what it is, is one document whatever descriptors say.
        if said.is_some() || !blob.open(role) {
            let platform = blob.platform.as_deref().cloned();
            if let Some(said) = said {
                self.check_media_type(&place, link, digest, &said);
            }
            self.check_platform(&place, link, platform);
            return None;
        }
        let bytes = self.blob(&place, digest)?;
        let Some(text) = self.parse(&place, bytes, true) else {
            // Nor is it JSON as anything else.
            let blob = self.blobs.get(self.store, digest, self.limits);
            let _ = (blob.open(Role::Index), blob.open(Role::Manifest));
            return None;
        };
        let said = Value::from_offset(&text, 0)?.get("mediaType").and_then(Value::text);
        if let Some(said) = said {
            self.check_media_type(&place, link, digest, &said);
            self.blobs.get(self.store, digest, self.limits).media_type = Some(excerpt(&said).into());
        }
        let role = self.check_links(&place, &text, role, link.media_type.as_deref().unwrap_or_default())?;
        let mut image = None;
        if role == Role::Manifest
            && let Some(document) = Value::from_offset(&text, 0)
            && let Some(config) = self.config_of(&place, document)
        {
            self.blobs.get(self.store, digest, self.limits).platform = config.platform.clone().map(Box::new);
            self.check_platform(&place, link, config.platform.clone());
            match Image::of(document, config) {
                Ok(found) => image = found,
                Err(kind) => self.findings.add(&*place, kind),
            }
        }
        Some(Frame::new(place, depth, Some(digest.clone()), text, role, image))
    }

    pub(super) fn config(&mut self, place: &str, link: &Link<'_>, digest: &Digest) {
        if self.blobs.get(self.store, digest, self.limits).open(Role::Config) {
            let Some(bytes) = self.blob(place, digest) else { return };
            let Some(text) = self.parse(place, bytes, false) else { return };
            let Some(document) = Value::from_offset(&text, 0) else { return };
            if self.check_other_type(place, link, digest, document) {
                return;
            }
            self.check_shape(place, &shape::CONFIG, document);
            config::check(document, &mut |kind| self.findings.add(place, kind));
            self.blobs.get(self.store, digest, self.limits).platform = link::platform(document).map(Box::new);
        }
        let platform = self.blobs.get(self.store, digest, self.limits).platform.as_deref().cloned();
        self.check_platform(place, link, platform);
    }

    /// Something in an index of a media type that is not looked into: whether it is a document by what it says itself.
    pub(super) fn check_other(&mut self, place: &str, link: &Link<'_>, digest: &Digest) {
        let sniffed = self.blobs.get(self.store, digest, self.limits).sniffed.clone();
        let said = sniffed.unwrap_or_else(|| self.sniff(digest).unwrap_or_default());
        self.blobs.get(self.store, digest, self.limits).sniffed = Some(said.clone());
        if !said.is_empty() {
            self.check_media_type(place, link, digest, &said);
            self.blind = true;
        }
    }

    /// The media type that a blob says, if it is an index or a manifest. What is none is not counted as a document.
    fn sniff(&self, digest: &Digest) -> Option<Box<str>> {
        let most = self.limits.document;
        let Ok(Found::File { size, reader, .. }) = self.store.look(Name::Blob(digest)) else { return None };
        let mut bytes = Vec::new();
        if size > most || reader.take(most).read_to_end(&mut bytes).is_err() {
            return None;
        }
        let document = json::check(&bytes, self.limits.json_depth, &mut |_| ()).ok()?;
        let said = document.get("mediaType").and_then(Value::text)?;
        Role::of(&said).is_some_and(Role::has_links).then(|| excerpt(&said).into())
    }

    /// Whether nothing is wrong with the fields.
    pub(super) fn check_shape(&mut self, place: &str, shape: &Shape, document: Value<'_>) -> bool {
        let mut is_right = true;
        shape.check(document, &mut |_, kind| {
            is_right &= matches!(kind, FindingKind::KeyCase { .. });
            self.findings.add(place, kind);
        });
        is_right
    }

    /// What is wrong with an index or a manifest by itself; and as which of the two it is to be visited.
    pub(super) fn check_links(
        &mut self,
        place: &str,
        text: &str,
        mut role: Role,
        expected: &str,
    ) -> Option<Role> {
        let document = Value::from_offset(text, 0)?;
        let is_index = document.get("manifests").is_some();
        let is_manifest = document.get("layers").is_some() || document.get("config").is_some();
        let said = document.get("mediaType").and_then(Value::text);
        if said.is_some_and(|said| said != expected) {
            // One of them is wrong; what is there tells which.
            role = match (is_index, is_manifest) {
                (true, false) => Role::Index,
                (false, true) => Role::Manifest,
                _ => role,
            };
        }
        if is_index && is_manifest {
            self.findings.add(place, FindingKind::ManifestAndIndex);
            self.blind = true;
        }
        let (shape, kind) = match role {
            Role::Manifest => (&shape::MANIFEST, Document::Manifest),
            _ => (&shape::INDEX, Document::Index),
        };
        self.blind |= !self.check_shape(place, shape, document);
        if let Some(version) = document.get("schemaVersion").filter(|version| version.integer().is_some())
            && version.integer() != Some(2)
        {
            let found = excerpt(version.raw());
            self.findings.add(place, FindingKind::SchemaVersion { document: kind, found });
        }
        Some(role)
    }

    /// Whether a document says that it is an index or a manifest, unlike its descriptor.
    fn check_other_type(
        &mut self,
        place: &str,
        link: &Link<'_>,
        digest: &Digest,
        document: Value<'_>,
    ) -> bool {
        let Some(said) = document.get("mediaType").and_then(Value::text) else { return false };
        let is_other = Role::of(&said).is_some_and(Role::has_links);
        if is_other {
            self.check_media_type(place, link, digest, &said);
            self.blind = true;
        }
        is_other
    }

    /// Whether a document says the media type that its descriptor says. Of a blob that several descriptors take for the
    /// same, it is said once.
    fn check_media_type(&mut self, place: &str, link: &Link<'_>, digest: &Digest, said: &str) {
        let Some(expected) = link.media_type.as_deref().filter(|expected| *expected != said) else { return };
        let (descriptor, document) = (excerpt(expected), excerpt(said));
        if self.mistaken.insert((digest.clone(), descriptor.clone())) {
            self.findings.add(place, FindingKind::MediaTypeMismatch { descriptor, document });
        }
    }

    fn check_platform(&mut self, place: &str, link: &Link<'_>, config: Option<Platform>) {
        if let (Some(descriptor), Some(config)) = (link.platform(), config)
            && descriptor.normalized() != config.normalized()
        {
            self.findings.add(place, FindingKind::PlatformMismatch { descriptor, config });
        }
    }

    /// The config of a manifest, if it is an image's and can be read. What is wrong with it is said where it is visited.
    fn config_of(&mut self, place: &str, manifest: Value<'_>) -> Option<Config> {
        let link = Link::of(manifest.get("config")?);
        let digest = link.digest.as_ref().filter(|_| link.role() == Some(Role::Config))?;
        let size = self.blobs.get(self.store, digest, self.limits).size()?;
        if link.size.is_some_and(|said| said != size) || size > self.limits.document {
            return None;
        }
        let bytes = self.blob(place, digest)?;
        json::check(&bytes, self.limits.json_depth, &mut |_| ()).ok().map(Config::of)
    }

    /// The bytes of a blob that is what its digest says.
    fn blob(&mut self, place: &str, digest: &Digest) -> Option<Vec<u8>> {
        match self.store.look(Name::Blob(digest)) {
            Ok(Found::File { reader, .. }) => self.read(place, reader),
            _ => None,
        }
    }
}
