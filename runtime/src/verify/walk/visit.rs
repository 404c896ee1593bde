//! Visits: documents of which the descriptors are being visited.

use std::collections::VecDeque;

use oci_fixture_grammar::Digest;

use crate::media_type::Role;
use crate::verify::diff_ids::ExpectedDiffIds;
use crate::verify::facts::json::{JsonItems, JsonKind, JsonValue};
use crate::verify::facts::layer::Below;

/// A document, and how far its descriptors were visited.
pub(super) struct Visit {
    /// The way to it.
    pub(super) place: String,
    /// How many documents refer to one another down to it, itself included.
    pub(super) depth: u32,
    /// The digest of the document. `None` for index.json.
    pub(super) digest: Option<Digest>,
    /// The document; nothing while it is not held.
    text: Option<String>,
    length: usize,
    /// The descriptors of the document that are still to be visited.
    rest: VecDeque<DescriptorField>,
    /// How many items of the first of them were visited.
    visited: usize,
    /// The `diff_ids` with which the layers of a manifest are compared.
    pub(super) image: Option<ExpectedDiffIds>,
    /// Its layers that were visited.
    pub(super) below: Below,
}

/// Descriptors of a document: in a field, and where the next of them stands.
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
    /// Where it stands in the document.
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

    /// The bytes of the document that it holds.
    pub(super) fn held(&self) -> usize {
        self.text.as_ref().map_or(0, String::len)
    }

    /// Lets go of the document.
    pub(super) fn release(&mut self) {
        self.text = None;
    }

    /// The document, if it is held.
    pub(super) fn text(&self) -> Option<&str> {
        self.text.as_deref()
    }

    /// Takes the document again. It is not what it was where its length is another.
    pub(super) fn restore(&mut self, text: String) {
        if text.len() != self.length {
            self.rest.clear();
        }
        self.text = Some(text);
    }

    /// Whether nothing is left to be visited.
    pub(super) fn is_done(&self) -> bool {
        self.rest.is_empty()
    }

    /// The next descriptor of the document, which is held.
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
            // Below a subject this is of no use.
            self.image = None;
            self.below = Below::default();
        }
    }
}
