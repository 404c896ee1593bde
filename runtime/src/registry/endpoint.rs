//! Endpoints: the parts of the API to which requests go.

use super::percent;
use crate::error::Problem;

/// An endpoint of a registry ([distribution
/// specification](https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#endpoints)).
///
/// A fault of [`Registry::on`](crate::Registry::on) applies to all requests of an endpoint, or to those that
/// [`of`](Self::of) and [`named`](Self::named) choose.
///
/// ```
/// use oci_fixture::{Endpoint, Http, Registry};
///
/// Registry::new()
///     .on(Endpoint::Ping, Http::status(503).times(2))
///     .on(Endpoint::Manifest.of("library/app").named("1"), Http::stall(100));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Endpoint {
    /// `/v2/`, by which a client finds out whether there is a registry.
    Ping,
    /// `/v2/NAME/blobs/DIGEST`. Its name is the digest.
    Blob,
    /// `/v2/NAME/manifests/REFERENCE`. Its name is the tag or the digest.
    Manifest,
    /// `/v2/NAME/blobs/uploads/`, where an upload begins, a blob is mounted, or a blob is pushed with one request.
    Uploads,
    /// `/v2/NAME/blobs/uploads/ID`: an upload that has begun.
    Upload,
    /// `/v2/NAME/tags/list`.
    Tags,
    /// `/v2/NAME/referrers/DIGEST`. Its name is the digest.
    Referrers,
    /// `/token`, where [`Registry::bearer`](crate::Registry::bearer) sends clients.
    Token,
    /// `/v2/_catalog`: the names of all repositories.
    Catalog,
}

impl Endpoint {
    /// Only requests to this repository, such as `library/app`.
    pub fn of(self, repository: impl Into<String>) -> EndpointScope {
        EndpointScope::from(self).of(repository)
    }

    /// Only requests with this tag, or this digest, in their path.
    pub fn named(self, name: impl Into<String>) -> EndpointScope {
        EndpointScope::from(self).named(name)
    }

    /// The name of the endpoint in the log.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Ping => "ping",
            Self::Blob => "blobs",
            Self::Manifest => "manifests",
            Self::Uploads | Self::Upload => "uploads",
            Self::Tags => "tags",
            Self::Referrers => "referrers",
            Self::Token => "token",
            Self::Catalog => "catalog",
        }
    }

    /// Whether its path names a repository.
    pub(crate) fn is_of_repository(self) -> bool {
        !matches!(self, Self::Ping | Self::Token | Self::Catalog)
    }

    /// The methods of the endpoint.
    pub(crate) fn methods(self) -> &'static [&'static str] {
        match self {
            Self::Ping | Self::Tags | Self::Referrers | Self::Catalog => &["GET", "HEAD"],
            Self::Blob => &["DELETE", "GET", "HEAD"],
            Self::Manifest => &["DELETE", "GET", "HEAD", "PUT"],
            Self::Uploads => &["POST"],
            Self::Upload => &["DELETE", "GET", "HEAD", "PATCH", "PUT"],
            Self::Token => &["GET", "HEAD", "POST"],
        }
    }
}

/// An [`Endpoint`] that is narrowed to one repository, to one name, or to both.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct EndpointScope {
    endpoint: Endpoint,
    repository: Option<String>,
    name: Option<String>,
}

impl From<Endpoint> for EndpointScope {
    fn from(endpoint: Endpoint) -> Self {
        Self { endpoint, repository: None, name: None }
    }
}

impl EndpointScope {
    /// Only requests to this repository.
    pub fn of(mut self, repository: impl Into<String>) -> Self {
        self.repository = Some(repository.into());
        self
    }

