//! Whatever the macro can say, the builder can say: every construct of the language, said by both, gives the same bytes.

#![allow(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test fails by a panic")]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use oci_fixture::{
    Blob, Config, Content, Descriptor, Encoder, Entry, Fixture, Gzip, History, Index, Label, Layer, Manifest,
    Platform, Tag, Text, Value, Zstd, arch, oci_image, os, variant,
};

#[test]
fn the_builder_says_what_the_macro_says() {
    for Pair { name, source, declared, built } in walk() {
        let (declared, built) = (declared.tempdir().unwrap(), built.tempdir().unwrap());
        let (declared, built) = (files(declared.path()), files(built.path()));
        assert_eq!(text(&declared), text(&built), "{name}: {source}");
        assert!(declared == built, "{name}: {source}");
    }
}

/// Two pairs of the same bytes would prove one construct only.
#[test]
fn no_two_pairs_are_the_same() {
    let pairs = walk();
    let layouts: BTreeSet<_> =
        pairs.iter().map(|pair| files(pair.declared.tempdir().unwrap().path())).collect();
    assert_eq!(layouts.len(), pairs.len());
}

#[test]
fn every_word_of_the_language_is_in_the_walk() {
    let pairs = walk();
    let all: String = pairs.iter().map(|pair| pair.source).collect();
    let mut missing = Vec::new();
    for word in WORDS {
        if !has(&all, word, "") {
            missing.push(word.to_owned());
        }
    }
    for name in ATTRIBUTES {
        if !has(&all, &format!("#[{name}"), "") {
            missing.push(format!("#[{name}]"));
        }
    }
    for (block, fields) in FIELDS {
        // Only pairs that are named after the block: the same name may be a field of others, too.
        let of_block = pairs.iter().filter(|pair| pair.name == block).map(|pair| pair.source);
        let of_block: String = of_block.collect();
        let fields = fields.iter().filter(|field| !has(&of_block, field, ":"));
        missing.extend(fields.map(|field| format!("{block}: {field}")));
    }
    assert_eq!(missing, [""; 0]);
}

/// The lists below have every name of the grammar's table, which is not in the package of this crate.
#[test]
fn every_name_in_the_table_of_the_grammar_is_listed() {
    let grammar = Path::new(env!("CARGO_MANIFEST_DIR")).join("grammar/src");
    let files = ["language.rs", "language/field.rs", "language/attribute.rs"];
    let Ok(tables) = files.map(|file| fs::read_to_string(grammar.join(file))).into_iter().collect() else {
        eprintln!("skipped: the grammar is not here");
        return;
    };
    let table: String = tables;
    let fields = FIELDS.iter().flat_map(|(_, fields)| *fields);
    let listed = WORDS.iter().chain(&ATTRIBUTES).chain(&TYPES).chain(&NOUNS).chain(fields);
    let listed: BTreeSet<_> = listed.copied().collect();
    let code = table.lines().filter(|line| !line.trim_start().starts_with("//"));
    let literals = code.flat_map(|line| line.split('"').skip(1).step_by(2));
    let is_name = |literal: &&str| {
        !literal.is_empty() && literal.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_'))
    };
    let named: BTreeSet<_> = literals.filter(is_name).collect();
    assert_eq!(named.symmetric_difference(&listed).collect::<Vec<_>>(), [&""; 0]);
}

/// Words that begin a node, an entry or something else; compressions; and what is said of a label.
const WORDS: [&str; 21] = [
    "index", "manifest", "config", "layer", "blob", "dangling", "hardlink", "whiteout", "opaque", "fifo",
    "char", "block", "entry", "for", "if", "tag", "gzip", "zstd", "digest", "hex", "size",
];

const ATTRIBUTES: [&str; 14] = [
    "mode",
    "uid",
    "gid",
    "mtime",
    "xattr",
    "docker",
    "missing",
    "truncate",
    "prepend",
    "append",
    "flip",
    "replace",
    "unlisted",
    "unchecked",
];

