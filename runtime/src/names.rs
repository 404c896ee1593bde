//! The names of the entries of index.json.

use std::collections::HashSet;

use oci_fixture_grammar::Reference;

use crate::declared::Edge;
use crate::problem::Problem;

/// The names that there are, each once.
#[derive(Default)]
pub(crate) struct Names(HashSet<String>);

/// The name of an entry.
pub(crate) struct Name {
    /// What containerd calls the image.
    pub(crate) text: String,
    /// The same, where it is a reference: what is not checked may be anything.
    pub(crate) reference: Option<Reference>,
}

impl Names {
    /// The reference that a text is, if it is one, and no other entry has it.
    pub(crate) fn add(&mut self, text: &str) -> Result<Reference, Problem> {
        let reference = Reference::parse(text)?.or_latest();
        if !self.0.insert(reference.to_string()) {
            return Err(Problem::new(format!(
                "two entries of index.json have the reference `{reference}`; give each its own"
            )));
        }
        Ok(reference)
    }

    /// The name of a node that has a digest.
    pub(crate) fn name(&mut self, edge: &Edge, text: &str, digest: &str) -> Result<Name, Problem> {
        if edge.unchecked {
            return Ok(Name { text: text.to_owned(), reference: Reference::parse(text).ok() });
        }
        let reference = self.add(text)?;
        if let Some(wrong) = reference.digest().filter(|wrong| wrong.as_str() != digest) {
            return Err(Problem::new(format!(
                "the reference has the digest `{wrong}`, but the node's is `{digest}`; write that, or none"
            )));
        }
        Ok(Name { text: reference.to_string(), reference: Some(reference) })
    }
}

impl Name {
    /// The annotations by which containerd and the image specification name an entry of index.json.
    pub(crate) fn annotations(&self) -> Vec<(&'static str, String)> {
        let mut annotations = vec![("io.containerd.image.name", self.text.clone())];
        let tag = self.reference.as_ref().and_then(Reference::tag);
        annotations.extend(tag.map(|tag| ("org.opencontainers.image.ref.name", tag.to_owned())));
        annotations
    }
}