    /// Only requests with this tag, or this digest, in their path.
    pub fn named(mut self, name: impl Into<String>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// A scope that no request can be in is a mistake, since its fault would be lost.
    pub(crate) fn check(&self) -> Result<(), Problem> {
        let word = self.endpoint.word();
        let has_name = matches!(
            self.endpoint,
            Endpoint::Blob | Endpoint::Manifest | Endpoint::Upload | Endpoint::Referrers
        );
        match (&self.repository, &self.name) {
            (Some(repository), _) if !self.endpoint.is_of_repository() => Err(Problem::new(format!(
                "requests to the endpoint `{word}` name no repository; remove `.of({repository:?})`"
            ))),
            (_, Some(name)) if !has_name => Err(Problem::new(format!(
                "requests to the endpoint `{word}` name no tag and no digest; remove `.named({name:?})`"
            ))),
            _ => Ok(()),
        }
    }

    pub(crate) fn contains(&self, target: &RequestTarget) -> bool {
        self.endpoint == target.endpoint
            && self.repository.as_ref().is_none_or(|repository| *repository == target.repository)
            && self.name.as_ref().is_none_or(|name| *name == target.name)
    }
}

/// The parts of the path of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct RequestTarget {
    pub(crate) endpoint: Endpoint,
    /// The repository. It is empty for an endpoint of the registry itself.
    pub(crate) repository: String,
    /// The tag, the digest, or the ID of the upload; empty for an endpoint that has none of them.
    pub(crate) name: String,
}

impl RequestTarget {
    /// The target of a path as it stands in a request. Clients write `%3A` for the colon of a digest, and some `%2F`
    /// for the slashes of a repository's name.
    pub(crate) fn of(path: &str) -> Option<Self> {
        let path = percent::decode(path);
        let bare = |endpoint| Some(Self { endpoint, repository: String::new(), name: String::new() });
        match path.as_str() {
            "/v2" | "/v2/" => return bare(Endpoint::Ping),
            "/v2/_catalog" => return bare(Endpoint::Catalog),
            "/token" => return bare(Endpoint::Token),
            _ => {}
        }
        // A repository's name may contain the words of endpoints, so the last of these words is that of the endpoint.
        let (parent, last) = path.strip_prefix("/v2/")?.rsplit_once('/')?;
        let (rest, word) = parent.rsplit_once('/')?;
        let (endpoint, repository, name) = match (word, last) {
            ("manifests", name) => (Endpoint::Manifest, rest, name),
            ("referrers", name) => (Endpoint::Referrers, rest, name),
            ("tags", "list") => (Endpoint::Tags, rest, ""),
            ("blobs", "uploads") => (Endpoint::Uploads, rest, ""),
            ("blobs", name) => (Endpoint::Blob, rest, name),
            ("uploads", name) => {
                let repository = rest.strip_suffix("/blobs")?;
                let endpoint = if name.is_empty() { Endpoint::Uploads } else { Endpoint::Upload };
                (endpoint, repository, name)
            }
            _ => return None,
        };
        Some(Self { endpoint, repository: repository.to_owned(), name: name.to_owned() })
    }
}

#[cfg(test)]
mod tests {
    use super::{Endpoint, RequestTarget};

    #[test]
    fn a_path_names_one_target() {
        let target = |path: &str| {
            RequestTarget::of(path)
                .map(|RequestTarget { endpoint, repository, name }| (endpoint, repository, name))
        };
        let some =
            |endpoint, repository: &str, name: &str| Some((endpoint, repository.to_owned(), name.to_owned()));
        for (path, expected) in [
            ("/v2", some(Endpoint::Ping, "", "")),
            ("/v2/", some(Endpoint::Ping, "", "")),
            ("/v2/_catalog", some(Endpoint::Catalog, "", "")),
            ("/token", some(Endpoint::Token, "", "")),
            ("/v2/a/b/manifests/1", some(Endpoint::Manifest, "a/b", "1")),
            ("/v2/a%2Fb/manifests/sha256%3Aff", some(Endpoint::Manifest, "a/b", "sha256:ff")),
            ("/v2/a/manifests/blobs/x", some(Endpoint::Blob, "a/manifests", "x")),
            ("/v2/a/blobs/uploads/", some(Endpoint::Uploads, "a", "")),
            ("/v2/a/blobs/uploads", some(Endpoint::Uploads, "a", "")),
            ("/v2/a/blobs/uploads/7", some(Endpoint::Upload, "a", "7")),
            ("/v2/a/tags/list", some(Endpoint::Tags, "a", "")),
            ("/v2/a/referrers/x", some(Endpoint::Referrers, "a", "x")),
            ("/v2/../etc/manifests/1", some(Endpoint::Manifest, "../etc", "1")),
            ("/v2/a/tags/other", None),
            ("/v2/manifests/1", None),
            ("/v2/a/uploads/7", None),
            ("/v1/a/manifests/1", None),
            ("/", None),
            ("", None),
        ] {
            assert_eq!(target(path), expected, "{path}");
        }
    }
}
