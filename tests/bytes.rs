//! The bytes of a layout: which ones a declaration gives, always the same, and what is read back from them.
//!
//! The expected documents and digests are what a Go program writes with encoding/json, archive/tar and structs like
//! those of image-spec v1.1.1.

// clippy.toml lets `#[test]` functions do this; the helpers below are as much a part of the tests.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;
use std::path::Path;
use std::process::{Command, Stdio};
use std::{env, fs};

use oci_fixture::oci_spec::image::{
    Arch, ConfigBuilder, Descriptor, DescriptorBuilder, ImageConfiguration, ImageConfigurationBuilder,
    ImageIndex, ImageIndexBuilder, ImageManifest, ImageManifestBuilder, MediaType, Os, PlatformBuilder,
    RootFsBuilder, SCHEMA_VERSION,
};
use oci_fixture::platform::{arch, os, variant};
use oci_fixture::{
    Config, Content, Entry, ErrorKind, Fixture, Index, Layer, Manifest, Platform, Result, oci_image,
};
use sha2::{Digest, Sha256};
use tempfile::TempDir;

// Which bytes.

#[test]
fn the_first_example_has_the_bytes_that_go_writes() {
    let temp = TempDir::new().unwrap();
    two_platform(temp.path()).unwrap();
    assert_bytes(temp.path(), EXAMPLE_INDEX, &EXAMPLE_DOCUMENTS, &EXAMPLE_LAYERS);
}

#[test]
fn a_fixture_of_many_constructs_has_the_bytes_that_go_writes() {
    let layout = everything().tempdir().unwrap();
    assert_bytes(layout.path(), EVERYTHING_INDEX, &EVERYTHING_DOCUMENTS, &EVERYTHING_LAYERS);
}

#[test]
fn the_builder_gives_the_same_bytes_as_the_macro() {
    for (declared, built) in [(example(), example_built()), (everything(), everything_built())] {
        let (declared, built) = (declared.tempdir().unwrap(), built.tempdir().unwrap());
        assert_same(&files(declared.path()), &files(built.path()));
    }
}

/// The entries of a fixture are in the order of the declaration, whatever is in the layout before.
#[test]
fn a_fixture_has_the_same_blobs_beside_another() {
    let layout = everything().tempdir().unwrap();
    let everything = files(layout.path());
    example().write_to(layout.path()).unwrap();
    let mut expected = everything.clone();
    expected.extend(files(example().tempdir().unwrap().path()));
    let entry = |index: &str| {
        let list = one_line(index).split_once("\"manifests\":[").unwrap().1.to_owned();
        list.strip_suffix("]}").unwrap().to_owned()
    };
    let index = format!(
        r#"{{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[{},{}]}}"#,
        entry(EVERYTHING_INDEX),
        entry(EXAMPLE_INDEX)
    );
    expected.insert("index.json".to_owned(), index.into());
    assert_same(&files(layout.path()), &expected);
}

#[test]
fn a_tar_of_one_entry_has_the_digest_that_go_gives_it() {
    let long = format!("{}/{}", "a".repeat(120), "b".repeat(90));
    let cases = [
        (
            oci_image! { linux/amd64 { layer { "bash" => "layer1" } } },
            "319a4ffe3657636c627d4b0105d38fb73936b1233540d3468db5ef72ade574f0",
        ),
        (
            oci_image! { linux/amd64 { layer { "etc/" } } },
            "aae3c57242d66053f4687887040cec638b8144399a3713c4066f673165fabce1",
        ),
        (
            oci_image! { linux/amd64 { layer { (long) => "layer1" } } },
            "021a25a8b581a9d94342dde14e71f45d199c1183c9204ec3ddefcd978cae7ce8",
        ),
        (
            oci_image! { linux/amd64 { layer { } } },
            "5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef",
        ),
    ];
    for (fixture, hex) in cases {
        let layout = fixture.tempdir().unwrap();
        let layers = layout.platform("linux/amd64").unwrap().layers().unwrap();
        let hexes: Vec<_> = layers.iter().map(|layer| layer.digest().hex()).collect();
        assert_eq!(hexes, [hex]);
        assert_eq!(sha256(&layers[0].bytes().unwrap()), hex);
    }
}

/// Names in two fields, in a PAX header with a name of its own, and numbers that are too large for a field.
#[test]
fn a_tar_of_odd_names_and_numbers_has_the_digest_that_go_gives_it() {
    let cut_at_a_slash = format!("{}/{}", "a".repeat(86), "b".repeat(120));
    let directory = format!("{}/", "d".repeat(256));
    let long = format!("{}/{}", "a".repeat(120), "b".repeat(90));
    let file = |path: &str| Entry::file(path, "layer1");
    let cases = [
        (file("é"), "81d8a015188c637bc70216b45067643d696d23d55a18cc5cb1d47ef4b22276cb"),
        (Entry::directory("é/"), "6b74753759391159e356f5a264abf889c921f82a83b103f8e029eba0fb40ffef"),
        (file("dir/é/日"), "e1d6734e0824b448c81e0d4eda3a7703a91e0318e3c24d80487f002d8cd16cff"),
        (file(&cut_at_a_slash), "0cb006dd5781eef4bc282a0dd27214553d117891b045884fc379b88da896c196"),
        (Entry::directory(directory), "d32dfb6b5d7cb93ede3590c9d4c156486e65dcdd010bda5a0e0c268338b3c46e"),
        (
            file("d").uid(1 << 21).gid(1 << 21),
            "8bdd4f0b40dd6f7ad329a7cfae20c8b0c94df3a1bba481cd2e59cef31f328a06",
        ),
        (file("d").mtime(-1), "8e02636a5291f8b3a313502d45e1306fdbcbc3df3c9c1e8ee115723e0e2a1635"),
        // Alone the path would be split; beside a number in a PAX header it is there, too.
        (file(&long).uid(1 << 21), "9f04401d0ce00e28a79444dd14a603b030efa0b8c8527e39f8924b853ac0901a"),
    ];
    for (entry, hex) in cases {
        let layout = Fixture::new().with(Manifest::new().with(entry.clone())).tempdir().unwrap();
        let layers = layout.platform("linux/amd64").unwrap().layers().unwrap();
        assert_eq!(layers[0].digest().hex(), hex, "{entry:?}");
    }
}

#[test]
fn the_empty_fixture_lists_nothing() {
    let layout = Fixture::new().tempdir().unwrap();
    let index = r#"{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[]}"#;
    assert_bytes(layout.path(), index, &[], &[]);
}

/// What is empty is left out, as Go's `omitempty` does.
#[test]
fn empty_values_are_not_in_the_documents() {
    let none: [(&str, &str); 0] = [];
    let config =
        Config::new().user("").env([""; 0]).entrypoint([""; 0]).cmd([""; 0]).working_dir("").labels(none);
    let manifest = Manifest::new().annotations(none).with(config);
    let layout = Fixture::new().with(Index::new().annotations(none).with(manifest)).tempdir().unwrap();
    let index = &layout.nodes().unwrap()[0];
    let manifest = layout.platform("linux/amd64").unwrap();
    let config = &manifest.children().unwrap()[0];
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_owned()).unwrap();
    assert_eq!(
        text(&config.bytes().unwrap()),
        r#"{"architecture":"amd64","os":"linux","config":{},"rootfs":{"type":"layers","diff_ids":[]}}"#
    );
    assert_eq!(
        text(&manifest.bytes().unwrap()),
        format!(
            concat!(
                r#"{{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","#,
                r#""config":{{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"{}","size":90}},"#,
                r#""layers":[]}}"#
            ),
            config.digest()
        )
    );
    assert_eq!(
        text(&index.bytes().unwrap()),
        format!(
            concat!(
                r#"{{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":["#,
                r#"{{"mediaType":"application/vnd.oci.image.manifest.v1+json","digest":"{}","size":247,"#,
                r#""platform":{{"architecture":"amd64","os":"linux"}}}}]}}"#
            ),
            manifest.digest()
        )
    );
}

// Text in JSON.

