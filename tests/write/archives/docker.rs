//! The archives that `docker load` reads.

use oci_fixture::{ErrorKind, Fixture, Label, Manifest, Value, oci_image};
use oci_fixture_test_support::{images::example, members, sha256};

use super::{names, texts};

/// An image as simple as those of moby's tests, with a config that is short enough to be read here.
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
            r#"[{"Config":"CONFIG.json","RepoTags":["docker.io/library/emptyfs:latest"],"Layers":["LAYER.tar"]}]"#.to_owned(),
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

    // Docker before 1.10 sees three images: the base occurs once, because both images have it as their lowest layer.
    let parents: Vec<bool> = texts_of(&tar, "/json").iter().map(|json| json.contains("\"parent\"")).collect();
    assert_eq!((parents.len(), parents.iter().filter(|parent| **parent).count()), (3, 2));
}

fn texts_of(tar: &[u8], suffix: &str) -> Vec<String> {
    let texts = members(tar).into_iter().filter(|(name, _)| name.ends_with(suffix));
    texts.map(|(_, bytes)| String::from_utf8(bytes).unwrap()).collect()
}

pub(super) fn manifest_json(tar: &[u8]) -> serde_json::Value {
    serde_json::from_str(&texts_of(tar, "manifest.json")[0]).unwrap()
}

#[test]
fn names_are_those_that_docker_shows_and_one_image_has_all_of_its_own() {
    let fixture = oci_image! {
        'app: manifest "registry.example:5000/team/app:1.2" { layer { "a" => "1" } }
        tag "me/app" => 'app,
        tag "app:1@" + 'app.digest => 'app,
        tag "app@" + 'app.digest => 'app,
        // For Docker, another manifest with the same config is the same image.
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
                "docker.io/me/app:latest",
                "docker.io/library/app:1",
                "docker.io/library/app:annotated"
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
}

#[test]
fn the_platform_of_an_index_is_chosen() {
    let archive = |platform: &str| {
        let tar = example().docker_archive().platform(platform).write(Vec::new())?;
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
    let error = example().write_docker_archive(Vec::new()).unwrap_err();
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
                media_type: "application/vnd.oci.image.manifest.v1+json", digest: "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", size: 1,
                platform: linux/amd64,
            }
        }
    };
    let tar = fixture.write_docker_archive(Vec::new()).unwrap();
    assert_eq!(manifest_json(&tar)[0]["RepoTags"], serde_json::json!(["docker.io/library/app:1"]));
}

