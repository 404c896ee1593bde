//! Device numbers.

use crate::Invalid;

/// Checks that a tar header can hold the number of a device, which has seven octal digits there.
///
/// # Errors
///
/// Larger numbers are refused. Linux itself has 12 bits for the major and 20 bits for the minor number, which is less than
/// a tar header holds.
///
/// ```
/// use oci_fixture_grammar::device;
///
/// assert!(device::check(1).is_ok());
/// assert_eq!(
///     device::check(2_097_152).unwrap_err().to_string(),
///     "device number `2097152` is above 2097151 (`0o7777777`), which is all that a tar header holds; write a \
///      smaller one, Linux has major numbers up to 4095 and minor numbers up to 1048575"
/// );
/// ```
pub fn check(number: u32) -> Result<(), Invalid> {
    if number > 0o7_777_777 {
        let reason = "is above 2097151 (`0o7777777`), which is all that a tar header holds; write a smaller one, \
                      Linux has major numbers up to 4095 and minor numbers up to 1048575";
        return Err(Invalid::new("device number", &number.to_string(), reason));
    }
    Ok(())
}
