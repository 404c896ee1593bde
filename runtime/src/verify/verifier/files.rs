//! The files of a layout, and what makes them documents.

use std::io::Read;

use super::Verifier;
use crate::media_type;
use crate::store::{Found, INDEX_FILE, LAYOUT_FILE, Name, Store};
use crate::verify::excerpt::{excerpt, of_error};
use crate::verify::field::Field;
use crate::verify::frame::Frame;
use crate::verify::json::{self, Malformed, Value};
use crate::verify::kind::FindingKind;
use crate::verify::limits::Limit;
use crate::verify::role::Role;
use crate::verify::shape;

impl<S: Store> Verifier<'_, S> {
    pub(super) fn oci_layout(&mut self) {
        let Some(bytes) = self.file(LAYOUT_FILE, Name::OciLayout, FindingKind::OciLayoutMissing) else {
            return;
        };
        let Some(text) = self.parse(LAYOUT_FILE, bytes, false) else { return };
        let Some(document) = Value::from_offset(&text, 0) else { return };
        self.check_shape(LAYOUT_FILE, &shape::OCI_LAYOUT, document);
        let version = document.get("imageLayoutVersion").and_then(Value::text);
        if let Some(found) = version.filter(|version| version != "1.0.0") {
            self.findings.add(LAYOUT_FILE, FindingKind::OciLayoutVersion { found: excerpt(&found) });
        }
    }

    pub(super) fn index_json(&mut self) -> Option<Frame> {
        let bytes = self.file(INDEX_FILE, Name::Index, FindingKind::IndexMissing);
        let Some(text) = bytes.and_then(|bytes| self.parse(INDEX_FILE, bytes, true)) else {
            self.blind = true;
            return None;
        };
        let said = Value::from_offset(&text, 0)?.get("mediaType").and_then(Value::text);
        if let Some(said) = said.filter(|said| said != media_type::INDEX) {
            let (descriptor, document) = (media_type::INDEX.to_owned(), excerpt(&said));
            self.findings.add(INDEX_FILE, FindingKind::MediaTypeMismatch { descriptor, document });
        }
        let role = self.check_links(INDEX_FILE, &text, Role::Index, media_type::INDEX)?;
        Some(Frame::new(INDEX_FILE.to_owned(), 1, None, text, role, None))
    }

    /// The bytes of a file that every layout has.
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
        let mut bytes = Vec::new();
        let most = self.limits.document;
        if let Err(error) = reader.take(most.saturating_add(1)).read_to_end(&mut bytes) {
            self.findings.add(place, FindingKind::Unreadable { problem: of_error(&error) });
            return None;
        }
        if bytes.len() as u64 > most {
            self.pass(place, Limit::Document(most));
            return None;
        }
        self.documents = self.documents.saturating_add(bytes.len() as u64);
        if self.documents > self.limits.documents {
            self.pass(place, Limit::Documents(self.limits.documents));
            self.ended = true;
            return None;
        }
        Some(bytes)
    }

    pub(super) fn pass(&mut self, place: &str, limit: Limit) {
        self.findings.add(place, FindingKind::LimitPassed { limit });
        self.blind = true;
    }

    /// The text of a document that is JSON.
    pub(super) fn parse(&mut self, place: &str, bytes: Vec<u8>, has_links: bool) -> Option<String> {
        let mut repeated = false;
        let mut duplicate = |field: &Field| {
            repeated = true;
            let (place, field) = located(place, field, has_links);
            self.findings.add(place, FindingKind::KeyDuplicate { field });
        };
        let problem = match json::check(&bytes, self.limits.json_depth, &mut duplicate) {
            Ok(_) => None,
            Err(Malformed::At { offset, problem }) => {
                Some(FindingKind::JsonMalformed { offset: offset as u64, problem: problem.to_owned() })
            }
            Err(Malformed::TooDeep) => {
                Some(FindingKind::LimitPassed { limit: Limit::JsonDepth(self.limits.json_depth) })
            }
        };
        self.blind |= has_links && (repeated || problem.is_some());
        match problem {
            Some(problem) => {
                self.findings.add(place, problem);
                None
            }
            None => String::from_utf8(bytes).ok(),
        }
    }
}

/// Where a value of a document is: in the node that a descriptor is of, if it stands in one.
fn located(place: &str, field: &Field, has_links: bool) -> (String, String) {
    match field.in_descriptor().filter(|_| has_links) {
        Some((descriptor, field)) => (format!("{place} > {descriptor}"), excerpt(&field.to_string())),
        None => (place.to_owned(), excerpt(&field.to_string())),
    }
}
