//! The names of the entries in a layer.
//!
//! A tar can hold any name, and unpackers differ in how they treat unusual ones. These functions accept only the
//! names that all unpackers treat alike: relative paths, without `.` and `..`, and without the prefix `.wh.`, to
//! which the [layer specification] gives a meaning.
//!
//! [layer specification]: https://github.com/opencontainers/image-spec/blob/v1.1.1/layer.md

pub(crate) mod bytes;

pub use self::bytes::{from_bytes, to_bytes};
use crate::Invalid;
use crate::invalid::{escaped, quoted};

/// A name that [`from_bytes`] made, in quotes and escaped as in a Rust literal.
pub fn shown(name: &str) -> String {
    format!("\"{}\"", escaped(name))
}

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
    check("path", path, PathKind::File)
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
    check("path", path, PathKind::Directory)
}

/// Checks the target of the symbolic link `path`. A target starts at the directory of the link, or at the root if it
/// begins with `/`. It must not climb above the root, because unpackers treat such targets differently.
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

/// Checks the target of a hard link: the whole path of an entry that is not a directory.
///
/// ```
/// use oci_fixture_grammar::path;
///
/// assert_eq!(path::hardlink_target("bin/busybox"), Ok(()));
/// let invalid = path::hardlink_target("/bin/busybox").unwrap_err();
/// assert_eq!(invalid.to_string(), "hardlink target `/bin/busybox` starts with `/`; write `bin/busybox`");
/// ```
pub fn hardlink_target(target: &str) -> Result<(), Invalid> {
    check("hardlink target", target, PathKind::File)
}

/// Checks that a hard link leads to an entry that stands before the link in its layer, and that is no directory.
/// `is_directory` says of a path whether the last entry with this path before the link is a directory, and `None` if there
/// is no such entry.
///
/// An unpacker can link only to a file that it has written. Some, such as containerd, do not find files of lower layers.
///
/// ```
/// use oci_fixture_grammar::path;
///
/// let before = |path: &str| (path == "bin/busybox").then_some(false);
/// assert_eq!(path::hardlink("bin/ls", "bin/busybox", before), Ok(()));
/// let invalid = path::hardlink("bin/ls", "busybox", before).unwrap_err();
/// assert_eq!(
///     invalid.to_string(),
///     "hardlink target `busybox` is not before the link in its layer; write `bin/busybox`, which is"
/// );
/// ```
pub fn hardlink(
    path: &str,
    target: &str,
    is_directory: impl Fn(&str) -> Option<bool>,
) -> Result<(), Invalid> {
    let reason = match is_directory(key(target)) {
        Some(false) => return Ok(()),
        Some(true) => {
            "is a directory, which has no other names; name a file, or make the link a symbolic link"
                .to_owned()
        }
        None => {
            let beside = beside(path, target).filter(|beside| is_directory(beside) == Some(false));
            let cure = match beside {
                Some(beside) => format!("write {}, which is", quoted(&beside)),
                None => "put the file there, or name one that is".to_owned(),
            };
            format!("is not before the link in its layer; {cure}")
        }
    };
    Err(Invalid::new("hardlink target", target, reason))
}

/// The whole path of a target that was written relative to the directory of the hard link `path`, like the target of a
/// symbolic link. `None` if the link is in no directory.
///
/// ```
/// use oci_fixture_grammar::path;
///
/// assert_eq!(path::beside("bin/ls", "busybox").as_deref(), Some("bin/busybox"));
/// assert_eq!(path::beside("ls", "busybox"), None);
/// ```
pub fn beside(path: &str, target: &str) -> Option<String> {
    let (directory, _) = key(path).rsplit_once('/')?;
    Some(format!("{directory}/{}", key(target)))
}

/// The error of an entry that is no directory, although its layer has an entry below its path: no unpacker can make a
/// directory of a file, and unpackers differ in whether they follow a symbolic link.
///
/// ```
/// use oci_fixture_grammar::path;
///
/// assert_eq!(
///     path::no_directory("etc", false).to_string(),
///     "path `etc` is no directory, but the layer has a path below it; write the directory `etc/`, or another path"
/// );
/// ```
pub fn no_directory(path: &str, is_symlink: bool) -> Invalid {
    let reason = if is_symlink {
        "is a symbolic link, but the layer has a path below it, and unpackers differ in whether they follow the link; write the path to which it leads".to_owned()
    } else {
        let directory = quoted(&format!("{path}/"));
        format!(
            "is no directory, but the layer has a path below it; write the directory {directory}, or another path"
        )
    };
    Invalid::new("path", path, reason)
}

