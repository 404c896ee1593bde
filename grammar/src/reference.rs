//! The name of an image in a registry or an engine.

mod domain;
mod repository;
mod tag;

use std::fmt;
use std::str::FromStr;

use crate::invalid::quoted;
use crate::{Digest, Invalid};

/// The name of an image, normalised: `busybox` is `docker.io/library/busybox`.
///
/// It accepts exactly what `ParseNormalizedNamed` of `github.com/distribution/reference` v0.6.0 accepts, and
/// gives the same parts. Docker and containerd use that function. Some of its rules are surprising:
///
/// * `Foo/bar` is valid, since a first component with an upper-case letter is a domain; `Foo` alone is not.
/// * `localhost/x` has the domain `localhost`, while `localhost:5000` is the image `localhost`, tagged `5000`.
/// * `a_b.c/x` has an empty domain: with its dot `a_b.c` is not on Docker Hub, with its `_` it is no domain.
/// * A name of 64 hexadecimal digits is the ID of an image, so it is refused.
/// * A name may have 255 bytes. The domain does not count, but the `library/` that is put before a name does.
///
/// ```
/// use oci_fixture::Reference;
///
/// let reference = Reference::parse("localhost:5000/tools/bash:5.2")?;
/// assert_eq!(reference.domain(), "localhost:5000");
/// assert_eq!(reference.path(), "tools/bash");
/// assert_eq!(reference.tag(), Some("5.2"));
/// assert_eq!(reference.digest(), None);
/// # Ok::<(), oci_fixture::Invalid>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Reference {
    domain: String,
    path: String,
    tag: Option<String>,
    digest: Option<Digest>,
}

impl Reference {
    /// Reads and normalises a reference. The error is that of the first wrong part, from left to right.
    ///
    /// ```
    /// use oci_fixture::Reference;
    ///
    /// assert_eq!(Reference::parse("me/app:1")?.to_string(), "docker.io/me/app:1");
    /// let invalid = Reference::parse("me/App:1").unwrap_err();
    /// assert_eq!(invalid.to_string(), "repository name `me/App` has upper-case letters; write `me/app`");
    /// # Ok::<(), oci_fixture::Invalid>(())
    /// ```
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        refuse_odd_wholes(text)?;
        let (domain, rest) = split_domain(text);
        // Neither a name nor a tag has an `@`, and a name has no `:`, so the first of these characters separates two parts.
        let (rest, digest) = split_off(rest, '@');
        let (name, tag) = split_off(rest, ':');

