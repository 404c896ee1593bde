//! The names of extended attributes.

use crate::Invalid;
use crate::invalid::quoted;

/// Checks that a tar can hold an extended attribute of this name. The name is a part of the key of a PAX record, and the
/// key ends at the first `=`.
///
/// ```
/// use oci_fixture_grammar::xattr;
///
/// assert!(xattr::check("user.comment").is_ok());
/// assert_eq!(
///     xattr::check("user.a=b").unwrap_err().to_string(),
///     "xattr name `user.a=b` has a `=`, which ends a key in a PAX header; write `user.ab`"
/// );
/// ```
pub fn check(name: &str) -> Result<(), Invalid> {
    let what = if name.is_empty() {
        "is empty"
    } else if name.contains('\0') {
        "has a NUL, which no name has"
    } else if name.contains('=') {
        "has a `=`, which ends a key in a PAX header"
    } else {
        return Ok(());
    };
    let good = name.replace(['\0', '='], "");
    let cure = if good.is_empty() {
        "write one, such as `user.comment`".to_owned()
    } else {
        format!("write {}", quoted(&good))
    };
    Err(Invalid::new("xattr name", name, format!("{what}; {cure}")))
}
