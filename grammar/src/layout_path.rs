//! The paths of further files in an image layout: those that the specification does not define.

use crate::invalid::quoted;
use crate::{Invalid, path};

/// Checks the path of a further file of a layout. An `unchecked` path may be below `blobs`.
///
/// # Errors
///
/// The error says what is wrong with the path, and what to write instead.
///
/// ```
/// use oci_fixture_grammar::layout_path;
///
/// assert_eq!(layout_path::check("docs/README", false), Ok(()));
/// let invalid = layout_path::check("index.json", false).unwrap_err();
/// assert_eq!(
///     invalid.to_string(),
///     "path `index.json` is that of a file which every layout has; write another name"
/// );
/// assert!(layout_path::check("blobs/sha256/left-over", false).is_err());
/// assert_eq!(layout_path::check("blobs/sha256/left-over", true), Ok(()));
/// ```
pub fn check(path: &str, unchecked: bool) -> Result<(), Invalid> {
    path::layout_file(path)?;
    let first = path.split('/').next().unwrap_or_default();
    let reason = match first {
        "index.json" | "oci-layout" => {
            "is that of a file which every layout has; write another name".to_owned()
        }
        "blobs" if path == "blobs" => "is that of the directory of blobs; write another name".to_owned(),
        "blobs" if !unchecked => {
            let name = path.rsplit('/').next().unwrap_or_default();
            format!(
                "is among the blobs; write another directory, such as {}",
                quoted(&format!("other/{name}"))
            )
        }
        _ => return Ok(()),
    };
    Err(Invalid::new("path", path, reason))
}

/// Checks the target of a symbolic link of a layout. An `unchecked` target may be any text that is not empty and has no NUL.
///
/// # Errors
///
/// The error says what is wrong with the target, and what to write instead.
///
/// ```
/// use oci_fixture_grammar::layout_path;
///
/// assert_eq!(layout_path::check_target("a/b", "../c", false), Ok(()));
/// assert_eq!(
///     layout_path::check_target("a/b", "/c", false).unwrap_err().to_string(),
///     "symlink target `/c` leads out of the layout; write `c`"
/// );
/// ```
pub fn check_target(path: &str, target: &str, unchecked: bool) -> Result<(), Invalid> {
    if unchecked && !target.is_empty() && !target.contains('\0') {
        return Ok(());
    }
    if target.starts_with('/') && !target.contains('\0') {
        let good = quoted(target.trim_start_matches('/'));
        return Err(Invalid::new("symlink target", target, format!("leads out of the layout; write {good}")));
    }
    path::symlink_target(path, target)
}
