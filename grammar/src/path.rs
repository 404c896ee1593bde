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
    check("path", path, Kind::File)
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
    check("path", path, Kind::Directory)
}

/// Checks what a symbolic link points to. A target counts from the directory that the link itself, named `path`,
/// is in, or from the root where it starts with `/`; either way it does not climb above the root, where unpackers
/// differ in what they make of it.
///
/// ```
/// use oci_fixture_grammar::path;
///
/// assert_eq!(path::symlink_target("usr/bin/sh", "../../bin/bash"), Ok(()));
/// assert_eq!(path::symlink_target("usr/bin/sh", "/bin/bash"), Ok(()));
/// let invalid = path::symlink_target("bin/sh", "../../bin/bash").unwrap_err();
/// assert_eq!(
///     invalid.to_string(),
///     "symlink target `../../bin/bash` climbs above the root from `bin/sh`; write `../bin/bash`"
/// );
/// ```
pub fn symlink_target(path: &str, target: &str) -> Result<(), Invalid> {
    let invalid = |reason| Err(Invalid::new("symlink target", target, reason));
    if target.is_empty() {
        return invalid("is empty; write what the link points to, such as `busybox`".to_owned());
    }
    let good = climbless(path, &target.replace('\0', ""));
    if target.contains('\0') {
        return invalid(format!("{NUL}; write {}", quoted(&good)));
    }
    if good != target {
        let from = if target.starts_with('/') { String::new() } else { format!(" from {}", quoted(path)) };
        return invalid(format!("climbs above the root{from}; write {}", quoted(&good)));
    }
    Ok(())
}

/// Checks what a hard link is another name of: an entry that is not a directory, by its whole path.
///
/// ```
/// use oci_fixture_grammar::path;
///
/// assert_eq!(path::hardlink_target("bin/busybox"), Ok(()));
/// let invalid = path::hardlink_target("/bin/busybox").unwrap_err();
/// assert_eq!(invalid.to_string(), "hardlink target `/bin/busybox` starts with `/`; write `bin/busybox`");
/// ```
pub fn hardlink_target(target: &str) -> Result<(), Invalid> {
    check("hardlink target", target, Kind::File)
}

/// Checks the path of what a whiteout hides: a file or, with or without a `/` at the end, a directory.
///
/// ```
/// use oci_fixture_grammar::path;
///
/// assert_eq!(path::whiteout("etc/passwd"), Ok(()));
/// assert_eq!(path::whiteout("etc/"), Ok(()));
/// let invalid = path::whiteout("etc/.wh.passwd").unwrap_err();
/// assert_eq!(
///     invalid.to_string(),
///     "path `etc/.wh.passwd` has the component `.wh.passwd`, which only `whiteout` makes; write `etc/passwd`"
/// );
/// ```
pub fn whiteout(path: &str) -> Result<(), Invalid> {
    check("path", path, Kind::Whiteout)
}

/// Checks the path of the directory that is made opaque, with or without a `/` at the end; the root is `./`.
///
/// ```
/// use oci_fixture_grammar::path;
///
/// assert_eq!(path::opaque("etc/"), Ok(()));
/// assert_eq!(path::opaque("./"), Ok(()));
/// let invalid = path::opaque("/").unwrap_err();
/// assert_eq!(invalid.to_string(), "path `/` starts with `/`; write `./`, which is the root");
/// ```
pub fn opaque(path: &str) -> Result<(), Invalid> {
    if path == ROOT { Ok(()) } else { check("path", path, Kind::Opaque) }
}

/// The name in the tar of the whiteout that hides `path`.
///
/// ```
/// use oci_fixture_grammar::path;
///
/// assert_eq!(path::whiteout_name("etc/passwd"), "etc/.wh.passwd");
/// assert_eq!(path::whiteout_name("etc/"), ".wh.etc");
/// ```
pub fn whiteout_name(path: &str) -> String {
    match key(path).rsplit_once('/') {
        Some((directory, name)) => format!("{directory}/{WHITEOUT}{name}"),
        None => format!("{WHITEOUT}{}", key(path)),
    }
}

