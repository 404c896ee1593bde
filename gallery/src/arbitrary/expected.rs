//! The findings of `verify` that a random fixture must have.

use std::fmt;
use std::ops::Deref;

use oci_fixture::{Finding, FindingKind, Findings, Level};

use crate::generator::expect;

/// What `verify` must find in a [`RandomFixture`](super::RandomFixture), in the order of the places.
///
/// It equals [`Findings`] with the same places and kinds, in any order. The text in the field `problem` of a kind is not
/// compared.
///
/// ```
/// use oci_fixture::Level;
/// use oci_fixture_gallery::arbitrary::honest;
/// use proptest::strategy::{Strategy, ValueTree};
/// use proptest::test_runner::TestRunner;
///
/// let random = honest().new_tree(&mut TestRunner::deterministic()).unwrap().current();
/// let (expected, findings) = (random.findings(), random.fixture().in_memory()?.verify());
/// assert_eq!(expected, findings);
/// assert!(expected.iter().all(|finding| finding.level() == Level::Note));
/// # Ok::<(), oci_fixture::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExpectedFindings(Vec<ExpectedFinding>);

impl ExpectedFindings {
    pub(super) fn new(findings: Vec<expect::Finding>) -> Self {
        Self(
            expect::sorted(findings)
                .into_iter()
                .map(|(place, kind)| ExpectedFinding { place, kind })
                .collect(),
        )
    }
}

impl Deref for ExpectedFindings {
    type Target = [ExpectedFinding];

    fn deref(&self) -> &Self::Target {
        &self.0
    }
}

impl PartialEq<Findings> for ExpectedFindings {
    fn eq(&self, found: &Findings) -> bool {
        *self == Self::new(expect::found(found))
    }
}

impl PartialEq<ExpectedFindings> for Findings {
    fn eq(&self, expected: &ExpectedFindings) -> bool {
        expected == self
    }
}

/// One line for each finding.
impl fmt::Display for ExpectedFindings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let lines: Vec<String> = self.iter().map(ToString::to_string).collect();
        f.write_str(&lines.join("\n"))
    }
}

/// A finding that `verify` must have: a [`Finding`] whose field `problem` is empty.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ExpectedFinding {
    place: String,
    kind: FindingKind,
}

impl ExpectedFinding {
    /// The place, as [`Finding::place`] says it.
    pub fn place(&self) -> &str {
        &self.place
    }

    /// What is wrong. The field `problem` of a kind is empty.
    pub fn kind(&self) -> &FindingKind {
        &self.kind
    }

    /// How much the finding matters.
    pub fn level(&self) -> Level {
        self.kind.level()
    }
}

impl fmt::Display for ExpectedFinding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.place, self.kind)
    }
}

impl PartialEq<Finding> for ExpectedFinding {
    fn eq(&self, found: &Finding) -> bool {
        self.place == found.place() && self.kind == expect::without_explanation(found.kind().clone())
    }
}