        let (domain, path) = match domain {
            None | Some(DOCKER_HUB | OLD_DOCKER_HUB) => (DOCKER_HUB, hub_path(name)),
            Some(domain) => match domain::check(domain) {
                Ok(()) => (domain, name.to_owned()),
                // A reference such as `a_b.c/x`, which the documentation of this type explains.
                Err(_) if repository::is_valid(domain) => ("", format!("{domain}/{name}")),
                Err(invalid) => return Err(invalid),
            },
        };
        repository::check(name)?;
        repository::check_length(&path)?;
        tag.map_or(Ok(()), tag::check)?;
        let digest = digest.map(Digest::parse).transpose()?;
        Ok(Self { domain: domain.to_owned(), path, tag: tag.map(str::to_owned), digest })
    }

    /// Whether a text can be the name of a repository in its registry.
    ///
    /// ```
    /// # use oci_fixture::Reference;
    /// assert!(Reference::is_path("library/busybox"));
    /// assert!(!Reference::is_path("library/../busybox"));
    /// ```
    pub fn is_path(text: &str) -> bool {
        repository::check(text).is_ok() && repository::check_length(text).is_ok()
    }

    /// Whether a text can be a tag.
    ///
    /// ```
    /// # use oci_fixture::Reference;
    /// assert!(Reference::is_tag("1.36"));
    /// assert!(!Reference::is_tag("../1.36"));
    /// ```
    pub fn is_tag(text: &str) -> bool {
        tag::check(text).is_ok()
    }

    /// The registry's host, with its port if there is one: `docker.io`, `[::1]:5000`. It is empty for references such
    /// as `a_b.c/x`, which the documentation of this type explains.
    ///
    /// ```
    /// # use oci_fixture::Reference;
    /// assert_eq!(Reference::parse("index.docker.io/me/app")?.domain(), "docker.io");
    /// # Ok::<(), oci_fixture::Invalid>(())
    /// ```
    pub fn domain(&self) -> &str {
        &self.domain
    }

    /// The repository's name in its registry.
    ///
    /// ```
    /// # use oci_fixture::Reference;
    /// assert_eq!(Reference::parse("busybox")?.path(), "library/busybox");
    /// # Ok::<(), oci_fixture::Invalid>(())
    /// ```
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The tag, which stands behind the `:`, if there is one.
    ///
    /// ```
    /// # use oci_fixture::Reference;
    /// assert_eq!(Reference::parse("busybox:1.36")?.tag(), Some("1.36"));
    /// # Ok::<(), oci_fixture::Invalid>(())
    /// ```
    pub fn tag(&self) -> Option<&str> {
        self.tag.as_deref()
    }

    /// The digest, which stands behind the `@`, if there is one. A reference may have both a tag and a digest.
    ///
    /// ```
    /// # use oci_fixture::{Digest, Reference};
    /// let digest = Digest::from_sha256([1; 32]);
    /// assert_eq!(Reference::parse(&format!("busybox:1@{digest}"))?.digest(), Some(&digest));
    /// # Ok::<(), oci_fixture::Invalid>(())
    /// ```
    pub fn digest(&self) -> Option<&Digest> {
        self.digest.as_ref()
    }

    /// The domain and the path: everything but tag and digest.
    ///
    /// ```
    /// # use oci_fixture::Reference;
    /// assert_eq!(Reference::parse("busybox:1.36")?.name(), "docker.io/library/busybox");
    /// # Ok::<(), oci_fixture::Invalid>(())
    /// ```
    pub fn name(&self) -> String {
        if self.domain.is_empty() {
            return self.path.clone();
        }
        format!("{}/{}", self.domain, self.path)
    }

    /// The short form that Docker shows and writes as `RepoTags`: without `docker.io/`, and without
    /// `library/` before a name of one component, as `FamiliarString` of
    /// `github.com/distribution/reference` v0.6.0 gives it. If that text would be read as another reference, or could
    /// not be read, the result is the full form.
    ///
    /// ```
    /// # use oci_fixture::Reference;
    /// assert_eq!(Reference::parse("docker.io/library/busybox:latest")?.familiar(), "busybox:latest");
    /// assert_eq!(Reference::parse("docker.io/me/app:1")?.familiar(), "me/app:1");
    /// assert_eq!(Reference::parse("ghcr.io/me/app:1")?.familiar(), "ghcr.io/me/app:1");
    /// // `localhost/app` alone is on another host.
    /// assert_eq!(Reference::parse("docker.io/localhost/app")?.familiar(), "docker.io/localhost/app");
    /// # Ok::<(), oci_fixture::Invalid>(())
    /// ```
    pub fn familiar(&self) -> String {
        if self.domain != DOCKER_HUB {
            return self.to_string();
        }
        let official = self.path.strip_prefix(LIBRARY).filter(|name| !name.contains('/'));
        let path = official.unwrap_or(&self.path).to_owned();
        let short = Self { domain: String::new(), path, ..self.clone() }.to_string();
        if Self::parse(&short).as_ref() == Ok(self) { short } else { self.to_string() }
    }

    /// The reference with the tag `latest` if it has neither tag nor digest, as `TagNameOnly` of
    /// `github.com/distribution/reference` does.
    ///
    /// ```
    /// # use oci_fixture::Reference;
    /// assert_eq!(Reference::parse("me/app")?.or_latest(), Reference::parse("me/app:latest")?);
    /// # Ok::<(), oci_fixture::Invalid>(())
    /// ```
    pub fn or_latest(mut self) -> Self {
        if self.tag.is_none() && self.digest.is_none() {
            self.tag = Some("latest".to_owned());
        }
        self
    }
}

/// The full form: `docker.io/library/busybox:latest`.
impl fmt::Display for Reference {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.name())?;
        if let Some(tag) = &self.tag {
            write!(f, ":{tag}")?;
        }
        if let Some(digest) = &self.digest {
            write!(f, "@{digest}")?;
        }
        Ok(())
    }
}

impl FromStr for Reference {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        Self::parse(text)
    }
}

const DOCKER_HUB: &str = "docker.io";
const OLD_DOCKER_HUB: &str = "index.docker.io";
const LIBRARY: &str = "library/";

/// Refuses a text that is certainly meant as something else, such as a URL. The checks of its parts would give a misleading
/// error.
fn refuse_odd_wholes(text: &str) -> Result<(), Invalid> {
    if text.is_empty() {
        return Err(Invalid::new("reference", text, "is empty; write a name, such as `busybox:latest`"));
    }
    if text.len() == 64 && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')) {
        let reason = "has 64 hexadecimal digits, as the ID of an image has; add a tag, such as `:latest`";
        return Err(Invalid::new("repository name", text, reason));
    }
    if let Some((scheme, _)) = text.split_once("://")
        && !scheme.contains('/')
    {
        let scheme = quoted(&format!("{scheme}://"));
        return Err(Invalid::new("reference", text, format!("starts with {scheme}; leave that out")));
    }
    Ok(())
}

/// The first component and the rest, if that component is a domain, and not a part of a name on Docker Hub.
fn split_domain(text: &str) -> (Option<&str>, &str) {
    match text.split_once('/') {
        Some((first, rest)) if is_domain(first) => (Some(first), rest),
        _ => (None, text),
    }
}

/// Whether the component is meant as a domain, valid or not.
fn is_domain(first: &str) -> bool {
    first == "localhost" || first.bytes().any(|b| matches!(b, b'.' | b':' | b'A'..=b'Z'))
}

/// The text before the separator, and the text after it, if there is a separator.
fn split_off(text: &str, separator: char) -> (&str, Option<&str>) {
    match text.split_once(separator) {
        Some((before, after)) => (before, Some(after)),
        None => (text, None),
    }
}

/// The path of a name on Docker Hub, which keeps names of one component under `library/`.
fn hub_path(name: &str) -> String {
    if name.contains('/') { name.to_owned() } else { format!("{LIBRARY}{name}") }
}
