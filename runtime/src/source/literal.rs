//! Literals of Rust, as a declaration writes them.

/// A string literal. It is a raw one if that is easier to read.
pub(super) fn text(text: &str) -> String {
    let escapes = text.chars().filter(|character| matches!(character, '"' | '\\')).count();
    let is_plain = text.chars().all(|character| character == '"' || is_shown(character));
    if escapes > 1 && is_plain && !text.contains("\"#") {
        return format!("r#\"{text}\"#");
    }
    format!("{text:?}")
}

/// Whether the character stands for itself in a string.
fn is_shown(character: char) -> bool {
    matches!(character, '\\' | '\'') || character.escape_debug().len() == 1
}

/// A literal of bytes: a string if they are text, and otherwise a byte string.
pub(super) fn bytes(bytes: &[u8]) -> String {
    match std::str::from_utf8(bytes) {
        Ok(shown) if is_text(shown) => text(shown),
        _ => byte_string(bytes),
    }
}

/// A byte string.
pub(super) fn byte_string(bytes: &[u8]) -> String {
    let mut literal = String::from("b\"");
    for byte in bytes {
        match byte {
            b'\'' => literal.push('\''),
            _ => literal.extend(byte.escape_ascii().map(char::from)),
        }
    }
    literal.push('"');
    literal
}

/// Whether only few characters would need escapes in a string.
pub(super) fn is_text(text: &str) -> bool {
    let is_escape =
        |character: &char| !matches!(character, '\n' | '\t' | '\r' | '"') && !is_shown(*character);
    text.chars().filter(is_escape).count() * 8 <= text.len()
}

/// A number of bytes, which is printed with a shift if it is a round number, as in `1 << 20`.
pub(super) fn size(size: u64) -> String {
    let shift =
        [40, 30, 20, 10].into_iter().find(|shift| size >> shift > 0 && size.trailing_zeros() >= *shift);
    shift.map_or_else(|| size.to_string(), |shift| format!("{} << {shift}", size >> shift))
}

#[cfg(test)]
mod tests {
    use super::{bytes, size, text};

    #[test]
    fn a_string_is_raw_if_that_is_easier_to_read() {
        assert_eq!(text("a"), r#""a""#);
        assert_eq!(text("a\"b"), r#""a\"b""#);
        assert_eq!(text(r#"{"a":"b"}"#), r##"r#"{"a":"b"}"#"##);
        assert_eq!(text("\"\"\n"), r#""\"\"\n""#);
        assert_eq!(text("\"\"#"), r##""\"\"#""##);
    }

    #[test]
    fn bytes_are_a_string_if_they_are_text() {
        assert_eq!(bytes(b"it's\n"), r#""it's\n""#);
        assert_eq!(bytes(b"\x7fELF"), r#"b"\x7fELF""#);
        assert_eq!(bytes(b"it's \xff\""), r#"b"it's \xff\"""#);
    }

    #[cfg(feature = "text")]
    #[test]
    fn each_literal_is_read_as_the_value_from_which_it_was_printed() {
        for one in 0..=u8::MAX {
            for other in (0..=u8::MAX).step_by(3).chain([b'"', b'\\', b'\'', b'\n', b'0', b'x']) {
                let literal = super::byte_string(&[one, other]);
                assert_eq!(syn::parse_str::<syn::LitByteStr>(&literal).unwrap().value(), [one, other]);
            }
        }
        for character in
            ('\0'..='\u{3100}').chain('\u{d000}'..='\u{10ffff}').step_by(7).chain('\0'..'\u{100}')
        {
            for shown in
                [format!("{character}"), format!("\"\\{character}\"#"), format!("{{\"{character}\": 1}}")]
            {
                let literal = text(&shown);
                assert_eq!(syn::parse_str::<syn::LitStr>(&literal).unwrap().value(), shown, "{literal}");
            }
        }
    }

    #[test]
    fn a_round_size_is_printed_with_a_shift() {
        assert_eq!([size(0), size(1000), size(1024), size(3 << 30)].join(" "), "0 1000 1 << 10 3 << 30");
    }
}
