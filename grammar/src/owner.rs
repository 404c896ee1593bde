//! The numbers of owners and groups.

use crate::Invalid;

/// Whether a tar can hold the number: Go's archive/tar reads it as a signed one.
///
/// # Errors
///
/// Numbers above `i64::MAX`.
///
/// ```
/// use oci_fixture_grammar::owner;
///
/// assert!(owner::check(1000).is_ok());
/// assert_eq!(
///     owner::check(u64::MAX).unwrap_err().to_string(),
///     "owner `18446744073709551615` is above 9223372036854775807, the largest that Go's archive/tar reads; write a smaller number"
/// );
/// ```
pub fn check(number: u64) -> Result<(), Invalid> {
    if i64::try_from(number).is_err() {
        let reason =
            "is above 9223372036854775807, the largest that Go's archive/tar reads; write a smaller number";
        return Err(Invalid::new("owner", &number.to_string(), reason));
    }
    Ok(())
}
