//! The files of a layout, and reading them as documents.

use std::io::Read;

use super::Verifier;
use super::visit::Visit;
use crate::image_layout::{INDEX_FILE, LAYOUT_FILE};
use crate::media_type;
use crate::media_type::Role;
use crate::store::{Found, Name, Store};
use crate::verify::excerpt::{excerpt, of_error};
use crate::verify::facts::json::JsonValue;
use crate::verify::facts::links::LinksFacts;
use crate::verify::facts::{self, shape, text};
use crate::verify::kind::FindingKind;
use crate::verify::limits::Limit;

impl<S: Store> Verifier<'_, S> {
    pub(super) fn oci_layout(&mut self) {
        let Some(bytes) = self.file(LAYOUT_FILE, Name::OciLayout, FindingKind::OciLayoutMissing) else {
            return;
        };
        let Some(text) = self.parse(LAYOUT_FILE, bytes, false) else { return };
        let Some(document) = JsonValue::from_offset(&text, 0) else { return };
        shape::OCI_LAYOUT.check(document, &mut |kind| self.findings.add(LAYOUT_FILE, kind));
        let version = document.get("imageLayoutVersion").and_then(JsonValue::text);
        if let Some(found) = version.filter(|version| version != "1.0.0") {
            self.findings.add(LAYOUT_FILE, FindingKind::OciLayoutVersion { found: excerpt(&found) });
        }
    }

    pub(super) fn index_json(&mut self) -> Option<Visit> {
        let bytes = self.file(INDEX_FILE, Name::Index, FindingKind::IndexMissing);
        let Some(text) = bytes.and_then(|bytes| self.parse(INDEX_FILE, bytes, true)) else {
            self.blobs.is_complete = false;
            return None;
        };
        let document = JsonValue::from_offset(&text, 0)?;
        let mut problems = self.problems();
        let facts = LinksFacts::of(document, Role::Index, true, &mut problems);
        self.blobs.is_complete &= facts.is_complete;
        if let Some(document) = facts.says.filter(|says| **says != *media_type::INDEX) {
            let (descriptor, document) = (media_type::INDEX.to_owned(), document.into());
            self.findings.add(INDEX_FILE, FindingKind::MediaTypeMismatch { descriptor, document });
        }
        self.report(INDEX_FILE, problems);
        Some(Visit::new(INDEX_FILE.to_owned(), 1, None, text, facts.role, None))
    }

    /// The bytes of index.json or oci-layout.
    fn file(&mut self, place: &str, name: Name<'_>, missing: FindingKind) -> Option<Vec<u8>> {
        let store = self.store;
        let problem = match store.look(name) {
            Ok(Found::File { linked, reader, .. }) => {
                if linked {
                    self.findings.add(place, FindingKind::Symlink { outside: false });
                }
                return self.read(place, reader);
            }
            Ok(Found::Nothing) => missing,
            Ok(Found::Outside) => FindingKind::Symlink { outside: true },
            Ok(Found::NoFile) => FindingKind::NotAFile,
            Err(error) => FindingKind::Unreadable { problem: of_error(&error) },
        };
        self.findings.add(place, problem);
        None
    }

    /// The bytes of a document.
    pub(super) fn read(&mut self, place: &str, reader: impl Read) -> Option<Vec<u8>> {
        let bytes = match facts::document(reader, self.limits) {
            Ok(bytes) => bytes,
            Err(kind) => {
                self.blobs.is_complete = false;
                self.findings.add(place, *kind);
                return None;
            }
        };
        self.spent.documents = self.spent.documents.saturating_add(bytes.len() as u64);
        if self.spent.documents > self.limits.documents {
            self.exceed(place, Limit::Documents(self.limits.documents));
            return None;
        }
        Some(bytes)
    }

    /// Reports an exceeded limit, beyond which there may be further descriptors.
    pub(super) fn exceed(&mut self, place: &str, limit: Limit) {
        self.findings.add(place, FindingKind::LimitExceeded { limit });
        self.blobs.is_complete = false;
    }

    /// The text of a document, if it is JSON.
    pub(super) fn parse(&mut self, place: &str, bytes: Vec<u8>, has_links: bool) -> Option<String> {
        let mut problems = self.problems();
        let text = text::read(bytes, has_links, self.limits, &mut problems);
        self.blobs.is_complete &= !has_links || problems.is_empty();
        self.report(place, problems);
        text
    }
}
