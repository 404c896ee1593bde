//! The limits of the fields of a tar header.
#![allow(clippy::unwrap_used, reason = "a test fails by a panic")]

use oci_fixture_grammar::header::{FIELDS, check_bytes, check_number};

/// POSIX: the fields fill the block except for its last twelve bytes.
#[test]
fn the_fields_are_those_of_a_block() {
    assert_eq!(FIELDS.iter().map(|(_, width)| width).sum::<usize>(), 500);
}

#[test]
fn a_field_holds_as_many_bytes_as_it_is_wide() {
    for (field, width) in FIELDS {
        assert_eq!(check_bytes(field, width), Ok(()), "{field}");
        let invalid = check_bytes(field, width + 1).unwrap_err().to_string();
        let text = match field {
            "typeflag" => {
                "header field `typeflag` is 2 bytes, but holds one; write it, such as `\"0\"`".to_owned()
            }
            _ => format!("header field `{field}` is {} bytes, but holds {width}; write fewer", width + 1),
        };
        assert_eq!(invalid, text);
    }
}

#[test]
fn fewer_bytes_are_filled_up_but_for_a_type() {
    for (field, _) in FIELDS {
        assert_eq!(check_bytes(field, 0).is_ok(), field != "typeflag", "{field}");
    }
}

/// The first byte of a number in base 256 is its sign.
#[test]
fn a_number_takes_all_bytes_but_the_first() {
    for (field, bits) in
        [("mode", 56), ("uid", 56), ("gid", 56), ("checksum", 56), ("devmajor", 56), ("devminor", 56)]
            .into_iter()
            .chain([("size", 88), ("mtime", 88)])
    {
        let limit = 1_i128 << bits;
        assert_eq!(check_number(field, limit - 1), Ok(()), "{field}");
        assert_eq!(check_number(field, -limit), Ok(()), "{field}");
        for number in [limit, -limit - 1, i128::MAX, i128::MIN] {
            let text = format!(
                "header field `{field}` is {number}, but holds -2^{bits} to 2^{bits} - 1; write such a number, or bytes"
            );
            assert_eq!(check_number(field, number).unwrap_err().to_string(), text);
        }
    }
}

#[test]
fn a_type_is_the_number_of_a_byte() {
    assert_eq!(check_number("typeflag", 0), Ok(()));
    assert_eq!(check_number("typeflag", 255), Ok(()));
    for number in [-1, 256] {
        let text = format!(
            "header field `typeflag` is {number}, but is one byte; write 0 to 255, or the byte itself"
        );
        assert_eq!(check_number("typeflag", number).unwrap_err().to_string(), text);
    }
}