#[test]
fn text_is_escaped_and_keys_are_sorted_as_go_does() {
    let pairs = || ODD.iter().rev().map(|(key, _, value, _)| (*key, *value));
    let map: Vec<_> = ODD.iter().map(|(_, key, _, value)| format!(r#""{key}":"{value}""#)).collect();
    let map = map.join(",");
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
    let config = [
        r#"{"architecture":"amd64","os":"linux","config":{"User":"\u003c\u0026\u003e","Env":["#,
        r#""HTML=\u003cb\u003e\u0026\u003c/b\u003e","LINES=\u2028\u2029","QUOTES=\"\\","#,
        &format!(r#""CONTROLS={CONTROLS_WRITTEN}","OTHER=é日😀"],"Entrypoint":["\u003c"],"#),
        r#""Cmd":["\u003e","\u0026"],"WorkingDir":"/\u2028","#,
        &format!(r#""Labels":{{{map}}}}},"rootfs":{{"type":"layers","diff_ids":[]}}}}"#),
    ]
    .concat();
    let manifest = [
        r#"{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","#,
        r#""config":{"mediaType":"application/vnd.oci.image.config.v1+json","#,
        r#""digest":"sha256:1120feb81079ecbb52db86f470ec4d7806b42529a6c982e95daf3a6b15b77f3d","size":1125},"#,
        &format!(r#""layers":[],"annotations":{{{map}}}}}"#),
    ]
    .concat();
    let index = [
        r#"{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":["#,
        r#"{"mediaType":"application/vnd.oci.image.manifest.v1+json","#,
        r#""digest":"sha256:85b4ef6682b8bda604640a6add77962b9bb8ae4ab30455de4af717d9bda7f78c","size":902,"#,
        r#""platform":{"architecture":"amd64","os":"linux"}}],"#,
        &format!(r#""annotations":{{{map}}}}}"#),
    ]
    .concat();
    let listed = concat!(
        r#"{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":["#,
        r#"{"mediaType":"application/vnd.oci.image.index.v1+json","#,
        r#""digest":"sha256:dfb375f23ef3b7afa99f735435019285b0a84f280c7cb3680fa414965d844e1a","size":942}]}"#
    );
    let documents = [
        ("dfb375f23ef3b7afa99f735435019285b0a84f280c7cb3680fa414965d844e1a", &*index),
        ("85b4ef6682b8bda604640a6add77962b9bb8ae4ab30455de4af717d9bda7f78c", &manifest),
        ("1120feb81079ecbb52db86f470ec4d7806b42529a6c982e95daf3a6b15b77f3d", &config),
    ];
    assert_bytes(fixture.tempdir().unwrap().path(), listed, &documents, &[]);
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

// Reading back, by other crates.

#[test]
fn the_typed_index_is_what_oci_spec_reads_from_index_json() {
    let temp = TempDir::new().unwrap();
    let index = two_platform(temp.path()).unwrap();
    assert_eq!(index, ImageIndex::from_file(temp.path().join("index.json")).unwrap());
    let names = [
        ("io.containerd.image.name".to_owned(), "docker.io/library/twoplatform:latest".to_owned()),
        ("org.opencontainers.image.ref.name".to_owned(), "latest".to_owned()),
    ];
    let entry = descriptor(MediaType::ImageIndex, EXAMPLE_DOCUMENTS[4].0, 491).annotations(names);
    let expected = ImageIndexBuilder::default()
        .schema_version(SCHEMA_VERSION)
        .media_type(MediaType::ImageIndex)
        .manifests([entry.build().unwrap()])
        .build();
    assert_eq!(index, expected.unwrap());

    let layout = everything().tempdir().unwrap();
    let index = layout.index().unwrap();
    assert_eq!(index, ImageIndex::from_file(layout.path().join("index.json")).unwrap());
    assert_eq!(index, serde_json::from_slice(&layout.index_bytes().unwrap()).unwrap());
}

#[test]
fn the_typed_documents_are_what_was_declared() {
    let layout = example().tempdir().unwrap();
    let root = layout.reference("twoplatform").unwrap();
    let platforms = [(Arch::Amd64, EXAMPLE_DOCUMENTS[1].0), (Arch::ARM64, EXAMPLE_DOCUMENTS[3].0)];
    let manifests = platforms.map(|(arch, hex)| {
        let platform = PlatformBuilder::default().os(Os::Linux).architecture(arch).build().unwrap();
        descriptor(MediaType::ImageManifest, hex, 397).platform(platform).build().unwrap()
    });
    let index = ImageIndexBuilder::default()
        .schema_version(SCHEMA_VERSION)
        .media_type(MediaType::ImageIndex)
        .manifests(manifests)
        .build();
    assert_eq!(root.index().unwrap(), index.unwrap());

    let node = layout.platform("linux/arm64").unwrap();
    let layer = descriptor(MediaType::ImageLayer, EXAMPLE_LAYERS[1], 2048).build().unwrap();
    let manifest = ImageManifestBuilder::default()
        .schema_version(SCHEMA_VERSION)
        .media_type(MediaType::ImageManifest)
        .config(descriptor(MediaType::ImageConfig, EXAMPLE_DOCUMENTS[2].0, 238).build().unwrap())
        .layers([layer])
        .build();
    assert_eq!(node.manifest().unwrap(), manifest.unwrap());

    let process = ConfigBuilder::default()
        .env(["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin".to_owned()])
        .build();
    let rootfs =
        RootFsBuilder::default().typ("layers").diff_ids([format!("sha256:{}", EXAMPLE_LAYERS[1])]).build();
    let config = ImageConfigurationBuilder::default()
        .os(Os::Linux)
        .architecture(Arch::ARM64)
        .config(process.unwrap())
        .rootfs(rootfs.unwrap())
        .build();
    assert_eq!(node.config().unwrap(), config.unwrap());
}

#[test]
fn every_digest_size_platform_and_diff_id_agrees() {
    for fixture in [example(), everything(), many(), Fixture::new()] {
        let layout = fixture.tempdir().unwrap();
        let stored: BTreeSet<String> = files(layout.path())
            .into_keys()
            .filter_map(|name| name.strip_prefix("blobs/sha256/").map(|hex| format!("sha256:{hex}")))
            .collect();
        assert_eq!(reached(layout.path()), stored);
    }
}

#[test]
fn the_tar_crate_reads_the_declared_entries() {
    let layout = everything().tempdir().unwrap();
    let node = layout.platform("linux/amd64").unwrap_err();
    assert_eq!(node.kind(), ErrorKind::Ambiguous);
    let layers = layout.reference("registry.example:5000/team/everything:1.0").unwrap();
    let layers = layers.platform("linux/amd64").unwrap().layers().unwrap();
    let base = [
        "5 etc/ 755 0:0 0 \"\"",
        "0 etc/passwd 600 1:2 1700000000 \"root:x:0:0::/root:/bin/sh\\n\"",
        "5 run/lock/ 1777 1000:1000 0 \"\"",
        "0 run/0 644 0:0 0 \"number 0\"",
        "5 run/even/0/ 755 0:0 0 \"\"",
        "0 run/1 644 0:0 0 \"number 1\"",
        "5 run/odd/1/ 755 0:0 0 \"\"",
        "0 run/2 644 0:0 0 \"number 2\"",
        "5 run/even/2/ 755 0:0 0 \"\"",
    ];
    // `tar` reads a uid and a gid from PAX records, but no time; Go writes 0 into the field then.
    let odd =
        ["0 é 644 0:0 0 \"\\0\\xff\"", "0 before 4755 2097152:4294967295 0 \"\"", "0 d 0 2097151:0 0 \"\""];
    let read: Vec<_> = layers.iter().map(|layer| entries(&layer.bytes().unwrap())).collect();
    assert_eq!(read, [base.to_vec(), odd.to_vec(), base.to_vec()]);
}

// Two hundred runs.

/// It runs itself in processes of their own, where this variable is set.
const CHILD: &str = "OCI_FIXTURE_BYTES_CHILD";

#[test]
fn two_hundred_processes_give_one_digest() {
    const MARK: &str = "the digest is ";
    if env::var_os(CHILD).is_some() {
        let layout = many().tempdir().unwrap();
        println!("\n{MARK}{}", sha256(&layout.index_bytes().unwrap()));
        return;
    }
    let program = env::current_exe().unwrap();
    let mut digests = BTreeMap::new();
    for _ in 0..25 {
        let children = [(); 8].map(|()| {
            let mut command = Command::new(&program);
            command.args(["--exact", "two_hundred_processes_give_one_digest", "--nocapture"]).env(CHILD, "1");
            command.stdin(Stdio::null()).stdout(Stdio::piped()).spawn().unwrap()
        });
        for child in children {
            let output = child.wait_with_output().unwrap();
            let output = String::from_utf8(output.stdout).unwrap();
            let digest = output.lines().find_map(|line| line.strip_prefix(MARK));
            *digests.entry(digest.unwrap_or(&output).to_owned()).or_insert(0) += 1;
        }
    }
    let digest = "325daa8c6eeea97c6437c8513c663e3aad4d54a8ed6af310bd71efeec7b2bbeb".to_owned();
    assert_eq!(digests, [(digest, 200)].into());
}

// What is refused.

#[test]
fn a_bad_reference_is_refused() {
    let hex = "0123456789abcdef".repeat(4);
    let is_id = format!(
        "repository name `{hex}` reads as an image's ID, being 64 hexadecimal digits; add a tag, such as `:latest`"
    );
    let long = "a".repeat(129);
    let too_long = format!("tag `{long}` is 129 bytes long; shorten it to 128");
    let cases: [(&str, &str); 11] = [
        ("", "reference is empty; write a name, such as `busybox:latest`"),
        ("Busybox", "repository name `Busybox` has upper-case letters; write `busybox`"),
        ("busybox:", "tag is empty; write one behind the `:`, or leave the `:` out"),
        (
            "busy box",
            "repository name `busy box` has ` `; use lower-case letters, digits, `.`, `_`, `-` and `/` alone",
        ),
        ("busybox:a b", "tag `a b` has ` `; use letters, digits, `_`, `.` and `-` alone"),
        (
            "busy\nbox\"",
            "repository name `busy\\nbox\\\"` has `\\n`; use lower-case letters, digits, `.`, `_`, `-` and `/` alone",
        ),
        (
            "https://quay.io/busybox",
            "reference `https://quay.io/busybox` starts with `https://`; leave that out",
        ),
        (
            "busybox@sha256:abc",
            "digest `sha256:abc` is too short: 3 digits; write all 64 hexadecimal digits of the sha256 hash",
        ),
        (
            "busybox@md5:abc",
            "digest `md5:abc` has the algorithm `md5`; write `sha256`, `sha384` or `sha512`, in lower case",
        ),
        (&hex, &is_id),
        (&format!("busybox:{long}"), &too_long),
    ];
    for (reference, problem) in cases {
        let place = format!("{reference:?}: {problem}");
        assert_refused(&oci_image! { index (reference) { } }, &format!("index {place}"));
        assert_refused(&oci_image! { manifest (reference) { } }, &format!("manifest {place}"));
        assert_refused(&oci_image! { config (reference) { } }, &format!("config {place}"));
    }
}

#[test]
fn a_bad_platform_is_refused() {
    let cases = [
        ("", "platform is empty; write one, such as `linux/amd64`"),
        ("linux", "platform `linux` is a single word; write `linux/amd64`"),
        ("linux/", "platform's architecture is empty; write one, as `amd64` in `linux/amd64`"),
        ("/amd64", "platform's operating system is empty; write one, as `linux` in `linux/amd64`"),
        (
            "linux/amd64/v1/x",
            "platform `linux/amd64/v1/x` has 4 parts; write at most three, as in `linux/arm/v7`",
        ),
        (
            "linux/amd 64",
            "platform's architecture `amd 64` has ` `; use letters, digits and `_.-` alone, as `amd64` in `linux/amd64`",
        ),
        (
            "windows(10/amd64",
            "platform's operating system `windows(10` does not end its `(` with a `)`; write `os(version)`, and `%2F` for a `/` in it",
        ),
        (
            "windows(10+)/amd64",
            "platform's os feature is empty; write one behind each `+`, or leave the `+` out",
        ),
    ];
    for (platform, problem) in cases {
        assert_refused(&oci_image! { (platform) { "a" => "" } }, &format!("manifest 1: {problem}"));
        assert_refused(
            &oci_image! { index "app:1" { linux/amd64 { } (platform) { } } },
            // What stands before is a manifest too, which is called by its platform.
            &format!("index \"app:1\" > manifest 2: {problem}"),
        );
        assert_refused(&oci_image! { config "c" (platform) { } }, &format!("config \"c\": {problem}"));
    }
}

#[test]
fn a_bad_path_is_refused() {
    let files = [
        ("", "path is empty; write a name, such as `etc/passwd`"),
        ("/etc/passwd", "path `/etc/passwd` starts with `/`; write `etc/passwd`"),
        ("a/../b", "path `a/../b` has the component `..`; write `b`"),
        ("..", "path `..` has the component `..`; write a name, such as `etc/passwd`"),
        ("./a", "path `./a` has the component `.`; write `a`"),
        ("a//b", "path `a//b` has an empty component; write `a/b`"),
        ("a\0b", "path `a\\0b` has a NUL, which ends a name in a tar header; write `ab`"),
        (
            "etc/.wh.passwd",
            "path `etc/.wh.passwd` has the component `.wh.passwd`, which only `whiteout` makes; write `etc/passwd`",
        ),
        (
            "etc/.wh..wh..opq",
            "path `etc/.wh..wh..opq` has the component `.wh..wh..opq`, which only `opaque` makes; write `etc`",
        ),
        ("a/", "path `a/` ends with `/`, as only a directory's does; write `a`"),
    ];
    for (path, problem) in files {
        let fixture = oci_image! { linux/arm64 { "good" => "", (path) => "" } };
        assert_refused(&fixture, &format!("linux/arm64 > {path:?}: {problem}"));
    }
    let directories = [
        ("", "path is empty; write a name, such as `etc/`"),
        ("/", "path `/` starts with `/`; write a name, such as `etc/`"),
        ("etc", "path `etc` does not end with `/`, as a directory's does; write `etc/`"),
        ("etc//", "path `etc//` has an empty component; write `etc/`"),
        ("../etc/", "path `../etc/` has the component `..`; write `etc/`"),
    ];
    for (path, problem) in directories {
        let fixture = oci_image! { index "app:1" { linux/arm/v7 { layer { } layer { "good/", (path) } } } };
        assert_refused(&fixture, &format!("index \"app:1\" > linux/arm/v7 > layer 2 > {path:?}: {problem}"));
    }
}

#[test]
fn a_path_that_is_twice_in_a_layer_is_refused() {
    const PROBLEM: &str = "this path is twice in the layer; remove one of the two entries";
    for paths in [["a", "a"], ["a", "a/"], ["a/", "a"], ["a/", "a/"]] {
        let mut layer = Layer::new();
        for path in paths {
            layer.push(if path == "a" { Entry::file(path, path) } else { Entry::directory(path) });
        }
        let fixture = Fixture::new().with(Manifest::new().reference("app").with(layer));
        assert_refused(&fixture, &format!("manifest \"app\" > layer 1 > {:?}: {PROBLEM}", paths[1]));
    }
    // Another layer may have it again.
    oci_image! { linux/amd64 { layer { "a" => "" } layer { "a/" } } }.tempdir().unwrap();
}

#[test]
fn a_mode_with_more_than_permission_bits_is_refused() {
    let modes = [(0o10_000, "0o10000"), (0o100_644, "0o100644"), (u32::MAX, "0o37777777777")];
    for (mode, written) in modes {
        let fixture = oci_image! { linux/amd64 { #[mode = mode] "a" => "" } };
        let problem = format!(
            "mode `{written}` has bits above `0o7777`; write the permission bits alone, such as `0o644`"
        );
        assert_refused(&fixture, &format!("linux/amd64 > \"a\": {problem}"));
    }
}

#[test]
fn a_platform_that_is_twice_in_an_index_is_refused() {
    let problem = |platform| {
        format!("two manifests of the index are for `{platform}`; remove one, or give it another platform")
    };
    let (amd64, windows) = ("linux/amd64", "windows(10.0.17763)/amd64");
    assert_refused(
        &oci_image! { index "app:1" { manifest { } (amd64) { } } },
        &format!("index \"app:1\": {}", problem(amd64)),
    );
    assert_refused(
        &oci_image! { index { } index { (windows) { } linux/amd64 { } (windows) { } } },
        &format!("index 2: {}", problem(windows)),
    );
    // These are no two for one machine.
    let fixture = oci_image! {
        index {
            linux/arm { } linux/arm/v6 { } linux/arm/v7 { }
            "windows(10.0.17763)/amd64" { } "windows(10.0.20348)/amd64" { } windows/amd64 { }
            unknown/unknown { } unknown/unknown { }
        }
        linux/arm { }
        linux/arm { }
    };
    fixture.tempdir().unwrap();
}

#[test]
fn a_reference_that_is_twice_at_the_top_level_is_refused() {
    let (short, long) = ("app", "docker.io/library/app:latest");
    let fixture = oci_image! { index (short) { } manifest (long) { } };
    assert_refused(
        &fixture,
        concat!(
            "manifest \"docker.io/library/app:latest\": two entries of index.json have the reference ",
            "`docker.io/library/app:latest`; give each its own"
        ),
    );
}

#[test]
fn a_reference_below_the_top_level_is_refused() {
    const PROBLEM: &str =
        "only an entry of index.json has a reference; remove it, or move the node to the top level";
    let named = Manifest::new().reference("app:1").platform("linux/s390x");
    let fixture = Fixture::new()
        .with(Index::new().with(Index::new().with(Manifest::new().platform("linux/386")).with(named)));
    assert_refused(&fixture, &format!("index 1 > index 1 > manifest \"app:1\": {PROBLEM}"));
    let fixture = Fixture::new().with(Index::new().reference("a").with(Index::new().reference("b")));
    assert_refused(&fixture, &format!("index \"a\" > index \"b\": {PROBLEM}"));
    let fixture = Fixture::new().with(Manifest::new().with(Config::new().reference("c")));
    assert_refused(&fixture, &format!("linux/amd64 > config \"c\": {PROBLEM}"));
}

#[test]
fn a_reference_with_the_digest_of_something_else_is_refused() {
    let hex = "ab".repeat(32);
    assert_refused(
        &oci_image! { manifest (format!("app:1@sha256:{hex}")) { "bash" => "layer1" } },
        &format!(
            "manifest \"app:1@sha256:{hex}\": the reference has the digest `sha256:{hex}`, but the node's is \
             `sha256:{}`; write that, or none",
            EXAMPLE_DOCUMENTS[1].0
        ),
    );
}

#[test]
fn what_does_not_fit_in_a_manifest_is_refused() {
    assert_refused(
        &oci_image! { index { linux/arm64 { for _ in 0..2 { config { } } } } },
        "index 1 > linux/arm64: a manifest has one config; remove the others",
    );
    let configs = Manifest::new().with(Config::new()).with(Config::new().user("root"));
    assert_refused(
        &Fixture::new().with(configs),
        "linux/amd64: a manifest has one config; remove the others",
    );
    let beside = "linux/amd64: entries stand beside layers; put them into a layer of their own";
    assert_refused(&Fixture::new().with(Manifest::new().with(Layer::new()).with(("a", ""))), beside);
    assert_refused(&Fixture::new().with(Manifest::new().with(("a", "")).with(Layer::new())), beside);
    assert_refused(
        &Fixture::new().with(Manifest::new().reference("app:1").with(Config::new().platform("linux/amd64"))),
        concat!(
            "manifest \"app:1\" > config 1: a config has the platform of its manifest; say the platform there, and ",
            "remove it here"
        ),
    );
}

#[test]
fn a_key_that_is_given_twice_is_refused() {
    let (key, odd) = ("key", "k\u{e9}\"\n\u{202e}");
    assert_refused(
        &oci_image! { index "app:1" { annotations: { "a": 1, (key): 2, "b": 3, "key": 4 } } },
        "index \"app:1\": the annotation `key` is given twice; remove one of the two",
    );
    assert_refused(
        &oci_image! { index { linux/arm64 { annotations: { (odd): "", (odd): "" } } } },
        "index 1 > linux/arm64: the annotation `k\u{e9}\\\"\\n\\u{202e}` is given twice; remove one of the two",
    );
    assert_refused(
        &oci_image! { linux/arm64 { config { labels: { "": 1, (String::new()): 1 } } } },
        "linux/arm64 > config 1: the label `` is given twice; remove one of the two",
    );
    // Both calls add to the same list.
    let fixture = Fixture::new().with(Config::new().labels([("a", "1")]).labels([("a", "1")]));
    assert_refused(&fixture, "config 1: the label `a` is given twice; remove one of the two");
}

#[test]
fn indexes_that_stand_in_one_another_too_deep_are_refused() {
    let nested = |depth| {
        let mut index = Index::new().with(Manifest::new().platform("linux/riscv64").with(("bash", "layer1")));
        for _ in 1..depth {
            index = Index::new().with(index);
        }
        Fixture::new().with(index)
    };
    let problem = "more than 256 nodes stand in one another, or mention one another; remove some";
    // A manifest and its layer stand in the innermost index.
    for depth in [255, 300, 100_000] {
        assert_refused(&nested(depth), &format!("index 1: {problem}"));
    }
    let layout = nested(254).tempdir().unwrap();
    let layers = layout.platform("linux/riscv64").unwrap().layers().unwrap();
    assert_eq!(layers[0].digest().hex(), EXAMPLE_LAYERS[0]);
    assert_eq!(layout.blobs().unwrap().count(), 254 + 3);
    let tree = layout.to_string();
    assert_eq!((tree.lines().count(), tree.matches("\u{2500} index ").count()), (1 + 254 + 3 + 1, 254));
}

#[test]
fn a_fixture_with_an_error_changes_nothing_in_a_layout() {
    let layout = everything().tempdir().unwrap();
    let before = files(layout.path());
    let bad = [
        oci_image! { linux/amd64 { (String::from("/")) } },
        oci_image! { index (String::from("A")) { linux/amd64 { "new" => "new" } } },
        oci_image! { manifest (format!("app@sha256:{}", "0".repeat(64))) { "new" => "new" } },
    ];
    for fixture in bad {
        assert_eq!(fixture.write_to(layout.path()).unwrap_err().kind(), ErrorKind::Declaration);
        assert_same(&files(layout.path()), &before);
    }
}

// The layout.

#[test]
fn a_reference_finds_its_node() {
    let layout = everything().tempdir().unwrap();
    let hexes = |references: &[&str]| {
        let nodes = references.iter().map(|reference| layout.reference(reference).unwrap());
        nodes.map(|node| node.digest().hex().to_owned()).collect::<BTreeSet<_>>()
    };
    assert_eq!(
        hexes(&["me/app:3", "docker.io/me/app:3", "index.docker.io/me/app:3"]),
        [APP.to_owned()].into()
    );
    assert_eq!(hexes(&["config", "config:latest", "docker.io/library/config"]), [CONFIG.to_owned()].into());
    assert_eq!(hexes(&[&format!("plain@sha256:{PLAIN}")]), [PLAIN.to_owned()].into());
    let error = |reference| {
        let error = layout.reference(reference).unwrap_err();
        (error.kind(), error.place().to_owned(), error.to_string())
    };
    assert_eq!(
        error("me/app"),
        (
            ErrorKind::NotFound,
            String::new(),
            format!(
                "the layout has no `docker.io/me/app:latest`; it has \
                 `registry.example:5000/team/everything:1.0`, `docker.io/me/app:3`, \
                 `docker.io/library/config:latest`, `docker.io/library/plain@sha256:{PLAIN}`"
            )
        )
    );
    let problem = "repository name `App` has upper-case letters; write `app`".to_owned();
    assert_eq!(error("App"), (ErrorKind::NotFound, String::new(), problem));
    let unnamed = oci_image! { linux/amd64 { } }.tempdir().unwrap();
    assert_eq!(
        unnamed.reference("a").unwrap_err().to_string(),
        "the layout has no `docker.io/library/a:latest`; it has none"
    );
}

#[test]
fn a_platform_finds_its_manifest() {
    let layout = everything().tempdir().unwrap();
    let hex = |platform: &str| layout.platform(platform).unwrap().digest().hex().to_owned();
    assert_eq!(hex("linux/arm/v7"), APP);
    assert_eq!(hex("linux/386"), EVERYTHING_DOCUMENTS[2].0);
    assert_eq!(hex("linux/arm64/v8"), EVERYTHING_DOCUMENTS[7].0);
    for platform in ["windows/amd64", "windows(10.0.17763)/amd64", "windows(+win32k)/amd64"] {
        assert_eq!(hex(platform), EVERYTHING_DOCUMENTS[9].0, "{platform}");
    }
    let platform = Platform::new(os::linux, arch::arm64).with_variant(variant::v8);
    assert_eq!(layout.platform(platform).unwrap().digest().hex(), EVERYTHING_DOCUMENTS[7].0);

    let error = |platform: &str| {
        let error = layout.platform(platform).unwrap_err();
        (error.kind(), error.place().to_owned(), error.to_string())
    };
    // The config for linux/riscv64 is no manifest; two entries name the same manifest for linux/amd64.
    let there = concat!(
        "there is `linux/386`, `linux/amd64`, `linux/arm/v7`, `linux/arm64/v8`, `unknown/unknown`, ",
        "`windows(10.0.17763+win32k)/amd64`"
    );
    for platform in
        ["linux/riscv64", "linux/arm64", "windows(10.0.20348)/amd64", "windows(10.0.17763+other)/amd64"]
    {
        let problem = format!("there is no manifest for `{platform}`; {there}");
        assert_eq!(error(platform), (ErrorKind::NotFound, String::new(), problem));
    }
    for platform in ["linux/amd64", "unknown/unknown"] {
        let problem =
            format!("several manifests are for `{platform}`; choose the image first, by its reference");
        assert_eq!(error(platform), (ErrorKind::Ambiguous, String::new(), problem));
    }
    let one = layout.reference("registry.example:5000/team/everything:1.0").unwrap();
    assert_eq!(one.platform("linux/amd64").unwrap().digest().hex(), EVERYTHING_DOCUMENTS[5].0);
    assert_eq!(error("linux").2, "platform `linux` is a single word; write `linux/amd64`");
    let empty = Fixture::new().tempdir().unwrap();
    assert_eq!(
        empty.platform("linux/amd64").unwrap_err().to_string(),
        "there is no manifest for `linux/amd64`; there is none"
    );
}

#[test]
fn a_digest_finds_its_blob() {
    let layout = example().tempdir().unwrap();
    let hex = EXAMPLE_DOCUMENTS[0].0;
    let bytes = one_line(EXAMPLE_DOCUMENTS[0].1).into_bytes();
    assert_eq!(*layout.blob(format!("sha256:{hex}")).unwrap(), bytes);
    let node = layout.platform("linux/amd64").unwrap().children().unwrap().remove(0);
    assert_eq!(*layout.blob(node.digest()).unwrap(), bytes);
    assert_eq!(*layout.blob(node.descriptor().digest()).unwrap(), bytes);
    assert_eq!(node.path(), layout.path().join("blobs/sha256").join(hex));

    let zeros = "0".repeat(64);
    let error = layout.blob(format!("sha256:{zeros}")).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::NotFound);
    assert_eq!(error.to_string(), format!("the layout has no blob `sha256:{zeros}`"));
    let error = layout.blob("sha256:../../index.json").unwrap_err();
    assert_eq!(
        (error.kind(), error.to_string()),
        (
            ErrorKind::NotFound,
            "digest `sha256:../../index.json` has `.` in its hash; use `0` to `9` and `a` to `f` alone"
                .to_owned()
        )
    );
}

#[test]
fn all_blobs_are_listed_by_digest() {
    let layout = everything().tempdir().unwrap();
    let blobs = layout.blobs().unwrap();
    assert_eq!(blobs.size_hint(), (27, Some(27)));
    let blobs: Vec<_> = blobs
        .map(|blob| {
            let (digest, bytes) = blob.unwrap();
            (format!("blobs/sha256/{}", digest.hex()), bytes.into_owned())
        })
        .collect();
    let mut stored = files(layout.path());
    stored.retain(|name, _| name.starts_with("blobs/"));
    assert_eq!(blobs, stored.into_iter().collect::<Vec<_>>());
}

#[test]
fn a_layout_is_drawn_as_a_tree() {
    let layout = example().tempdir().unwrap();
    assert_eq!(layout.to_string(), SHORT_TREE);
    assert_eq!(format!("{layout:#}"), FULL_TREE);
    assert_eq!(Fixture::new().tempdir().unwrap().to_string(), "index.json");
}

#[test]
fn a_fixture_of_many_constructs_is_drawn_as_a_tree() {
    let layout = everything().tempdir().unwrap();
    assert_eq!(layout.to_string(), EVERYTHING_TREE);
}

// What is declared.

fn two_platform(dir: &Path) -> Result<ImageIndex> {
    oci_image! {
        index "twoplatform:latest" {
            linux/amd64 { "bash" => "layer1" }
            linux/arm64 { "bash" => "layer2" }
        }
    }
    .write_to(dir)?
    .index()
}

fn example() -> Fixture {
    oci_image! {
        index "twoplatform:latest" {
            linux/amd64 { "bash" => "layer1" }
            linux/arm64 { "bash" => "layer2" }
        }
    }
}

fn example_built() -> Fixture {
    Fixture::new().with(
        Index::new()
            .reference("twoplatform:latest")
            .with(Manifest::new().platform("linux/amd64").with(("bash", "layer1")))
            .with(Manifest::new().platform("linux/arm64").with(("bash", "layer2"))),
    )
}

/// Nodes, entries, fields, attributes and flow, with literals and with expressions. Its digests are those that Go gives,
/// so a construct that comes later gets a fixture of its own.
fn everything() -> Fixture {
    let version = 3;
    let arm64 = Platform::new(os::linux, arch::arm64).with_variant(variant::v8);
    let user = format!("{0}:{0}", 1000);
    let level = ["LEVEL", "3"].join("=");
    let levels = [("level", version)];
    oci_image! {
        index "registry.example:5000/team/everything:1.0" {
            annotations: { "title": "everything", "version": 3, "Zulu": 1, ("alpha"): 1 + 1 }
            index {
                if version > 2 { annotations: { "level": "2" } } else { annotations: { "level": "0" } }
                index { annotations: levels }
                linux/386 { "empty" => "" }
            }
            manifest linux/amd64 {
                annotations: {
                    "é": "last",
                    "a": "lower case after",
                    "Z": "upper case first",
                    "version": version,
                }
                for odd in [false, true, false] {
                    if odd {
                        layer {
                            "é" => [0, 0xff],
                            #[mode = 0o4755] #[uid = 2_097_152] #[gid = u64::from(u32::MAX)] #[mtime = -1]
                            "before" => Vec::new(),
                            #[mode = 0o0] #[uid = 2_097_151] #[mtime = 1 << 33] "d" => Content::new(""),
                        }
                    } else {
                        layer {
                            "etc/",
                            #[mode = 0o600] #[uid = 1] #[gid = 2] #[mtime = 1_700_000_000]
                            "etc/passwd" => "root:x:0:0::/root:/bin/sh\n",
                            #[mode = 0o1777] #[uid = 1000] #[gid = 1000] "run/lock/",
                            for number in 0..version {
                                (format!("run/{number}")) => format!("number {number}"),
                                if number % 2 == 0 {
                                    (format!("run/even/{number}/"))
                                } else if let Some(odd) = Some(number) {
                                    (format!("run/odd/{odd}/"))
                                } else {
                                    "never" => "",
                                }
                            }
                        }
                    }
                }
                config {
                    user: user,
                    env: ["PATH=/bin", "LANG=C", level],
                    entrypoint: ["/bin/sh", "-c"],
                    cmd: vec!["exit 0"],
                    working_dir: "/srv",
                    labels: { "b": 2, "A": 1, "version": (version), "é": 4 },
                }
            }
            (arm64) { config { } }
            "windows(10.0.17763+win32k)/amd64" { "Files/" }
            unknown/unknown { annotations: { "vnd.docker.reference.type": "attestation-manifest" } layer { } }
            unknown/unknown { }
        }
        manifest (format!("me/app:{version}")) linux/arm/v7 { #[mode = 0o755] "bin/app" => b"#!" }
        config "config" linux/riscv64 { cmd: ["true"] }
        manifest (format!("plain@sha256:{PLAIN}")) { "bash" => "layer1" }
        linux/amd64 { "bash" => String::from("layer1") }
    }
}

fn everything_built() -> Fixture {
    let inner = Index::new().annotations([("level", 3)]);
    let nested = Index::new()
        .annotations([("level", "2")])
        .with(inner)
        .with(Manifest::new().platform("linux/386").with(("empty", "")));
    let base = || {
        Layer::new()
            .with(Entry::directory("etc/"))
            .with(
                Entry::file("etc/passwd", "root:x:0:0::/root:/bin/sh\n")
                    .mode(0o600)
                    .uid(1)
                    .gid(2)
                    .mtime(1_700_000_000),
            )
            .with(Entry::directory("run/lock/").mode(0o1777).uid(1000).gid(1000))
            .with(("run/0", "number 0"))
            .with(Entry::directory("run/even/0/"))
            .with(("run/1", "number 1"))
            .with(Entry::directory("run/odd/1/"))
            .with(("run/2", "number 2"))
            .with(Entry::directory("run/even/2/"))
    };
    let odd = Layer::new()
        .with(("é", b"\0\xff"))
        .with(Entry::file("before", "").mode(0o4755).uid(2_097_152).gid(4_294_967_295).mtime(-1))
        .with(Entry::file("d", "").mode(0).uid(2_097_151).mtime(8_589_934_592));
    let config = Config::new()
        .labels([("version", "3"), ("é", "4")])
        .labels([("A", 1), ("b", 2)])
        .working_dir("/srv")
        .cmd(["exit 0"])
        .entrypoint(["/bin/sh"])
        .entrypoint(["-c"])
        .env(["PATH=/bin", "LANG=C", "LEVEL=3"])
        .user("1000:1000");
    let amd64 = Manifest::new()
        .with(config)
        .with(base())
        .with(odd)
        .with(base())
        .annotations([("a", "lower case after"), ("version", "3")])
        .annotations([("Z", "upper case first"), ("é", "last")]);
    let unknown = || Manifest::new().platform("unknown/unknown");
    let everything = Index::new()
        .annotations([("Zulu", "1"), ("alpha", "2"), ("title", "everything"), ("version", "3")])
        .with(nested)
        .with(amd64)
        .with(Manifest::new().platform("linux/arm64/v8").with(Config::new()))
        .with(Manifest::new().platform("windows(10.0.17763+win32k)/amd64").with(Entry::directory("Files/")))
        .with(
            unknown().annotations([("vnd.docker.reference.type", "attestation-manifest")]).with(Layer::new()),
        )
        .with(unknown())
        .reference("registry.example:5000/team/everything:1.0");
    let plain = Manifest::new().with(("bash", "layer1"));
    Fixture::new()
        .with(everything)
        .with(
            Manifest::new()
                .reference("me/app:3")
                .platform("linux/arm/v7")
                .with(Entry::file("bin/app", "#!").mode(0o755)),
        )
        .with(Config::new().reference("config").platform("linux/riscv64").cmd(["true"]))
        .with(plain.clone().reference(format!("plain@sha256:{PLAIN}")))
        .with(plain)
}

/// Annotations and labels with so many keys that a map in no order would not write them twice alike.
fn many() -> Fixture {
    let pairs =
        || (0..200).map(|number| (format!("org.example.key-{number}"), format!("value {}", number * number)));
    oci_image! {
        index "many" {
            annotations: pairs(),
            for arch in ["amd64", "arm64", "s390x"] {
                (Platform::new(os::linux, arch)) {
                    annotations: pairs(),
                    config { labels: pairs() }
                    layer { "bin/", #[mode = 0o755] (format!("bin/{arch}")) => arch }
                }
            }
        }
    }
}

// What Go writes.

const EXAMPLE_INDEX: &str = r#"{
    "schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json",
    "manifests":[
        {
            "mediaType":"application/vnd.oci.image.index.v1+json",
            "digest":"sha256:4f4cfc34724a5ff3b40debe4914559183a82fa34e8c1f52a8e86874660cc8240","size":491,
            "annotations":{
                "io.containerd.image.name":"docker.io/library/twoplatform:latest",
                "org.opencontainers.image.ref.name":"latest"
            }
        }
    ]
}"#;

const EXAMPLE_DOCUMENTS: [(&str, &str); 5] = [
    (
        "2bac61bcd904ec64209fa346bd3f6cfd2e47e8af51ebc411d3660cfeaeadfc26",
        r#"{
            "architecture":"amd64","os":"linux",
            "config":{"Env":["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"]},
            "rootfs":{
                "type":"layers",
                "diff_ids":["sha256:319a4ffe3657636c627d4b0105d38fb73936b1233540d3468db5ef72ade574f0"]
            }
        }"#,
    ),
    (
        "2935902a74c8475bd83bb46dbfe54a726377358e2b94fb73b863b35dbbe673cb",
        r#"{
            "schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json",
            "config":{
                "mediaType":"application/vnd.oci.image.config.v1+json",
                "digest":"sha256:2bac61bcd904ec64209fa346bd3f6cfd2e47e8af51ebc411d3660cfeaeadfc26","size":238
            },
            "layers":[
                {
                    "mediaType":"application/vnd.oci.image.layer.v1.tar",
                    "digest":"sha256:319a4ffe3657636c627d4b0105d38fb73936b1233540d3468db5ef72ade574f0",
                    "size":2048
                }
            ]
        }"#,
    ),
    (
        "466a044058a4b3efe4612bf49d825d0c688ecd715709d31ce32dd857def3d404",
        r#"{
            "architecture":"arm64","os":"linux",
            "config":{"Env":["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"]},
            "rootfs":{
                "type":"layers",
                "diff_ids":["sha256:296d0b23333fc0457dc589a4534001fcb5eab7d5fe0211cff6cec81c8dcf5e59"]
            }
        }"#,
    ),
    (
        "3e7354ca8ed8a7c57e6249b35739acb9312d4a5fd188478034bd2a54369c1fe7",
        r#"{
            "schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json",
            "config":{
                "mediaType":"application/vnd.oci.image.config.v1+json",
                "digest":"sha256:466a044058a4b3efe4612bf49d825d0c688ecd715709d31ce32dd857def3d404","size":238
            },
            "layers":[
                {
                    "mediaType":"application/vnd.oci.image.layer.v1.tar",
                    "digest":"sha256:296d0b23333fc0457dc589a4534001fcb5eab7d5fe0211cff6cec81c8dcf5e59",
                    "size":2048
                }
            ]
        }"#,
    ),
    (
        "4f4cfc34724a5ff3b40debe4914559183a82fa34e8c1f52a8e86874660cc8240",
        r#"{
            "schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json",
            "manifests":[
                {
                    "mediaType":"application/vnd.oci.image.manifest.v1+json",
                    "digest":"sha256:2935902a74c8475bd83bb46dbfe54a726377358e2b94fb73b863b35dbbe673cb",
                    "size":397,"platform":{"architecture":"amd64","os":"linux"}
                },
                {
                    "mediaType":"application/vnd.oci.image.manifest.v1+json",
                    "digest":"sha256:3e7354ca8ed8a7c57e6249b35739acb9312d4a5fd188478034bd2a54369c1fe7",
                    "size":397,"platform":{"architecture":"arm64","os":"linux"}
                }
            ]
        }"#,
    ),
];

const EXAMPLE_LAYERS: [&str; 2] = [
    "319a4ffe3657636c627d4b0105d38fb73936b1233540d3468db5ef72ade574f0",
    "296d0b23333fc0457dc589a4534001fcb5eab7d5fe0211cff6cec81c8dcf5e59",
];

const EVERYTHING_INDEX: &str = r#"{
    "schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json",
    "manifests":[
        {
            "mediaType":"application/vnd.oci.image.index.v1+json",
            "digest":"sha256:85332d890445cfacd0ca3f4bde44e804d18761f98e1553478cdd17b843a8ffad","size":1397,
            "annotations":{
                "io.containerd.image.name":"registry.example:5000/team/everything:1.0",
                "org.opencontainers.image.ref.name":"1.0"
            }
        },
        {
            "mediaType":"application/vnd.oci.image.manifest.v1+json",
            "digest":"sha256:43089249c506a269d5b6818ca897f8c56cd92d228227577ef4501378733a79ad","size":397,
            "annotations":{"io.containerd.image.name":"docker.io/me/app:3","org.opencontainers.image.ref.name":"3"}
        },
        {
            "mediaType":"application/vnd.oci.image.config.v1+json",
            "digest":"sha256:3428db63ea80c4f9c698f4bd6bc65be3646d566416d4de531e3e5360486f9b8c","size":106,
            "annotations":{
                "io.containerd.image.name":"docker.io/library/config:latest",
                "org.opencontainers.image.ref.name":"latest"
            }
        },
        {
            "mediaType":"application/vnd.oci.image.manifest.v1+json",
            "digest":"sha256:2935902a74c8475bd83bb46dbfe54a726377358e2b94fb73b863b35dbbe673cb","size":397,
            "annotations":{
                "io.containerd.image.name":"docker.io/library/plain@sha256:2935902a74c8475bd83bb46dbfe54a726377358e2b94fb73b863b35dbbe673cb"
            }
        },
        {
            "mediaType":"application/vnd.oci.image.manifest.v1+json",
            "digest":"sha256:2935902a74c8475bd83bb46dbfe54a726377358e2b94fb73b863b35dbbe673cb","size":397
        }
    ]
}"#;

const EVERYTHING_DOCUMENTS: [(&str, &str); 20] = [
    (
        "182873534afe7914f00eb9428d4e2144988648105e10e13a328b1665f9da9b72",
        r#"{
            "schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[],
            "annotations":{"level":"3"}
        }"#,
    ),
    (
        "a83448582bf758a5b027aedd0e5f194c46a106f6f333d35d20579d6a9adf0282",
        r#"{
            "architecture":"386","os":"linux",
            "config":{"Env":["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"]},
            "rootfs":{
                "type":"layers",
                "diff_ids":["sha256:30035e2c75862c634cfa3e1b9ceec1444e935f1d0278c86f1bd85ca5b9944a0f"]
            }
        }"#,
    ),
    (
        "be3d4408fcd97e23ff43f7365dfeb50e5879440352a840e54b7c51f4d871fc13",
        r#"{
            "schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json",
            "config":{
                "mediaType":"application/vnd.oci.image.config.v1+json",
                "digest":"sha256:a83448582bf758a5b027aedd0e5f194c46a106f6f333d35d20579d6a9adf0282","size":236
            },
            "layers":[
                {
                    "mediaType":"application/vnd.oci.image.layer.v1.tar",
                    "digest":"sha256:30035e2c75862c634cfa3e1b9ceec1444e935f1d0278c86f1bd85ca5b9944a0f",
                    "size":1536
                }
            ]
        }"#,
    ),
    (
        "9698c7e2742e132c3f9593bf835e2da21fd51627fe013ce0580fe3f133fc9b61",
        r#"{
            "schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json",
            "manifests":[
                {
                    "mediaType":"application/vnd.oci.image.index.v1+json",
                    "digest":"sha256:182873534afe7914f00eb9428d4e2144988648105e10e13a328b1665f9da9b72",
                    "size":116
                },
                {
                    "mediaType":"application/vnd.oci.image.manifest.v1+json",
                    "digest":"sha256:be3d4408fcd97e23ff43f7365dfeb50e5879440352a840e54b7c51f4d871fc13",
                    "size":397,"platform":{"architecture":"386","os":"linux"}
                }
            ],
            "annotations":{"level":"2"}
        }"#,
    ),
    (
        "41368fa6f9bcea2b0f2b4bcaf4a17c53b61ba87d2f069b47230e4da67b59734d",
        r#"{
            "architecture":"amd64","os":"linux",
            "config":{
                "User":"1000:1000","Env":["PATH=/bin","LANG=C","LEVEL=3"],"Entrypoint":["/bin/sh","-c"],
                "Cmd":["exit 0"],"WorkingDir":"/srv","Labels":{"A":"1","b":"2","version":"3","é":"4"}
            },
            "rootfs":{
                "type":"layers",
                "diff_ids":[
                    "sha256:af1c8dcebcdf976e83a68c63a512bba2776f3f12705af4d36b53d7a71d482a9f",
                    "sha256:25d751bd07d61ba47ef656581a087b4183eefe6f88acdc7e1c4d2d1f8a333665",
                    "sha256:af1c8dcebcdf976e83a68c63a512bba2776f3f12705af4d36b53d7a71d482a9f"
                ]
            }
        }"#,
    ),
    (
        "80b5f7cc4ecad38746b41e03cd479b1a129111ee37a4db372485c370b084269f",
        r#"{
            "schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json",
            "config":{
                "mediaType":"application/vnd.oci.image.config.v1+json",
                "digest":"sha256:41368fa6f9bcea2b0f2b4bcaf4a17c53b61ba87d2f069b47230e4da67b59734d","size":485
            },
            "layers":[
                {
                    "mediaType":"application/vnd.oci.image.layer.v1.tar",
                    "digest":"sha256:af1c8dcebcdf976e83a68c63a512bba2776f3f12705af4d36b53d7a71d482a9f",
                    "size":7680
                },
                {
                    "mediaType":"application/vnd.oci.image.layer.v1.tar",
                    "digest":"sha256:25d751bd07d61ba47ef656581a087b4183eefe6f88acdc7e1c4d2d1f8a333665",
                    "size":6144
                },
                {
                    "mediaType":"application/vnd.oci.image.layer.v1.tar",
                    "digest":"sha256:af1c8dcebcdf976e83a68c63a512bba2776f3f12705af4d36b53d7a71d482a9f",
                    "size":7680
                }
            ],
            "annotations":{"Z":"upper case first","a":"lower case after","version":"3","é":"last"}
        }"#,
    ),
    (
        "e0814e0bd325e6a2d1f902ddbf8d4d111d54f400043b19ff3bbd738954fc8b89",
        r#"{
            "architecture":"arm64","os":"linux","variant":"v8","config":{},
            "rootfs":{"type":"layers","diff_ids":[]}
        }"#,
    ),
    (
        "3a0815cf4e290d5579eeb5657e4279c6e0ef25d80989624ec48a66a5c904be76",
        r#"{
            "schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json",
            "config":{
                "mediaType":"application/vnd.oci.image.config.v1+json",
                "digest":"sha256:e0814e0bd325e6a2d1f902ddbf8d4d111d54f400043b19ff3bbd738954fc8b89","size":105
            },
            "layers":[]
        }"#,
    ),
    (
        "17d28d4d190141673eb8bbd722573e1cebd7c6bf8a14e79526eb0d5f7147313d",
        r#"{
            "architecture":"amd64","os":"windows","os.version":"10.0.17763","os.features":["win32k"],
            "config":{"Env":["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"]},
            "rootfs":{
                "type":"layers",
                "diff_ids":["sha256:af470dd028edd6806da2ccb38a47b677dacb32d63f46cc2317045883bcd32808"]
            }
        }"#,
    ),
    (
        "ea8ca222686c0df1f26483dac5ca86be43614f941168c0a28278d7e4125cdd60",
        r#"{
            "schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json",
            "config":{
                "mediaType":"application/vnd.oci.image.config.v1+json",
                "digest":"sha256:17d28d4d190141673eb8bbd722573e1cebd7c6bf8a14e79526eb0d5f7147313d","size":291
            },
            "layers":[
                {
                    "mediaType":"application/vnd.oci.image.layer.v1.tar",
                    "digest":"sha256:af470dd028edd6806da2ccb38a47b677dacb32d63f46cc2317045883bcd32808",
                    "size":1536
                }
            ]
        }"#,
    ),
    (
        "b9098107cb92371ab87036b66e39154d97dc551c0ad5ee824f6f82e643511321",
        r#"{
            "architecture":"unknown","os":"unknown",
            "config":{"Env":["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"]},
            "rootfs":{
                "type":"layers",
                "diff_ids":["sha256:5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef"]
            }
        }"#,
    ),
    (
        "d8e8a092a1d4d6edeb688db22564ed35051126ddc20c9954946d9c7033f204aa",
        r#"{
            "schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json",
            "config":{
                "mediaType":"application/vnd.oci.image.config.v1+json",
                "digest":"sha256:b9098107cb92371ab87036b66e39154d97dc551c0ad5ee824f6f82e643511321","size":242
            },
            "layers":[
                {
                    "mediaType":"application/vnd.oci.image.layer.v1.tar",
                    "digest":"sha256:5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef",
                    "size":1024
                }
            ],
            "annotations":{"vnd.docker.reference.type":"attestation-manifest"}
        }"#,
    ),
    (
        "89a34d4c0c796702ae4f820f811b632f5f52efc2115b9e6ee963210808c6b3ab",
        r#"{
            "architecture":"unknown","os":"unknown",
            "config":{"Env":["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"]},
            "rootfs":{"type":"layers","diff_ids":[]}
        }"#,
    ),
    (
        "9c4db85b8a6c2ed081ccbb2c4c2278adc381abb6050b6c85c839504aae1a8c7f",
        r#"{
            "schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json",
            "config":{
                "mediaType":"application/vnd.oci.image.config.v1+json",
                "digest":"sha256:89a34d4c0c796702ae4f820f811b632f5f52efc2115b9e6ee963210808c6b3ab","size":169
            },
            "layers":[]
        }"#,
    ),
    (
        "85332d890445cfacd0ca3f4bde44e804d18761f98e1553478cdd17b843a8ffad",
        r#"{
            "schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json",
            "manifests":[
                {
                    "mediaType":"application/vnd.oci.image.index.v1+json",
                    "digest":"sha256:9698c7e2742e132c3f9593bf835e2da21fd51627fe013ce0580fe3f133fc9b61",
                    "size":465
                },
                {
                    "mediaType":"application/vnd.oci.image.manifest.v1+json",
                    "digest":"sha256:80b5f7cc4ecad38746b41e03cd479b1a129111ee37a4db372485c370b084269f",
                    "size":785,"platform":{"architecture":"amd64","os":"linux"}
                },
                {
                    "mediaType":"application/vnd.oci.image.manifest.v1+json",
                    "digest":"sha256:3a0815cf4e290d5579eeb5657e4279c6e0ef25d80989624ec48a66a5c904be76",
                    "size":248,"platform":{"architecture":"arm64","os":"linux","variant":"v8"}
                },
                {
                    "mediaType":"application/vnd.oci.image.manifest.v1+json",
                    "digest":"sha256:ea8ca222686c0df1f26483dac5ca86be43614f941168c0a28278d7e4125cdd60",
                    "size":397,
                    "platform":{"architecture":"amd64","os":"windows","os.version":"10.0.17763","os.features":["win32k"]}
                },
                {
                    "mediaType":"application/vnd.oci.image.manifest.v1+json",
                    "digest":"sha256:d8e8a092a1d4d6edeb688db22564ed35051126ddc20c9954946d9c7033f204aa",
                    "size":464,"platform":{"architecture":"unknown","os":"unknown"}
                },
                {
                    "mediaType":"application/vnd.oci.image.manifest.v1+json",
                    "digest":"sha256:9c4db85b8a6c2ed081ccbb2c4c2278adc381abb6050b6c85c839504aae1a8c7f",
                    "size":248,"platform":{"architecture":"unknown","os":"unknown"}
                }
            ],
            "annotations":{"Zulu":"1","alpha":"2","title":"everything","version":"3"}
        }"#,
    ),
    (
        "fc6688cde5924807ae3956af60d0f8ea41a71b02d8962e84189e706c9baa325b",
        r#"{
            "architecture":"arm","os":"linux","variant":"v7",
            "config":{"Env":["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"]},
            "rootfs":{
                "type":"layers",
                "diff_ids":["sha256:95aa5709ec9fe461f39c879864060923978716a55af53acf84d3953538ba37f8"]
            }
        }"#,
    ),
    (
        "43089249c506a269d5b6818ca897f8c56cd92d228227577ef4501378733a79ad",
        r#"{
            "schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json",
            "config":{
                "mediaType":"application/vnd.oci.image.config.v1+json",
                "digest":"sha256:fc6688cde5924807ae3956af60d0f8ea41a71b02d8962e84189e706c9baa325b","size":251
            },
            "layers":[
                {
                    "mediaType":"application/vnd.oci.image.layer.v1.tar",
                    "digest":"sha256:95aa5709ec9fe461f39c879864060923978716a55af53acf84d3953538ba37f8",
                    "size":2048
                }
            ]
        }"#,
    ),
    (
        "3428db63ea80c4f9c698f4bd6bc65be3646d566416d4de531e3e5360486f9b8c",
        r#"{
            "architecture":"riscv64","os":"linux","config":{"Cmd":["true"]},
            "rootfs":{"type":"layers","diff_ids":[]}
        }"#,
    ),
    (
        "2bac61bcd904ec64209fa346bd3f6cfd2e47e8af51ebc411d3660cfeaeadfc26",
        r#"{
            "architecture":"amd64","os":"linux",
            "config":{"Env":["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"]},
            "rootfs":{
                "type":"layers",
                "diff_ids":["sha256:319a4ffe3657636c627d4b0105d38fb73936b1233540d3468db5ef72ade574f0"]
            }
        }"#,
    ),
    (
        "2935902a74c8475bd83bb46dbfe54a726377358e2b94fb73b863b35dbbe673cb",
        r#"{
            "schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json",
            "config":{
                "mediaType":"application/vnd.oci.image.config.v1+json",
                "digest":"sha256:2bac61bcd904ec64209fa346bd3f6cfd2e47e8af51ebc411d3660cfeaeadfc26","size":238
            },
            "layers":[
                {
                    "mediaType":"application/vnd.oci.image.layer.v1.tar",
                    "digest":"sha256:319a4ffe3657636c627d4b0105d38fb73936b1233540d3468db5ef72ade574f0",
                    "size":2048
                }
            ]
        }"#,
    ),
];

