//! Levels: how much a finding matters.

use std::fmt;

/// How much a [`Finding`](crate::Finding) matters, by the words of the section that it names ([RFC 2119]). A higher
/// level is greater.
///
/// ```
/// use oci_fixture::Level;
///
/// assert!(Level::Note < Level::Should && Level::Should < Level::Must);
/// ```
///
/// [RFC 2119]: https://www.rfc-editor.org/rfc/rfc2119
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Level {
    /// It is allowed, and yet not what one would expect.
    Note,
    /// It is not as it should be: readers may differ in what they make of it, or refuse it.
    Should,
    /// It breaks a rule that leaves no choice.
    Must,
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Note => "note",
            Self::Should => "SHOULD",
            Self::Must => "MUST",
        })
    }
}
