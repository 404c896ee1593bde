//! Every byte that moby's `internal/testutil/specialimage` writes can be declared.
//!
//! The functions of `examples/specialimage.rs` give images without faults. Go's images differ from these where its
//! structs leave `schemaVersion` at 0 and `diff_ids` at `null`, which the specification forbids. The tests here declare
//! these faults. `moby.txt` holds the digests of the files that Go wrote.

use std::collections::BTreeMap;

use oci_fixture::{Digest, Fixture, oci_image};
use oci_fixture_test_support::{files, sha256};

use crate::specialimage::images::{dangling, empty_fs, empty_index};

/// The files that Go wrote for an image: the path of each, and the digest of its bytes.
fn written_by_go(image: &str) -> BTreeMap<&'static str, &'static str> {
    let rows = include_str!("moby.txt").lines().filter(|line| !line.starts_with('#'));
    let rows = rows.map(|row| row.split(' ').collect::<Vec<_>>());
    rows.filter(|row| row[0] == image).map(|row| (row[1], row[2])).collect()
}

/// Compares all files but manifest.json, which is a matter of the archive for Docker and not of the layout.
#[track_caller]
fn assert_same_layout(image: &str, fixture: &Fixture) {
    let layout = fixture.tempdir().unwrap();
    let stored = files(layout.path());
    let stored: BTreeMap<_, _> = stored.iter().map(|(path, bytes)| (path.as_str(), sha256(bytes))).collect();
    let mut expected = written_by_go(image);
    expected.remove("manifest.json");
    let expected: BTreeMap<_, _> = expected.into_iter().map(|(path, hex)| (path, hex.to_owned())).collect();
    assert_eq!(stored, expected, "{image}");
}

fn platforms(reference: &str, platforms: &[(&str, &str)]) -> Fixture {
    oci_image! {
        index (reference) {
            for (platform, content) in platforms {
                (*platform) { merge: { "schemaVersion": 0 } layer { "bash" => content } }
            }
        }
    }
}

fn layers(reference: &str, layers: &[(String, String)]) -> Fixture {
    oci_image! {
        manifest (reference) {
            merge: { "schemaVersion": 0 }
            for (path, content) in layers { layer { (path) => content } }
        }
    }
}

#[test]
fn images_for_several_platforms_differ_from_go_in_the_schema_version_of_the_manifests() {
    let two = platforms("twoplatform:latest", &[("linux/amd64", "layer1"), ("linux/arm64", "layer2")]);
    assert_same_layout("two_platform", &two);
    let multi = [("linux/amd64", "layer-linux/amd64"), ("linux/arm/v7", "layer-linux/arm/v7")];
    assert_same_layout("multi_platform", &platforms("multiplatform:latest", &multi));
    let legacy = [("linux/amd64", "layer-linux/amd64"), ("linux/arm64", "layer-linux/arm64")];
    assert_same_layout("legacy_manifest", &platforms("legacy:latest", &legacy));
}

#[test]
fn images_of_several_layers_differ_from_go_in_the_schema_version_of_the_manifest() {
    let owned = |files: &[(&str, &str)]| -> Vec<(String, String)> {
        files.iter().map(|(path, content)| (String::from(*path), String::from(*content))).collect()
    };
    let multi = owned(&[("foo", "1"), ("bar", "2"), ("hello", "world")]);
    assert_same_layout("multi_layer", &layers("multilayer:latest", &multi));
    let custom = owned(&[("asdf", "3"), ("foo", "1")]);
    assert_same_layout("multi_layer_custom", &layers("multilayer2:latest", &custom));
    // Go's math/rand with the seed 1 gives this name and seven layers.
    let random: Vec<_> = (0..7).map(|number| (format!("layer-{number}"), number.to_string())).collect();
    assert_same_layout("random_single_platform", &layers("random-5577006791947779410:latest", &random));
}

#[test]
fn the_manifests_that_go_leaves_out_are_descriptors_without_a_blob() {
    let partial = oci_image! {
        index "missingmp:latest" {
            linux/amd64 { merge: { "schemaVersion": 0 } layer { "bash" => "layer-linux/amd64" } }
            for platform in ["linux/arm64", "linux/riscv64"] {
                dangling {
                    media_type: "application/vnd.oci.image.manifest.v1+json",
                    digest: Digest::sha256(platform),
                    size: 128,
                    platform: (platform),
                }
            }
        }
    };
    assert_same_layout("partial_multi_platform", &partial);
}

#[test]
fn an_index_without_manifests_is_the_same_as_that_of_go() {
    assert_same_layout("empty_index", &empty_index());
}

#[test]
fn a_config_or_a_text_as_an_image_has_one_annotation_and_no_rootfs_in_go() {
    // A merge patch takes a `null` for "remove this", so `diff_ids` cannot become one by it.
    let config = oci_image! {
        config "config:latest" linux/amd64 {
            raw: json {
                "architecture": "amd64", "os": "linux", "config": { "Env": ["FOO=BAR"] },
                "rootfs": { "type": "", "diff_ids": null },
            },
            descriptor: { annotations: { "org.opencontainers.image.ref.name": null } },
        }
    };
    assert_same_layout("config_target", &config);

    let text = oci_image! {
        manifest "tianon/test:text-plain" {
            merge: { "schemaVersion": 0, "mediaType": null },
            descriptor: { annotations: { "org.opencontainers.image.ref.name": null } },
            config "application/vnd.oci.empty.v1+json" => "{}",
            blob "text/plain" => "{}",
        }
    };
    assert_same_layout("text_plain", &text);
}

#[test]
fn an_image_without_layers_has_null_for_its_diff_ids_in_go() {
    let labeled = oci_image! {
        manifest "withlabel:latest" {
            merge: { "schemaVersion": 0 }
            config {
                raw: json {
                    "architecture": "amd64", "os": "linux", "config": { "Labels": { "on_prune": "keep" } },
                    "rootfs": { "type": "layers", "diff_ids": null },
                }
            }
        }
    };
    assert_same_layout("labeled", &labeled);
}

/// Go writes this layout without an oci-layout file, and index.json without a media type.
#[test]
fn the_dangling_image_has_the_blobs_of_go() {
    let layout = dangling().tempdir().unwrap();
    let stored = files(layout.path());
    let stored: BTreeMap<_, _> = stored.iter().map(|(path, bytes)| (path.as_str(), sha256(bytes))).collect();
    let expected = written_by_go("dangling");
    for (path, hex) in expected.into_iter().filter(|(path, _)| path.starts_with("blobs/")) {
        assert_eq!(stored.get(path).map(String::as_str), Some(hex), "{path}");
    }
}

/// moby's tests pin the ID of this image: the digest of its config.
#[test]
fn the_empty_file_system_has_the_config_and_the_layer_of_go() {
    let layout = empty_fs().tempdir().unwrap();
    let image = layout.reference("emptyfs:latest").unwrap();
    let digests: Vec<_> =
        image.children().unwrap().iter().map(|node| node.digest().hex().to_owned()).collect();
    let go = written_by_go("empty_fs");
    let id = "11f64303f0f7ffdc71f001788132bca5346831939a956e3e975c93267d89a16d";
    let layer = go["511136ea3c5a64f264b78b5433614aec563103b4d4702f3ba7d4d2698e22c158/layer.tar"];
    assert_eq!(go[format!("{id}.json").as_str()], id);
    assert_eq!(digests, [id, layer]);
}