#[test]
fn an_image_that_docker_cannot_load_is_an_error_that_names_the_cure() {
    let alone = "is no image that Docker could load; `write_archive` writes the layout without one";
    let beside = "keep it in a layout, by `.docker_archive().with_layout()`, or take it out";
    let no_layer = "layer 2 of the image is no `layer`, which Docker could unpack; make it one";
    let same = "has several images for the same platform, and Docker loads one; name them apart";
    let dangling = || {
        oci_image! {
            manifest "app:1" {
                layer { }
                dangling {
                    media_type: "application/vnd.oci.image.layer.v1.tar",
                    digest: "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855", size: 0,
                    diff_id: true,
                }
            }
        }
    };
    // The second text is the error of an archive with a layout. `None` means no error.
    let cases = [
        (Fixture::new(), format!("the fixture has no image that Docker could load; {}", &alone[36..]), Some("")),
        (oci_image! { blob "text/plain" => "text" }, format!("blob 1: {alone}"), Some("")),
        (oci_image! { index "none:1" { } }, format!("index \"none:1\": {alone}"), Some("")),
        (oci_image! { config "config:1" { } }, format!("config \"config:1\": {alone}"), Some("")),
        (
            oci_image! { manifest "sbom:1" { artifact_type: "a/b" } },
            format!("manifest \"sbom:1\": {alone}"),
            Some(""),
        ),
        (
            oci_image! { #[unlisted] manifest { layer { } } },
            "linux/amd64: is not listed, so Docker could not load it; `write_archive` writes the layout without one"
                .to_owned(),
            Some(""),
        ),
        (
            oci_image! { manifest "app:1" { layer { } } config "config:1" { } },
            format!("config \"config:1\": is no image that Docker could load; {beside}"),
            None,
        ),
        (
            oci_image! { manifest "app:1" { layer { } } #[unlisted] manifest { } },
            format!("linux/amd64: is not listed, so Docker could not load it; {beside}"),
            None,
        ),
        (
            oci_image! { manifest "app:1" { layer { } blob "a/b" => "no tar" } },
            format!("manifest \"app:1\": {no_layer}"),
            Some(""),
        ),
        (
            oci_image! { manifest "app:1" { layer { } blob "a/b" => "no tar" } manifest "app:2" { layer { } } },
            format!("manifest \"app:1\": {no_layer}"),
            None,
        ),
        (
            dangling(),
            "manifest \"app:1\": layer 2 of the image dangles, so Docker could not unpack it; make it a `layer`"
                .to_owned(),
            Some(""),
        ),
        (
            oci_image! { index "app:1" { index { linux/amd64 { "a" => "1" } } index { linux/amd64 { "a" => "2" } } } },
            format!("index \"app:1\": {same}"),
            Some(""),
        ),
        (
            oci_image! { 'app: manifest "app:1" { layer { } } manifest "app:1@sha256:" + 'app.hex { layer { "a" => "" } } },
            "manifest \"app:1@sha256:{'app.hex}\": the reference has the digest".to_owned(),
            Some(""),
        ),
    ];
    for (fixture, expected, with_layout) in cases {
        let error = fixture.write_docker_archive(Vec::new()).unwrap_err();
        let found = (error.kind(), error.to_string());
        assert!(found.1.starts_with(&expected) && found.0 == ErrorKind::Declaration, "{found:?} {expected}");
        let written = fixture.docker_archive().with_layout().write(Vec::new());
        match with_layout {
            Some(_) => assert_eq!(written.unwrap_err().to_string(), found.1),
            None => assert_eq!(manifest_json(&written.unwrap()).as_array().unwrap().len(), 1),
        }
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
    // Docker before 23 does not read zstd, so the archive also has the tar of that layer.
    let diff_id = config.rootfs().diff_ids()[1].strip_prefix("sha256:").unwrap().to_owned();
    assert_eq!(
        manifest_json(&tar),
        serde_json::json!([{
            "Config": blob(manifest.config().digest()),
            "RepoTags": ["docker.io/library/app:1"],
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

#[test]
fn an_image_for_another_platform_is_left_out_where_others_fit() {
    let fixture = oci_image! {
        linux/amd64 { layer { "a" => "amd64" } }
        index "app:1" { linux/arm64 { layer { "a" => "arm64" } } windows/amd64 { layer { "a" => "windows" } } }
        index "app:2" { windows/amd64 { layer { } } linux/arm64/v8 { layer { "a" => "v8" } } }
    };
    let tags = |platform: &str| {
        let tar = fixture.docker_archive().platform(platform).write(Vec::new())?;
        let images = manifest_json(&tar);
        let tags =
            images.as_array().unwrap().iter().map(|image| image["RepoTags"][0].as_str().map(str::to_owned));
        Ok::<_, oci_fixture::Error>(tags.collect::<Vec<_>>())
    };
    let named = |name: &str| Some(format!("docker.io/library/{name}"));
    assert_eq!(tags("linux/amd64").unwrap(), [None]);
    assert_eq!(tags("linux/arm64").unwrap(), [named("app:1"), named("app:2")]);
    assert_eq!(tags("windows/amd64").unwrap(), [named("app:1"), named("app:2")]);
    assert_eq!(
        tags("linux/s390x").unwrap_err().to_string(),
        "linux/amd64: has no image for `linux/s390x`; choose one of `linux/amd64`"
    );
}

#[test]
fn manifest_json_can_say_anything() {
    let fixture =
        oci_image! { manifest "app:1" { 'base: layer { } } manifest "app:2" { 'base, layer { "a" => "" } } };
    let usual = manifest_json(&fixture.write_docker_archive(Vec::new()).unwrap());
    let images = usual.as_array().unwrap();
    let archive = fixture.docker_archive().merge(Value::map([("RepoTags", Value::null())]));
    let archive = archive.extend(Value::map([("Parent", "x")]));
    let merged: Vec<String> = images
        .iter()
        .map(|image| format!(r#"{{"Config":{},"Layers":{},"Parent":"x"}}"#, image["Config"], image["Layers"]))
        .collect();
    let tar = archive.write(Vec::new()).unwrap();
    assert_eq!(texts_of(&tar, "manifest.json"), [format!("[{}]", merged.join(","))]);

    let tar = fixture.docker_archive().raw("[{").write(Vec::new()).unwrap();
    assert_eq!(texts_of(&tar, "manifest.json"), ["[{"]);
    let both = fixture.docker_archive().raw("").merge(Value::map([("a", 1)])).write(Vec::new()).unwrap_err();
    let expected =
        "manifest.json: `raw` is the whole document, so the other fields change nothing; remove them";
    assert_eq!(both.to_string(), expected);

    let label = Label::new("other", Manifest::new());
    let patch = Value::map([("Config", label.hex())]);
    let error = fixture.docker_archive().merge(patch).write(Vec::new()).unwrap_err();
    let expected = "manifest.json: the label is that of no node of the fixture; mention one that it has";
    assert_eq!(error.to_string(), expected);
}

#[test]
fn images_of_one_config_and_other_files_stand_side_by_side() {
    let fixture = oci_image! {
        manifest "app:1" { layer { "a" => "" } }
        manifest "app:2" { #[missing] layer gzip { "a" => "" } }
        #[unchecked] manifest "UPPER" { layer { "a" => "" } }
    };
    let images = manifest_json(&fixture.write_docker_archive(Vec::new()).unwrap());
    let tags: Vec<_> = images.as_array().unwrap().iter().map(|image| image["RepoTags"].clone()).collect();
    assert_eq!(
        tags,
        [
            serde_json::json!(["docker.io/library/app:1", "UPPER"]),
            serde_json::json!(["docker.io/library/app:2"])
        ]
    );
    assert_eq!(images[0]["Config"], images[1]["Config"]);
    assert_ne!(images[0]["Layers"], images[1]["Layers"]);
}

#[test]
fn two_images_of_one_tag_are_an_error() {
    let fixture = oci_image! {
        'app: manifest "app:1" { layer { } }
        'other: manifest { layer { "a" => "" } }
        tag "app:1@" + 'other.digest => 'other,
    };
    let error = fixture.write_docker_archive(Vec::new()).unwrap_err();
    assert_eq!(
        error.to_string(),
        "linux/amd64: another image is `docker.io/library/app:1` for Docker, too; give one of them another tag"
    );
    let same = oci_image! { 'app: manifest "app:1" { layer { } } tag "app:1@" + 'app.digest => 'app };
    let images = manifest_json(&same.write_docker_archive(Vec::new()).unwrap());
    assert_eq!(images[0]["RepoTags"], serde_json::json!(["docker.io/library/app:1"]));
}
