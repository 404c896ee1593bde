//! The formats of sparse files in a tar.

use crate::Invalid;

/// The names of the formats in which [GNU tar] writes sparse files: its own old format, and three with PAX records.
///
/// [GNU tar]: https://www.gnu.org/software/tar/manual/html_node/Sparse-Formats.html
pub const FORMATS: [&str; 4] = ["gnu", "0.0", "0.1", "1.0"];

/// Checks the name of a format.
///
/// # Errors
///
/// A text that is none of [`FORMATS`] is refused.
///
/// ```
/// use oci_fixture_grammar::sparse;
///
/// assert!(sparse::check("1.0").is_ok());
/// assert_eq!(
///     sparse::check("1").unwrap_err().to_string(),
///     "sparse format `1` is unknown; write `gnu`, `0.0`, `0.1` or `1.0`"
/// );
/// ```
pub fn check(format: &str) -> Result<(), Invalid> {
    if FORMATS.contains(&format) {
        return Ok(());
    }
    Err(Invalid::new("sparse format", format, "is unknown; write `gnu`, `0.0`, `0.1` or `1.0`"))
}