const EVERYTHING_LAYERS: [&str; 7] = [
    "30035e2c75862c634cfa3e1b9ceec1444e935f1d0278c86f1bd85ca5b9944a0f",
    "af1c8dcebcdf976e83a68c63a512bba2776f3f12705af4d36b53d7a71d482a9f",
    "25d751bd07d61ba47ef656581a087b4183eefe6f88acdc7e1c4d2d1f8a333665",
    "af470dd028edd6806da2ccb38a47b677dacb32d63f46cc2317045883bcd32808",
    "5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef",
    "95aa5709ec9fe461f39c879864060923978716a55af53acf84d3953538ba37f8",
    "319a4ffe3657636c627d4b0105d38fb73936b1233540d3468db5ef72ade574f0",
];

// How the layouts are drawn.

const SHORT_TREE: &str = "\
index.json
└─ index docker.io/library/twoplatform:latest sha256:4f4cfc34724a 491 bytes
   ├─ manifest linux/amd64 sha256:2935902a74c8 397 bytes
   │  ├─ config sha256:2bac61bcd904 238 bytes
   │  └─ layer sha256:319a4ffe3657 2048 bytes
   │     └─ -rw-r--r-- 6 bash
   └─ manifest linux/arm64 sha256:3e7354ca8ed8 397 bytes
      ├─ config sha256:466a044058a4 238 bytes
      └─ layer sha256:296d0b23333f 2048 bytes
         └─ -rw-r--r-- 6 bash";

