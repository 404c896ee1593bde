//! Names of any bytes as texts.

use std::borrow::Cow;

/// A name of any bytes as text, so that it can be checked and compared like other names. Each byte that is not UTF-8
/// becomes one of the last private characters of Unicode, from `U+10FF80` on. Two texts are equal exactly if the bytes of
/// the names are equal. Python's `surrogateescape` ([PEP 383]) is similar, but its surrogates are no `char`.
///
/// ```
/// use oci_fixture_grammar::path;
///
/// let name = path::from_bytes(b"caf\xe9");
/// assert_eq!(path::to_bytes(&name), &b"caf\xe9"[..]);
/// assert_eq!(path::shown(&name), r#""caf\xe9""#);
/// assert_eq!(path::from_bytes(b"etc/passwd"), "etc/passwd");
/// ```
///
/// [PEP 383]: https://peps.python.org/pep-0383/
pub fn from_bytes(name: &[u8]) -> String {
    let mut text = String::with_capacity(name.len());
    let push_bytes = |bytes: &[u8], text: &mut String| {
        text.extend(bytes.iter().filter_map(|byte| char::from_u32(FIRST_BYTE + u32::from(*byte))));
    };
    for chunk in name.utf8_chunks() {
        for character in chunk.valid().chars() {
            // A private character in the name itself would be read back as a byte, so its bytes are replaced, too.
            if byte(character).is_some() {
                push_bytes(character.encode_utf8(&mut [0; 4]).as_bytes(), &mut text);
            } else {
                text.push(character);
            }
        }
        push_bytes(chunk.invalid(), &mut text);
    }
    text
}

/// The bytes of a name that [`from_bytes`] made.
pub fn to_bytes(name: &str) -> Cow<'_, [u8]> {
    if !name.chars().any(|character| byte(character).is_some()) {
        return Cow::Borrowed(name.as_bytes());
    }
    let mut bytes = Vec::with_capacity(name.len());
    for character in name.chars() {
        match byte(character) {
            Some(byte) => bytes.push(byte),
            None => bytes.extend_from_slice(character.encode_utf8(&mut [0; 4]).as_bytes()),
        }
    }
    Cow::Owned(bytes)
}

/// The number of the character that stands for the byte `b` is this plus `b`.
const FIRST_BYTE: u32 = 0x10_ff00;

/// The byte that a character of a name stands for.
pub(crate) fn byte(character: char) -> Option<u8> {
    let byte = u32::from(character).checked_sub(FIRST_BYTE)?;
    u8::try_from(byte).ok().filter(|byte| !byte.is_ascii())
}
