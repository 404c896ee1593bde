//! Parts for which the language has no form are printed as they were sealed.

use oci_fixture::{Blob, Fixture, Http, Index, Label, Manifest, Tag, Text};

use crate::again::reads_back;
use crate::rare;
use crate::rare::NOWHERE;

/// `tests/laws` compiles the texts, too.
#[test]
fn each_rare_fixture_has_a_text() {
    for fixture in rare::rare() {
        reads_back(&fixture);
    }
}

#[test]
fn a_sum_behind_other_text_is_printed_as_its_number() {
    let text = "'m: linux/amd64 {}\nindex {\n    annotations: {\n        \"behind\": \"of 249 bytes\",\n        \
        \"first\": 'm.size + 1 + \" bytes\",\n        \"one\": \"of \" + 'm.size,\n        \
        \"two\": 'm.size + \"247\",\n    },\n}\n";
    assert_eq!(reads_back(&rare::sums()), text);
}

#[test]
fn a_layer_or_a_config_before_its_place_is_printed_as_its_digest() {
    let text = reads_back(&rare::before_its_place());
    assert!(text.starts_with("manifest \"app:"), "{text}");
    assert!(text.contains("\"size\": \"250\""), "{text}");
    assert!(text.contains("data: b\"a\\x00"), "{text}");
}

#[test]
fn a_dangling_descriptor_without_a_place_is_printed_as_its_values() {
    let text = reads_back(&rare::dangling_nowhere());
    assert_eq!(
        text,
        r#"manifest {
    artifact_type: "c/d",
    subject: {
        media_type: "a/b",
        digest: "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        size: 7,
        annotations: { "k": "v" },
    },
    blob "e/f" => json {
        "digest": "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        "size": 7,
        "sum": -3,
        "text": "7",
        "descriptor": {
            "mediaType": "a/b",
            "digest": "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
            "size": 7,
            "annotations": { "k": "v" },
        },
    }
}
index {
    subject: {
        media_type: "a/b",
        digest: "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        size: 7,
        annotations: { "k": "v" },
    },
    annotations: { "of": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" },
    dangling {
        media_type: "a/b",
        digest: "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        size: 8,
    }
}
"#
    );
}

#[test]
fn a_dangling_descriptor_before_its_place_is_printed_as_its_values() {
    let text = reads_back(&rare::dangling_before_its_place());
    assert!(text.contains(&format!("\"of\": \"{NOWHERE}\",")), "{text}");
    assert!(text.contains("\"size\" => \"7\","), "{text}");
    assert!(text.contains("annotations: { \"of\": 'gone.hex }"), "{text}");
}

#[test]
fn a_dangling_descriptor_that_its_first_place_changes_is_printed_twice() {
    let text = reads_back(&rare::dangling_with_a_descriptor());
    let expected = format!(
        r#"linux/amd64 {{
    dangling {{
        media_type: "application/vnd.oci.image.layer.v1.tar",
        digest: "{NOWHERE}",
        size: 7,
        diff_id: true,
        merge: {{ "annotations": {{ "k": "v" }} }},
    }}
    'layer: dangling {{
        media_type: "application/vnd.oci.image.layer.v1.tar",
        digest: "{NOWHERE}",
        size: 7,
        diff_id: true,
    }}
}}
index {{
    dangling {{
        media_type: "a/b",
        digest: "{NOWHERE}",
        size: 7,
        merge: {{
            "urls": ["https://a.example/"],
            "annotations": {{
                "k": "v",
                "of": "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
            }},
        }},
    }}
    'gone: dangling {{
        media_type: "a/b",
        digest: "{NOWHERE}",
        size: 7,
        annotations: {{ "k": "v" }},
    }}
    annotations: {{ "of": 'gone.hex }},
}}
"#
    );
    assert_eq!(text, expected);
}

#[test]
fn a_tag_before_the_place_of_its_node_keeps_its_reference() {
    let text = reads_back(&rare::tags_before_their_places());
    for reference in ["app:1", "app:2", "app:3"] {
        assert!(text.contains(reference), "{text}");
    }
    let blob = Label::new("b", Blob::new("a/b", "c"));
    let fixture = Fixture::new().with(Tag::new("app:1", &blob)).with(&blob);
    assert_eq!(reads_back(&fixture), "#[unlisted] 'b: blob \"a/b\" => \"c\",\ntag \"app:1\" => 'b,\n'b,\n");
}

#[test]
fn a_subject_without_a_label_is_printed_as_its_descriptor() {
    let text = reads_back(&rare::subject_before_its_place());
    let beginning = "#[unlisted] 'of: manifest {\n    artifact_type: \"c/d\",\n    subject: {\n";
    assert!(text.starts_with(beginning), "{text}");
    // The text is that of the written layout.
    let text = reads_back(&rare::odd_subject());
    assert!(text.contains("\"odd\""), "{text}");
}

#[test]
fn a_key_that_mentions_a_label_is_printed_as_its_text() {
    let text = reads_back(&rare::keys());
    assert!(text.contains("\"size 248\": 'm.size"), "{text}");
    assert!(text.contains("#[uname = \"u248\"] #[xattr(\"user.\" + 'm.hex, \"x\")] \"a\" => \"\""), "{text}");
}

#[test]
fn a_redirect_that_mentions_a_label_is_printed_as_its_url() {
    let image = Label::new("m", Manifest::new().reference("a:1"));
    let url = Text::new("http://localhost/") + image.size();
    let fixture = Fixture::new()
        .with(&image)
        .with(Manifest::new().platform("linux/arm64").http(Http::redirect_to(url)));
    let text = fixture.source().unwrap().text().to_owned();
    assert_eq!(
        text,
        "'m: manifest \"a:1\" {}\n#[http(redirect = \"http://localhost/248\")] linux/arm64 {}\n"
    );
    assert_eq!(Fixture::parse(&text).unwrap().source().unwrap().text(), text);
}

#[test]
fn a_content_that_mentions_a_label_in_an_expression_is_printed_as_its_bytes() {
    let text = reads_back(&rare::expressions());
    assert!(text.contains("\"bytes\" => Content::repeat(\"bytes\", 2),"), "{text}");
    assert!(text.contains("\"size\" => Content::repeat(\"5\", 3),"), "{text}");
    assert!(text.contains("#[append = Content::repeat(\"bytes\", 2)]"), "{text}");
}

#[test]
fn a_layer_of_an_image_that_is_declared_earlier_is_declared_with_its_manifest() {
    let text = reads_back(&rare::layer_of_an_earlier_image());
    let beginning = "#[unlisted] 'manifest: linux/amd64 { 'layer: layer { \"a\" => \"b\" } }\n\
        #[sha512] #[unlisted] 'last: linux/arm64 { 'layer }\n";
    assert!(text.starts_with(beginning), "{text}");
}

#[test]
fn a_config_of_a_platform_that_is_no_word_has_a_text() {
    let text = "config \"a:1\" \"own/machine\" { cmd: [\"sh\"] }\n";
    assert_eq!(reads_back(&rare::named_config_of_another_platform()), text);
}

#[test]
fn a_copy_of_many_nodes_has_a_text() {
    let blobs = (0..1500).map(|number| Blob::new("a/b", number.to_string()));
    let other = blobs.fold(Index::new().reference("many:1"), Index::with);
    let other = Fixture::new().with(other).in_memory().unwrap();
    let fixture = Fixture::new().with(other.reference("many:1").unwrap());
    assert_eq!(reads_back(&fixture).matches("#[unlisted] 'blob").count(), 1500);
}
