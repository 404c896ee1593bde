//! The text of a fixture.

use oci_fixture::{Content, Encoder, Fixture, Index, Label, Layer, Manifest, Tag, Text, oci_image};

/// The text of the fixture, which is read again as a fixture with the same text and the same bytes.
fn printed(fixture: &Fixture) -> String {
    let text = fixture.source().unwrap().text().to_owned();
    let parsed = Fixture::parse(&text).unwrap_or_else(|error| panic!("{error}\n{text}"));
    assert_eq!(parsed.source().unwrap().text(), text);
    assert_eq!(parsed.write_archive(Vec::new()).unwrap(), fixture.write_archive(Vec::new()).unwrap());
    text
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
    let text = fixture.source().unwrap();
    let parsed = Fixture::parse(text.text()).unwrap();
    assert_eq!(parsed.source().unwrap().text(), text.text());
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
fn labels_that_are_no_words_or_that_repeat_get_other_names() {
    let named = |name: &str, platform: &str| Label::new(name, Manifest::new().platform(platform));
    let labels = [named("a-b", "linux/386"), named("if", "linux/arm"), named("a-b", "linux/s390x")];
    let fixture = labels.iter().fold(Fixture::new(), oci_fixture::Fixture::with);
    let text = "'a_b: linux/386 {}\n'node_if: linux/arm {}\n'a_b2: linux/s390x {}\n";
    assert_eq!(printed(&fixture), text);
}

#[test]
fn a_node_that_is_mentioned_before_its_place_is_declared_at_the_beginning() {
    let other = Label::new("other", Manifest::new().platform("linux/arm64"));
    let first = Manifest::new().reference(Text::new("app:") + other.hex());
    let fixture = Fixture::new().with(first).with(&other).with(Tag::new("other", &other));
    let text = "#[unlisted] 'other: linux/arm64 {}\nmanifest \"app:\" + 'other.hex {}\n'other,\ntag \"other\" => 'other,\n";
    assert_eq!(fixture.source().unwrap().text(), text);
    let parsed = Fixture::parse(text).unwrap().in_memory().unwrap();
    assert_eq!(parsed.index_bytes().unwrap(), fixture.in_memory().unwrap().index_bytes().unwrap());
}

#[test]
fn deep_indexes_are_declared_flat() {
    let deep = (0..40).fold(Index::new(), |index, _| Index::new().with(index));
    let fixture = Fixture::new().with(deep);
    let text = fixture.source().unwrap().text().to_owned();
    assert_eq!(text.matches("#[unlisted]").count(), 2, "{text}");
    let parsed = Fixture::parse(&text).unwrap().in_memory().unwrap();
    assert_eq!(parsed.index_bytes().unwrap(), fixture.in_memory().unwrap().index_bytes().unwrap());
}

#[test]
fn what_the_language_cannot_say_is_an_error() {
    let own = Encoder::new("", |tar, out| tar.write_to(out));
    let fixture = Fixture::new().with(Manifest::new().with(Layer::new().encoder(own)));
    assert_eq!(
        fixture.source().unwrap_err().to_string(),
        "an encoder is code, which the language cannot say"
    );
    let mistake = Fixture::new().with(Manifest::new().platform("linux"));
    assert_eq!(
        mistake.source().unwrap_err().to_string(),
        mistake.in_memory().unwrap_err().to_string(),
        "a fixture with a mistake has no text"
    );
}

#[test]
fn large_contents_are_files_beside_the_text() {
    let folder = tempfile::tempdir().unwrap();
    let contents = ["x".repeat(1024), "x".repeat(1025)];
    let image = Manifest::new().with(("inline", &contents[0])).with(("file", &contents[1]));
    let fixture = Fixture::new().with(image.with(("random", Content::random(1, 3 << 20))));
    let source = fixture.source().unwrap();
    let file = folder.path().join("app.oci");
    source.write_to(&file).unwrap();
    let shown = source.text().replace(&contents[0], "..");
    assert_eq!(
        shown,
        r#"linux/amd64 {
    "inline" => "..",
    "file" => Content::file("files/c6d8e99053008760"),
    "random" => Content::random(1, 3 << 20),
}
"#
    );
    let parsed = Fixture::parse_file(&file).unwrap();
    assert_eq!(
        parsed.in_memory().unwrap().index_bytes().unwrap(),
        fixture.in_memory().unwrap().index_bytes().unwrap()
    );
}
