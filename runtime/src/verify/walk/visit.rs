//! Visits: documents whose descriptors are being visited.

use std::collections::VecDeque;

use oci_fixture_grammar::Digest;

use crate::media_type::Role;
use crate::verify::diff_ids::ExpectedDiffIds;
use crate::verify::facts::json::{JsonItems, JsonKind, JsonValue};
use crate::verify::facts::layer::Below;

/// A document, with the descriptors that are still to be visited.
pub(super) struct Visit {
    /// The place of the document.
    pub(super) place: String,
    /// The number of documents on the way from index.json to it, both included.
    pub(super) depth: u32,
    /// The digest of the document. `None` for index.json.
    pub(super) digest: Option<Digest>,
    /// The document. `None` while it is not held.
    text: Option<String>,
    length: usize,
    /// The fields whose descriptors are still to be visited.
    rest: VecDeque<DescriptorField>,
    /// The number of visited items of the first such field.
    visited: usize,
    /// The `diff_ids` of a manifest's layers.
    pub(super) image: Option<ExpectedDiffIds>,
    /// The layers of the manifest that were visited.
    pub(super) below: Below,
}

/// A field with descriptors, and the position of the next descriptor in the document.
struct DescriptorField {
    name: &'static str,
    is_list: bool,
    offset: usize,
}

/// A descriptor that is to be visited.
pub(super) struct NextDescriptor {
    pub(super) place: String,
    pub(super) field: &'static str,
    pub(super) index: usize,
    /// Its position in the document.
    pub(super) offset: usize,
}

impl Visit {
    /// A document that was checked.
    pub(super) fn new(
        place: String,
        depth: u32,
        digest: Option<Digest>,
        text: String,
        role: Role,
        image: Option<ExpectedDiffIds>,
    ) -> Self {
        let fields: &[(&str, bool)] = match role {
            Role::Manifest => &[("config", false), ("layers", true), ("subject", false)],
            _ => &[("manifests", true), ("subject", false)],
        };
        let mut rest = VecDeque::new();
        if let Some(document) = JsonValue::from_offset(&text, 0) {
            for (name, is_list) in fields {
                let Some(value) = document.get(name) else { continue };
                let offset = match (is_list, value.kind()) {
                    (true, JsonKind::List) => value.items().offset(&text),
                    (false, JsonKind::Object) => value.offset(&text),
                    _ => continue,
                };
                rest.push_back(DescriptorField { name, is_list: *is_list, offset });
            }
        }
        Self {
            place,
            depth,
            digest,
            length: text.len(),
            text: Some(text),
            rest,
            visited: 0,
            image,
            below: Below::default(),
        }
    }

    /// The number of bytes of the held document.
    pub(super) fn held(&self) -> usize {
        self.text.as_ref().map_or(0, String::len)
    }

    /// Drops the document.
    pub(super) fn release(&mut self) {
        self.text = None;
    }

    /// The document, if it is held now.
    pub(super) fn text(&self) -> Option<&str> {
        self.text.as_deref()
    }

    /// Holds the document again. If it has another length now, the file has changed, and the rest is not visited.
    pub(super) fn restore(&mut self, text: String) {
        if text.len() != self.length {
            self.rest.clear();
        }
        self.text = Some(text);
    }

    /// Whether all descriptors were visited.
    pub(super) fn is_done(&self) -> bool {
        self.rest.is_empty()
    }

    /// The next descriptor. The document must be held.
    pub(super) fn next(&mut self) -> Option<NextDescriptor> {
        let text = self.text.as_deref()?;
        loop {
            let part = self.rest.front_mut()?;
            let (name, index) = (part.name, self.visited);
            if !part.is_list {
                let offset = part.offset;
                self.rest.pop_front();
                return Some(NextDescriptor {
                    place: format!("{} > {name}", self.place),
                    field: name,
                    index: 0,
                    offset,
                });
            }
            let mut items = JsonItems::resume(text, part.offset);
            if let Some(item) = items.next() {
                part.offset = items.offset(text);
                self.visited += 1;
                let place = format!("{} > {name}[{index}]", self.place);
                return Some(NextDescriptor { place, field: name, index, offset: item.offset(text) });
            }
            self.rest.pop_front();
            self.visited = 0;
            // The subject, which follows the layers, is not compared with them.
            self.image = None;
            self.below = Below::default();
        }
    }
}
