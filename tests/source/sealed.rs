//! What the language cannot say again is printed as it was sealed.

use oci_fixture::{
    Base, Blob, Config, Content, Descriptor, Entry, Fixture, Header, Http, Index, Label, Layer, Manifest,
    Text, Value, oci_image,
};
use oci_fixture_test_support::{assert_same, stored};
use tempfile::TempDir;

const NOWHERE: &str = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";

/// The text of the fixture declares the same bytes, and prints as itself.
#[track_caller]
fn printed(fixture: &Fixture) -> String {
    let folder = TempDir::new().unwrap();
    let file = folder.path().join("fixture.oci");
    let source = fixture.source().unwrap();
    source.write_to(&file).unwrap();
    let parsed = Fixture::parse_file(&file).unwrap_or_else(|error| panic!("{error}\n{source}"));
    assert_same(&stored(&parsed.in_memory().unwrap()), &stored(&fixture.in_memory().unwrap()));
    assert_eq!(parsed.source().unwrap().text(), source.text());
    source.text().to_owned()
}

fn dangling() -> Label<Descriptor> {
    let descriptor = Descriptor::new().media_type("a/b").digest(NOWHERE).size(7);
    Label::new("gone", descriptor.annotations([("k", "v")]))
}

#[test]
fn a_sum_behind_other_text_is_its_number() {
    let image = Label::new("m", Manifest::new());
    let sums = [
        ("behind", Text::new("of ") + (image.size() + 1) + " bytes"),
        ("first", image.size() + 1 + " bytes"),
        ("one", Text::new("of ") + image.size()),
        ("two", image.size() + "" + (image.size() - 1)),
    ];
    let text = "'m: linux/amd64 {}\nindex {\n    annotations: {\n        \"behind\": \"of 249 bytes\",\n        \
        \"first\": 'm.size + 1 + \" bytes\",\n        \"one\": \"of \" + 'm.size,\n        \
        \"two\": 'm.size + \"247\",\n    },\n}\n";
    assert_eq!(printed(&Fixture::new().with(&image).with(Index::new().annotations(sums))), text);
}

#[test]
fn a_layer_or_a_config_before_its_place_is_its_digest() {
    let layer = Label::new("layer", Layer::new().with(("a", "b")));
    let config = Label::new("config", Config::new().cmd(["sh"]));
    let first = Layer::new().with(("c", "d")).descriptor(
        Descriptor::new()
            .annotations([("of", config.digest()), ("size", config.size() + 1)])
            .data(layer.bytes()),
    );
    let image =
        Manifest::new().reference(Text::new("app:") + layer.hex()).with(first).with(&layer).with(&config);
    let text = printed(&Fixture::new().with(image));
    assert!(text.starts_with("manifest \"app:"), "{text}");
    assert!(text.contains("\"size\": \"250\""), "{text}");
    assert!(text.contains("data: b\"a\\x00"), "{text}");
}

