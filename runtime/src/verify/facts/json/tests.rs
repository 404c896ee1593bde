//! The scanner, compared with `serde_json`.

use serde::de::IgnoredAny;
use serde_json::Value as Tree;

use super::{JsonKind, JsonProblem, JsonValue, check};

const DEPTH: u32 = 100;

const DOCUMENT: &str = r#" {"a": [1, -2.5e+3, true, false, null, "x\n\u00e9\ud83d\ude00\"\\"], "b":{"c":{} ,"d" : [ ] }, "": "" } "#;

fn checked(text: &str) -> Result<JsonValue<'_>, JsonProblem> {
    check(text.as_bytes(), DEPTH, &mut |_| ())
}

/// The document as the scanner reads it without `check`.
fn tree(value: JsonValue<'_>) -> Tree {
    match value.kind() {
        JsonKind::Null | JsonKind::Bool | JsonKind::Number => serde_json::from_str(value.raw()).unwrap(),
        JsonKind::Text => Tree::String(value.text().unwrap().into_owned()),
        JsonKind::List => value.items().map(tree).collect(),
        JsonKind::Object => value.members().map(|(key, value)| (key.into_owned(), tree(value))).collect(),
    }
}

/// Numbers that are the same in every run.
fn random(state: &mut u64, below: usize) -> usize {
    *state ^= *state << 13;
    *state ^= *state >> 7;
    *state ^= *state << 17;
    usize::try_from(*state % below as u64).unwrap()
}

#[test]
fn the_scanner_reads_what_serde_json_reads() {
    let value = checked(DOCUMENT).unwrap();
    assert_eq!(tree(value), serde_json::from_str::<Tree>(DOCUMENT).unwrap());
    assert_eq!(value.get("b").unwrap().raw(), r#"{"c":{} ,"d" : [ ] }"#);
    assert_eq!(value.given("a").unwrap().items().next().unwrap().integer(), Some(1));
    assert_eq!(value.get("none").map(JsonValue::raw), None);
    for (text, integer) in [
        ("0", Some(0)),
        ("-0", Some(0)),
        ("9223372036854775807", Some(i64::MAX)),
        ("-9223372036854775808", Some(i64::MIN)),
        ("9223372036854775808", None),
        ("1.0", None),
        ("1e0", None),
        ("\"1\"", None),
    ] {
        assert_eq!(checked(text).unwrap().integer(), integer, "{text}");
    }
}

#[test]
fn half_a_surrogate_pair_is_replaced() {
    for (text, expected) in [
        (r#""\ud83d""#, "\u{fffd}"),
        (r#""\ude00x""#, "\u{fffd}x"),
        (r#""\ud83d\u0041""#, "\u{fffd}A"),
        (r#""\ud83d\ud83d\ude00""#, "\u{fffd}\u{1f600}"),
        (r#""\ud83d\n""#, "\u{fffd}\n"),
    ] {
        assert_eq!(checked(text).unwrap().text().unwrap(), expected, "{text}");
    }
}

#[test]
fn the_scanner_takes_what_serde_json_takes_and_ends_on_every_text() {
    let mut state = 7;
    let pieces = [
        "{", "}", "[", "]", ",", ":", "\"", "\\", "0", "1e", "-", "nul", "true", " ", "\\u12", "\u{e9}", "\0",
    ];
    let (mut taken, mut refused) = (0, 0);
    for _ in 0..20_000 {
        let mut text = DOCUMENT.to_owned();
        for _ in 0..=random(&mut state, 3) {
            let mut at = random(&mut state, text.len().max(1));
            while !text.is_char_boundary(at) {
                at -= 1;
            }
            let piece = pieces[random(&mut state, pieces.len())];
            match random(&mut state, 3) {
                0 => text.insert_str(at, piece),
                1 if at < text.len() => drop(text.remove(at)),
                _ => text.truncate(at.max(1)),
            }
        }
        let expected = serde_json::from_str::<IgnoredAny>(&text).is_ok();
        let found = checked(&text);
        assert_eq!(found.is_ok(), expected, "{text}: {:?}", found.err());
        if let (Ok(value), Ok(expected)) = (checked(&text), serde_json::from_str::<Tree>(&text)) {
            // Both readers take the last of two equal keys.
            assert_eq!(tree(value), expected, "{text}");
            taken += 1;
        } else {
            refused += 1;
        }
        // The scanner does not panic on texts that were not checked.
        if let Some(value) = JsonValue::from_offset(&text, random(&mut state, text.len() + 2)) {
            let _ = (value.raw(), value.text(), value.integer());
            assert!(value.members().count() <= text.len());
            assert!(value.items().count() <= text.len());
        }
    }
    assert!(taken > 1000 && refused > 1000, "{taken} {refused}");
}

#[test]
fn depth_is_bounded_and_costs_no_stack() {
    let nested = |depth: usize| format!("{}{}", "[{\"a\":".repeat(depth), "}]".repeat(depth));
    let most = usize::try_from(DEPTH).unwrap() / 2;
    let deep = |depth: usize| nested(depth).replace(":}", ":1}");
    assert!(checked(&deep(most)).is_ok());
    assert_eq!(checked(&deep(most + 1)).err(), Some(JsonProblem::TooDeep));
    let deepest = deep(100_000);
    assert_eq!(checked(&deepest).err(), Some(JsonProblem::TooDeep));
    let value = check(deepest.as_bytes(), u32::MAX, &mut |_| ()).unwrap();
    assert_eq!(value.raw(), deepest);
}

#[test]
fn equal_keys_are_reported_once_with_the_way_to_them() {
    let mut found = Vec::new();
    let text =
        r#"[0, {"b": {"k": 1, "k": 2, "\u006b": 3}, "a": [{"x": [], "x": 0, "y": 1}], "b": 1}, {"b": 1}]"#;
    check(text.as_bytes(), DEPTH, &mut |field| found.push(field.to_string())).unwrap();
    assert_eq!(found, ["[1].b.k", "[1].a[0].x", "[1].b"]);
}