const FULL_TREE: &str = "\
index.json
└─ index docker.io/library/twoplatform:latest sha256:4f4cfc34724a5ff3b40debe4914559183a82fa34e8c1f52a8e86874660cc8240 application/vnd.oci.image.index.v1+json 491 bytes
   ├─ manifest linux/amd64 sha256:2935902a74c8475bd83bb46dbfe54a726377358e2b94fb73b863b35dbbe673cb application/vnd.oci.image.manifest.v1+json 397 bytes
   │  ├─ config sha256:2bac61bcd904ec64209fa346bd3f6cfd2e47e8af51ebc411d3660cfeaeadfc26 application/vnd.oci.image.config.v1+json 238 bytes
   │  └─ layer sha256:319a4ffe3657636c627d4b0105d38fb73936b1233540d3468db5ef72ade574f0 application/vnd.oci.image.layer.v1.tar 2048 bytes
   │     └─ -rw-r--r-- 0/0 6 1970-01-01 00:00 bash
   └─ manifest linux/arm64 sha256:3e7354ca8ed8a7c57e6249b35739acb9312d4a5fd188478034bd2a54369c1fe7 application/vnd.oci.image.manifest.v1+json 397 bytes
      ├─ config sha256:466a044058a4b3efe4612bf49d825d0c688ecd715709d31ce32dd857def3d404 application/vnd.oci.image.config.v1+json 238 bytes
      └─ layer sha256:296d0b23333fc0457dc589a4534001fcb5eab7d5fe0211cff6cec81c8dcf5e59 application/vnd.oci.image.layer.v1.tar 2048 bytes
         └─ -rw-r--r-- 0/0 6 1970-01-01 00:00 bash";