#[test]
fn a_dangling_that_stands_nowhere_is_its_values() {
    let gone = dangling();
    let document = Value::map([
        ("digest", Value::new(gone.digest())),
        ("size", Value::new(gone.size())),
        ("sum", Value::new(gone.size() - 10)),
        ("text", Value::new(Text::new("") + gone.size())),
        ("descriptor", gone.descriptor_json()),
    ]);
    let other = Descriptor::new().media_type("a/b").digest(NOWHERE).size(gone.size() + 1);
    let artifact =
        Manifest::new().artifact_type("c/d").subject(&gone).with(Blob::new("e/f", Content::json(document)));
    let index = Index::new().subject(&gone).with(other).annotations([("of", gone.hex())]);
    let text = printed(&Fixture::new().with(artifact).with(index));
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
fn a_dangling_before_its_place_is_its_values() {
    let gone = dangling();
    let config = Config::new().labels([("of", gone.digest())]);
    let image = Manifest::new().with(config).with(("size", Text::new("") + gone.size()));
    let text =
        printed(&Fixture::new().with(image).with(Index::new().with(&gone).annotations([("of", gone.hex())])));
    assert!(text.contains(&format!("\"of\": \"{NOWHERE}\",")), "{text}");
    assert!(text.contains("\"size\" => \"7\","), "{text}");
    assert!(text.contains("annotations: { \"of\": 'gone.hex }"), "{text}");
}

#[test]
fn a_subject_that_has_no_label_is_its_descriptor() {
    let layer = Label::new("layer", Layer::new().with(("a", "b")));
    let image = Manifest::new().reference("app:1").with(&layer);
    let of_layer = Label::new("of", Manifest::new().artifact_type("c/d").subject(&layer));
    // The artifact is mentioned before its place, and so stands before the layer.
    let first = Manifest::new().reference(Text::new("first:") + of_layer.hex()).platform("linux/s390x");
    let text = printed(&Fixture::new().with(first).with(image).with(&of_layer));
    assert!(
        text.starts_with("#[unlisted] 'of: manifest {\n    artifact_type: \"c/d\",\n    subject: {\n"),
        "{text}"
    );
    // Its values are no honest ones, so that the whole text is that of the layout.
    let odd = Descriptor::new().media_type("a/b").digest("odd").size(-1).unchecked();
    let artifact = Manifest::new().artifact_type("c/d").subject(odd).annotations([("k", "v")]);
    let text = printed(&Fixture::new().with(artifact));
    assert!(text.contains("\"odd\""), "{text}");
}

#[test]
fn a_key_that_mentions_a_label_is_its_text() {
    let image = Label::new("m", Manifest::new());
    let digests =
        Value::map([(image.hex(), Value::map([(Text::new("size ") + image.size(), image.size())]))]);
    let file = Entry::file("a", "")
        .uname(Text::new("u") + image.size())
        .xattr(Text::new("user.") + image.hex(), "x");
    let header = Header::new().name("h").pax([(Text::new("k.") + image.hex(), image.digest())]);
    let layers = [Layer::new().with(file), Layer::new().with(header)];
    let fixture = Fixture::new().with(&image).with(Blob::new("a/b", Content::json(digests)));
    let of_layers = layers.into_iter().fold(Manifest::new().platform("linux/arm64"), Manifest::with);
    let text = printed(&fixture.with(of_layers));
    assert!(text.contains("\"size 248\": 'm.size"), "{text}");
    assert!(text.contains("#[uname = \"u248\"] #[xattr(\"user.\" + 'm.hex, \"x\")] \"a\" => \"\""), "{text}");
}

#[test]
fn a_redirect_that_mentions_a_label_is_its_url() {
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
fn a_content_that_mentions_a_label_in_an_expression_is_its_bytes() {
    let blob = Label::new("b", Blob::new("a/b", "bytes"));
    let large = Label::new("l", Blob::new("a/b", "x".repeat(1500)));
    let json = Content::json(Value::map([("of", blob.hex())]));
    let contents = [
        Content::repeat(blob.bytes(), 2),
        Content::repeat(blob.size(), 3),
        Content::sparse(4096, [(1, json), (1024, large.bytes())]),
    ];
    let names = ["bytes", "size", "sparse"];
    let image = names.into_iter().zip(contents).fold(Manifest::new(), Manifest::with);
    let data = Descriptor::new().data(Content::repeat("y".repeat(2000), 2));
    let text = printed(
        &Fixture::new()
            .with(&blob)
            .with(&large)
            .with(image.append(Content::repeat(blob.bytes(), 2)).descriptor(data)),
    );
    assert!(text.contains("\"bytes\" => Content::repeat(\"bytes\", 2),"), "{text}");
    assert!(text.contains("\"size\" => Content::repeat(\"5\", 3),"), "{text}");
    assert!(text.contains("#[append = Content::repeat(\"bytes\", 2)]"), "{text}");
}

#[test]
fn a_layer_of_an_image_that_is_declared_earlier_is_declared_with_its_manifest() {
    let layer = Label::new("layer", Layer::new().with(("a", "b")));
    let last = Label::new("last", Manifest::new().platform("linux/arm64").with(layer.again()));
    // The first image mentions the last one, whose layer has digests of sha256 from the first one.
    let first = Manifest::new().reference(Text::new("app:") + last.size()).with(&layer);
    let text = printed(&Fixture::new().with(first).with(Index::new().sha512().with(&last)));
    let beginning = "#[unlisted] 'manifest: linux/amd64 { 'layer: layer { \"a\" => \"b\" } }\n\
        #[sha512] #[unlisted] 'last: linux/arm64 { 'layer }\n";
    assert!(text.starts_with(beginning), "{text}");
}

#[test]
fn layers_of_another_image_that_are_wrong_are_printed_from_the_layout() {
    let faulty = oci_image! {
        manifest "a:1" { #[flip = 0] layer { "a" => "b" } #[replace = "short"] layer gzip {} layer { "c" => "d" } }
        manifest "b:1" linux/arm64 { #[missing] layer { "a" => "c" } }
    };
    let faulty = faulty.in_memory().unwrap();
    let fixture = oci_image! {
        manifest "copy:1" { #[unchecked] from (faulty.reference("a:1").unwrap()), layer { "own" => "" } }
        manifest "missing:1" linux/arm64 { #[unchecked] from (faulty.reference("b:1").unwrap()) }
    };
    printed(&fixture);
    // The honest bytes of a copied blob are declared, too.
    let both = oci_image! {
        manifest "copy:1" { #[unchecked] from (faulty.reference("a:1").unwrap()) }
        manifest "own:1" linux/arm64 { layer { "a" => "b" } }
    };
    printed(&both);
}

#[test]
fn layers_whose_descriptors_are_written_in_another_way_are_printed_from_the_layout() {
    let blob = oci_image! { manifest "a:1" { layer { "a" => "b" } } }.in_memory().unwrap();
    let layer = blob.reference("a:1").unwrap().layers().unwrap().remove(0);
    let (digest, size) = (layer.digest().as_str().to_owned(), layer.size());
    let descriptors = [
        format!(
            r#"{{"mediaType":"application/vnd.oci.image.layer.v1.tar","size":{size},"digest":"{digest}"}}"#
        ),
        format!(
            r#"{{"mediaType":"application/vnd.oci.image.layer.v1.tar","digest":"{digest}","size":{size},"annotations":null}}"#
        ),
    ];
    for descriptor in descriptors {
        let base = oci_image! {
            'image: manifest "a:1" { 'layer: layer { "a" => "b" } }
            manifest "other:1" {
                config { diff_ids: ['layer.digest] }
                layer { "a" => "b" }
                merge: { "layers": [0] },
            }
        };
        let base = base.in_memory().unwrap();
        let bytes =
            String::from_utf8(base.reference("other:1").unwrap().bytes().unwrap().into_owned()).unwrap();
        let document = bytes.replace("\"layers\":[0]", &format!("\"layers\":[{descriptor}]"));
        let base = oci_image! {
            manifest "other:1" { raw: &document, config { diff_ids: [&digest] } layer { "a" => "b" } }
        };
        let base = base.in_memory().unwrap();
        let image = Manifest::new().reference("on:1").with(Base::from(base.reference("other:1").unwrap()));
        let text = printed(&Fixture::new().with(image.with(Layer::new().with(("own", "")))));
        assert!(text.contains("raw: ") || text.contains("merge: "), "{text}");
    }
}

#[test]
fn a_config_of_a_platform_that_is_no_word_has_a_text() {
    let config = || Config::new().platform("own/machine").cmd(["sh"]);
    let named = Fixture::new().with(config().reference("a:1"));
    assert_eq!(printed(&named), "config \"a:1\" \"own/machine\" { cmd: [\"sh\"] }\n");
    printed(&Fixture::new().with(Index::new().with(config()).reference("a:1")));
    let raw = Config::new().platform("windows(10.0)/amd64").raw("{}");
    printed(&Fixture::new().with(Index::new().with(raw)));
}

#[test]
fn a_copy_of_many_nodes_has_a_text() {
    let blobs = (0..1500).map(|number| Blob::new("a/b", number.to_string()));
    let other = blobs.fold(Index::new().reference("many:1"), Index::with);
    let other = Fixture::new().with(other).in_memory().unwrap();
    let fixture = Fixture::new().with(other.reference("many:1").unwrap());
    assert_eq!(printed(&fixture).matches("#[unlisted] 'blob").count(), 1500);
}
