//! A random fixture.

use std::fmt;

use oci_fixture::Fixture;

use super::expected::ExpectedFindings;
use crate::generator::expect;
use crate::generator::model::Model;

/// A fixture that [`honest`](super::honest) or [`with_faults`](super::with_faults) made, and what must be found in it.
///
/// Its `Display` and its `Debug` are the call of `oci_image!` that declares it, so the output of proptest for a failed test
/// can be pasted into a test.
///
/// ```
/// use oci_fixture_gallery::arbitrary::with_faults;
/// use proptest::strategy::{Strategy, ValueTree};
/// use proptest::test_runner::TestRunner;
///
/// let mut random = with_faults(1..=1).new_tree(&mut TestRunner::deterministic()).unwrap();
/// while random.simplify() {}
/// let random = random.current();
/// assert_eq!(random.to_string(), "oci_image! {\n    #[missing] linux/amd64 {}\n}");
/// assert_eq!(random.findings().len(), 1);
/// ```
#[derive(Clone)]
pub struct RandomFixture {
    fixture: Fixture,
    /// All that is declared, where each node has a label.
    model: Model,
    text: String,
}

impl RandomFixture {
    pub(super) fn new(fixture: Fixture, model: Model, text: String) -> Self {
        Self { fixture, model, text }
    }

    /// The fixture.
    pub fn fixture(&self) -> &Fixture {
        &self.fixture
    }

    /// The findings that `verify` must have about the layout. About an honest fixture, these are at most notes. They are
    /// computed from the declaration, without the stored bytes.
    pub fn findings(&self) -> ExpectedFindings {
        ExpectedFindings::new(expect::findings(&self.model).0)
    }
}

/// The call of `oci_image!` that declares it.
impl fmt::Display for RandomFixture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("oci_image! {\n")?;
        for line in self.text.lines() {
            writeln!(f, "    {line}")?;
        }
        f.write_str("}")
    }
}

/// Its `Display`.
impl fmt::Debug for RandomFixture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}