/// The types of numbers, which are words of the table, too.
const TYPES: [&str; 3] = ["u32", "u64", "i64"];

/// What messages call the bytes that `raw` stands for.
const NOUNS: [&str; 2] = ["document", "tar"];

/// The fields of each block.
const FIELDS: [(&str, &[&str]); 11] = [
    ("the top level", &["annotations", "merge", "extend", "raw", "oci_layout"]),
    ("index", &["annotations", "artifact_type", "subject", "descriptor", "merge", "extend", "raw"]),
    ("manifest", &["annotations", "artifact_type", "subject", "descriptor", "merge", "extend", "raw"]),
    (
        "config",
        &[
            "user",
            "exposed_ports",
            "env",
            "entrypoint",
            "cmd",
            "volumes",
            "working_dir",
            "labels",
            "stop_signal",
            "created",
            "author",
            "os_version",
            "os_features",
            "history",
            "diff_ids",
            "descriptor",
            "merge",
            "extend",
            "raw",
        ],
    ),
    ("layer", &["descriptor", "raw", "eof"]),
    ("blob", &["content", "descriptor", "diff_id"]),
    (
        "dangling",
        &[
            "media_type",
            "digest",
            "size",
            "platform",
            "annotations",
            "urls",
            "artifact_type",
            "data",
            "merge",
        ],
    ),
    ("label", &["descriptor"]),
    (
        "descriptor",
        &[
            "annotations",
            "urls",
            "platform",
            "artifact_type",
            "data",
            "media_type",
            "digest",
            "size",
            "merge",
        ],
    ),
    (
        "entry",
        &[
            "name", "linkname", "typeflag", "mode", "uid", "gid", "size", "mtime", "checksum", "magic",
            "version", "uname", "gname", "devmajor", "devminor", "prefix", "body", "pax", "raw",
        ],
    ),
    ("history", &["created", "created_by", "author", "comment", "empty_layer"]),
];

/// The same fixture, said twice.
struct Pair {
    /// What it shows.
    name: &'static str,
    /// What was given to the macro.
    source: &'static str,
    declared: Fixture,
    built: Fixture,
}

macro_rules! pair {
    ($name:literal { $($declaration:tt)* } $built:expr) => {
        Pair {
            name: $name,
            source: stringify!($($declaration)*),
            declared: oci_image! { $($declaration)* },
            built: $built,
        }
    };
}

mod lies;

fn walk() -> Vec<Pair> {
    let honest =
        [nodes(), configs(), layers(), entries(), blobs_and_descriptors(), labels(), flows(), values()];
    honest
        .into_iter()
        .chain([
            lies::after_sealing(),
            lies::documents(),
            lies::descriptors(),
            lies::layers(),
            lies::headers(),
        ])
        .flatten()
        .collect()
}

