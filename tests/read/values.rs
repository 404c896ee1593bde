//! The printed forms of values, and the types with which they compare.

use std::error::Error;

use oci_fixture::{
    Config, Content, Descriptor, Digest, Entry, Findings, Fixture, Index, Label, Layer, Layout, Manifest,
    Tag, Text, Value, oci_image,
};
use oci_fixture_test_support::sha256;

fn two_platforms() -> Fixture {
    oci_image! {
        index "app:1" {
            linux/amd64 { layer { "a" => "b", "c" => "d" } }
            #[missing] linux/arm64 { "a" => "b" }
        }
        manifest { "x" => "y" }
    }
}

#[test]
fn a_digest_compares_with_texts_and_with_the_digests_of_oci_spec() {
    let layout = two_platforms().in_memory().unwrap();
    let image = layout.platform("linux/arm64").unwrap();
    let descriptor = image.descriptor().digest();
    assert!(image.digest() == descriptor && descriptor == image.digest());
    assert_eq!(*image.digest(), descriptor.to_string());
    assert_ne!(*image.digest(), "sha256:0");
    // On either side, as texts of every kind.
    let (digest, text) = (image.digest().clone(), descriptor.to_string());
    assert_eq!(digest, text);
    assert_eq!(text, digest);
    assert_eq!(digest, *text.as_str());
    assert_eq!(*text.as_str(), digest);
    assert_eq!(digest, text.as_str());
    assert_eq!(text.as_str(), digest);
}

#[test]
fn digests_are_hashes_of_bytes() {
    for bytes in [&b""[..], b"abc", &[0xff; 1000]] {
        assert_eq!(Digest::sha256(bytes), format!("sha256:{}", sha256(bytes)));
    }
    let empty = "cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce\
                 47d0d13c5d85f2b0ff8318d2877eec2f63b931bd47417a81a538327af927da3e";
    assert_eq!(Digest::sha512(""), format!("sha512:{empty}"));
}

/// The lines of a tree are those of its nodes, and behind them their faults.
#[test]
fn a_node_prints_its_line_of_the_tree() {
    let layout = two_platforms().in_memory().unwrap();
    let (tree, whole) = (layout.to_string(), format!("{layout:#}"));
    let mut nodes = 0;
    for node in layout.walk().unwrap().map(Result::unwrap) {
        assert!(
            tree.contains(&format!("─ {node}\n")) || tree.contains(&format!("─ {node} ! #[missing]")),
            "{node}"
        );
        assert!(whole.contains(&format!("─ {node:#}")), "{node:#}");
        assert_eq!(format!("{node:?}"), format!("Node({node})"));
        nodes += 1;
    }
    assert_eq!(nodes, 8);
}

#[test]
fn a_fixture_shows_its_declaration_for_debugging_and_reads_no_file() {
    let many = (0..600).fold(Layer::new(), |layer, number| layer.with((number.to_string(), "")));
    let layer = Layer::new()
        .with(("small", "text"))
        .with(("long", [7; 33]))
        .with(("zeros", Content::zeros(1 << 30)))
        .with(("missing", Content::file("no/such/file")));
    let image = Manifest::new().reference("app:1").platform("linux/arm64").with(layer.gzip()).with(many);
    let shown = r#"manifest "app:1" linux/arm64 {
    layer gzip {
        "small" => "text",
        "long" => ..(33 bytes),
        "zeros" => Content::zeros(1 << 30),
        "missing" => Content::file("no/such/file"),
    }
    layer {
        ..(600 entries)
    }
}"#;
    assert_eq!(format!("{:?}", Fixture::new().with(image)), shown);
}

