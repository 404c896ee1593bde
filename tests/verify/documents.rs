//! The findings about a single document.

use oci_fixture::{Config, Descriptor, Fixture, Index, Label, Level, Manifest, Value, oci_image, verify};

use crate::{after, found_at, found_in, image, lines, with_index_json};

const INDEX: &str = "application/vnd.oci.image.index.v1+json";
const MANIFEST: &str = "application/vnd.oci.image.manifest.v1+json";

/// The findings about an index.json.
fn of_index_json(text: impl AsRef<[u8]>) -> Vec<String> {
    after("index.json: ", lines(&verify(with_index_json(text).path()).unwrap()))
}

/// The findings about the one manifest of a fixture.
fn of_manifest(manifest: Manifest) -> Vec<String> {
    found_at("index.json > manifests[0]: ", manifest)
}

/// The findings about the config of an image.
fn of_config(config: Config) -> Vec<String> {
    found_at("index.json > manifests[0] > config: ", image().with(config))
}

fn merged(name: &str, value: Value) -> Value {
    Value::map([(name.to_owned(), value)])
}

#[test]
fn a_document_is_json() {
    let no_json = |problem: &str| [format!("it is not JSON: {problem}")];
    for (text, problem) in [
        (&b""[..], "a value is expected at byte 0"),
        (b"\xef\xbb\xbf{}", "a value is expected at byte 0"),
        (b"{\"\xff\": 1}", "the text is not UTF-8 at byte 2"),
        (b"{\"a\": 1} x", "bytes follow the document at byte 9"),
        (b"{\"a\": 1,}", "a key is expected at byte 8"),
        (b"{\"a\" 1}", "a `:` is expected at byte 5"),
        (b"{\"a\": [1 2]}", "a `,` or a `]` is expected at byte 9"),
        (b"{\"a\": 1", "a `,` or a `}` is expected at byte 7"),
        (b"{\"a\": \"b}", "a string does not end at byte 6"),
        (b"{\"a\": \"\\x\"}", "an escape is invalid at byte 7"),
        (b"{\"a\": \"\\u12\"}", "an escape does not have four digits at byte 7"),
        (b"{\"a\": \"\n\"}", "a control character stands in a string at byte 7"),
        (b"{\"a\": 01}", "a `,` or a `}` is expected at byte 7"),
        (b"{\"a\": 1.}", "a digit is expected at byte 8"),
        (b"{\"a\": nul}", "a value is expected at byte 6"),
    ] {
        assert_eq!(of_index_json(text), no_json(problem), "{}", text.escape_ascii());
    }
    assert_eq!(of_index_json("[]"), ["the document is `[]`, but an object is expected"]);
}

