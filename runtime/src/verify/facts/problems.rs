//! Problems: what is wrong with the bytes of a blob, and where in them.

use crate::verify::kind::FindingKind;

/// The findings about one blob in the order in which they were found, up to a number.
pub(in crate::verify) struct Problems {
    found: Vec<(String, FindingKind)>,
    most: usize,
}

impl Problems {
    pub(in crate::verify) fn within(most: usize) -> Self {
        Self { found: Vec::new(), most }
    }

    /// Adds a problem of the blob as a whole.
    pub(in crate::verify) fn add(&mut self, kind: FindingKind) {
        self.add_at(String::new(), kind);
    }

    /// Adds a problem at a place within the blob, such as an entry of a layer.
    pub(in crate::verify) fn add_at(&mut self, within: String, kind: FindingKind) {
        if !self.is_full() {
            self.found.push((within, kind));
        }
    }

    /// Whether no more problems are taken.
    pub(in crate::verify) fn is_full(&self) -> bool {
        self.found.len() >= self.most
    }

    pub(in crate::verify) fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    /// The problems, each with its place within the blob.
    pub(in crate::verify) fn at(self, place: &str) -> impl Iterator<Item = (String, FindingKind)> {
        self.found.into_iter().map(move |(within, kind)| match within.as_str() {
            "" => (place.to_owned(), kind),
            within => (format!("{place} > {within}"), kind),
        })
    }
}