const EVERYTHING_TREE: &str = "\
index.json
├─ index registry.example:5000/team/everything:1.0 sha256:85332d890445 1397 bytes
│  ├─ index sha256:9698c7e2742e 465 bytes
│  │  ├─ index sha256:182873534afe 116 bytes
│  │  └─ manifest linux/386 sha256:be3d4408fcd9 397 bytes
│  │     ├─ config sha256:a83448582bf7 236 bytes
│  │     └─ layer sha256:30035e2c7586 1536 bytes
│  │        └─ -rw-r--r-- 0 empty
│  ├─ manifest linux/amd64 sha256:80b5f7cc4eca 785 bytes
│  │  ├─ config sha256:41368fa6f9bc 485 bytes
│  │  ├─ layer sha256:af1c8dcebcdf 7680 bytes
│  │  │  ├─ drwxr-xr-x 0 etc/
│  │  │  ├─ -rw------- 1/2 26 2023-11-14 22:13:20 etc/passwd
│  │  │  ├─ drwxrwxrwt 1000/1000 0 run/lock/
│  │  │  ├─ -rw-r--r-- 8 run/0
│  │  │  ├─ drwxr-xr-x 0 run/even/0/
│  │  │  ├─ -rw-r--r-- 8 run/1
│  │  │  ├─ drwxr-xr-x 0 run/odd/1/
│  │  │  ├─ -rw-r--r-- 8 run/2
│  │  │  └─ drwxr-xr-x 0 run/even/2/
│  │  ├─ layer sha256:25d751bd07d6 6144 bytes
│  │  │  ├─ -rw-r--r-- 2 é
│  │  │  ├─ -rwsr-xr-x 2097152/4294967295 0 1969-12-31 23:59:59 before
│  │  │  └─ ---------- 2097151/0 0 2242-03-16 12:56:32 d
│  │  └─ layer sha256:af1c8dcebcdf 7680 bytes
│  │     ├─ drwxr-xr-x 0 etc/
│  │     ├─ -rw------- 1/2 26 2023-11-14 22:13:20 etc/passwd
│  │     ├─ drwxrwxrwt 1000/1000 0 run/lock/
│  │     ├─ -rw-r--r-- 8 run/0
│  │     ├─ drwxr-xr-x 0 run/even/0/
│  │     ├─ -rw-r--r-- 8 run/1
│  │     ├─ drwxr-xr-x 0 run/odd/1/
│  │     ├─ -rw-r--r-- 8 run/2
│  │     └─ drwxr-xr-x 0 run/even/2/
│  ├─ manifest linux/arm64/v8 sha256:3a0815cf4e29 248 bytes
│  │  └─ config sha256:e0814e0bd325 105 bytes
│  ├─ manifest windows(10.0.17763+win32k)/amd64 sha256:ea8ca222686c 397 bytes
│  │  ├─ config sha256:17d28d4d1901 291 bytes
│  │  └─ layer sha256:af470dd028ed 1536 bytes
│  │     └─ drwxr-xr-x 0 Files/
│  ├─ manifest unknown/unknown sha256:d8e8a092a1d4 464 bytes
│  │  ├─ config sha256:b9098107cb92 242 bytes
│  │  └─ layer sha256:5f70bf18a086 1024 bytes
│  └─ manifest unknown/unknown sha256:9c4db85b8a6c 248 bytes
│     └─ config sha256:89a34d4c0c79 169 bytes
├─ manifest docker.io/me/app:3 sha256:43089249c506 397 bytes
│  ├─ config sha256:fc6688cde592 251 bytes
│  └─ layer sha256:95aa5709ec9f 2048 bytes
│     └─ -rwxr-xr-x 2 bin/app
├─ config docker.io/library/config:latest sha256:3428db63ea80 106 bytes
├─ manifest docker.io/library/plain@sha256:2935902a74c8475bd83bb46dbfe54a726377358e2b94fb73b863b35dbbe673cb sha256:2935902a74c8 397 bytes
│  ├─ config sha256:2bac61bcd904 238 bytes
│  └─ layer sha256:319a4ffe3657 2048 bytes
│     └─ -rw-r--r-- 6 bash
└─ manifest sha256:2935902a74c8 397 bytes
   ├─ config sha256:2bac61bcd904 238 bytes
   └─ layer sha256:319a4ffe3657 2048 bytes
      └─ -rw-r--r-- 6 bash";

