//! The numbers and the names of owners and groups.

use crate::Invalid;
use crate::invalid::quoted;

/// Checks that a tar can hold the number, which Go's archive/tar reads as a signed number.
///
/// # Errors
///
/// Numbers above `i64::MAX` are refused.
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

/// Checks that a tar can hold the name of an owner or a group. As in Go, any text without a NUL is a name.
///
/// # Errors
///
/// A name with a NUL is refused.
///
/// ```
/// use oci_fixture_grammar::owner;
///
/// assert!(owner::check_name("root").is_ok());
/// assert_eq!(
///     owner::check_name("ro\0ot").unwrap_err().to_string(),
///     "owner `ro\\0ot` has a NUL, which no name has; write `root`"
/// );
/// ```
pub fn check_name(name: &str) -> Result<(), Invalid> {
    if name.contains('\0') {
        let good = name.replace('\0', "");
        let good = if good.is_empty() { "root" } else { &good };
        let reason = format!("has a NUL, which no name has; write {}", quoted(good));
        return Err(Invalid::new("owner", name, reason));
    }
    Ok(())
}
