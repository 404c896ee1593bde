//! Media types.

use crate::Invalid;

/// The longest name of a type or a subtype.
const LONGEST: usize = 127;

/// Checks that the text is a media type, as [RFC 6838](https://www.rfc-editor.org/rfc/rfc6838#section-4.2) defines it and
/// the [descriptor specification] asks for it: a type and a subtype, without parameters.
///
/// [descriptor specification]: https://github.com/opencontainers/image-spec/blob/v1.1.1/descriptor.md#properties
///
/// # Errors
///
/// The error names the part that is wrong, and what to write instead.
///
/// ```
/// use oci_fixture_grammar::media_type;
///
/// assert!(media_type::check("application/vnd.oci.image.layer.v1.tar+gzip").is_ok());
/// assert_eq!(
///     media_type::check("tar").unwrap_err().to_string(),
///     "media type `tar` has no `/`; write a type and a subtype, as in `application/json`"
/// );
/// ```
pub fn check(text: &str) -> Result<(), Invalid> {
    let wrong = |reason: &str| Err(Invalid::new("media type", text, reason));
    let Some((r#type, subtype)) = text.split_once('/') else {
        return wrong("has no `/`; write a type and a subtype, as in `application/json`");
    };
    for (name, part) in [("type", r#type), ("subtype", subtype)] {
        let Some(first) = part.chars().next() else {
            return wrong(&format!("has an empty {name}; write one, as in `application/json`"));
        };
        if part.len() > LONGEST {
            return wrong(&format!("has a {name} of more than {LONGEST} characters; write a shorter one"));
        }
        if !first.is_ascii_alphanumeric() {
            return wrong(&format!(
                "has a {name} that begins with {first:?}; begin it with a letter or a digit"
            ));
        }
        if let Some(unexpected) = part.chars().find(|character| !is_allowed(*character)) {
            return wrong(&format!(
                "has {unexpected:?} in its {name}; write letters, digits and `!#$&-^_.+`"
            ));
        }
    }
    Ok(())
}

/// The media type of the empty value, whose content is `{}`.
pub const EMPTY: &str = "application/vnd.oci.empty.v1+json";

/// The error of a content of the media type [`EMPTY`] that is not `{}`.
pub const NOT_EMPTY: &str =
    "the content of `application/vnd.oci.empty.v1+json` is `{}`; write that, or another media type";

/// The error of a manifest without an artifact type whose config has the media type [`EMPTY`]
/// ([manifest](https://github.com/opencontainers/image-spec/blob/v1.1.1/manifest.md#image-manifest-property-descriptions)).
pub const NO_ARTIFACT_TYPE: &str = "a manifest with the empty config has an `artifact_type:`; write one, or `#[unchecked]` before the manifest or its config";

/// The prefixes of the media types of layers.
const LAYERS: [&str; 4] = [
    "application/vnd.oci.image.layer.v1.tar",
    "application/vnd.oci.image.layer.nondistributable.v1.tar",
    "application/vnd.docker.image.rootfs.diff.tar",
    "application/vnd.docker.image.rootfs.foreign.diff.tar",
];

/// The kind of blob that has a media type of the specification or of Docker's schema 2, and the keyword that declares such a
/// blob. `None` for any other media type, such as that of an artifact, and for a layer of an unknown compression.
fn made_by(media_type: &str) -> Option<(&'static str, &'static str)> {
    match media_type {
        "application/vnd.oci.image.index.v1+json"
        | "application/vnd.docker.distribution.manifest.list.v2+json" => Some(("an index", "index")),
        "application/vnd.oci.image.manifest.v1+json"
        | "application/vnd.docker.distribution.manifest.v2+json" => Some(("a manifest", "manifest")),
        "application/vnd.oci.image.config.v1+json" | "application/vnd.docker.container.image.v1+json" => {
            Some(("the config of an image", "config"))
        }
        other => {
            let suffix = LAYERS.into_iter().find_map(|layer| other.strip_prefix(layer))?;
            ["", "+gzip", "+zstd", ".gzip", ".zstd"].contains(&suffix).then_some(("a layer", "layer"))
        }
    }
}

/// Checks the media type of a blob or a config whose content may be any bytes. A media type for which the specification
/// defines the content is refused, because the language has a keyword for it.
///
/// # Errors
///
/// The error names that keyword.
///
/// ```
/// use oci_fixture_grammar::media_type;
///
/// assert!(media_type::check_opaque("application/spdx+json").is_ok());
/// assert_eq!(
///     media_type::check_opaque("application/vnd.oci.image.layer.v1.tar").unwrap_err().to_string(),
///     "media type `application/vnd.oci.image.layer.v1.tar` is that of a layer; write `layer { ... }`, or `#[unchecked]` before it for any other bytes"
/// );
/// ```
pub fn check_opaque(text: &str) -> Result<(), Invalid> {
    check(text)?;
    let Some((what, keyword)) = made_by(text) else { return Ok(()) };
    let reason = format!(
        "is that of {what}; write `{keyword} {{ ... }}`, or `#[unchecked]` before it for any other bytes"
    );
    Err(Invalid::new("media type", text, reason))
}

/// The compression that the end of a media type names, such as `gzip` in `application/vnd.oci.image.layer.v1.tar+gzip`.
///
/// ```
/// use oci_fixture_grammar::media_type;
///
/// assert_eq!(media_type::compression("application/vnd.cncf.helm.chart.content.v1.tar+gzip"), Some("gzip"));
/// assert_eq!(media_type::compression("application/spdx+json"), None);
/// ```
pub fn compression(media_type: &str) -> Option<&str> {
    const COMPRESSIONS: [&str; 8] = ["gzip", "gz", "zstd", "zst", "xz", "bzip2", "lz4", "br"];
    let (_, end) = media_type.rsplit_once(['+', '.'])?;
    COMPRESSIONS.contains(&end).then_some(end)
}

/// Checks that the digest of a blob of this media type is that of its content before compression.
///
/// # Errors
///
/// A media type that says a compression is refused.
///
/// ```
/// use oci_fixture_grammar::media_type;
///
/// assert!(media_type::check_uncompressed("application/vnd.oci.image.layer.v1.tar").is_ok());
/// assert_eq!(
///     media_type::check_uncompressed("application/vnd.oci.image.layer.v1.tar+zstd").unwrap_err().to_string(),
///     "media type `application/vnd.oci.image.layer.v1.tar+zstd` says zstd, so `diff_id` is not the digest of the blob; write the digest of the tar: `diff_id: \"sha256:...\"`"
/// );
/// ```
pub fn check_uncompressed(media_type: &str) -> Result<(), Invalid> {
    let Some(compression) = compression(media_type) else { return Ok(()) };
    let reason = format!(
        "says {compression}, so `diff_id` is not the digest of the blob; write the digest of the tar: `diff_id: \"sha256:...\"`"
    );
    Err(Invalid::new("media type", media_type, reason))
}

/// Whether the media type is that of a layer without compression, whose content is a tar.
///
/// ```
/// use oci_fixture_grammar::media_type;
///
/// assert!(media_type::is_tar("application/vnd.oci.image.layer.v1.tar"));
/// assert!(!media_type::is_tar("application/vnd.oci.image.layer.v1.tar+gzip"));
/// ```
pub fn is_tar(media_type: &str) -> bool {
    LAYERS.contains(&media_type)
}

/// The error of a blob in an image that has the media type of a layer, and no `diff_id`.
///
/// # Errors
///
/// The media type of a layer is refused.
///
/// ```
/// use oci_fixture_grammar::media_type;
///
/// assert!(media_type::check_no_layer("application/spdx+json").is_ok());
/// assert_eq!(
///     media_type::check_no_layer("application/vnd.oci.image.layer.v1.tar").unwrap_err().to_string(),
///     "media type `application/vnd.oci.image.layer.v1.tar` is that of a layer, whose digest before compression the config has; add `diff_id: true`"
/// );
/// ```
pub fn check_no_layer(media_type: &str) -> Result<(), Invalid> {
    if !LAYERS.iter().any(|layer| media_type.starts_with(layer)) {
        return Ok(());
    }
    let diff_id = if compression(media_type).is_some() { "\"sha256:...\"" } else { "true" };
    let reason = format!(
        "is that of a layer, whose digest before compression the config has; add `diff_id: {diff_id}`"
    );
    Err(Invalid::new("media type", media_type, reason))
}

/// Checks the media type of a tar against its compression, which is `""` for none, and `None` if it is not known.
///
/// # Errors
///
/// A media type that says another compression is refused, and so is a media type for which the language has another keyword.
///
/// ```
/// use oci_fixture_grammar::media_type;
///
/// let chart = "application/vnd.cncf.helm.chart.content.v1.tar+gzip";
/// assert!(media_type::check_of_tar(chart, Some("gzip")).is_ok());
/// assert_eq!(
///     media_type::check_of_tar(chart, Some("")).unwrap_err().to_string(),
///     "media type `application/vnd.cncf.helm.chart.content.v1.tar+gzip` says gzip, but the layer is not compressed; write `gzip` behind it, or another type"
/// );
/// ```
pub fn check_of_tar(media_type: &str, encoder: Option<&str>) -> Result<(), Invalid> {
    check(media_type)?;
    let of_layer = LAYERS.iter().find_map(|layer| match media_type.strip_prefix(layer)? {
        "" => Some(""),
        suffix => suffix.strip_prefix(['+', '.']),
    });
    if let (None, Some((what, keyword))) = (of_layer, made_by(media_type)) {
        let reason = format!("is that of {what}; write `{keyword} {{ ... }}`, or another type");
        return Err(Invalid::new("media type", media_type, reason));
    }
    let said = of_layer.or(compression(media_type).map(|said| match said {
        "gz" => "gzip",
        "zst" => "zstd",
        said => said,
    }));
    let (Some(said), Some(encoder)) = (said, encoder) else { return Ok(()) };
    let reason = match (said, encoder) {
        (said, encoder) if said == encoder => return Ok(()),
        ("", encoder) => {
            format!("says no compression, but the encoder makes {encoder}; write another type, or no encoder")
        }
        (said, "") => {
            let cure =
                if matches!(said, "gzip" | "zstd") { format!("`{said}`") } else { "an encoder".to_owned() };
            format!("says {said}, but the layer is not compressed; write {cure} behind it, or another type")
        }
        (said, encoder) => {
            format!("says {said}, but the encoder makes {encoder}; write another type, or another encoder")
        }
    };
    Err(Invalid::new("media type", media_type, reason))
}

fn is_allowed(character: char) -> bool {
    character.is_ascii_alphanumeric() || "!#$&-^_.+".contains(character)
}
