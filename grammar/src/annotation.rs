//! Annotations for whose values the image specification defines a form.

use crate::invalid::quoted_char;
use crate::{Invalid, Reference, time};

/// The annotation with the name of an entry of index.json. containerd prefers another one, `io.containerd.image.name`.
pub const REF_NAME: &str = "org.opencontainers.image.ref.name";

/// Checks the value of an annotation for which the [image specification] defines a form. Any other annotation may have any
/// value. A value may always be empty.
///
/// [image specification]: https://github.com/opencontainers/image-spec/blob/v1.1.1/annotations.md#pre-defined-annotation-keys
///
/// # Errors
///
/// The error says what is wrong with the value, and what to write instead.
///
/// ```
/// use oci_fixture_grammar::annotation;
///
/// assert!(annotation::check("org.opencontainers.image.created", "2024-05-01T12:00:00Z").is_ok());
/// assert!(annotation::check("org.example.created", "today").is_ok());
/// assert_eq!(
///     annotation::check("org.opencontainers.image.created", "today").unwrap_err().to_string(),
///     "time `today` is not a date and a time of RFC 3339; write them as in `2024-05-01T12:00:00Z`"
/// );
/// assert_eq!(
///     annotation::check("org.opencontainers.image.base.name", "alpine").unwrap_err().to_string(),
///     "base image `alpine` has no registry; write `docker.io/library/alpine`"
/// );
/// ```
pub fn check(key: &str, value: &str) -> Result<(), Invalid> {
    match key.strip_prefix("org.opencontainers.image.") {
        _ if value.is_empty() => Ok(()),
        Some("created") => time::check(value),
        Some("base.name") => base_name(value),
        Some("ref.name") => ref_name(value),
        _ => Ok(()),
    }
}

/// The name of a base image, which is a whole reference.
fn base_name(value: &str) -> Result<(), Invalid> {
    let reference = Reference::parse(value)?;
    let is_domain = |first: &str| {
        first.contains(['.', ':']) || first == "localhost" || first.contains(|c: char| c.is_ascii_uppercase())
    };
    if value.split_once('/').is_some_and(|(first, _)| is_domain(first)) {
        return Ok(());
    }
    Err(Invalid::new("base image", value, format!("has no registry; write `{reference}`")))
}

fn ref_name(value: &str) -> Result<(), Invalid> {
    let is_unexpected = |c: &char| !c.is_ascii_alphanumeric() && !"-._:@/+".contains(*c);
    match value.chars().find(is_unexpected) {
        None => Ok(()),
        Some(unexpected) => {
            let reason = format!("has {}; write letters, digits and `-._:@/+`", quoted_char(unexpected));
            Err(Invalid::new("reference name", value, reason))
        }
    }
}
