//! The names of the entries of index.json.

use std::collections::HashSet;

use oci_fixture_grammar::Reference;

use crate::problem::Problem;

/// The names that there are, each once.
#[derive(Default)]
pub(crate) struct Names(HashSet<String>);

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
}
