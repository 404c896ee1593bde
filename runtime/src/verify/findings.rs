//! The findings so far.

use super::excerpt;
use super::finding::Finding;
use super::kind::FindingKind;
use super::limits::Limit;

/// What was found, in the order in which it was; no more than there may be.
pub(super) struct Findings {
    found: Vec<Finding>,
    most: usize,
    /// Another one was found.
    full: bool,
}

impl Findings {
    pub(super) fn new(most: usize) -> Self {
        Self { found: Vec::new(), most, full: false }
    }

    pub(super) fn add(&mut self, place: impl Into<String>, kind: FindingKind) {
        if self.full {
            return;
        }
        if self.found.len() < self.most {
            self.found.push(Finding::new(place, kind));
        } else {
            self.full = true;
            let limit = Limit::Findings(self.most);
            self.found.push(Finding::new(place, FindingKind::LimitPassed { limit }));
        }
    }

    /// The same of an entry of a layer.
    pub(super) fn add_entry(&mut self, layer: &str, path: &[u8], kind: FindingKind) {
        if !self.full {
            self.add(format!("{layer} > {}", excerpt::path(path)), kind);
        }
    }

    /// Whether no more are taken.
    pub(super) fn is_full(&self) -> bool {
        self.full
    }

    /// How many are taken besides those that are there.
    pub(super) fn room(&self) -> usize {
        if self.full { 0 } else { self.most - self.found.len() + 1 }
    }

    pub(super) fn into_vec(self) -> Vec<Finding> {
        self.found
    }
}
