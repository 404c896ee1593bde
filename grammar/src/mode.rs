//! Permission bits.

use crate::Invalid;

/// Checks that the number has only permission bits, which end at `0o7777`.
///
/// # Errors
///
/// Higher bits are refused: they say the type of the file, which follows from the kind of the entry.
///
/// ```
/// use oci_fixture_grammar::mode;
///
/// assert!(mode::check(0o4755).is_ok());
/// assert_eq!(
///     mode::check(0o100644).unwrap_err().to_string(),
///     "mode `0o100644` has bits above `0o7777`; write the permission bits alone, such as `0o644`"
/// );
/// ```
pub fn check(mode: u32) -> Result<(), Invalid> {
    if mode > 0o7777 {
        let reason = "has bits above `0o7777`; write the permission bits alone, such as `0o644`";
        return Err(Invalid::new("mode", &format!("{mode:#o}"), reason));
    }
    Ok(())
}
