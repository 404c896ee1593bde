//! Media types.

/// The media types of an index, by the specification and by Docker.
pub(crate) const INDEXES: [&str; 2] =
    ["application/vnd.oci.image.index.v1+json", "application/vnd.docker.distribution.manifest.list.v2+json"];

/// The media types of a manifest, by the specification and by Docker.
pub(crate) const MANIFESTS: [&str; 2] =
    ["application/vnd.oci.image.manifest.v1+json", "application/vnd.docker.distribution.manifest.v2+json"];

/// The media types of an image's config, by the specification and by Docker.
pub(crate) const CONFIGS: [&str; 2] =
    ["application/vnd.oci.image.config.v1+json", "application/vnd.docker.container.image.v1+json"];

/// The media type of a layer with the name of a compression, which is empty for none.
pub(crate) fn layer_media_type(docker: bool, label: &str) -> String {
    let (tar, before) = if docker {
        ("application/vnd.docker.image.rootfs.diff.tar", ".")
    } else {
        ("application/vnd.oci.image.layer.v1.tar", "+")
    };
    if label.is_empty() { tar.to_owned() } else { format!("{tar}{before}{label}") }
}
