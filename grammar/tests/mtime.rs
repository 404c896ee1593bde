//! Times of entries: which numbers are accepted, and what they say.

use std::time::{Duration, UNIX_EPOCH};

use oci_fixture_grammar::mtime::SecondsSince1970;

#[test]
fn a_time_is_any_decimal_number() {
    for (text, seconds, nanoseconds) in [
        ("0", 0, 0),
        ("1700000000.5", 1_700_000_000, 500_000_000),
        ("1.123456789123", 1, 123_456_789),
        ("1.0", 1, 0),
        ("007.50", 7, 500_000_000),
        ("-1", -1, 0),
        ("-1.0", -1, 0),
        ("-0.25", -1, 750_000_000),
        ("-1.000000001", -2, 999_999_999),
        ("-1.0000000001", -2, 999_999_999),
        ("9223372036854775807.9", i64::MAX, 900_000_000),
        ("-9223372036854775808.0", i64::MIN, 0),
    ] {
        let time = SecondsSince1970::parse(text).unwrap();
        assert_eq!((time.seconds(), time.nanoseconds()), (seconds, nanoseconds), "{text}");
        assert_eq!(time.fractional(), text.contains('.').then_some(text), "{text}");
    }
}

#[test]
fn a_time_of_another_form_is_refused() {
    let form = "is no decimal number of seconds; write digits, such as `1700000000.5`";
    for text in ["-", "1.", ".5", "1e9", "+1", "1.5.5", "1.-5", "--1", " 1", "0x10", "\u{661}"] {
        assert_eq!(SecondsSince1970::parse(text).unwrap_err().to_string(), format!("mtime `{text}` {form}"));
    }
    assert_eq!(SecondsSince1970::parse("").unwrap_err().to_string(), format!("mtime {form}"));
    for text in ["9223372036854775808", "-9223372036854775808.1", "-9223372036854775809"] {
        let reason = "does not fit in the 64 bits that a tar's readers have for seconds; write another";
        assert_eq!(
            SecondsSince1970::parse(text).unwrap_err().to_string(),
            format!("mtime `{text}` {reason}")
        );
    }
}

#[test]
fn the_time_of_a_system_is_written_as_go_writes_it() {
    let second = Duration::from_secs(1);
    for (time, text) in [
        (UNIX_EPOCH, None),
        (UNIX_EPOCH + second, None),
        (UNIX_EPOCH - 10 * second, None),
        (UNIX_EPOCH + second * 3 / 2, Some("1.5")),
        (UNIX_EPOCH - second / 2, Some("-0.5")),
        (UNIX_EPOCH + Duration::from_nanos(10), Some("0.00000001")),
    ] {
        assert_eq!(SecondsSince1970::try_from(time).unwrap().fractional(), text);
    }
    assert_eq!(SecondsSince1970::try_from(UNIX_EPOCH - 10 * second), Ok((-10).into()));
}
