//! The text of a fixture.

use oci_fixture::{
    Content, Descriptor, Encoder, Fixture, Index, Label, Layer, Manifest, Plain, Tag, Text, oci_image,
};
use oci_fixture_test_support::images::example;

use crate::again::{imported, reads_back};

#[test]
fn a_size_that_is_a_text_stays_a_text() {
    let fixture = oci_image! {
        'a: manifest "a:1" { "x" => "y" }
        blob "a/b" => json { "number": 'a.size, "sum": 'a.size + 1, "text": "" + 'a.size, "joined": 'a.size + "" + 'a.size },
        blob "a/c" => json { "text": 'a.size + 1 + "" },
    };
    assert_eq!(
        reads_back(&fixture),
        r#"'a: manifest "a:1" { "x" => "y" }
blob "a/b" => json {
    "number": 'a.size,
    "sum": 'a.size + 1,
    "text": 'a.size + "",
    "joined": 'a.size + "" + 'a.size,
}
blob "a/c" => json { "text": 'a.size + 1 + "" }
"#
    );
}

#[test]
fn a_declaration_is_printed_as_it_was_written() {
    let fixture = oci_image! {
        index "registry.example:5000/team/app:1.2" {
            annotations: { "org.opencontainers.image.licenses": "MIT" }
            'amd64: linux/amd64 {
                "etc/",
                #[mode = 0o755] "bin/app" => b"\x7fELF\x02",
                "bin/sh" -> "app",
                hardlink "bin/ash" -> "bin/app",
                #[uid = 1000] #[mtime = 1700000000.5] #[xattr("user.k", "v")] "home" => "",
                b"caf\xe9" => "",
                char "dev/null" (1, 3),
                fifo "run/pipe",
                "config.json" => json { "debug": true, "list": [1, null] },
                "zeros" => [0; 2000],
            }
            "linux/arm64" {
                'base: layer gzip { "etc/os-release" => "ID=test" }
                layer zstd { whiteout "etc/os-release", opaque "var/cache" }
                config { env: ["A=1"], cmd: ["/bin/app"], labels: { "team": "x" }, history: [{ created_by: "COPY" }, {}] }
            }
            linux/s390x { 'base, #[missing] #[http(status = 503, times = 1)] layer { "a" => "b", eof: 0 } }
            dangling {
                media_type: "application/vnd.oci.image.manifest.v1+json",
                digest: "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
                size: 1234, platform: windows/amd64,
            }
        }
        tag "registry.example:5000/team/app:1" => 'amd64,
        manifest {
            artifact_type: "application/spdx+json", subject: 'amd64,
            blob "application/spdx+json" => json { "image": 'amd64.digest, "size": 'amd64.size - 1 },
        }
        #[docker] index "legacy" { linux/amd64 { layer gzip {} } }
        file "README" => "text",
    };
    // A layout does not hold the fault on the wire.
    let text = fixture.source().unwrap();
    assert_eq!(Fixture::parse(text.text()).unwrap().source().unwrap().text(), text.text());
    assert_eq!(
        text.text(),
        r#"file "README" => "text",
index "registry.example:5000/team/app:1.2" {
    annotations: { "org.opencontainers.image.licenses": "MIT" },
    'amd64: linux/amd64 {
        "etc/",
        #[mode = 0o755] "bin/app" => b"\x7fELF\x02",
        "bin/sh" -> "app",
        hardlink "bin/ash" -> "bin/app",
        #[uid = 1000] #[mtime = 1700000000.5] #[xattr("user.k", "v")] "home" => "",
        b"caf\xe9" => "",
        char "dev/null" (1, 3),
        fifo "run/pipe",
        "config.json" => json { "debug": true, "list": [1, null] },
        "zeros" => Content::zeros(2000),
    }
    linux/arm64 {
        config {
            env: ["A=1"],
            cmd: ["/bin/app"],
            labels: { "team": "x" },
            history: [{ created_by: "COPY" }, {}],
        }
        'base: layer gzip { "etc/os-release" => "ID=test" }
        layer zstd { whiteout "etc/os-release", opaque "var/cache" }
    }
    linux/s390x {
        'base,
        #[missing] #[http(status = 503, times = 1)] layer { "a" => "b", eof: 0 }
    }
    dangling {
        media_type: "application/vnd.oci.image.manifest.v1+json",
        digest: "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
        size: 1234,
        platform: windows/amd64,
    }
}
tag "registry.example:5000/team/app:1" => 'amd64,
manifest {
    artifact_type: "application/spdx+json",
    subject: 'amd64,
    blob "application/spdx+json" => json { "image": 'amd64.digest, "size": 'amd64.size - 1 }
}
#[docker] index "legacy" { linux/amd64 { layer gzip {} } }
"#
    );
}

#[test]
fn an_honest_layout_is_printed_as_it_was_declared() {
    let text = r#"index "twoplatform:latest" {
    linux/amd64 { "bash" => "layer1" }
    linux/arm64 { "bash" => "layer2" }
}
"#;
    assert_eq!(imported(&example().in_memory().unwrap()), text);
}

#[test]
fn labels_that_are_no_words_or_that_repeat_get_other_names() {
    let named = |name: &str, platform: &str| Label::new(name, Manifest::new().platform(platform));
    let labels = [named("a-b", "linux/386"), named("if", "linux/arm"), named("a-b", "linux/s390x")];
    let fixture = labels.iter().fold(Fixture::new(), oci_fixture::Fixture::with);
    let text = "'a_b: linux/386 {}\n'node_if: linux/arm {}\n'a_b2: linux/s390x {}\n";
    assert_eq!(reads_back(&fixture), text);
}

#[test]
fn a_node_that_is_mentioned_before_its_place_is_declared_at_the_beginning() {
    let other = Label::new("other", Manifest::new().platform("linux/arm64"));
    let first = Manifest::new().reference(Text::new("app:") + other.hex());
    let fixture = Fixture::new().with(first).with(&other).with(Tag::new("other", &other));
    let text = "#[unlisted] 'other: linux/arm64 {}\nmanifest \"app:\" + 'other.hex {}\n'other,\ntag \"other\" => 'other,\n";
    assert_eq!(reads_back(&fixture), text);
}

#[test]
fn a_node_before_its_place_has_the_attributes_that_it_inherits_there() {
    let layer = Layer::new().sha512().with(("a", "b"));
    let image = Label::new("image", Manifest::new().with(layer));
    let of_image = Descriptor::new().annotations([("of", image.digest())]);
    let index = Index::new().docker().sha512().with(&image);
    let fixture =
        Fixture::new().with(Manifest::new().platform("linux/arm64").descriptor(of_image)).with(index);
    let text = "#[docker] #[sha512] #[unlisted] 'image: linux/amd64 { #[sha512] layer { \"a\" => \"b\" } }\n\
        linux/arm64 { descriptor: { annotations: { \"of\": 'image.digest } } }\n\
        #[docker] #[sha512] index { 'image }\n";
    assert_eq!(reads_back(&fixture), text);
}

#[test]
fn a_layer_with_default_values_is_printed_as_its_entries() {
    let layer = Layer::new().encoder(Plain::new()).descriptor(Descriptor::new()).with(("a", "b"));
    let fixture = Fixture::new().with(Manifest::new().with(layer));
    assert_eq!(reads_back(&fixture), "linux/amd64 { \"a\" => \"b\" }\n");
}

#[test]
fn a_layer_of_an_own_encoder_is_printed_as_its_bytes() {
    let own = Encoder::new("own", |tar, out| {
        out.write_all(b"<")?;
        tar.write_to(out)
    });
    let layer = Layer::new().encoder(own).with(("a", "b".repeat(600))).unchecked().append("!");
    let layer = layer.descriptor(Descriptor::new().annotations([("k", "v")]));
    let fixture = Fixture::new().with(Manifest::new().with(Label::new("own", layer)));
    let source = fixture.source().unwrap();
    let files: Vec<_> = source.files().map(|(path, _)| path).collect();
    let sealed = fixture.in_memory().unwrap();
    let layer = sealed.platform("linux/amd64").unwrap().layers().unwrap().remove(0);
    let diff_id = sealed.platform("linux/amd64").unwrap().config().unwrap().rootfs().diff_ids()[0].clone();
    let text = format!(
        "linux/amd64 {{\n    #[append = \"!\"] 'own: blob \"{}\" {{\n        content: Content::file(\"{}\"),\n        \
         diff_id: \"{diff_id}\",\n        descriptor: {{ annotations: {{ \"k\": \"v\" }} }},\n    }}\n}}\n",
        layer.media_type(),
        files[0],
    );
    assert_eq!(source.text(), text);
    reads_back(&fixture);
}

#[test]
fn an_image_on_another_image_is_printed_as_its_bytes() {
    let other = oci_image! {
        windows/amd64 {
            config { os_version: "10.0.17763.1", env: ["A=1"], history: [{ created_by: "one" }, {}, {}] }
            layer gzip { "a" => "b" }
            layer { "c" => "d", descriptor: { annotations: { "k": "v" } } }
            layer { raw: "no tar" }
        }
    };
    let other = other.in_memory().unwrap();
    let fixture = oci_image! {
        index "app:1" {
            manifest {
                from (other.platform("windows/amd64").unwrap()),
                #[truncate = 3] config { cmd: ["own"] }
                layer { "own" => "" }
            }
        }
    };
    let text = reads_back(&fixture);
    assert!(text.contains("\"windows(10.0.17763.1)/amd64\" {"), "{text}");
    assert!(text.contains("config {\n            raw: json {"), "{text}");
    assert_eq!(text.matches("blob \"application/vnd.oci.image.layer.v1.tar").count(), 3, "{text}");
}

#[test]
fn nodes_of_another_layout_are_printed_as_their_bytes() {
    let other = oci_image! {
        index "app:1" { 'one: linux/amd64 { "a" => "b" } linux/arm64 { "a" => "b" } }
        manifest "artifact:1" { artifact_type: "a/b", blob "c/d" => "text" }
        #[missing] manifest "gone:1" {}
    };
    let other = other.in_memory().unwrap();
    let fixture = oci_image! {
        (other.reference("artifact:1").unwrap()),
        index "copy:1" { (other.reference("app:1").unwrap()), (other.reference("gone:1").unwrap()) }
    };
    // The other layout does not hold this blob.
    assert!(fixture.source().unwrap_err().to_string().contains("the other layout has no blob"));
    let fixture = oci_image! {
        (other.reference("artifact:1").unwrap()),
        index "copy:1" { (other.reference("app:1").unwrap()), (other.label("one").unwrap()) }
    };
    let text = reads_back(&fixture);
    assert!(text.ends_with("descriptor: { merge: { \"platform\": { \"architecture\": \"amd64\", \"os\": \"linux\" } } },\n    }\n}\n"), "{text}");
}

#[test]
fn deep_indexes_are_declared_flat() {
    let deep = (0..40).fold(Index::new(), |index, _| Index::new().with(index));
    let fixture = Fixture::new().with(deep);
    let text = reads_back(&fixture);
    assert_eq!(text.matches("#[unlisted]").count(), 2, "{text}");
}

#[test]
fn a_fixture_with_a_mistake_has_no_text() {
    let mistake = Fixture::new().with(Manifest::new().platform("linux"));
    assert_eq!(mistake.source().unwrap_err().to_string(), mistake.in_memory().unwrap_err().to_string());
    // A layout does not hold the fault on the wire, and a declaration does not hold the copied bytes.
    let faulty =
        oci_image! { #[flip = 0] #[unlisted] manifest {} linux/amd64 { #[flip = 0] layer { "a" => "b" } } };
    let faulty = faulty.in_memory().unwrap();
    let fixture = oci_image! {
        #[http(status = 503)] manifest { #[unchecked] from (faulty.platform("linux/amd64").unwrap()) }
    };
    assert_eq!(
        fixture.source().unwrap_err().to_string(),
        "the blob `sha256:79c5ee601b352d634b21525bdb3c6dba2f9d8382c9548124d2dbd2ba47f8c25b` is copied with other bytes than \
         its own, for which the language has no form: linux/amd64: `#[http(status = 503)]` is shown by a registry alone; write \
         `serve()`, or remove it"
    );
}

/// The elements of an array of Rust are of one type.
#[test]
fn the_pieces_of_a_sparse_content_are_of_one_type() {
    let bytes = |bytes: &[u8]| Content::new(bytes);
    let contents = [
        Content::sparse(9, [(0, bytes(b"a")), (4, bytes(b"bc"))]),
        Content::sparse(9, [(0, bytes(b"\xff")), (4, bytes(b"\xff\xff"))]),
        Content::sparse(9, [(0, bytes(b"a")), (4, Content::zeros(1))]),
        Content::sparse(9, [(0, Content::zeros(2)), (4, Content::random(1, 1))]),
        Content::sparse(9, [(0, bytes(b"\xff"))]),
        Content::sparse(9, [] as [(u64, &str); 0]),
    ];
    let image =
        ["a", "b", "c", "d", "e", "f"].into_iter().zip(contents).fold(Manifest::new(), Manifest::with);
    assert_eq!(
        reads_back(&Fixture::new().with(image)),
        r#"linux/amd64 {
    "a" => Content::sparse(9, [(0, "a"), (4, "bc")]),
    "b" => Content::sparse(9, [(0, Content::new(b"\xff")), (4, Content::new(b"\xff\xff"))]),
    "c" => Content::sparse(9, [(0, Content::new("a")), (4, Content::zeros(1))]),
    "d" => Content::sparse(9, [(0, Content::zeros(2)), (4, Content::random(1, 1))]),
    "e" => Content::sparse(9, [(0, b"\xff")]),
    "f" => Content::sparse(9, [(0, "")]),
}
"#
    );
}

#[test]
fn large_contents_are_files_beside_the_text() {
    let contents = ["x".repeat(1024), "x".repeat(1025)];
    let image = Manifest::new().with(("inline", &contents[0])).with(("file", &contents[1]));
    let fixture = Fixture::new().with(image.with(("random", Content::random(1, 3 << 20))));
    assert_eq!(
        reads_back(&fixture).replace(&contents[0], ".."),
        r#"linux/amd64 {
    "inline" => "..",
    "file" => Content::file("files/c6d8e99053008760"),
    "random" => Content::random(1, 3 << 20),
}
"#
    );
}
