//! Faults in archives for `docker load`: the archive has each fault, or is refused.

use std::collections::BTreeMap;

use oci_fixture::{ErrorKind, Fixture, Gzip, Layer, Plain, oci_image};
use oci_fixture_test_support::{layer_of, members};

use super::docker::manifest_json;

/// The members of an archive, without the directories for a Docker before 1.10.
fn for_docker(tar: &[u8]) -> BTreeMap<String, Vec<u8>> {
    let is_legacy = |name: &str| name.contains('/') && !name.starts_with("blobs/");
    let members = members(tar).into_iter().filter(|(name, _)| !is_legacy(name) && name != "repositories");
    members.filter(|(name, _)| !name.ends_with('/')).collect()
}

/// The bytes of an honest file after a fault.
type Fault = fn(&mut Vec<u8>);

#[test]
fn faults_after_sealing_are_in_the_files_of_configs_and_layers() {
    let honest = oci_image! { manifest "app:1" { layer { "a" => "b" } config { } } };
    let honest = for_docker(&honest.write_docker_archive(Vec::new()).unwrap());
    let config =
        honest.keys().find(|name| name.strip_suffix(".json").is_some_and(|name| name != "manifest")).unwrap();
    let layer = honest.keys().find(|name| name.strip_suffix(".tar").is_some()).unwrap();
    let cases: [(Fixture, &String, Option<Fault>); 8] = [
        (oci_image! { manifest "app:1" { #[missing] layer { "a" => "b" } config { } } }, layer, None),
        (
            oci_image! { manifest "app:1" { #[flip = 3] layer { "a" => "b" } config { } } },
            layer,
            Some(|it| it[3] ^= 1),
        ),
        (
            oci_image! { manifest "app:1" { #[truncate = -1] layer { "a" => "b" } config { } } },
            layer,
            Some(|it| it.truncate(it.len() - 1)),
        ),
        (
            oci_image! { manifest "app:1" { #[append = "c"] layer { "a" => "b" } config { } } },
            layer,
            Some(|it| it.push(b'c')),
        ),
        (
            oci_image! { manifest "app:1" { #[replace = ""] layer { "a" => "b" } config { } } },
            layer,
            Some(Vec::clear),
        ),
        (oci_image! { manifest "app:1" { layer { "a" => "b" } #[missing] config { } } }, config, None),
        (
            oci_image! { manifest "app:1" { layer { "a" => "b" } #[flip = 0] config { } } },
            config,
            Some(|it| it[0] ^= 1),
        ),
        (
            oci_image! { manifest "app:1" { layer { "a" => "b" } #[replace = "x"] config { } } },
            config,
            Some(|it| *it = b"x".to_vec()),
        ),
    ];
    for (fixture, name, fault) in cases {
        let mut expected = honest.clone();
        match fault {
            Some(fault) => fault(expected.get_mut(name).unwrap()),
            None => drop(expected.remove(name)),
        }
        assert_eq!(for_docker(&fixture.write_docker_archive(Vec::new()).unwrap()), expected, "{fixture}");

        // With a layout, manifest.json names the blobs of the layout.
        let both = members(&*fixture.docker_archive().with_layout().write(Vec::new()).unwrap());
        let blob = format!("blobs/sha256/{}", name.split_once('.').unwrap().0);
        assert_eq!(
            both.iter().find(|(name, _)| *name == blob).map(|(_, bytes)| bytes),
            expected.get(name),
            "{fixture}"
        );
        let image = manifest_json_of(&both)[0].clone();
        assert!([&image["Config"], &image["Layers"][0]].contains(&&serde_json::json!(blob)), "{image}");
    }
}

fn manifest_json_of(members: &[(String, Vec<u8>)]) -> serde_json::Value {
    let (_, bytes) = members.iter().find(|(name, _)| name == "manifest.json").unwrap();
    serde_json::from_slice(bytes).unwrap()
}

#[test]
fn a_compressed_layer_with_a_fault_is_the_stream_as_it_is_stored() {
    let fixture = oci_image! {
        manifest "app:1" {
            layer gzip { "a" => "b" }
            #[flip = 100] layer gzip { "c" => "d" }
            #[missing] layer zstd { "e" => "f" }
            layer (Gzip::stored().bad_crc()) { "g" => "h" }
            layer (Plain::new().suffix("junk")) { "i" => "j" }
            // Another layer has the same tar, and a fault in its blob.
            layer gzip { "k" => "l" }
            #[truncate = 9] layer { "k" => "l" }
            #[unchecked] blob "application/vnd.oci.image.layer.v1.tar+gzip" => "no gzip",
        }
    };
    let layout = fixture.in_memory().unwrap();
    let layers = layout.platform("linux/amd64").unwrap().layers().unwrap();
    let diff_ids = layout.platform("linux/amd64").unwrap().config().unwrap();
    let tar_of = |hex: &str| format!("{hex}.tar");
    let tar = fixture.write_docker_archive(Vec::new()).unwrap();
    let files = for_docker(&tar);
    let mut expected = Vec::new();
    for (number, layer) in layers.iter().enumerate() {
        let diff_id = diff_ids
            .rootfs()
            .diff_ids()
            .get(number)
            .map(|diff_id| tar_of(diff_id.split_once(':').unwrap().1));
        let stored = layer.bytes().ok().map(std::borrow::Cow::into_owned);
        let blob = tar_of(layer.digest().hex());
        expected.push(match number {
            0 => (diff_id.unwrap(), Some(layer_of_text("a", "b"))),
            5 => (blob, Some(layer_of_text("k", "l"))),
            _ => (blob, stored),
        });
    }
    let paths: Vec<_> = expected.iter().map(|(path, _)| path.clone()).collect();
    assert_eq!(manifest_json(&tar)[0]["Layers"], serde_json::json!(paths));
    for (path, bytes) in expected {
        assert_eq!(files.get(&path), bytes.as_ref(), "{path}");
    }
}

fn layer_of_text(path: &str, text: &str) -> Vec<u8> {
    layer_of(Layer::new().with((path, text)))
}

/// The platform in the descriptor of a config or a layer contradicts nothing, because only a manifest has a platform of its
/// own. So it is not a fault, and is left out like annotations.
#[test]
fn a_docker_archive_leaves_out_the_other_fields_of_descriptors() {
    let plain = oci_image! { manifest "app:1" { layer { "a" => "b" } config { user: "1" } } };
    let described = oci_image! {
        manifest "app:1" {
            descriptor: { annotations: { "a": "b" } },
            layer { "a" => "b", descriptor: { platform: linux/arm64, annotations: { "a": "b" } } }
            config { user: "1", descriptor: { platform: linux/arm64, urls: ["http://a"] } }
        }
    };
    let [plain, described] =
        [plain, described].map(|fixture| fixture.write_docker_archive(Vec::new()).unwrap());
    assert!(plain == described);
    let another =
        oci_image! { manifest "app:1" { layer { "a" => "b" } descriptor: { platform: linux/arm64 } } };
    assert_eq!(
        another.write_docker_archive(Vec::new()).unwrap_err().to_string(),
        "manifest \"app:1\": `descriptor: { platform }` has no place in an archive that is not a layout, too; make it one \
         with `.docker_archive().with_layout()`"
    );
}

#[test]
fn a_fault_without_a_place_is_refused() {
    let cure = "has no place in an archive that is not a layout, too; make it one with `.docker_archive().with_layout()`";
    for (fixture, place, fault) in [
        (oci_image! { #[missing] manifest "app:1" { layer { } } }, "manifest \"app:1\"", "`#[missing]`"),
        (
            oci_image! { #[flip = 0] index "app:1" { linux/amd64 { layer { } } } },
            "index \"app:1\"",
            "`#[flip = 0]`",
        ),
        (
            oci_image! { index "app:1" { linux/arm64 { merge: { "schemaVersion": 0 } layer { } } } },
            "index \"app:1\" > linux/arm64",
            "`merge:`",
        ),
        (
            oci_image! { manifest "app:1" { layer { } #[unlisted] layer { "a" => "" } } },
            "manifest \"app:1\" > layer 2",
            "`#[unlisted]`",
        ),
        (
            oci_image! { manifest "app:1" { layer { descriptor: { size: 1 } } } },
            "manifest \"app:1\" > layer 1",
            "`descriptor: { size }`",
        ),
        (
            oci_image! { manifest "app:1" { layer (Gzip::stored().labelled("zstd")) { } } },
            "manifest \"app:1\" > layer 1",
            "`labelled()`",
        ),
        (oci_image! { manifest "app:1" { layer { } } extend: { "a": 1 } }, "index.json", "`extend:`"),
        (oci_image! { manifest "app:1" { layer { } } oci_layout: "no json" }, "index.json", "`oci_layout:`"),
    ] {
        let error = fixture.write_docker_archive(Vec::new()).unwrap_err();
        assert_eq!(
            (error.kind(), error.to_string()),
            (ErrorKind::Declaration, format!("{place}: {fault} {cure}"))
        );

        // A layout has a place for each of these faults.
        let both = members(&*fixture.docker_archive().with_layout().write(Vec::new()).unwrap());
        let layout = members(&*fixture.write_archive(Vec::new()).unwrap());
        let missing: Vec<_> = layout.iter().filter(|member| !both.contains(member)).collect();
        assert!(missing.is_empty(), "{missing:?}");
    }
    // A fault of an image that is not chosen does not matter.
    let fixture = oci_image! {
        index "app:1" { linux/amd64 { layer { } } #[missing] linux/arm64 { layer { "a" => "" } } }
    };
    fixture.docker_archive().platform("linux/amd64").write(Vec::new()).unwrap();
}
