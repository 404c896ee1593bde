//! A layout: how its nodes and blobs are found, and how it is drawn.

use std::collections::BTreeSet;
use std::fs;

use oci_fixture::platform::{arch, os, variant};
use oci_fixture::{Descriptor, ErrorKind, Fixture, Index, Label, Manifest, Platform, oci_image};
use oci_fixture_test_support::golden::assert_golden;
use oci_fixture_test_support::images::{EVERYTHING_DOCUMENTS, EXAMPLE_DOCUMENTS, everything, example};
use oci_fixture_test_support::{files, sha256};

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
fn a_reference_is_found_by_the_name_that_podman_and_skopeo_look_for() {
    let fixture = oci_image! {
        manifest "app:latest" { "a" => "1" }
        manifest "other:latest" { descriptor: { ref_name: "other:latest" } "a" => "2" }
        manifest { descriptor: { ref_name: "v1" } "a" => "3" }
        manifest { descriptor: { ref_name: "docker.io/own/name:1" } "a" => "4" }
        'twice: manifest { descriptor: { ref_name: "2" } "a" => "5" }
        tag "twice:2" => 'twice
    };
    let layout = fixture.in_memory().unwrap();
    let content = |reference: &str| layout.reference(reference)?.layers()?[0].file("a");
    for (reference, expected) in [
        ("app", "1"),
        ("other", "2"),
        ("other:latest", "2"),
        ("latest", "1"),
        ("v1", "3"),
        ("own/name:1", "4"),
        ("twice:2", "5"),
        // Two entries of one node.
        ("2", "5"),
    ] {
        assert_eq!(content(reference).unwrap(), expected.as_bytes(), "{reference}");
    }
    let error = layout.reference("own/name").unwrap_err();
    assert_eq!(
        error.to_string(),
        "the layout has no `docker.io/own/name:latest`; it has `docker.io/library/app:latest`, \
         `docker.io/library/other:latest`, `v1`, `docker.io/own/name:1`, `2`, `docker.io/library/twice:2`"
    );

    let index: serde_json::Value = serde_json::from_slice(&layout.index_bytes().unwrap()).unwrap();
    assert_eq!(
        index["manifests"][1]["annotations"].to_string(),
        r#"{"io.containerd.image.name":"docker.io/library/other:latest","org.opencontainers.image.ref.name":"other:latest"}"#
    );

    let layout = oci_image! { manifest "a:1" { } manifest "b:1" { "a" => "" } }.in_memory().unwrap();
    let error = layout.reference("1").unwrap_err();
    let expected =
        "several entries have the name `1`; choose one of `docker.io/library/a:1`, `docker.io/library/b:1`";
    assert_eq!((error.kind(), error.to_string()), (ErrorKind::Ambiguous, expected.to_owned()));
}

#[test]
fn a_platform_finds_its_manifest() {
    let layout = everything().tempdir().unwrap();
    let hex = |platform: &str| layout.platform(platform).unwrap().digest().hex().to_owned();
    assert_eq!(hex("linux/arm/v7"), APP);
    assert_eq!(hex("linux/386"), EVERYTHING_DOCUMENTS[2]);
    assert_eq!(hex("linux/arm64/v8"), EVERYTHING_DOCUMENTS[7]);
    for platform in ["windows/amd64", "windows(10.0.17763)/amd64", "windows(+win32k)/amd64"] {
        assert_eq!(hex(platform), EVERYTHING_DOCUMENTS[9], "{platform}");
    }
    let platform = Platform::new(os::linux, arch::arm64).with_variant(variant::v8);
    assert_eq!(layout.platform(platform).unwrap().digest().hex(), EVERYTHING_DOCUMENTS[7]);

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
    assert_eq!(one.platform("linux/amd64").unwrap().digest().hex(), EVERYTHING_DOCUMENTS[5]);
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
    let hex = EXAMPLE_DOCUMENTS[0];
    let bytes = fs::read(layout.path().join("blobs/sha256").join(hex)).unwrap();
    assert_eq!(sha256(&bytes), hex);
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
    assert_golden("read/example.tree", &layout.to_string());
    assert_golden("read/example_in_full.tree", &format!("{layout:#}"));
    assert_eq!(Fixture::new().tempdir().unwrap().to_string(), "index.json");
}

#[test]
fn a_fixture_of_many_constructs_is_drawn_as_a_tree() {
    let layout = everything().tempdir().unwrap();
    assert_golden("read/everything.tree", &layout.to_string());
}

/// Digests of documents above.
const APP: &str = EVERYTHING_DOCUMENTS[16];
const CONFIG: &str = EVERYTHING_DOCUMENTS[17];
const PLAIN: &str = EVERYTHING_DOCUMENTS[19];

#[test]
fn a_blob_that_is_not_there_is_an_error_that_names_it() {
    let layout = example().in_memory().unwrap();
    let digest = format!("sha256:{}", "0".repeat(64));
    let error = layout.blob(&digest).unwrap_err();
    assert_eq!(error.to_string(), format!("the layout has no blob `{digest}`"));
    assert_eq!(
        layout.blob("../../etc/passwd").unwrap_err().to_string(),
        "digest `../../etc/passwd` has no `:`; write `sha256:` and 64 hexadecimal digits"
    );
}

#[test]
fn a_label_that_is_not_there_or_not_alone_is_an_error() {
    let layout = oci_image! { 'app: index "app:1" { 'amd64: linux/amd64 { 'base: layer { } } } };
    let layout = layout.in_memory().unwrap();
    let error = layout.label("bas").unwrap_err();
    assert_eq!(error.to_string(), "no node has the label `bas`; there is `base`, `amd64`, `app`");
    let twice = oci_image! { for n in ["1", "2"] { 'image: linux/amd64 { "a" => n } } };
    let error = twice.in_memory().unwrap().label("image").map(|node| node.size()).unwrap_err();
    assert_eq!(error.to_string(), "several nodes have the label `image`; go to them from their parents");
}

#[test]
fn a_descriptor_that_cannot_be_followed_hides_no_other() {
    let layout = oci_image! {
        index "app:1" {
            linux/amd64 {}
            #[unchecked] dangling { media_type: "a/b", digest: "nonsense", size: 1 }
        }
        #[unchecked] dangling { media_type: "a/b", digest: "nonsense", size: 2 }
    };
    let layout = layout.in_memory().unwrap();
    assert_eq!(layout.platform("linux/amd64").unwrap().layers().unwrap().len(), 0);
    assert_eq!(layout.reference("app:1").unwrap().platform("linux/amd64").unwrap().size(), 248);
    assert!(layout.nodes().is_err());
    let tree = layout.to_string();
    assert_eq!(tree.lines().filter(|line| line.contains("has a descriptor that cannot be read")).count(), 2);
    assert!(tree.contains("manifest linux/amd64"), "{tree}");
}

#[test]
fn a_tree_without_end_is_cut_off() {
    let mut label = Label::new("0", Manifest::new());
    let mut node =
        Index::new().with(&label).with(label.again().descriptor(Descriptor::new().platform("linux/arm64")));
    let mut fixture = Fixture::new();
    for depth in 1..40 {
        let index = Label::new(&depth.to_string(), node);
        node = Index::new().with(&index).with(index.again());
        label = label.again();
    }
    fixture.push(node);
    let layout = fixture.in_memory().unwrap();
    assert_eq!(layout.blobs().unwrap().count(), 40 + 2);
    let tree = layout.to_string();
    assert!(tree.lines().count() < 10_100, "{} lines", tree.lines().count());
    assert!(tree.contains("and 1 more"), "{}", tree.lines().next_back().unwrap());
}
