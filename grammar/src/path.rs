//! The names of the entries in a layer.
//!
//! A tar can hold any name, and unpackers differ in what they make of the odd ones. These functions accept
//! the names that all of them take alike: relative, each component a real name, and none that the
//! [layer specification] gives a meaning of its own (`.wh.`).
//!
//! [layer specification]: https://github.com/opencontainers/image-spec/blob/v1.1.1/layer.md

use crate::Invalid;
use crate::invalid::quoted;

/// Checks the name of an entry that is not a directory, such as `etc/passwd`.
///
/// ```
/// use oci_fixture_grammar::path;
///
/// assert_eq!(path::file("etc/passwd"), Ok(()));
/// let invalid = path::file("/etc/passwd").unwrap_err();
/// assert_eq!(invalid.to_string(), "path `/etc/passwd` starts with `/`; write `etc/passwd`");
/// ```
pub fn file(path: &str) -> Result<(), Invalid> {
    check(path, Kind::File)
}

/// Checks the name of a directory, which ends with exactly one `/`, such as `etc/ssl/`.
///
/// ```
/// use oci_fixture_grammar::path;
///
/// assert_eq!(path::directory("etc/ssl/"), Ok(()));
/// let invalid = path::directory("etc/ssl").unwrap_err();
/// assert_eq!(
///     invalid.to_string(),
///     "path `etc/ssl` does not end with `/`, as a directory's does; write `etc/ssl/`"
/// );
/// ```
pub fn directory(path: &str) -> Result<(), Invalid> {
    check(path, Kind::Directory)
}

/// What a path is in its layer: the path without its trailing `/`. Two entries with one key are the same
/// file twice.
///
/// ```
/// use oci_fixture_grammar::path;
///
/// assert_eq!(path::key("etc/"), path::key("etc"));
/// ```
pub fn key(path: &str) -> &str {
    path.strip_suffix('/').unwrap_or(path)
}

/// What the name of a whiteout begins with, in the layer specification.
const WHITEOUT: &str = ".wh.";

/// The name of the entry that hides all that lower layers have in its directory.
const OPAQUE: &str = ".wh..wh..opq";

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    File,
    Directory,
}

fn check(path: &str, kind: Kind) -> Result<(), Invalid> {
    let Some(fault) = fault(path, kind) else {
        return Ok(());
    };
    let good = cleaned(path, kind);
    let cure = if good.is_empty() {
        // Nothing is left of `/`, `./` or `a/..`: they name the root, which is there without an entry.
        match kind {
            Kind::File => "write a name, such as `etc/passwd`".to_owned(),
            Kind::Directory => "write a name, such as `etc/`".to_owned(),
        }
    } else {
        format!("write {}", quoted(&good))
    };
    Err(Invalid::new("path", path, format!("{fault}; {cure}")))
}

/// What is wrong with the path, without the cure: it is the same for all faults.
fn fault(path: &str, kind: Kind) -> Option<String> {
    if path.is_empty() {
        return Some("is empty".to_owned());
    }
    if path.contains('\0') {
        return Some("has a NUL, which ends a name in a tar header".to_owned());
    }
    if path.starts_with('/') {
        return Some("starts with `/`".to_owned());
    }
    for component in key(path).split('/') {
        match component {
            "" => return Some("has an empty component".to_owned()),
            "." | ".." => return Some(format!("has the component {}", quoted(component))),
            _ if component.starts_with(WHITEOUT) => {
                let maker = if component == OPAQUE { "opaque" } else { "whiteout" };
                return Some(format!("has the component {}, which only `{maker}` makes", quoted(component)));
            }
            _ => {}
        }
    }
    match (kind, path.ends_with('/')) {
        (Kind::File, true) => Some("ends with `/`, as only a directory's does".to_owned()),
        (Kind::Directory, false) => Some("does not end with `/`, as a directory's does".to_owned()),
        _ => None,
    }
}

/// The path that was probably meant: a valid one, or an empty one where nothing is left of it.
fn cleaned(path: &str, kind: Kind) -> String {
    let path = path.replace('\0', "");
    let mut components = Vec::new();
    for component in path.split('/').filter(|component| *component != OPAQUE) {
        match component.trim_start_matches(WHITEOUT) {
            "" | "." => {}
            // As in a real file system, the root is its own parent.
            ".." => {
                components.pop();
            }
            name => components.push(name),
        }
    }
    let mut path = components.join("/");
    if kind == Kind::Directory && !path.is_empty() {
        path.push('/');
    }
    path
}