/// The name in the tar of the entry that makes the directory `path` opaque.
///
/// ```
/// use oci_fixture_grammar::path;
///
/// assert_eq!(path::opaque_name("etc/ssl/"), "etc/ssl/.wh..wh..opq");
/// assert_eq!(path::opaque_name("./"), ".wh..wh..opq");
/// ```
pub fn opaque_name(path: &str) -> String {
    if path == ROOT { OPAQUE.to_owned() } else { format!("{}/{OPAQUE}", key(path)) }
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

/// A path without its trailing `/`, and before it all directories that it is in: what a whiteout of any of them hides.
///
/// ```
/// use oci_fixture_grammar::path;
///
/// assert_eq!(path::and_above("etc/ssl/certs/").collect::<Vec<_>>(), ["etc", "etc/ssl", "etc/ssl/certs"]);
/// ```
pub fn and_above(path: &str) -> impl Iterator<Item = &str> {
    let path = key(path);
    let slashes = path.match_indices('/').map(|(slash, _)| slash);
    slashes.chain([path.len()]).filter_map(|end| path.get(..end))
}

/// What the name of a whiteout begins with, in the layer specification.
const WHITEOUT: &str = ".wh.";

/// The name of the entry that hides all that lower layers have in its directory.
const OPAQUE: &str = ".wh..wh..opq";

/// How the root is written where it can be meant.
const ROOT: &str = "./";

const NUL: &str = "has a NUL, which ends a name in a tar header";

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    File,
    Directory,
    /// Of a file or a directory.
    Whiteout,
    Opaque,
}

fn check(part: &'static str, path: &str, kind: Kind) -> Result<(), Invalid> {
    let Some(fault) = fault(path, kind) else {
        return Ok(());
    };
    let good = cleaned(path, kind);
    let cure = if good.is_empty() {
        // Nothing is left of `/`, `./` or `a/..`: they name the root, which is there without an entry.
        match kind {
            Kind::File | Kind::Whiteout => "write a name, such as `etc/passwd`".to_owned(),
            Kind::Directory => "write a name, such as `etc/`".to_owned(),
            Kind::Opaque => format!("write `{ROOT}`, which is the root"),
        }
    } else {
        format!("write {}", quoted(&good))
    };
    Err(Invalid::new(part, path, format!("{fault}; {cure}")))
}

/// What is wrong with the path, without the cure: it is the same for all faults.
fn fault(path: &str, kind: Kind) -> Option<String> {
    if path.is_empty() {
        return Some("is empty".to_owned());
    }
    if path.contains('\0') {
        return Some(NUL.to_owned());
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
    let slash = path.ends_with('/');
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
    let ends = match kind {
        Kind::File => false,
        Kind::Directory | Kind::Opaque => true,
        Kind::Whiteout => slash,
    };
    if ends && !path.is_empty() {
        path.push('/');
    }
    path
}

/// The target without each `..` that would leave the root: there the root is its own parent.
fn climbless(path: &str, target: &str) -> String {
    let (root, relative) = match target.strip_prefix('/') {
        Some(rest) => ("/", rest),
        None => ("", target),
    };
    let mut depth = 0;
    if root.is_empty() {
        // The last component is the link itself.
        let directory = key(path).rsplit_once('/').map_or("", |(directory, _)| directory);
        for component in directory.split('/') {
            depth = descended(depth, component).unwrap_or_default();
        }
    }
    let mut kept = Vec::new();
    for component in relative.split('/') {
        if let Some(deeper) = descended(depth, component) {
            depth = deeper;
            kept.push(component);
        }
    }
    if kept.len() == relative.split('/').count() && !target.is_empty() {
        return target.to_owned();
    }
    // What is left must not become absolute by having lost what stood before a `/`.
    match (root, kept.join("/").trim_start_matches('/')) {
        ("", "") => ".".to_owned(),
        (root, rest) => format!("{root}{rest}"),
    }
}

/// How many directories below the root one is after the component; none where that would be above the root.
fn descended(depth: usize, component: &str) -> Option<usize> {
    match component {
        "" | "." => Some(depth),
        ".." => depth.checked_sub(1),
        _ => Some(depth + 1),
    }
}
