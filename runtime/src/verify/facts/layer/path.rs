//! Paths of entries, as a tar has them.

/// The place to which a path leads.
pub(super) struct Path<'p> {
    /// The names on the way from the root. A `..` removes the name before it.
    pub(super) names: Vec<&'p [u8]>,
    /// Whether the path leads above the root.
    pub(super) escapes: bool,
    /// Whether the path is not plain. A path with a `./` or a `/` at the start is plain, because some tools write such paths.
    pub(super) is_unclean: bool,
    /// Whether the path ends with a `/`, like that of a directory.
    pub(super) ends_with_slash: bool,
}

impl<'p> Path<'p> {
    pub(super) fn of(path: &'p [u8]) -> Self {
        let mut names = Vec::new();
        let (mut escapes, mut is_unclean) = (false, path.is_empty());
        let ends_with_slash = path.ends_with(b"/");
        let plain = path.strip_suffix(b"/").unwrap_or(path);
        let plain = plain.strip_prefix(b"/").unwrap_or(plain);
        let plain = if plain == b"." { &[] } else { plain.strip_prefix(b"./").unwrap_or(plain) };
        if !plain.is_empty() {
            for name in plain.split(|byte| *byte == b'/') {
                match name {
                    b"" | b"." => is_unclean = true,
                    b".." => {
                        is_unclean = true;
                        escapes |= names.pop().is_none();
                    }
                    name => names.push(name),
                }
            }
        }
        Self { names, escapes, is_unclean, ends_with_slash }
    }
}

/// Whether the target of a symbolic link leads above the root, from a directory at some depth.
pub(super) fn climbs(mut depth: usize, target: &[u8]) -> bool {
    if target.starts_with(b"/") {
        depth = 0;
    }
    for name in target.split(|byte| *byte == b'/') {
        match name {
            b"" | b"." => {}
            b".." => match depth.checked_sub(1) {
                Some(above) => depth = above,
                None => return true,
            },
            _ => depth += 1,
        }
    }
    false
}
