//! What an image is called in a registry or an engine.

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
/// has the same parts. That is what Docker and containerd use; some of it surprises:
///
/// * `Foo/bar` is valid, since a first component with an upper-case letter is a domain; `Foo` alone is not.
/// * `localhost/x` has the domain `localhost`, while `localhost:5000` is the image `localhost`, tagged `5000`.
/// * `a_b.c/x` has an empty domain: with its dot `a_b.c` is not on Docker Hub, with its `_` it is no domain.
/// * A name of 64 hexadecimal digits is an image's ID, so it is refused.
/// * A name may have 255 bytes without its domain, but with the `library/` that is put before it.
///
/// ```
/// use oci_fixture_grammar::Reference;
///
/// let reference = Reference::parse("localhost:5000/tools/bash:5.2")?;
/// assert_eq!(reference.domain(), "localhost:5000");
/// assert_eq!(reference.path(), "tools/bash");
/// assert_eq!(reference.tag(), Some("5.2"));
/// assert_eq!(reference.digest(), None);
/// # Ok::<(), oci_fixture_grammar::Invalid>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Reference {
    domain: String,
    path: String,
    tag: Option<String>,
    digest: Option<Digest>,
}

impl Reference {
    /// Reads and normalises a reference. What is wrong is reported from left to right.
    ///
    /// ```
    /// use oci_fixture_grammar::Reference;
    ///
    /// assert_eq!(Reference::parse("me/app:1")?.to_string(), "docker.io/me/app:1");
    /// let invalid = Reference::parse("me/App:1").unwrap_err();
    /// assert_eq!(invalid.to_string(), "repository name `me/App` has upper-case letters; write `me/app`");
    /// # Ok::<(), oci_fixture_grammar::Invalid>(())
    /// ```
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        refuse_odd_wholes(text)?;
        let (domain, rest) = split_domain(text);
        // Neither a name nor a tag can have an `@`, and a name has no `:`; so the first one of each separates.
        let (rest, digest) = split_off(rest, '@');
        let (name, tag) = split_off(rest, ':');

        let (domain, path) = match domain {
            None | Some(DOCKER_HUB | OLD_DOCKER_HUB) => (DOCKER_HUB, hub_path(name)),
            Some(domain) => match domain::check(domain) {
                Ok(()) => (domain, name.to_owned()),
                // The `a_b.c/x` of this type's docs.
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

    /// The registry's host, with its port if there is one: `docker.io`, `[::1]:5000`. Empty for the odd
    /// `a_b.c/x` of this type's docs.
    ///
    /// ```
    /// # use oci_fixture_grammar::Reference;
    /// assert_eq!(Reference::parse("index.docker.io/me/app")?.domain(), "docker.io");
    /// # Ok::<(), oci_fixture_grammar::Invalid>(())
    /// ```
    pub fn domain(&self) -> &str {
        &self.domain
    }

    /// The repository's name in its registry.
    ///
    /// ```
    /// # use oci_fixture_grammar::Reference;
    /// assert_eq!(Reference::parse("busybox")?.path(), "library/busybox");
    /// # Ok::<(), oci_fixture_grammar::Invalid>(())
    /// ```
    pub fn path(&self) -> &str {
        &self.path
    }

    /// What comes after the `:`, if something does.
    ///
    /// ```
    /// # use oci_fixture_grammar::Reference;
    /// assert_eq!(Reference::parse("busybox:1.36")?.tag(), Some("1.36"));
    /// # Ok::<(), oci_fixture_grammar::Invalid>(())
    /// ```
    pub fn tag(&self) -> Option<&str> {
        self.tag.as_deref()
    }

    /// What comes after the `@`, if something does. There may be a tag, too.
    ///
    /// ```
    /// # use oci_fixture_grammar::{Digest, Reference};
    /// let digest = Digest::sha256([1; 32]);
    /// assert_eq!(Reference::parse(&format!("busybox:1@{digest}"))?.digest(), Some(&digest));
    /// # Ok::<(), oci_fixture_grammar::Invalid>(())
    /// ```
    pub fn digest(&self) -> Option<&Digest> {
        self.digest.as_ref()
    }

    /// The domain and the path: everything but tag and digest.
    ///
    /// ```
    /// # use oci_fixture_grammar::Reference;
    /// assert_eq!(Reference::parse("busybox:1.36")?.name(), "docker.io/library/busybox");
    /// # Ok::<(), oci_fixture_grammar::Invalid>(())
    /// ```
    pub fn name(&self) -> String {
        if self.domain.is_empty() {
            return self.path.clone();
        }
        format!("{}/{}", self.domain, self.path)
    }

    /// The short form that Docker shows, and writes as `RepoTags`: without `docker.io/`, and without
    /// `library/` before a name of one component. That is what `FamiliarString` of
    /// `github.com/distribution/reference` v0.6.0 gives; but where that is read as another reference, or as
    /// none, this is the whole form.
    ///
    /// ```
    /// # use oci_fixture_grammar::Reference;
    /// assert_eq!(Reference::parse("docker.io/library/busybox:latest")?.familiar(), "busybox:latest");
    /// assert_eq!(Reference::parse("docker.io/me/app:1")?.familiar(), "me/app:1");
    /// assert_eq!(Reference::parse("ghcr.io/me/app:1")?.familiar(), "ghcr.io/me/app:1");
    /// // `localhost/app` alone is on another host.
    /// assert_eq!(Reference::parse("docker.io/localhost/app")?.familiar(), "docker.io/localhost/app");
    /// # Ok::<(), oci_fixture_grammar::Invalid>(())
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

    /// The same with the tag `latest` if it has neither tag nor digest, as `TagNameOnly` of
    /// `github.com/distribution/reference` does.
    ///
    /// ```
    /// # use oci_fixture_grammar::Reference;
    /// assert_eq!(Reference::parse("me/app")?.or_latest(), Reference::parse("me/app:latest")?);
    /// # Ok::<(), oci_fixture_grammar::Invalid>(())
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

/// What is no reference as a whole, and would get a puzzling message about one of its parts.
fn refuse_odd_wholes(text: &str) -> Result<(), Invalid> {
    if text.is_empty() {
        return Err(Invalid::new("reference", text, "is empty; write a name, such as `busybox:latest`"));
    }
    if text.len() == 64 && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f')) {
        let reason = "reads as an image's ID, being 64 hexadecimal digits; add a tag, such as `:latest`";
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

/// The first component, if it is a domain and not the beginning of a name on Docker Hub; and what follows.
fn split_domain(text: &str) -> (Option<&str>, &str) {
    match text.split_once('/') {
        Some((first, rest)) if is_domain(first) => (Some(first), rest),
        _ => (None, text),
    }
}

/// Only whether it is meant as a domain, not whether it is a good one.
fn is_domain(first: &str) -> bool {
    first == "localhost" || first.bytes().any(|b| matches!(b, b'.' | b':' | b'A'..=b'Z'))
}

/// What is before the separator; and what is after it, if it is there.
fn split_off(text: &str, separator: char) -> (&str, Option<&str>) {
    match text.split_once(separator) {
        Some((before, after)) => (before, Some(after)),
        None => (text, None),
    }
}

/// Docker Hub keeps names of one component under `library/`.
fn hub_path(name: &str) -> String {
    if name.contains('/') { name.to_owned() } else { format!("{LIBRARY}{name}") }
}
