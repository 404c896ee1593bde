//! The list of findings during a walk.

use crate::verify::finding::Finding;
use crate::verify::kind::FindingKind;
use crate::verify::limits::Limit;

/// The findings in the order in which they were found, up to a number.
pub(in crate::verify) struct FoundSoFar {
    found: Vec<Finding>,
    most: usize,
    /// Whether there was a finding beyond that number.
    full: bool,
}

impl FoundSoFar {
    pub(super) fn new(most: usize) -> Self {
        Self { found: Vec::new(), most, full: false }
    }

    pub(in crate::verify) fn add(&mut self, place: impl Into<String>, kind: FindingKind) {
        if self.full {
            return;
        }
        if self.found.len() < self.most {
            self.found.push(Finding::new(place, kind));
        } else {
            self.full = true;
            let limit = Limit::Findings(self.most);
            self.found.push(Finding::new(place, FindingKind::LimitExceeded { limit }));
        }
    }

    /// Adds a finding, if there is one.
    pub(super) fn extend(&mut self, place: &str, kind: Option<FindingKind>) {
        if let Some(kind) = kind {
            self.add(place, kind);
        }
    }

    /// Whether no more findings are taken.
    pub(super) fn is_full(&self) -> bool {
        self.full
    }

    /// The number of findings that are still taken.
    pub(super) fn room(&self) -> usize {
        if self.full { 0 } else { self.most - self.found.len() + 1 }
    }

    pub(in crate::verify) fn into_vec(self) -> Vec<Finding> {
        self.found
    }
}
