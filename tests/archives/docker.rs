//! What `docker load` takes.

use oci_fixture::{ErrorKind, Fixture, oci_image};

use crate::{members, names, sha256, texts, two_platform};

/// An image as simple as moby's own, with a config that is short enough to be read here.
fn empty_fs() -> Fixture {
    oci_image! { manifest "emptyfs:latest" { layer { } config { } } }
}

#[test]
fn an_image_comes_out_as_docker_save_writes_it() {
    let tar = empty_fs().write_docker_archive(Vec::new()).unwrap();
    let layer = "5f70bf18a086007016e948b04aed3b82103a36bea41755b6cddfaf10ace3c6ef";
    let expected = [
        ("ID/", String::new()),
        ("ID/VERSION", "1.0".to_owned()),
        ("ID/json", r#"{"architecture":"amd64","config":{},"os":"linux","id":"ID"}"#.to_owned()),
        ("ID/layer.tar", format!("../{layer}.tar")),
        ("LAYER.tar", "~".repeat(1024)),
        (
            "CONFIG.json",
            format!(
                r#"{{"architecture":"amd64","os":"linux","config":{{}},"rootfs":{{"type":"layers","diff_ids":["sha256:{layer}"]}}}}"#
            ),
        ),
        (
            "manifest.json",
            r#"[{"Config":"CONFIG.json","RepoTags":["emptyfs:latest"],"Layers":["LAYER.tar"]}]"#.to_owned(),
        ),
        ("repositories", r#"{"emptyfs":{"latest":"ID"}}"#.to_owned()),
    ];
    let id = sha256(
        format!(r#"{{"architecture":"amd64","config":{{}},"os":"linux","layer_id":"sha256:{layer}"}}"#)
            .as_bytes(),
    );
    let config = sha256(expected[5].1.as_bytes());
    let named = |text: &str| text.replace("ID", &id).replace("CONFIG", &config).replace("LAYER", layer);
    let mut expected: Vec<_> = expected.iter().map(|(name, text)| (named(name), named(text))).collect();
    expected.sort();
    assert_eq!(texts(&tar), expected);
}

#[test]
fn a_layer_stands_on_the_one_below_it_and_is_there_once() {
    let fixture = oci_image! {
        manifest "one:1" { 'base: layer { "a" => "1" } layer gzip { "b" => "2" } }
        manifest "two:1" { 'base, layer { "c" => "3" } }
    };
    let tar = fixture.write_docker_archive(Vec::new()).unwrap();
    let layout = fixture.in_memory().unwrap();
    let mut expected: Vec<String> = ["manifest.json", "repositories"].map(str::to_owned).into();
    for name in ["one:1", "two:1"] {
        let image = layout.reference(name).unwrap();
        let manifest = image.manifest().unwrap();
        expected.push(format!("{}.json", manifest.config().digest().digest()));
        for diff_id in image.config().unwrap().rootfs().diff_ids() {
            expected.push(format!("{}.tar", diff_id.strip_prefix("sha256:").unwrap()));
        }
    }
    expected.sort();
    expected.dedup();
    let found: Vec<String> = names(&tar).into_iter().filter(|name| !name.contains('/')).collect();
    assert_eq!(found, expected);

    // Three images for a Docker before 1.10: the base once, for it stands on nothing in both.
    let parents: Vec<bool> = texts_of(&tar, "/json").iter().map(|json| json.contains("\"parent\"")).collect();
    assert_eq!((parents.len(), parents.iter().filter(|parent| **parent).count()), (3, 2));
}

fn texts_of(tar: &[u8], suffix: &str) -> Vec<String> {
    let texts = members(tar).into_iter().filter(|(name, _)| name.ends_with(suffix));
    texts.map(|(_, bytes)| String::from_utf8(bytes).unwrap()).collect()
}

fn manifest_json(tar: &[u8]) -> serde_json::Value {
    serde_json::from_str(&texts_of(tar, "manifest.json")[0]).unwrap()
}

#[test]
fn names_are_those_that_docker_shows_and_one_image_has_all_of_its_own() {
    let fixture = oci_image! {
        'app: manifest "registry.example:5000/team/app:1.2" { layer { "a" => "1" } }
        tag "me/app" => 'app,
        tag "app:1@" + 'app.digest => 'app,
        tag "app@" + 'app.digest => 'app,
        // Another manifest with the same config is the same image to Docker.
        manifest "app:annotated" { annotations: { "a": "b" } layer { "a" => "1" } }
        linux/arm64 { layer { "a" => "1" } }
    };
    let manifest = manifest_json(&fixture.write_docker_archive(Vec::new()).unwrap());
    let tags: Vec<_> = manifest.as_array().unwrap().iter().map(|image| image["RepoTags"].clone()).collect();
    assert_eq!(
        tags,
        [
            serde_json::json!([
                "registry.example:5000/team/app:1.2",
                "me/app:latest",
                "app:1",
                "app:annotated"
            ]),
            serde_json::Value::Null,
        ]
    );
}

#[test]
fn an_image_without_layers_has_none() {
    let tar = oci_image! { manifest "none:1" { } }.write_docker_archive(Vec::new()).unwrap();
    assert_eq!(manifest_json(&tar)[0]["Layers"], serde_json::json!([]));
    assert_eq!(texts_of(&tar, "repositories"), ["{}"]);
    let tar = Fixture::new().write_docker_archive(Vec::new()).unwrap();
    assert_eq!(texts(&tar), [("manifest.json".into(), "[]".into()), ("repositories".into(), "{}".into())]);
}

#[test]
fn the_platform_of_an_index_is_chosen() {
    let archive = |platform: &str| {
        let tar = two_platform().docker_archive().platform(platform).write(Vec::new())?;
        Ok::<_, oci_fixture::Error>(manifest_json(&tar)[0]["Layers"][0].as_str().unwrap().to_owned())
    };
    let arm = "296d0b23333fc0457dc589a4534001fcb5eab7d5fe0211cff6cec81c8dcf5e59.tar";
    assert_eq!(archive("linux/arm64").unwrap(), arm);
    assert_eq!(archive("linux/arm64/v8").unwrap(), arm);
    assert_eq!(
        archive("linux/amd64").unwrap(),
        "319a4ffe3657636c627d4b0105d38fb73936b1233540d3468db5ef72ade574f0.tar"
    );

    let place = "index \"twoplatform:latest\"";
    let error = two_platform().write_docker_archive(Vec::new()).unwrap_err();
    let expected = "has images for `linux/amd64`, `linux/arm64`, and Docker loads one; choose it: `.docker_archive().platform(\"linux/amd64\")`";
    assert_eq!((error.kind(), error.to_string()), (ErrorKind::Declaration, format!("{place}: {expected}")));
    let error = archive("linux/s390x").unwrap_err();
    let expected = "has no image for `linux/s390x`; choose one of `linux/amd64`, `linux/arm64`";
    assert_eq!((error.kind(), error.to_string()), (ErrorKind::Declaration, format!("{place}: {expected}")));
    let error = archive("linux").unwrap_err();
    assert_eq!(error.to_string(), "platform `linux` is a single word; write `linux/amd64`");
}

#[test]
fn an_index_of_one_image_needs_no_choice() {
    let fixture = oci_image! {
        index "app:1" {
            index { linux/arm64 { layer { "a" => "1" } } }
            unknown/unknown { artifact_type: "application/vnd.in-toto+json" }
            dangling {
                media_type: "application/vnd.oci.image.manifest.v1+json", digest: "sha256:0", size: 1,
                platform: linux/amd64,
            }
        }
    };
    let tar = fixture.write_docker_archive(Vec::new()).unwrap();
    assert_eq!(manifest_json(&tar)[0]["RepoTags"], serde_json::json!(["app:1"]));
}

#[test]
fn what_docker_cannot_load_is_an_error_that_says_so() {
    let no_image = "is no image that Docker could load; take it out, or write an archive of the layout";
    let cases = [
        (oci_image! { blob "text/plain" => "text" }, format!("blob 1: {no_image}")),
        (oci_image! { index "none:1" { } }, format!("index \"none:1\": {no_image}")),
        (oci_image! { config "config:1" { } }, format!("config \"config:1\": {no_image}")),
        (
            oci_image! { manifest "sbom:1" { artifact_type: "a/b" } },
            format!("manifest \"sbom:1\": {no_image}"),
        ),
        (
            oci_image! { manifest "app:1" { layer { } blob "a/b" => "no tar" } },
            "manifest \"app:1\": layer 2 of the image is no `layer`, which Docker could unpack; make it one".to_owned(),
        ),
        (
            oci_image! { index "app:1" { index { linux/amd64 { "a" => "1" } } index { linux/amd64 { "a" => "2" } } } },
            "index \"app:1\": has several images for the same platform, and Docker loads one; name them apart"
                .to_owned(),
        ),
    ];
    for (fixture, expected) in cases {
        let error = fixture.write_docker_archive(Vec::new()).unwrap_err();
        assert_eq!((error.kind(), error.to_string()), (ErrorKind::Declaration, expected));
    }
}

#[test]
fn an_archive_can_be_a_layout_as_well() {
    let fixture = oci_image! {
        manifest "app:1" { layer { "a" => "1" } layer zstd { "b" => "2" } }
        manifest "sbom:1" { artifact_type: "a/b", blob "a/b" => "sbom" }
    };
    let tar = fixture.docker_archive().with_layout().write(Vec::new()).unwrap();
    let layout = fixture.in_memory().unwrap();
    let image = layout.reference("app:1").unwrap();
    let (manifest, config) = (image.manifest().unwrap(), image.config().unwrap());
    let blob = |digest: &dyn std::fmt::Display| format!("blobs/{}", digest.to_string().replace(':', "/"));
    // A Docker before 23 does not read zstd, so that layer stands beside its blob as a tar.
    let diff_id = config.rootfs().diff_ids()[1].strip_prefix("sha256:").unwrap().to_owned();
    assert_eq!(
        manifest_json(&tar),
        serde_json::json!([{
            "Config": blob(manifest.config().digest()),
            "RepoTags": ["app:1"],
            "Layers": [blob(manifest.layers()[0].digest()), format!("{diff_id}.tar")],
        }])
    );

    let temp = tempfile::tempdir().unwrap();
    let path = temp.path().join("both.tar");
    std::fs::write(&path, tar).unwrap();
    let opened = oci_fixture::Layout::open_archive(&path).unwrap();
    assert_eq!(opened.index_bytes().unwrap(), layout.index_bytes().unwrap());
    let blobs =
        |blobs: Vec<_>| blobs.into_iter().map(|(digest, _)| digest).collect::<Vec<oci_fixture::Digest>>();
    let stored = |blob: oci_fixture::Result<(oci_fixture::Digest, _)>| {
        let (digest, bytes): (_, std::borrow::Cow<'_, [u8]>) = blob.unwrap();
        (digest, bytes.into_owned())
    };
    let opened = opened.blobs().unwrap().map(stored).collect();
    let expected = layout.blobs().unwrap().map(stored).collect();
    assert_eq!(blobs(opened), blobs(expected));
}
