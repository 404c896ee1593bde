//! The media types of the [image specification](https://github.com/opencontainers/image-spec/blob/v1.1.1/media-types.md),
//! and those of Docker's [schema 2](https://distribution.github.io/distribution/spec/manifest-v2-2/).

use std::borrow::Cow;

use crate::encoder::Encoder;
use crate::problem::Problem;
use crate::text::Text;

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

/// Whether what a declaration says is a media type.
pub(crate) fn check(media_type: Option<&Text>) -> Result<(), Problem> {
    match media_type.map(Text::plain) {
        None => Ok(()),
        Some(Some(text)) => Ok(oci_fixture_grammar::media_type::check(text)?),
        Some(None) => Err(Problem::new("a media type cannot say anything of a label; write it out")),
    }
}

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
pub(crate) fn layer(docker: bool, encoder: Option<&Encoder>) -> Cow<'static, str> {
    match (docker, encoder.map_or("", Encoder::media_type_suffix)) {
        (false, "") => LAYER.into(),
        (true, "") => DOCKER_LAYER.into(),
        (false, suffix) => format!("{LAYER}+{suffix}").into(),
        (true, suffix) => format!("{DOCKER_LAYER}.{suffix}").into(),
    }
}

/// What kind of node a media type is for, in a word of the language.
pub(crate) fn keyword(media_type: &str) -> Option<&'static str> {
    match media_type {
        INDEX | DOCKER_INDEX => Some("index"),
        MANIFEST | DOCKER_MANIFEST => Some("manifest"),
        CONFIG | DOCKER_CONFIG => Some("config"),
        other if other.starts_with(LAYER) || other.starts_with(DOCKER_LAYER) => Some("layer"),
        _ => None,
    }
}

/// What the media type of a layer says of its compression: nothing where it has none. That of what is no layer is none.
///
/// Layers that are not distributed are taken, too; and what is no compression, such as `gzip+encrypted`.
pub(crate) fn of_layer(media_type: &str) -> Option<&str> {
    [(LAYER, '+'), (NONDISTRIBUTABLE, '+'), (DOCKER_LAYER, '.'), (DOCKER_FOREIGN, '.')].into_iter().find_map(
        |(layer, before)| match media_type.strip_prefix(layer)? {
            "" => Some(""),
            suffix => suffix.strip_prefix(before),
        },
    )
}

/// Whether a layer is one that is not distributed, but had from elsewhere.
pub(crate) fn is_foreign(media_type: &str) -> bool {
    of_layer(media_type).is_some()
        && (media_type.starts_with(NONDISTRIBUTABLE) || media_type.starts_with(DOCKER_FOREIGN))
}

/// Whether a media type is one of Docker's.
pub(crate) fn is_docker(media_type: &str) -> bool {
    media_type.starts_with("application/vnd.docker.")
}

/// What a layer's media type says of its compression.
pub(crate) fn compression(media_type: &str) -> Option<&str> {
    let rest = media_type.strip_prefix(LAYER).or_else(|| media_type.strip_prefix(DOCKER_LAYER))?;
    rest.strip_prefix(['+', '.']).filter(|compression| !compression.is_empty())
}
