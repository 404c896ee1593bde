//! Media types.

use crate::Invalid;

/// The longest name of a type or a subtype.
const LONGEST: usize = 127;

/// Whether the text is a media type, as [RFC 6838](https://www.rfc-editor.org/rfc/rfc6838#section-4.2) has them and the
/// [descriptor specification] asks for: a type and a subtype, without parameters.
///
/// [descriptor specification]: https://github.com/opencontainers/image-spec/blob/v1.1.1/descriptor.md#properties
///
/// # Errors
///
/// The part that is wrong, and what to write instead.
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
        if let Some(odd) = part.chars().find(|character| !is_allowed(*character)) {
            return wrong(&format!("has {odd:?} in its {name}; write letters, digits and `!#$&-^_.+`"));
        }
    }
    Ok(())
}

fn is_allowed(character: char) -> bool {
    character.is_ascii_alphanumeric() || "!#$&-^_.+".contains(character)
}
