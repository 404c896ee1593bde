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
    /// The finding is allowed, but unusual.
    Note,
    /// The finding breaks a rule that has exceptions: readers may differ, or refuse the image.
    Should,
    /// The finding breaks a rule without exceptions.
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
