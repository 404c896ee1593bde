//! The options of a registry, for which the specification leaves a choice.

use super::endpoint::Endpoint;

/// A part of the API that a registry may lack ([`Registry::without`](crate::Registry::without)). A client must work
/// without each of them, because that is legal, and no fault.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Api {
    /// Uploads and pushes: without them the registry is read-only, and answers `405`.
    Push,
    /// Deleting tags, manifests and blobs: the answer is `405`.
    Delete,
    /// The referrers API: the answer is `404`, and clients use the [referrers tag
    /// schema](https://github.com/opencontainers/distribution-spec/blob/v1.1.1/spec.md#referrers-tag-schema).
    Referrers,
    /// The filter of the referrers API: it lists all referrers.
    ReferrersFilter,
    /// Ranges of a blob: the whole blob is sent.
    Ranges,
    /// Mounting a blob from another repository: an upload begins instead.
    Mount,
    /// Pushing a blob with one `POST`: an upload begins instead.
    SinglePost,
    /// Tags as parameters when a manifest is pushed by its digest: they are ignored.
    TagParameter,
    /// The header `Docker-Content-Digest`.
    DigestHeader,
}

/// The form of the `Location` of an upload ([`Registry::upload_location`](crate::Registry::upload_location)).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum UploadLocation {
    /// An absolute path: `/v2/library/app/blobs/uploads/ID`.
    #[default]
    Relative,
    /// A whole URL of this registry.
    Absolute,
    /// An absolute path with a query of its own, to which the client has to add the digest.
    Query,
    /// A whole URL of another origin, which needs no credentials.
    OtherOrigin,
}

/// The chosen options.
#[derive(Clone, Debug, Default)]
pub(crate) struct Options {
    pub(crate) without: Vec<Api>,
    /// The largest number of items of a list in one answer.
    pub(crate) page: Option<usize>,
    pub(crate) upload_location: UploadLocation,
    pub(crate) by_namespace: bool,
}

impl Options {
    pub(crate) fn has(&self, api: Api) -> bool {
        !self.without.contains(&api)
    }

    /// Whether the registry has a method of an endpoint.
    pub(crate) fn has_method(&self, endpoint: Endpoint, method: &str) -> bool {
        match (endpoint, method) {
            (Endpoint::Uploads | Endpoint::Upload, _) | (_, "PUT") => self.has(Api::Push),
            (_, "DELETE") => self.has(Api::Delete),
            _ => true,
        }
    }
}
