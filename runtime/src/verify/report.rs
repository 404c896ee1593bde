//! The result of `verify`: all findings.

use std::fmt;
use std::ops::Deref;

use super::finding::Finding;

/// The findings of [`Layout::verify`](crate::Layout::verify), in the order in which they were found. It is a slice of
/// [`Finding`]s.
///
/// `Display` prints one line for each finding. `{:#}` adds the level and the section to each line.
///
/// ```
/// use oci_fixture::{Fixture, Layer, Manifest};
///
/// let image = |layer: Layer| Fixture::new().with(Manifest::new().with(layer.with(("a", "b"))));
/// assert_eq!(image(Layer::new()).in_memory()?.verify(), []);
///
/// let findings = image(Layer::new().missing()).in_memory()?.verify();
/// assert_eq!(findings.len(), 1);
/// assert_eq!(findings.to_string(), format!("{}\n", findings[0]));
/// # Ok::<(), oci_fixture::Error>(())
/// ```
#[derive(Clone, PartialEq, Eq)]
#[must_use = "nothing is asserted of the findings; look at them, or call `assert_verified`"]
pub struct Findings(Vec<Finding>);

impl Findings {
    pub(super) fn new(found: Vec<Finding>) -> Self {
        Self(found)
    }
}

impl Deref for Findings {
    type Target = [Finding];

    fn deref(&self) -> &[Finding] {
        &self.0
    }
}

impl IntoIterator for Findings {
    type Item = Finding;
    type IntoIter = std::vec::IntoIter<Finding>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<'f> IntoIterator for &'f Findings {
    type Item = &'f Finding;
    type IntoIter = std::slice::Iter<'f, Finding>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}

impl<const N: usize> PartialEq<[Finding; N]> for Findings {
    fn eq(&self, others: &[Finding; N]) -> bool {
        self.0 == others
    }
}

impl From<Findings> for Vec<Finding> {
    fn from(findings: Findings) -> Self {
        findings.0
    }
}

impl fmt::Display for Findings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for finding in self {
            if f.alternate() { writeln!(f, "{finding:#}")? } else { writeln!(f, "{finding}")? }
        }
        Ok(())
    }
}

impl fmt::Debug for Findings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(&self.0).finish()
    }
}