#[test]
fn each_value_is_one_line_for_debugging() {
    let fixture = two_platforms();
    let layout = fixture.tempdir().unwrap();
    let path = layout.path().display();
    let many = (0..20).fold(Fixture::new(), |fixture, _| fixture.with(Manifest::new()));
    let base = Label::new("base", Layer::new().with(("a", "b")));
    let image = Manifest::new().reference("app:1").platform("linux/arm64").with(base.clone());
    let lines = [
        (
            format!("{:?}", fixture.docker_archive()),
            "DockerArchive(Fixture(index \"app:1\" (nodes: 2), manifest linux/amd64 (nodes: 2)))".to_owned(),
        ),
        (
            format!("{:?}", many.docker_archive()),
            format!("DockerArchive(Fixture({}and 12 more))", "manifest linux/amd64 (nodes: 1), ".repeat(8)),
        ),
        (format!("{:?}", Index::new().with(Manifest::new())), "index (nodes: 1)".to_owned()),
        (format!("{image:?}"), "manifest \"app:1\" linux/arm64 (nodes: 2)".to_owned()),
        (format!("{:?}", Config::new()), "config".to_owned()),
        (format!("{:?}", Layer::new().with(("a", "b"))), "layer (entries: 1)".to_owned()),
        (format!("{base:?}"), "Label('base: layer (entries: 1))".to_owned()),
        (format!("{:?}", Tag::new("x", &base)), "Tag('base: layer \"x\" (entries: 1))".to_owned()),
        (
            format!("{:?}", Entry::file("a", Content::zeros(1 << 30))),
            "Entry(\"a\", File(Content::zeros(1073741824)))".to_owned(),
        ),
        (
            format!("{:?}", oci_fixture::Blob::new("text/plain", "abc")),
            "blob \"text/plain\" => Content(3 bytes)".to_owned(),
        ),
        (
            format!("{:?}", Descriptor::new().media_type("text/plain").size(3)),
            "Descriptor(media_type: \"text/plain\", size: \"3\", ..)".to_owned(),
        ),
        (format!("{:?}", Text::new("a\"b")), "\"a\\\"b\"".to_owned()),
        (format!("{:?}", Value::new(["a", "b"])), "Value([..; 2])".to_owned()),
        (format!("{:?}", Value::map([("a", 1)])), "Value({..; 1})".to_owned()),
        (format!("{:?}", Value::null()), "Value(null)".to_owned()),
        (format!("{:?}", many.source().unwrap()), "SourceText(lines: 20, files: 0)".to_owned()),
        (format!("{layout:?}"), format!("Layout(TempDir(\"{path}\"))")),
        (format!("{:?}", Layout::open(layout.path()).unwrap()), format!("Layout(Directory(\"{path}\"))")),
        (format!("{:?}", fixture.in_memory().unwrap()), "Layout(Memory(7 blobs))".to_owned()),
        (format!("{:?}", layout.blobs().unwrap()), "Blobs(7 to come)".to_owned()),
        (format!("{:?}", layout.walk().unwrap()), "Walk(0 opened)".to_owned()),
    ];
    for (line, expected) in lines {
        assert_eq!(line, expected);
    }
}

/// As anyhow prints a chain: `Caused by` would say the cause a second time.
#[test]
fn no_error_says_its_source_twice() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("file");
    std::fs::write(&file, "").unwrap();
    let layout = two_platforms().tempdir().unwrap();
    std::fs::write(layout.path().join("index.json"), "[").unwrap();
    let errors = [
        Layout::open(directory.path().join("none")).unwrap_err(),
        Layout::open_archive(&file).unwrap_err(),
        two_platforms().write_to(file.join("below")).unwrap_err(),
        layout.index().unwrap_err(),
        layout.blob("sha256:0").unwrap_err(),
        oci_image! { manifest { "a" => Content::file(directory.path().join("none")) } }
            .in_memory()
            .unwrap_err(),
        Fixture::new().with(Manifest::new().reference("UPPER")).in_memory().unwrap_err(),
    ];
    for error in errors {
        let said = error.to_string();
        let mut source = error.source();
        while let Some(cause) = source {
            assert!(!said.contains(&cause.to_string()), "{said}: {cause}");
            source = cause.source();
        }
    }
}

#[test]
fn findings_are_a_slice_and_print_one_a_line() {
    let layout = two_platforms().in_memory().unwrap();
    let findings: Findings = layout.verify();
    let [finding] = &findings[..] else { panic!("{findings}") };
    assert_eq!(findings.to_string(), format!("{finding}\n"));
    assert_eq!(format!("{findings:#}"), format!("{finding:#}\n"));
    assert_eq!((&findings).into_iter().collect::<Vec<_>>(), [finding]);
    assert_eq!(findings.clone().into_iter().collect::<Vec<_>>(), findings[..]);
    assert!(oci_image! { manifest { "a" => "b" } }.in_memory().unwrap().verify().is_empty());
}
