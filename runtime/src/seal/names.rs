//! The names of the entries of index.json.

use std::collections::BTreeSet;

use oci_fixture_grammar::{Reference, annotation};

use crate::declare::graph::Edge;
use crate::error::Problem;

/// The references of the entries so far, each once.
#[derive(Clone, Default)]
pub(crate) struct UsedNames(BTreeSet<String>);

/// The name of an entry.
#[derive(Clone)]
pub(crate) struct EntryName {
    /// The name of the image in containerd.
    pub(crate) text: String,
    /// The name as a reference. `None` for an unchecked name that is no reference.
    pub(crate) reference: Option<Reference>,
}

impl UsedNames {
    /// Reads the name of an entry, and refuses one that another entry has.
    pub(crate) fn add(&mut self, edge: &Edge, text: &str) -> Result<EntryName, Problem> {
        if edge.listing.unchecked {
            return Ok(EntryName { text: text.to_owned(), reference: Reference::parse(text).ok() });
        }
        let reference = Reference::parse(text)?.or_latest();
        let text = reference.to_string();
        if !self.0.insert(text.clone()) {
            return Err(Problem::new(format!(
                "two entries of index.json have the reference `{text}`; give each its own"
            )));
        }
        Ok(EntryName { text, reference: Some(reference) })
    }
}

impl EntryName {
    /// Refuses another digest in the reference than that of the node.
    pub(crate) fn check_digest(&self, edge: &Edge, digest: &str) -> Result<(), Problem> {
        let said = self.reference.as_ref().and_then(Reference::digest);
        match said.filter(|said| said.as_str() != digest && !edge.listing.unchecked) {
            Some(wrong) => Err(Problem::new(format!(
                "the reference has the digest `{wrong}`, but the node's is `{digest}`; write that, or none"
            ))),
            None => Ok(()),
        }
    }

    /// The annotations by which containerd and the image specification name an entry of index.json.
    pub(crate) fn annotations(&self) -> Vec<(&str, &str)> {
        let name = ("io.containerd.image.name", self.text.as_str());
        match self.reference.as_ref().and_then(Reference::tag) {
            Some(tag) => vec![name, (annotation::REF_NAME, tag)],
            None => vec![name],
        }
    }
}