/// Checks the path that a whiteout hides: that of a file or, with or without a `/` at the end, of a directory.
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
    check("path", path, PathKind::Whiteout)
}

/// Checks the path of a directory that is made opaque, with or without a `/` at the end. The path of the root is `./`.
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
    if path == ROOT { Ok(()) } else { check("path", path, PathKind::Opaque) }
}

/// Checks the path of a file in an image layout, where no component has a meaning of its own.
pub(crate) fn layout_file(path: &str) -> Result<(), Invalid> {
    check("path", path, PathKind::LayoutFile)
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

/// The path without its trailing `/`. Two entries of a layer whose paths have the same key are one file that occurs twice.
///
/// ```
/// use oci_fixture_grammar::path;
///
/// assert_eq!(path::key("etc/"), path::key("etc"));
/// ```
pub fn key(path: &str) -> &str {
    path.strip_suffix('/').unwrap_or(path)
}

/// All directories in which a path is, and the path itself without its trailing `/`. A whiteout of any of them hides the
/// file.
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

/// The prefix of the name of a whiteout, in the layer specification.
const WHITEOUT: &str = ".wh.";

/// The name of the entry that hides all files of lower layers in its directory.
const OPAQUE: &str = ".wh..wh..opq";

/// The path of the root, which only `opaque` takes.
const ROOT: &str = "./";

const NUL: &str = "has a NUL, which ends a name in a tar header";

#[derive(Clone, Copy, PartialEq, Eq)]
enum PathKind {
    File,
    Directory,
    /// The path of a file or a directory, which a whiteout hides.
    Whiteout,
    Opaque,
    /// A file in an image layout.
    LayoutFile,
}

fn check(part: &'static str, path: &str, kind: PathKind) -> Result<(), Invalid> {
    let Some(mistake) = mistake(path, kind) else {
        return Ok(());
    };
    let good = cleaned(path, kind);
    let cure = if good.is_empty() {
        // If no component is left, as of `/`, `./` or `a/..`, the path is that of the root, which needs no entry.
        match kind {
            PathKind::LayoutFile => "write a name, such as `README`".to_owned(),
            PathKind::File | PathKind::Whiteout => "write a name, such as `etc/passwd`".to_owned(),
            PathKind::Directory => "write a name, such as `etc/`".to_owned(),
            PathKind::Opaque => format!("write `{ROOT}`, which is the root"),
        }
    } else {
        format!("write {}", quoted(&good))
    };
    Err(Invalid::new(part, path, format!("{mistake}; {cure}")))
}

/// The mistake in the path. It has no cure, since the cure of all mistakes is the corrected path.
fn mistake(path: &str, kind: PathKind) -> Option<String> {
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
            _ if kind != PathKind::LayoutFile && component.starts_with(WHITEOUT) => {
                let maker = if component == OPAQUE { "opaque" } else { "whiteout" };
                return Some(format!("has the component {}, which only `{maker}` makes", quoted(component)));
            }
            _ => {}
        }
    }
    match (kind, path.ends_with('/')) {
        (PathKind::File | PathKind::LayoutFile, true) => {
            Some("ends with `/`, as only a directory's does".to_owned())
        }
        (PathKind::Directory, false) => Some("does not end with `/`, as a directory's does".to_owned()),
        _ => None,
    }
}

/// The path that was probably meant: a valid path, or an empty text if no component is left.
fn cleaned(path: &str, kind: PathKind) -> String {
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
        PathKind::File | PathKind::LayoutFile => false,
        PathKind::Directory | PathKind::Opaque => true,
        PathKind::Whiteout => slash,
    };
    if ends && !path.is_empty() {
        path.push('/');
    }
    path
}

/// The target without the components `..` that would lead above the root, which is its own parent.
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
    // The rest must not become an absolute path because the components before a `/` are gone.
    match (root, kept.join("/").trim_start_matches('/')) {
        ("", "") => ".".to_owned(),
        (root, rest) => format!("{root}{rest}"),
    }
}

/// The depth below the root after the component. `None` if the component leads above the root.
fn descended(depth: usize, component: &str) -> Option<usize> {
    match component {
        "" | "." => Some(depth),
        ".." => depth.checked_sub(1),
        _ => Some(depth + 1),
    }
}
