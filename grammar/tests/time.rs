//! Times, against the grammar of RFC 3339 and its calendar.

use oci_fixture_grammar::time;

#[test]
fn dates_and_times_of_rfc_3339_are_accepted() {
    for text in [
        "0000-01-01T00:00:00Z",
        "0001-01-01T00:00:00Z",
        "1970-01-01T00:00:00.000000001Z",
        "1985-04-12T23:20:50.52Z",
        "1996-12-19T16:39:57-08:00",
        "2000-02-29T00:00:00Z",
        "2024-02-29T23:59:59+23:59",
        "2024-12-31T00:00:00-00:00",
        "9999-12-31T23:59:59Z",
        // Leap seconds are at the end of a month in UTC.
        "1990-12-31T23:59:60Z",
        "1990-12-31T15:59:60-08:00",
        "1991-01-01T00:59:60.5+01:00",
        "2023-01-31T23:59:60Z",
    ] {
        assert_eq!(time::check(text), Ok(()), "{text}");
    }
}

#[test]
fn other_texts_are_refused_with_a_cure() {
    const FORM: &str = "is not a date and a time of RFC 3339; write them as in `2024-05-01T12:00:00Z`";
    const MONTH: &str = "has no month between 01 and 12; write one, as in `2024-05-01T12:00:00Z`";
    const DAY: &str = "has a day that its month does not have; write one that it has";
    const HOUR: &str = "has no hour between 00 and 23; write one, as in `2024-05-01T12:00:00Z`";
    const MINUTE: &str = "has no minute between 00 and 59; write one, as in `2024-05-01T12:00:00Z`";
    const SECOND: &str = "has no second between 00 and 59; write one, as in `2024-05-01T12:00:00Z`";
    const OFFSET: &str = "has an offset from UTC that is not between -23:59 and +23:59; write `Z`, or an offset such as `+02:00`";
    const CASE: &str = "has `t` or `z` in lower case; write `T` and `Z`";
    for (text, reason) in [
        ("yesterday", FORM),
        ("2024-05-01", FORM),
        ("2024-05-01T12:00:00", FORM),
        ("2024-05-01 12:00:00Z", FORM),
        ("2024-05-01T12:00:00,5Z", FORM),
        ("2024-05-01T12:00:00.Z", FORM),
        ("2024-05-01T12:00Z", FORM),
        ("20240501T120000Z", FORM),
        ("2024-05-01T12:00:00+0200", FORM),
        ("2024-05-01T12:00:00Z ", FORM),
        (" 2024-05-01T12:00:00Z", FORM),
        ("+024-05-01T12:00:00Z", FORM),
        ("2024-05-01T12:00:00\u{ff3a}", FORM),
        ("1714564800", FORM),
        ("2024-00-01T12:00:00Z", MONTH),
        ("2024-13-01T12:00:00Z", MONTH),
        ("2024-05-00T12:00:00Z", DAY),
        ("2024-04-31T12:00:00Z", DAY),
        ("2023-02-29T12:00:00Z", DAY),
        ("1900-02-29T12:00:00Z", DAY),
        ("2024-05-01T24:00:00Z", HOUR),
        ("2024-05-01T12:60:00Z", MINUTE),
        ("2024-05-01T12:00:60Z", SECOND),
        ("2024-05-30T23:59:60Z", SECOND),
        ("2024-05-31T23:59:60+01:00", SECOND),
        ("2024-05-31T23:59:61Z", SECOND),
        ("2024-05-01T12:00:00+24:00", OFFSET),
        ("2024-05-01T12:00:00-02:60", OFFSET),
        ("2024-05-01t12:00:00Z", CASE),
        ("2024-05-01T12:00:00z", CASE),
    ] {
        let error = time::check(text).map_err(|invalid| invalid.to_string());
        assert_eq!(error, Err(format!("time `{text}` {reason}")));
    }
    assert_eq!(time::check("").unwrap_err().to_string(), format!("time {FORM}"));
}