/// Digests of documents above.
const APP: &str = EVERYTHING_DOCUMENTS[16].0;
const CONFIG: &str = EVERYTHING_DOCUMENTS[17].0;
const PLAIN: &str = EVERYTHING_DOCUMENTS[19].0;

/// Every control character, without those two that Go has not always written alike.
const CONTROLS: &str = concat!(
    "\0\u{1}\u{2}\u{3}\u{4}\u{5}\u{6}\u{7}\t\n\u{b}\r\u{e}\u{f}",
    "\u{10}\u{11}\u{12}\u{13}\u{14}\u{15}\u{16}\u{17}\u{18}\u{19}\u{1a}\u{1b}\u{1c}\u{1d}\u{1e}\u{1f}",
    "\u{7f}\u{80}\u{9f}"
);

const CONTROLS_WRITTEN: &str = concat!(
    r"\u0000\u0001\u0002\u0003\u0004\u0005\u0006\u0007\t\n\u000b\r\u000e\u000f",
    r"\u0010\u0011\u0012\u0013\u0014\u0015\u0016\u0017\u0018\u0019\u001a\u001b\u001c\u001d\u001e\u001f",
    "\u{7f}\u{80}\u{9f}"
);

/// Keys and values, each with what Go writes for it, in the order in which Go writes them.
const ODD: [(&str, &str, &str, &str); 20] = [
    ("", "", "empty", "empty"),
    ("<a href=\"x\">&amp;</a>", r#"\u003ca href=\"x\"\u003e\u0026amp;\u003c/a\u003e"#, "html", "html"),
    ("Upper", "Upper", "U", "U"),
    ("_", "_", "_", "_"),
    ("a", "a", "", ""),
    ("a-b", "a-b", "2", "2"),
    ("a.b", "a.b", "1", "1"),
    ("a/b", "a/b", "3", "3"),
    ("a0", "a0", "5", "5"),
    ("ab", "ab", "4", "4"),
    ("controls", "controls", CONTROLS, CONTROLS_WRITTEN),
    (
        "line\u{2028}paragraph\u{2029}end",
        r"line\u2028paragraph\u2029end",
        "\u{2028}\u{2029}",
        r"\u2028\u2029",
    ),
    // Characters whose first bytes are those of U+2028.
    (
        "near",
        "near",
        "\u{2026}\u{2027}\u{202a}\u{2030}\u{e2}\u{20ac}\u{2122}",
        "\u{2026}\u{2027}\u{202a}\u{2030}\u{e2}\u{20ac}\u{2122}",
    ),
    (
        "other",
        "other",
        "é ß 日本語 עברית 😀 \u{feff}\u{fffd}\u{ffff}",
        "é ß 日本語 עברית 😀 \u{feff}\u{fffd}\u{ffff}",
    ),
    (
        "quotes",
        "quotes",
        r#""double" 'single' `back` \back\ /slash/"#,
        r#"\"double\" 'single' `back` \\back\\ /slash/"#,
    ),
    ("upper", "upper", "u", "u"),
    ("é", "é", "e acute", "e acute"),
    ("日", "日", "sun", "sun"),
    // In UTF-16 it would stand after the next.
    (
        "\u{e000}",
        "\u{e000}",
        "private: after the surrogates in UTF-16, before them in bytes",
        "private: after the surrogates in UTF-16, before them in bytes",
    ),
    ("😀", "😀", "face", "face"),
];

// Helpers.

/// The directory is a layout of these: index.json, the documents by their digests, and the digests of the layers.
fn assert_bytes(directory: &Path, index: &str, documents: &[(&str, &str)], layers: &[&str]) {
    let mut expected = BTreeMap::from([
        ("index.json".to_owned(), one_line(index)),
        ("oci-layout".to_owned(), r#"{"imageLayoutVersion": "1.0.0"}"#.to_owned()),
    ]);
    for (hex, document) in documents {
        expected.insert(format!("blobs/sha256/{hex}"), one_line(document));
    }
    for hex in layers {
        expected.insert(format!("blobs/sha256/{hex}"), "a layer".to_owned());
    }
    let mut found = BTreeMap::new();
    for (name, bytes) in files(directory) {
        if let Some(hex) = name.strip_prefix("blobs/sha256/") {
            assert_eq!(sha256(&bytes), hex);
        }
        let is_layer = !bytes.starts_with(b"{");
        found.insert(name, if is_layer { "a layer".to_owned() } else { String::from_utf8(bytes).unwrap() });
    }
    assert_eq!(found, expected);
}

/// Both have the same files; what differs is named, not printed.
fn assert_same(found: &BTreeMap<String, Vec<u8>>, expected: &BTreeMap<String, Vec<u8>>) {
    assert_eq!(found.keys().collect::<Vec<_>>(), expected.keys().collect::<Vec<_>>());
    for (name, bytes) in found {
        assert!(*bytes == expected[name], "{name}: {}", bytes.escape_ascii());
    }
}

/// The fixture cannot be written, for a reason that its declaration has; then nothing is.
fn assert_refused(fixture: &Fixture, problem: &str) {
    let temp = TempDir::new().unwrap();
    let error = fixture.write_to(temp.path().join("layout")).unwrap_err();
    assert_eq!(error.to_string(), problem);
    assert_eq!(format!("{error:?}"), problem);
    assert_eq!(error.kind(), ErrorKind::Declaration, "{problem}");
    assert!(problem.starts_with(&format!("{}: ", error.place())), "{problem}: {}", error.place());
    assert!(!problem.contains('\n'), "{problem}");
    assert_eq!(fs::read_dir(temp.path()).unwrap().count(), 0, "{problem}");
    assert_eq!(fixture.tempdir().unwrap_err().to_string(), problem);
}

/// Reads a layout by other crates alone, checks that what refers to a blob says of it what it is, and gives the digests
/// of all blobs on the way.
fn reached(directory: &Path) -> BTreeSet<String> {
    let index = ImageIndex::from_file(directory.join("index.json")).unwrap();
    let mut digests = BTreeSet::new();
    let mut open = index.manifests().clone();
    while let Some(descriptor) = open.pop() {
        let blob = blob(directory, &descriptor);
        digests.insert(descriptor.digest().to_string());
        match descriptor.media_type() {
            MediaType::ImageIndex => {
                let index: ImageIndex = serde_json::from_slice(&blob).unwrap();
                assert_eq!(*index.media_type(), Some(MediaType::ImageIndex));
                open.extend(index.manifests().clone());
            }
            MediaType::ImageManifest => {
                let manifest: ImageManifest = serde_json::from_slice(&blob).unwrap();
                assert_eq!(*manifest.media_type(), Some(MediaType::ImageManifest));
                let config = self::blob(directory, manifest.config());
                let config: ImageConfiguration = serde_json::from_slice(&config).unwrap();
                if let Some(platform) = descriptor.platform() {
                    assert_eq!(platform.os(), config.os());
                    assert_eq!(platform.architecture(), config.architecture());
                    assert_eq!(platform.variant(), config.variant());
                }
                let diff_ids = manifest
                    .layers()
                    .iter()
                    .map(|layer| format!("sha256:{}", sha256(&self::blob(directory, layer))));
                assert_eq!(*config.rootfs().diff_ids(), diff_ids.collect::<Vec<_>>());
                open.push(manifest.config().clone());
                open.extend(manifest.layers().clone());
            }
            MediaType::ImageConfig => {
                serde_json::from_slice::<ImageConfiguration>(&blob).unwrap();
            }
            MediaType::ImageLayer => assert_eq!(blob.len() % 512, 0),
            other => panic!("{other}"),
        }
    }
    digests
}

/// The blob that a descriptor refers to, which has its digest and size.
fn blob(directory: &Path, descriptor: &Descriptor) -> Vec<u8> {
    let digest = descriptor.digest();
    let bytes = fs::read(directory.join("blobs/sha256").join(digest.digest())).unwrap();
    assert_eq!(format!("sha256:{}", sha256(&bytes)), digest.to_string());
    assert_eq!(bytes.len() as u64, descriptor.size());
    bytes
}

/// The entries of a tar as the `tar` crate reads them: type, path, mode, owner, time, content.
fn entries(layer: &[u8]) -> Vec<String> {
    let mut archive = tar::Archive::new(layer);
    let mut entries = Vec::new();
    for entry in archive.entries().unwrap() {
        let mut entry = entry.unwrap();
        let mut content = Vec::new();
        entry.read_to_end(&mut content).unwrap();
        let header = entry.header();
        entries.push(format!(
            "{} {} {:o} {}:{} {} \"{}\"",
            char::from(header.entry_type().as_byte()),
            String::from_utf8(entry.path_bytes().into_owned()).unwrap(),
            header.mode().unwrap(),
            header.uid().unwrap(),
            header.gid().unwrap(),
            header.mtime().unwrap(),
            content.escape_ascii().to_string().replace("\\x00", "\\0"),
        ));
    }
    entries
}

fn descriptor(media_type: MediaType, hex: &str, size: u64) -> DescriptorBuilder {
    let digest: oci_fixture::oci_spec::image::Digest = format!("sha256:{hex}").parse().unwrap();
    DescriptorBuilder::default().media_type(media_type).digest(digest).size(size)
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

/// A document, written in several lines to be read, as the one line that it is.
fn one_line(document: &str) -> String {
    document.lines().map(str::trim_start).collect()
}

fn sha256(bytes: &[u8]) -> String {
    let digest = Sha256::digest(bytes);
    let digits = digest.iter().flat_map(|byte| [byte >> 4, byte & 15]);
    digits.map(|digit| char::from(b"0123456789abcdef"[usize::from(digit)])).collect()
}
