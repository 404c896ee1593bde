//! Text in JSON, as Go writes it.

use oci_fixture::{Config, Fixture, Index, Manifest, oci_image};
use oci_fixture_test_support::assert_layout;

#[test]
fn text_is_escaped_and_keys_are_sorted_as_go_does() {
    let pairs = || ODD.into_iter().rev();
    let fixture = oci_image! {
        index {
            annotations: pairs(),
            linux/amd64 {
                annotations: pairs(),
                config {
                    user: "<&>",
                    env: [
                        "HTML=<b>&</b>",
                        "LINES=\u{2028}\u{2029}",
                        "QUOTES=\"\\",
                        "CONTROLS=".to_owned() + CONTROLS,
                        "OTHER=é日😀",
                    ],
                    entrypoint: ["<"],
                    cmd: [">", "&"],
                    working_dir: "/\u{2028}",
                    labels: pairs(),
                }
            }
        }
    };
    let layout = fixture.tempdir().unwrap();
    let documents = [
        "dfb375f23ef3b7afa99f735435019285b0a84f280c7cb3680fa414965d844e1a",
        "85b4ef6682b8bda604640a6add77962b9bb8ae4ab30455de4af717d9bda7f78c",
        "1120feb81079ecbb52db86f470ec4d7806b42529a6c982e95daf3a6b15b77f3d",
    ];
    assert_layout(layout.path(), "bytes/text.txt", &documents, &[]);
}

/// Go writes these two so since version 1.22, and as `\u0008` and `\u000c` before.
#[test]
fn backspace_and_form_feed_are_escaped_as_go_1_22_does() {
    let fixture = Fixture::new().with(Index::new().annotations([("key", "\u{8}\u{c}")]));
    let layout = fixture.tempdir().unwrap();
    let index = concat!(
        r#"{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[],"#,
        r#""annotations":{"key":"\b\f"}}"#
    );
    assert_eq!(*layout.nodes().unwrap()[0].bytes().unwrap(), *index.as_bytes());
}

#[test]
fn text_is_read_back_as_it_was_declared() {
    let all: String = ('\0'..='\u{7ff}').chain(['\u{2028}', '\u{d7ff}', '\u{e000}', '\u{10ffff}']).collect();
    let config = Config::new().env([&all]).labels([(&all, &all)]);
    let manifest = Manifest::new().annotations([(&all, &all)]).with(config);
    let layout = Fixture::new().with(manifest).tempdir().unwrap();
    let node = layout.platform("linux/amd64").unwrap();
    let pairs = Some([(all.clone(), all.clone())].into());
    assert_eq!(*node.manifest().unwrap().annotations(), pairs);
    let config = node.config().unwrap().config().clone().unwrap();
    assert_eq!((config.labels(), config.env()), (&pairs, &Some(vec![all])));
}

/// Every control character, without those two that Go has not always written alike.
const CONTROLS: &str = concat!(
    "\0\u{1}\u{2}\u{3}\u{4}\u{5}\u{6}\u{7}\t\n\u{b}\r\u{e}\u{f}",
    "\u{10}\u{11}\u{12}\u{13}\u{14}\u{15}\u{16}\u{17}\u{18}\u{19}\u{1a}\u{1b}\u{1c}\u{1d}\u{1e}\u{1f}",
    "\u{7f}\u{80}\u{9f}"
);

/// Keys and values, in the order in which Go writes them.
const ODD: [(&str, &str); 20] = [
    ("", "empty"),
    ("<a href=\"x\">&amp;</a>", "html"),
    ("Upper", "U"),
    ("_", "_"),
    ("a", ""),
    ("a-b", "2"),
    ("a.b", "1"),
    ("a/b", "3"),
    ("a0", "5"),
    ("ab", "4"),
    ("controls", CONTROLS),
    ("line\u{2028}paragraph\u{2029}end", "\u{2028}\u{2029}"),
    // Characters whose first bytes are those of U+2028.
    ("near", "\u{2026}\u{2027}\u{202a}\u{2030}\u{e2}\u{20ac}\u{2122}"),
    ("other", "é ß 日本語 עברית 😀 \u{feff}\u{fffd}\u{ffff}"),
    ("quotes", r#""double" 'single' `back` \back\ /slash/"#),
    ("upper", "u"),
    ("é", "e acute"),
    ("日", "sun"),
    // In UTF-16 it would stand after the next.
    ("\u{e000}", "private: after the surrogates in UTF-16, before them in bytes"),
    ("😀", "face"),
];

/// Members stand sorted by key, also where a feature of `serde_json` keeps their order.
#[test]
fn a_value_of_serde_json_is_a_value_with_sorted_members() {
    let value = serde_json::json!({ "z": [1, -2, 2.5, null, true], "a": { "d": "<", "c": u64::MAX } });
    let layout = oci_image! {
        blob "application/json" => json (value.clone()),
        config { merge: (value) }
    };
    let layout = layout.in_memory().unwrap();
    let expected = r#"{"a":{"c":18446744073709551615,"d":"\u003c"},"z":[1,-2,2.5,null,true]}"#;
    let nodes = layout.nodes().unwrap();
    assert_eq!(*nodes[0].bytes().unwrap(), *expected.as_bytes());
    let config = String::from_utf8(nodes[1].bytes().unwrap().into_owned()).unwrap();
    assert!(config.ends_with(&expected[1..]), "{config}");

    let mut deep = serde_json::Value::Null;
    for _ in 0..1000 {
        deep = serde_json::json!([deep]);
    }
    let error = oci_image! { blob "application/json" => json (deep) }.in_memory().unwrap_err();
    assert!(error.to_string().contains("values are nested more than 128 levels deep"), "{error}");
}
