//! The media types of the [image specification](https://github.com/opencontainers/image-spec/blob/v1.1.1/media-types.md),
//! and those of Docker's [schema 2](https://distribution.github.io/distribution/spec/manifest-v2-2/).

use std::borrow::Cow;

pub(crate) const INDEX: &str = "application/vnd.oci.image.index.v1+json";
pub(crate) const MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";
pub(crate) const CONFIG: &str = "application/vnd.oci.image.config.v1+json";
pub(crate) const EMPTY: &str = "application/vnd.oci.empty.v1+json";
const LAYER: &str = "application/vnd.oci.image.layer.v1.tar";
const NONDISTRIBUTABLE: &str = "application/vnd.oci.image.layer.nondistributable.v1.tar";

const DOCKER_INDEX: &str = "application/vnd.docker.distribution.manifest.list.v2+json";
const DOCKER_MANIFEST: &str = "application/vnd.docker.distribution.manifest.v2+json";
const DOCKER_CONFIG: &str = "application/vnd.docker.container.image.v1+json";
const DOCKER_LAYER: &str = "application/vnd.docker.image.rootfs.diff.tar";
const DOCKER_FOREIGN: &str = "application/vnd.docker.image.rootfs.foreign.diff.tar";

/// The media type of an index, for the OCI or for Docker.
pub(crate) fn index(docker: bool) -> &'static str {
    if docker { DOCKER_INDEX } else { INDEX }
}

/// The media type of a manifest.
pub(crate) fn manifest(docker: bool) -> &'static str {
    if docker { DOCKER_MANIFEST } else { MANIFEST }
}

/// The media type of an image's config.
pub(crate) fn config(docker: bool) -> &'static str {
    if docker { DOCKER_CONFIG } else { CONFIG }
}

/// The media type of a layer, by what it says of its compression.
pub(crate) fn layer(docker: bool, suffix: &str) -> Cow<'static, str> {
    match (docker, suffix) {
        (false, "") => LAYER.into(),
        (true, "") => DOCKER_LAYER.into(),
        (false, suffix) => format!("{LAYER}+{suffix}").into(),
        (true, suffix) => format!("{DOCKER_LAYER}.{suffix}").into(),
    }
}

/// The role of a blob by its media type, for blobs that the crate reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Role {
    Index,
    Manifest,
    Config,
    Layer,
}

impl Role {
    /// `None` for a media type of none of these, such as an artifact's.
    pub(crate) fn of(media_type: &str) -> Option<Self> {
        match media_type {
            INDEX | DOCKER_INDEX => Some(Self::Index),
            MANIFEST | DOCKER_MANIFEST => Some(Self::Manifest),
            CONFIG | DOCKER_CONFIG => Some(Self::Config),
            other => of_layer(other).map(|_| Self::Layer),
        }
    }

    /// The keyword of the language for a node of this role.
    pub(crate) fn keyword(self) -> &'static str {
        match self {
            Self::Index => "index",
            Self::Manifest => "manifest",
            Self::Config => "config",
            Self::Layer => "layer",
        }
    }

    /// Whether the blob is a document with descriptors.
    pub(crate) fn has_descriptors(self) -> bool {
        matches!(self, Self::Index | Self::Manifest)
    }
}

/// The compression in the media type of a layer, which is empty for no compression. `None` for the media type of anything but
/// a layer.
///
/// Layers that are not distributed count as layers. A suffix that is no compression, such as `gzip+encrypted`, is returned
/// unchanged.
pub(crate) fn of_layer(media_type: &str) -> Option<&str> {
    [(LAYER, '+'), (NONDISTRIBUTABLE, '+'), (DOCKER_LAYER, '.'), (DOCKER_FOREIGN, '.')].into_iter().find_map(
        |(layer, before)| match media_type.strip_prefix(layer)? {
            "" => Some(""),
            suffix => suffix.strip_prefix(before),
        },
    )
}

/// Whether the specification defines layers of a compression, which is [`of_layer`] of their media type.
pub(crate) fn is_compression_of_the_specification(compression: &str) -> bool {
    ["", "gzip", "zstd"].contains(&compression)
}

/// Whether the media type is that of a layer that is not distributed with its image.
pub(crate) fn is_foreign(media_type: &str) -> bool {
    of_layer(media_type).is_some()
        && (media_type.starts_with(NONDISTRIBUTABLE) || media_type.starts_with(DOCKER_FOREIGN))
}

/// Whether a media type is one of Docker's.
pub(crate) fn is_docker(media_type: &str) -> bool {
    media_type.starts_with("application/vnd.docker.")
}