fn nodes() -> Vec<Pair> {
    let (reference, platform) = ("manifest:3", Platform::new(os::linux, arch::riscv64));
    vec![
        pair!("index" {
            index "index:1" {
                annotations: { "a": "b" },
                artifact_type: "text/plain",
                subject: { media_type: "text/plain", digest: HEX, size: 1 },
                descriptor: { annotations: { "c": "d" } },
                index { }
                manifest { }
                config linux/arm64 { }
                blob "text/plain" => "text",
            }
            index { }
        } Fixture::new()
            .with(
                Index::new()
                    .reference("index:1")
                    .annotations([("a", "b")])
                    .artifact_type("text/plain")
                    .subject(Descriptor::new().media_type("text/plain").digest(HEX).size(1))
                    .descriptor(Descriptor::new().annotations([("c", "d")]))
                    .with(Index::new())
                    .with(Manifest::new())
                    .with(Config::new().platform("linux/arm64"))
                    .with(Blob::new("text/plain", "text")),
            )
            .with(Index::new())),
        pair!("index" { #[docker] index { linux/amd64 { layer gzip { } } } }
        Fixture::new().with(
            Index::new()
                .docker()
                .with(Manifest::new().platform("linux/amd64").with(Layer::new().gzip())),
        )),
        pair!("manifest" {
            manifest "manifest:1" linux/arm/v7 {
                layer { }
                config { }
                blob "text/plain" => "text",
                annotations: { "a": "b" },
                artifact_type: "text/plain",
                subject: { media_type: "text/plain", digest: HEX, size: 1 },
                descriptor: { annotations: { "c": "d" } },
            }
        } Fixture::new().with(
            Manifest::new()
                .reference("manifest:1")
                .platform(Platform::new(os::linux, arch::arm).with_variant(variant::v7))
                .with(Layer::new())
                .with(Config::new())
                .with(Blob::new("text/plain", "text"))
                .annotations([("a", "b")])
                .artifact_type("text/plain")
                .subject(Descriptor::new().media_type("text/plain").digest(HEX).size(1))
                .descriptor(Descriptor::new().annotations([("c", "d")])),
        )),
        pair!("manifest" {
            manifest { "a" => "b" }
            manifest ("manifest:2") { "a/", "a/b" => "c" }
            manifest (reference) (platform.clone()) { }
            manifest linux/s390x { }
            #[docker]
            manifest "manifest:4" { layer gzip { } }
        } Fixture::new()
            .with(Manifest::new().with(("a", "b")))
            .with(Manifest::new().reference("manifest:2").with(Entry::directory("a/")).with(("a/b", "c")))
            .with(Manifest::new().reference(reference).platform(&platform))
            .with(Manifest::new().platform("linux/s390x"))
            .with(Manifest::new().reference("manifest:4").docker().with(Layer::new().gzip()))),
        pair!("platform" {
            index {
                linux/386 { }
                linux/arm64/v8 { }
                "linux/amd64" { }
                (platform.clone()) { }
                "windows(10.0.17763+win32k)/amd64" { }
                unknown/unknown { }
                unknown/unknown { "a" => "b" }
            }
        } Fixture::new().with(
            Index::new()
                .with(Manifest::new().platform("linux/386"))
                .with(Manifest::new().platform("linux/arm64/v8"))
                .with(Manifest::new().platform("linux/amd64"))
                .with(Manifest::new().platform(&platform))
                .with(Manifest::new().platform("windows(10.0.17763+win32k)/amd64"))
                .with(Manifest::new().platform("unknown/unknown"))
                .with(Manifest::new().platform("unknown/unknown").with(("a", "b"))),
        )),
    ]
}

fn configs() -> Vec<Pair> {
    vec![
        pair!("config" {
            linux/amd64 {
                config {
                    user: "root",
                    exposed_ports: ["80/tcp", 443],
                    env: ["A=1"],
                    entrypoint: ["sh"],
                    cmd: ["-c", "true"],
                    volumes: ["/data"],
                    working_dir: "/",
                    labels: { "a": "b", "c": 1 },
                    stop_signal: "SIGTERM",
                    created: "2024-05-01T12:00:00Z",
                    author: "Ann",
                    os_version: "5.4",
                    os_features: ["x"],
                    history: [{ }],
                    descriptor: { annotations: { "d": "e" } },
                }
            }
        } Fixture::new().with(
            Manifest::new().platform("linux/amd64").with(
                Config::new()
                    .user("root")
                    .exposed_ports([Text::new("80/tcp"), Text::new(443)])
                    .env(["A=1"])
                    .entrypoint(["sh"])
                    .cmd(["-c", "true"])
                    .volumes(["/data"])
                    .working_dir("/")
                    .labels([("a", Text::new("b")), ("c", Text::new(1))])
                    .stop_signal("SIGTERM")
                    .created("2024-05-01T12:00:00Z")
                    .author("Ann")
                    .os_version("5.4")
                    .os_features(["x"])
                    .history([History::new()])
                    .descriptor(Descriptor::new().annotations([("d", "e")])),
            ),
        )),
        pair!("history" {
            linux/amd64 {
                config {
                    history: [
                        {
                            created: "2024-05-01T12:00:00Z",
                            created_by: "COPY . .",
                            author: "Ann",
                            comment: "none",
                            empty_layer: true,
                        },
                        { empty_layer: false },
                    ],
                }
            }
        } Fixture::new().with(Manifest::new().platform("linux/amd64").with(Config::new().history([
            History::new()
                .created("2024-05-01T12:00:00Z")
                .created_by("COPY . .")
                .author("Ann")
                .comment("none")
                .empty_layer(true),
            History::new().empty_layer(false),
        ])))),
        pair!("config at the top level" {
            config "config:1" linux/arm64 { cmd: ["true"] }
            config ("config:2") ("linux/s390x") { }
            config { }
            config "application/json" => "{}",
        } Fixture::new()
            .with(Config::new().reference("config:1").platform("linux/arm64").cmd(["true"]))
            .with(Config::new().reference("config:2").platform("linux/s390x"))
            .with(Config::new())
            .with(Config::of("application/json", "{}"))),
        pair!("config of another type" {
            manifest { config "application/json" => json { "a": 1 } }
        } Fixture::new().with(
            Manifest::new().with(Config::of("application/json", Content::json(Value::map([("a", 1)])))),
        )),
    ]
}

fn layers() -> Vec<Pair> {
    let encoder: Encoder = Gzip::stored().into();
    vec![pair!("layer" {
        linux/amd64 {
            layer { "a" => "b", descriptor: { annotations: { "c": "d" } } }
            layer gzip { "a" => "b" }
            layer zstd { "a" => "b" }
            layer (encoder.clone()) { "a" => "c" }
            layer (Zstd::stored()) { "a" => "c" }
        }
    } Fixture::new().with(
        Manifest::new()
            .platform("linux/amd64")
            .with(Layer::new().with(("a", "b")).descriptor(Descriptor::new().annotations([("c", "d")])))
            .with(Layer::new().with(("a", "b")).gzip())
            .with(Layer::new().with(("a", "b")).zstd())
            .with(Layer::new().with(("a", "c")).encoder(encoder.clone()))
            .with(Layer::new().with(("a", "c")).encoder(Zstd::stored())),
    ))]
}

fn entries() -> Vec<Pair> {
    vec![
        pair!("entries" {
            linux/amd64 {
                layer {
                    "bin/",
                    "bin/bash" => "#!",
                    "bin/sh" -> "bash",
                    hardlink "bin/rbash" -> "bin/bash",
                    whiteout "etc/passwd",
                    opaque "var/",
                    fifo "run/pipe",
                    char "dev/null" (1, 3),
                    block "dev/sda" (8, 0),
                }
            }
        } Fixture::new().with(
            Manifest::new().platform("linux/amd64").with(
                Layer::new()
                    .with(Entry::directory("bin/"))
                    .with(Entry::file("bin/bash", "#!"))
                    .with(Entry::symlink("bin/sh", "bash"))
                    .with(Entry::hardlink("bin/rbash", "bin/bash"))
                    .with(Entry::whiteout("etc/passwd"))
                    .with(Entry::opaque("var/"))
                    .with(Entry::fifo("run/pipe"))
                    .with(Entry::char("dev/null", 1, 3))
                    .with(Entry::block("dev/sda", 8, 0)),
            ),
        )),
        pair!("attributes" {
            linux/amd64 {
                #[mode = 0o600] #[uid = 1] #[gid = 2] #[mtime = -3]
                #[xattr("user.a", "b")] #[xattr("user.c", b"\xff")]
                "file" => "content",
                #[mode = 0o700] "directory/",
                #[uid = 5] "symlink" -> "file",
                #[gid = 6] hardlink "hardlink" -> "file",
                #[mtime = 7] whiteout "gone",
                #[mtime = 8] opaque "directory/",
                #[mode = 0o666] fifo "fifo",
                #[mode = 0o666] char "char" (1, 2),
                #[mode = 0o660] block "block" (3, 4),
            }
        } Fixture::new().with(
            Manifest::new()
                .platform("linux/amd64")
                .with(
                    Entry::file("file", "content")
                        .mode(0o600)
                        .uid(1)
                        .gid(2)
                        .mtime(-3)
                        .xattr("user.a", "b")
                        .xattr("user.c", b"\xff"),
                )
                .with(Entry::directory("directory/").mode(0o700))
                .with(Entry::symlink("symlink", "file").uid(5))
                .with(Entry::hardlink("hardlink", "file").gid(6))
                .with(Entry::whiteout("gone").mtime(7))
                .with(Entry::opaque("directory/").mtime(8))
                .with(Entry::fifo("fifo").mode(0o666))
                .with(Entry::char("char", 1, 2).mode(0o666))
                .with(Entry::block("block", 3, 4).mode(0o660)),
        )),
        pair!("contents" {
            linux/amd64 {
                "text" => "text",
                "bytes" => b"\0\xff",
                "owned" => vec![1, 2, 3],
                "zeros" => Content::zeros(3),
                "random" => Content::random(1, 9),
                "repeat" => Content::repeat("ab", 3),
                "json" => json { "a": [1, "b", null, true] },
            }
        } Fixture::new().with(
            Manifest::new()
                .platform("linux/amd64")
                .with(("text", "text"))
                .with(("bytes", b"\0\xff"))
                .with(("owned", vec![1, 2, 3]))
                .with(("zeros", Content::zeros(3)))
                .with(("random", Content::random(1, 9)))
                .with(("repeat", Content::repeat("ab", 3)))
                .with(("json", r#"{"a":[1,"b",null,true]}"#)),
        )),
    ]
}

fn blobs_and_descriptors() -> Vec<Pair> {
    vec![
        pair!("blob" {
            blob "text/plain" => "at the top level",
            manifest {
                blob "text/plain" {
                    content: "content",
                    descriptor: { annotations: { "a": "b" } },
                }
                blob ("text/plain") => json ["c"],
            }
        } Fixture::new().with(Blob::new("text/plain", "at the top level")).with(
            Manifest::new()
                .with(
                    Blob::new("text/plain", "content")
                        .descriptor(Descriptor::new().annotations([("a", "b")])),
                )
                .with(Blob::new("text/plain", Content::json(["c"]))),
        )),
        pair!("dangling" {
            dangling {
                media_type: "text/plain",
                digest: HEX,
                size: 12,
                platform: linux/arm64,
                annotations: { "a": "b" },
                urls: ["https://example.com"],
                artifact_type: "text/html",
            }
            index { dangling { media_type: "text/plain", digest: HEX, size: 12 } }
            manifest { dangling { media_type: "text/plain", digest: HEX, size: "12" } }
        } Fixture::new()
            .with(
                elsewhere()
                    .platform("linux/arm64")
                    .annotations([("a", "b")])
                    .urls(["https://example.com"])
                    .artifact_type("text/html"),
            )
            .with(Index::new().with(elsewhere()))
            .with(Manifest::new().with(elsewhere()))),
        pair!("descriptor" {
            manifest {
                descriptor: {
                    annotations: { "a": "b" },
                    urls: ["https://example.com"],
                    platform: linux/amd64,
                    artifact_type: "text/html",
                    data: true,
                }
            }
            index {
                linux/amd64 { descriptor: { data: false, platform: "linux/arm/v6" } }
                linux/arm64 { descriptor: { platform: (Platform::new(os::darwin, arch::arm64)) } }
            }
        } Fixture::new()
            .with(
                Manifest::new().descriptor(
                    Descriptor::new()
                        .annotations([("a", "b")])
                        .urls(["https://example.com"])
                        .platform("linux/amd64")
                        .artifact_type("text/html")
                        .data(true),
                ),
            )
            .with(
                Index::new()
                    .with(
                        Manifest::new()
                            .platform("linux/amd64")
                            .descriptor(Descriptor::new().data(false).platform("linux/arm/v6")),
                    )
                    .with(
                        Manifest::new()
                            .platform("linux/arm64")
                            .descriptor(Descriptor::new().platform("darwin/arm64")),
                    ),
            )),
    ]
}

fn labels() -> Vec<Pair> {
    vec![
        pair!("label" {
            'index: index {
                'image: linux/amd64 {
                    'layer: layer { "a" => "b" }
                    'config: config { cmd: ["true"] }
                    'blob: blob "text/plain" => "text",
                    'dangling: dangling { media_type: "text/plain", digest: HEX, size: 12 }
                    descriptor: { annotations: { "first": "yes" } },
                }
                linux/arm64 { 'layer, 'blob { descriptor: { annotations: { "a": "b" } } } 'dangling }
            }
            'index,
            'image { descriptor: { platform: linux/386 } }
        } {
            let layer = Label::new("layer", Layer::new().with(("a", "b")));
            let config = Label::new("config", Config::new().cmd(["true"]));
            let blob = Label::new("blob", Blob::new("text/plain", "text"));
            let dangling = Label::new("dangling", elsewhere());
            let image = Manifest::new()
                .platform("linux/amd64")
                .with(&layer)
                .with(&config)
                .with(&blob)
                .with(&dangling)
                .descriptor(Descriptor::new().annotations([("first", "yes")]));
            let image = Label::new("image", image);
            let again = Manifest::new()
                .platform("linux/arm64")
                .with(layer.again())
                .with(blob.again().descriptor(Descriptor::new().annotations([("a", "b")])))
                .with(dangling.again());
            let index = Label::new("index", Index::new().with(&image).with(again));
            Fixture::new()
                .with(&index)
                .with(index.again())
                .with(image.again().descriptor(Descriptor::new().platform("linux/386")))
        }),
        pair!("what is said of a label" {
            'image: manifest "app:1" { "a" => "b" }
            manifest {
                annotations: { "digest": 'image.digest, "text": "<" + 'image.hex + ">" },
                config {
                    user: 'image.size,
                    env: ["IMAGE=" + 'image.digest],
                    labels: { "size": 'image.size + 1 + ("x") },
                    history: [{ comment: 'image.hex }],
                }
                blob "text/plain" => "image " + 'image.digest,
                blob "application/json" => json { "image": ['image.size, 'image.hex] },
                dangling { media_type: "text/plain", digest: 'image.digest, size: 'image.size }
                descriptor: { annotations: { "of": 'image.digest } },
            }
            tag "app:2" => 'image,
            tag "app:sha256-" + 'image.hex + ".sig" => 'image,
        } {
            let image = Label::new("image", Manifest::new().reference("app:1").with(("a", "b")));
            let config = Config::new()
                .user(image.size())
                .env([Text::new("IMAGE=") + image.digest()])
                .labels([("size", image.size() + 1 + "x")])
                .history([History::new().comment(image.hex())]);
            let json = Value::map([("image", [Value::new(image.size()), Value::new(image.hex())])]);
            let dangling = Descriptor::new().media_type("text/plain").digest(image.digest()).size(image.size());
            Fixture::new()
                .with(&image)
                .with(
                    Manifest::new()
                        .annotations([("digest", image.digest()), ("text", Text::new("<") + image.hex() + ">")])
                        .with(config)
                        .with(Blob::new("text/plain", Content::new(Text::new("image ") + image.digest())))
                        .with(Blob::new("application/json", Content::json(json)))
                        .with(dangling)
                        .descriptor(Descriptor::new().annotations([("of", image.digest())])),
                )
                .with(Tag::new("app:2", &image))
                .with(Tag::new(Text::new("app:sha256-") + image.hex() + ".sig", &image))
        }),
        pair!("subject" {
            'image: manifest "app:1" { "c" => "d" }
            manifest { artifact_type: "text/plain", subject: 'image, }
            index { artifact_type: "text/plain", subject: 'image, }
        } {
            let image = Label::new("image", Manifest::new().reference("app:1").with(("c", "d")));
            Fixture::new()
                .with(&image)
                .with(Manifest::new().artifact_type("text/plain").subject(&image))
                .with(Index::new().artifact_type("text/plain").subject(&image))
        }),
    ]
}

fn flows() -> Vec<Pair> {
    let (some, none): (Option<&str>, Option<&str>) = (Some("some"), None);
    vec![
        pair!("for" {
            for number in 0..3 {
                manifest (format!("app:{number}")) {
                    for (path, content) in [("a", "b"), ("c", "d")] {
                        'layer: layer { (path) => content, for name in 0..number { (name) => "" } }
                        'layer
                    }
                }
            }
        } {
            let mut fixture = Fixture::new();
            for number in 0..3 {
                let mut manifest = Manifest::new().reference(format!("app:{number}"));
                for (path, content) in [("a", "b"), ("c", "d")] {
                    let mut layer = Layer::new().with((path, content));
                    for name in 0..number {
                        layer.push((name, ""));
                    }
                    let layer = Label::new("layer", layer);
                    manifest.push(&layer);
                    manifest.push(layer.again());
                }
                fixture.push(manifest);
            }
            fixture
        }),
        pair!("if" {
            linux/amd64 {
                if let Some(name) = some { (name) => "if let" }
                if let Some(name) = none { (name) => "none" } else { "none" => "else" }
                if let Some(name) = some && name.len() == 4 { "chain" => name }
                if none.is_some() { "x" => "y" } else if some.is_none() { "x" => "z" } else { "last" => "else" }
            }
            index {
                if some.is_some() { annotations: { "a": "b" } }
            }
        } Fixture::new()
            .with(
                Manifest::new()
                    .platform("linux/amd64")
                    .with(("some", "if let"))
                    .with(("none", "else"))
                    .with(("chain", "some"))
                    .with(("last", "else")),
            )
            .with(Index::new().annotations([("a", "b")]))),
        pair!("splice" {
            ..["a:1", "b:1"].map(|name| Manifest::new().reference(name)),
            linux/arm64 {
                layer { ..(0..2).map(|number| (number.to_string(), "content")), "last" => "" }
                layer { ..[Entry::directory("etc/"), Entry::fifo("etc/pipe")] }
            }
            index { ..some.iter().map(|_| Index::new()) }
        } Fixture::new()
            .with(Manifest::new().reference("a:1"))
            .with(Manifest::new().reference("b:1"))
            .with(
                Manifest::new()
                    .platform("linux/arm64")
                    .with(Layer::new().with(("0", "content")).with(("1", "content")).with(("last", "")))
                    .with(Layer::new().with(Entry::directory("etc/")).with(Entry::fifo("etc/pipe"))),
            )
            .with(Index::new().with(Index::new()))),
    ]
}

fn values() -> Vec<Pair> {
    let (key, value) = ("key", String::from("value"));
    let list = vec!["A=1".to_owned(), "B=2".to_owned()];
    let map = BTreeMap::from([("a", "b"), ("c", "d")]);
    let blocks = || (0..2).map(|number| History::new().comment(number));
    vec![
        pair!("values" {
            linux/amd64 {
                annotations: { (key): &value, "number": -5, "sum": 1 + 1 },
                config {
                    user: value.len(),
                    env: &list,
                    cmd: [key, &value, 7],
                    labels: &map,
                    history: blocks(),
                    descriptor: Descriptor::new().annotations(&map),
                }
            }
            manifest {
                artifact_type: "text/plain",
                subject: elsewhere(),
                config { history: [{ comment: "block" }, History::new().comment("value")] }
            }
        } Fixture::new()
            .with(
                Manifest::new()
                    .platform("linux/amd64")
                    .annotations([(key, Text::new(&value)), ("number", Text::new(-5)), ("sum", Text::new(2))])
                    .with(
                        Config::new()
                            .user(5)
                            .env(["A=1", "B=2"])
                            .cmd(["key", "value", "7"])
                            .labels([("a", "b"), ("c", "d")])
                            .history([History::new().comment(0), History::new().comment(1)])
                            .descriptor(Descriptor::new().annotations([("a", "b"), ("c", "d")])),
                    ),
            )
            .with(
                Manifest::new().artifact_type("text/plain").subject(elsewhere()).with(
                    Config::new()
                        .history([History::new().comment("block"), History::new().comment("value")]),
                ),
            )),
        pair!("json" {
            blob "application/json" => json {
                "null": null,
                "bool": true,
                "number": 9223372036854775808,
                "negative": -5,
                "float": 1e3,
                "text": "<&>",
                "list": [[], {}, key],
                "map": { (key): &value, "same": 1, "same": 2 },
                "value": &list,
            },
        } Fixture::new().with(Blob::new(
            "application/json",
            Content::json(Value::map([
                ("null", Value::null()),
                ("bool", Value::new(true)),
                ("number", Value::number("9223372036854775808")),
                ("negative", Value::new(-5)),
                ("float", Value::number("1e3")),
                ("text", Value::new("<&>")),
                (
                    "list",
                    Value::list([Value::list([0; 0]), Value::map([("", 0); 0]), Value::new("key")]),
                ),
                (
                    "map",
                    Value::map([("key", Value::new("value")), ("same", Value::new(1)), ("same", Value::new(2))]),
                ),
                ("value", Value::new(["A=1", "B=2"])),
            ])),
        ))),
    ]
}

const HEX: &str = "sha256:0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

/// A descriptor with nothing behind it.
fn elsewhere() -> Descriptor {
    Descriptor::new().media_type("text/plain").digest(HEX).size(12)
}

/// Whether the tokens have a name, and then this; spaces aside, which compilers do not print alike.
fn has(source: &str, name: &str, then: &str) -> bool {
    let without_texts: String = source.split('"').step_by(2).collect();
    let source = without_texts.split_whitespace().collect::<Vec<_>>().join(" ");
    let source = source.replace("# [", "#[").replace(" :", ":");
    let wanted = format!("{name}{then}");
    let is_part = |character: Option<char>| character.is_some_and(|c| c.is_alphanumeric() || c == '_');
    let mut rest = source.as_str();
    while let Some((before, after)) = rest.split_once(&wanted) {
        if !is_part(before.chars().next_back()) && (!then.is_empty() || !is_part(after.chars().next())) {
            return true;
        }
        rest = after;
    }
    false
}

/// The files below a directory, by their paths.
fn files(directory: &Path) -> BTreeMap<String, Vec<u8>> {
    let mut files = BTreeMap::new();
    for entry in fs::read_dir(directory).unwrap() {
        let entry = entry.unwrap();
        let name = entry.file_name().into_string().unwrap();
        if entry.file_type().unwrap().is_dir() {
            let below = self::files(&entry.path()).into_iter();
            files.extend(below.map(|(below, bytes)| (format!("{name}/{below}"), bytes)));
        } else {
            files.insert(name, fs::read(entry.path()).unwrap());
        }
    }
    files
}

/// The same to be read: layers as such.
fn text(files: &BTreeMap<String, Vec<u8>>) -> Vec<String> {
    let line = |(name, bytes): (&String, &Vec<u8>)| {
        let text = std::str::from_utf8(bytes).ok().filter(|text| text.starts_with('{'));
        format!("{name}: {}", text.unwrap_or("no document"))
    };
    files.iter().map(line).collect()
}
