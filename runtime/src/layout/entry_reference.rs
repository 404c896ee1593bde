//! References of the entries of index.json, from which `serve` and `push` take the repositories and the tags.

use oci_fixture_grammar::Reference;

/// The domain of a reference that has none.
pub(crate) const DOCKER: &str = "docker.io";
/// The repository of entries without a reference, if no entry of their layout has one.
pub(crate) const NAMELESS: &str = "fixture";

/// The parts of the reference of an entry.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct EntryReference {
    #[cfg_attr(not(feature = "registry"), allow(dead_code, reason = "a push goes to another domain"))]
    pub(crate) domain: String,
    /// The path. `None` for a tag, which applies to all repositories of the layout.
    pub(crate) path: Option<String>,
    pub(crate) tag: Option<String>,
}

impl EntryReference {
    /// The reference of an entry by its annotations.
    pub(crate) fn of<'e>(annotation: impl Fn(&str) -> Option<&'e str>) -> Option<Self> {
        let annotation = |key: &str| annotation(key).filter(|text| !text.is_empty());
        if let Some(name) = annotation("io.containerd.image.name") {
            return Some(Self::parse(name));
        }
        let name = annotation("org.opencontainers.image.ref.name")?;
        // In the specification the annotation is a tag, but some tools write a whole reference.
        if Reference::is_tag(name) {
            return Some(Self { domain: DOCKER.to_owned(), path: None, tag: Some(name.to_owned()) });
        }
        Some(Self::parse(name))
    }

    /// Splits a text. An invalid reference is split without checks.
    pub(crate) fn parse(text: &str) -> Self {
        if let Ok(reference) = Reference::parse(text) {
            let reference = reference.or_latest();
            return Self {
                domain: reference.domain().to_owned(),
                path: Some(reference.path().to_owned()),
                tag: reference.tag().map(str::to_owned),
            };
        }
        let (rest, digest) = text.split_once('@').map_or((text, None), |(rest, digest)| (rest, Some(digest)));
        let (domain, rest) = match rest.split_once('/') {
            Some((domain, rest))
                if domain == "localhost" || domain.contains(['.', ':']) && domain != ".." =>
            {
                (domain, rest)
            }
            _ => (DOCKER, rest),
        };
        let (path, tag) = match rest.rsplit_once(':') {
            Some((path, tag)) if !tag.contains('/') => (path, Some(tag)),
            _ => (rest, digest.is_none().then_some("latest")),
        };
        Self { domain: domain.to_owned(), path: Some(path.to_owned()), tag: tag.map(str::to_owned) }
    }
}

#[cfg(test)]
mod tests {
    use super::EntryReference;

    #[test]
    fn an_invalid_reference_is_split_without_checks() {
        for (text, domain, path, tag) in [
            ("app:1", "docker.io", "library/app", Some("1")),
            ("ghcr.io/me/app", "ghcr.io", "me/app", Some("latest")),
            ("../UPPER", "docker.io", "../UPPER", Some("latest")),
            ("../UPPER:a b", "docker.io", "../UPPER", Some("a b")),
            ("a b", "docker.io", "a b", Some("latest")),
            ("x.io/A:1", "x.io", "A", Some("1")),
            ("A@sha256:1", "docker.io", "A", None),
        ] {
            let expected = EntryReference {
                domain: domain.to_owned(),
                path: Some(path.to_owned()),
                tag: tag.map(str::to_owned),
            };
            assert_eq!(EntryReference::parse(text), expected, "{text}");
        }
    }
}