#[test]
fn an_index_has_its_required_fields() {
    assert_eq!(
        of_index_json("{}"),
        [
            "there is no `schemaVersion`, which an image index must have",
            "there is no `manifests`, which an image index must have",
        ]
    );
    assert_eq!(
        of_index_json(r#"{"schemaVersion": "2", "manifests": null, "annotations": {"a": 1}, "subject": []}"#),
        [
            "`schemaVersion` is `\"2\"`, but a whole number is expected",
            "`manifests` is `null`, but a list is expected",
            "`annotations.a` is `1`, but a text is expected",
            "`subject` is `[]`, but an object is expected",
        ]
    );
    assert_eq!(
        of_index_json(r#"{"schemaVersion": 1, "manifests": [], "annotations": null, "mediaType": null}"#),
        ["`annotations` is `null`, but an object is expected", "the `schemaVersion` is 1, but 2 is expected",]
    );
    assert_eq!(
        of_index_json(r#"{"schemaVersion": 2, "manifests": [3]}"#),
        ["`manifests[0]` is `3`, but an object is expected"]
    );
}

#[test]
fn a_manifest_has_its_required_fields() {
    let without = |name: &str| of_manifest(image().merge(merged(name, Value::null())));
    assert_eq!(without("schemaVersion"), ["there is no `schemaVersion`, which an image manifest must have"]);
    assert_eq!(without("config"), ["there is no `config`, which an image manifest must have"]);
    assert_eq!(without("layers"), ["there is no `layers`, which an image manifest must have"]);
    assert_eq!(without("mediaType"), ["there is no `mediaType`, which an image manifest should have"]);
    assert_eq!(
        of_manifest(image().merge(merged("schemaVersion", Value::number("1")))),
        ["the `schemaVersion` is 1, but 2 is expected"]
    );
    assert_eq!(of_manifest(image().raw("[1]")), ["the document is `[1]`, but an object is expected"]);
    assert_eq!(of_manifest(image().raw("{")), ["it is not JSON: a key is expected at byte 1"]);
}

#[test]
fn a_config_has_its_required_fields() {
    let without = |name: &str| of_config(Config::new().merge(merged(name, Value::null())));
    assert_eq!(without("architecture"), ["there is no `architecture`, which an image config must have"]);
    assert_eq!(without("rootfs"), ["there is no `rootfs`, which an image config must have"]);
    assert_eq!(without("config"), [""; 0]);
    let rootfs =
        |name: &str, value: Value| of_config(Config::new().merge(merged("rootfs", merged(name, value))));
    assert_eq!(
        rootfs("type", Value::new("files")),
        ["the `rootfs.type` is `files`, but `layers` is expected"]
    );
    assert_eq!(rootfs("type", Value::null()), ["there is no `rootfs.type`, which an image config must have"]);
    assert_eq!(
        of_config(Config::new().merge(merged("config", Value::map([("Env", "A=1"), ("Cmd", "sh")])))),
        [
            "`config.Env` is `\"A=1\"`, but a list is expected",
            "`config.Cmd` is `\"sh\"`, but a list is expected"
        ]
    );
    // Docker writes these members, and other tools do not know them.
    let docker = merged(
        "config",
        Value::map([
            ("Cmd", Value::null()),
            ("Healthcheck", Value::map([("Test", Value::list(["NONE"]))])),
            ("hostname", Value::new("a")),
        ]),
    );
    assert_eq!(of_config(Config::new().merge(docker)), [""; 0]);
}

#[test]
fn a_key_occurs_once_in_its_object() {
    let extended = |name: &str, value: Value| of_manifest(image().extend(merged(name, value)));
    // `verify` uses the first value.
    assert_eq!(extended("layers", Value::list([""; 0])), ["the key `layers` occurs twice"]);
    assert_eq!(extended("mediaType", Value::new("a/b")), ["the key `mediaType` occurs twice"]);
    assert_eq!(
        of_manifest(image().extend(merged("org", Value::map([("a", "1"), ("A", "2")])))),
        [""; 0],
        "keys of other cases are others"
    );
    assert_eq!(
        of_index_json(
            r#"{"schemaVersion": 2, "manifests": [], "x": [{"a": 1, "b": [{"c": {"d": 1, "\u0064": 2, "e": 1, "d": 3}}], "a": 2}]}"#
        ),
        ["the key `x[0].b[0].c.d` occurs twice", "the key `x[0].a` occurs twice"]
    );
    // For annotations, a rule of their own applies.
    let twice = |before: &str| {
        format!(r#"{{"schemaVersion": 2, "manifests": [], "{before}": {{"a.b": "1", "a.b": "2"}}}}"#)
    };
    let level = |text: &str| {
        let findings = verify(with_index_json(text).path()).unwrap();
        (lines(&findings), findings[0].level())
    };
    let line = |map: &str| vec![format!("index.json: the key `{map}.a.b` occurs twice")];
    assert_eq!(level(&twice("annotations")), (line("annotations"), Level::Must));
    assert_eq!(level(&twice("other")), (line("other"), Level::Should));
    // In a descriptor, the place of the finding is the descriptor.
    let twice =
        r#"{"schemaVersion": 2, "manifests": [{}, {"a": 1, "a": 2}], "subject": {"a": {"b": 1, "b": 2}}}"#;
    let twice = of_index_json(twice);
    assert_eq!(
        twice[..2],
        [
            "index.json > manifests[1]: the key `a` occurs twice",
            "index.json > subject: the key `a.b` occurs twice"
        ]
    );
}

#[test]
fn a_key_that_differs_only_in_case_is_noted() {
    assert_eq!(
        of_manifest(image().extend(merged("Layers", Value::list([""; 0])))),
        ["some readers take `Layers` for `layers`, and others ignore it"]
    );
    assert_eq!(
        of_config(Config::new().extend(merged("OS", Value::new("windows")))),
        ["some readers take `OS` for `os`, and others ignore it"]
    );
    assert_eq!(
        of_config(Config::new().env(["A=1"]).merge(merged("config", merged("ENV", Value::list(["A=2"]))))),
        ["some readers take `config.ENV` for `Env`, and others ignore it"]
    );
    assert_eq!(of_config(Config::new().labels([("a", "1"), ("A", "2")])), [""; 0]);
}

#[test]
fn a_document_is_of_the_media_type_of_its_descriptor() {
    let says = |document: &str, descriptor: &str| {
        format!("the document says the media type `{document}`, but `{descriptor}` is expected")
    };
    assert_eq!(of_manifest(image().merge(merged("mediaType", Value::new(INDEX)))), [says(INDEX, MANIFEST)]);
    assert_eq!(of_manifest(image().merge(merged("mediaType", Value::new("a/b")))), [says("a/b", MANIFEST)]);
    for media_type in [INDEX, "application/vnd.oci.image.config.v1+json"] {
        let image = image().descriptor(Descriptor::new().media_type(media_type));
        assert_eq!(of_manifest(image), [says(MANIFEST, media_type)]);
    }
    let docker = Index::new().with(image()).docker().descriptor(Descriptor::new().media_type(INDEX));
    assert_eq!(
        found_in(&Fixture::new().with(docker)),
        ["index.json > manifests[0]: ".to_owned()
            + &says("application/vnd.docker.distribution.manifest.list.v2+json", INDEX)]
    );
    let manifest =
        r#"{"schemaVersion": 2, "mediaType": "application/vnd.oci.image.manifest.v1+json", "manifests": []}"#;
    assert_eq!(of_index_json(manifest), [says(MANIFEST, INDEX)]);
    // The finding is reported once for each claimed media type.
    let image = Label::new("image", image());
    let again = |media_type: &str| image.again().descriptor(Descriptor::new().media_type(media_type));
    let fixture = ["a/b", "a/c", "a/b", MANIFEST, INDEX, "a/c"]
        .map(again)
        .into_iter()
        .fold(Fixture::new().with(&image), Fixture::with);
    let expected =
        [(1, content_says(MANIFEST, "a/b")), (2, content_says(MANIFEST, "a/c")), (5, says(MANIFEST, INDEX))];
    let expected = expected.map(|(entry, finding)| format!("index.json > manifests[{entry}]: {finding}"));
    assert_eq!(found_in(&fixture), expected);
}

/// The note on a descriptor that has another media type than the document.
fn content_says(document: &str, descriptor: &str) -> String {
    format!("the descriptor says the media type `{descriptor}`, but the content says that it is `{document}`")
}

#[test]
fn the_bytes_of_a_document_under_another_media_type_are_a_note_wherever_they_stand() {
    let fixture = oci_image! {
        'image: manifest "app:1" { 'base: layer { "a" => "b" } }
        'list: index "app:2" { 'image }
        // One blob under two media types, and the bytes of nodes that are neither indexes nor manifests.
        blob "application/octet-stream" => 'image.bytes,
        blob "text/plain" => 'image.bytes,
        blob "text/plain" => 'list.bytes,
        blob "text/plain" => 'base.bytes,
        index {
            blob "application/octet-stream" => 'list.bytes,
            blob "application/octet-stream" => 'image.bytes,
            manifest {
                artifact_type: "a/b",
                config "application/json" => 'image.bytes,
                blob "application/octet-stream" => 'list.bytes,
                blob "application/vnd.test+json" => 'list.bytes,
                blob "application/x-tar" => 'base.bytes,
                blob "application/json" => json { "mediaType": "application/vnd.oci.image.index.v1+json" },
                blob "application/json" => json { "mediaType": "application/json" },
                blob "application/json" => json { "layers": [] },
            }
        }
    };
    let findings = fixture.in_memory().unwrap().verify();
    let (octets, text) = ("application/octet-stream", "text/plain");
    let expected = [
        ("index.json > manifests[2]", content_says(MANIFEST, octets)),
        ("index.json > manifests[3]", content_says(MANIFEST, text)),
        ("index.json > manifests[4]", content_says(INDEX, text)),
        ("index.json > manifests[6] > manifests[0]", content_says(INDEX, octets)),
        ("index.json > manifests[6] > manifests[2] > config", content_says(MANIFEST, "application/json")),
        (
            "index.json > manifests[6] > manifests[2] > layers[1]",
            content_says(INDEX, "application/vnd.test+json"),
        ),
        ("index.json > manifests[6] > manifests[2] > layers[3]", content_says(INDEX, "application/json")),
    ];
    assert_eq!(found_in(&fixture), expected.map(|(place, finding)| format!("{place}: {finding}")));
    assert!(findings.iter().all(|finding| finding.level() == Level::Note));
    fixture.in_memory().unwrap().assert_verified();
}

#[test]
fn a_config_whose_content_says_that_it_is_a_manifest_is_no_config() {
    let says = "the document says the media type `application/vnd.oci.image.manifest.v1+json`, but \
                `application/vnd.oci.image.config.v1+json` is expected";
    let fixture = oci_image! {
        'image: manifest "app:1" { layer { "a" => "b" } }
        manifest "app:2" {
            #[unchecked] config "application/vnd.oci.image.config.v1+json" => 'image.bytes,
        }
    };
    let findings = fixture.in_memory().unwrap().verify();
    assert_eq!(found_in(&fixture), [format!("index.json > manifests[1] > config: {says}")]);
    assert_eq!(findings[0].level(), Level::Must);
}

#[test]
fn a_document_is_either_an_index_or_a_manifest() {
    let both = "it has `manifests` beside `layers` or `config`, so some readers take it for an index, and others for a manifest";
    assert_eq!(of_manifest(image().merge(merged("manifests", Value::list([""; 0])))), [both]);
    let index = Index::new().with(image()).merge(merged("layers", Value::list([""; 0])));
    assert_eq!(found_in(&Fixture::new().with(index)), [format!("index.json > manifests[0]: {both}")]);
}

#[test]
fn a_node_of_two_parents_is_judged_once() {
    let image = Label::new("image", image().merge(merged("schemaVersion", Value::number("3"))));
    let index = Index::new().with(&image).with(Index::new().with(&image));
    assert_eq!(
        found_in(&Fixture::new().with(index).with(&image)),
        ["index.json > manifests[0] > manifests[0]: the `schemaVersion` is 3, but 2 is expected"]
    );
}
