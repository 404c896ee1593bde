//! Indexes, manifests and configs.

use oci_fixture_test_support::digest;
use serde_json::{Value, json};

use oci_fixture_gallery::hostile;

use crate::fixture;
use crate::image::{CONFIG, INDEX, Image, LAYER, MANIFEST, described, parsed};

#[test]
fn each_image_has_its_name_and_blobs_that_are_what_their_digests_say() {
    for case in hostile() {
        let (name, image) = (case.name, Image::of(&case.fixture()));
        let annotations = &image.root()["annotations"];
        let reference = format!("docker.io/library/{name}:latest");
        assert_eq!(
            *annotations,
            json!({ "io.containerd.image.name": reference, "org.opencontainers.image.ref.name": "latest" })
        );
        for (stored, bytes) in &image.blobs {
            assert_eq!(digest(bytes), *stored, "{name}");
        }
    }
}

#[test]
fn one_document_is_a_manifest_and_an_index() {
    let image = Image::of(&fixture("manifest_and_index"));
    let document = image.manifest();
    let [config, layer] = [(CONFIG, &document["config"]), (LAYER, &document["layers"][0])]
        .map(|(media_type, descriptor)| described(media_type, image.blob(descriptor)));
    let other = described(MANIFEST, image.blob(&document["manifests"][0]));
    assert_eq!(
        document,
        json!({ "schemaVersion": 2, "config": config, "layers": [layer], "manifests": [other] })
    );
    // Both lists lead to a layer, but not to the same one.
    let other = parsed(image.blob(&other));
    assert_ne!(other["layers"], document["layers"]);
    assert_eq!(other["layers"], json!([described(LAYER, image.blob(&other["layers"][0]))]));
}

#[test]
fn a_manifest_has_a_key_twice_or_also_in_capitals() {
    for (fixture, key) in [(fixture("duplicate_keys"), "layers"), (fixture("case_variant_keys"), "LAYERS")] {
        let image = Image::of(&fixture);
        // A parser that takes the last of two keys loses the layer, so the blob is found by its content.
        let layer = image.blobs.values().find(|blob| blob.starts_with(b"file\0")).unwrap();
        let layer = described(LAYER, layer);
        let config = described(CONFIG, image.blob(&image.manifest()["config"]));
        let [config, layer] = [config, layer].map(|descriptor| in_order(&descriptor));
        assert_eq!(
            image.text(),
            format!(
                r#"{{"schemaVersion":2,"mediaType":"{MANIFEST}","config":{config},"layers":[{layer}],"{key}":[]}}"#
            )
        );
    }
}

/// A descriptor with its members in the order of the specification.
fn in_order(descriptor: &Value) -> String {
    let [media_type, digest, size] = ["mediaType", "digest", "size"].map(|key| &descriptor[key]);
    format!(r#"{{"mediaType":{media_type},"digest":{digest},"size":{size}}}"#)
}

#[test]
fn a_manifest_has_more_than_4_mib() {
    let image = Image::of(&fixture("large_manifest"));
    assert_eq!(image.text().len(), (4 << 20) + 426);
    let mut manifest = image.manifest();
    let annotations = manifest.as_object_mut().unwrap().remove("annotations").unwrap();
    assert!(annotations == json!({ "padding": " ".repeat(4 << 20) }));
    let layer = described(LAYER, image.layer());
    let config = described(CONFIG, image.blob(&manifest["config"]));
    let expected = json!({ "schemaVersion": 2, "mediaType": MANIFEST, "config": config, "layers": [layer] });
    assert_eq!(manifest, expected);
}

#[test]
fn indexes_are_nested_100_deep() {
    let image = Image::of(&fixture("deep_index"));
    let mut bytes = image.blob(image.root());
    for depth in 1..=100 {
        let below = image.blob(&parsed(bytes)["manifests"][0]);
        let media_type = if depth < 100 { INDEX } else { MANIFEST };
        let mut descriptor = described(media_type, below);
        if depth == 100 {
            descriptor["platform"] = json!({ "architecture": "amd64", "os": "linux" });
        }
        let index = json!({ "schemaVersion": 2, "mediaType": INDEX, "manifests": [descriptor] });
        assert_eq!(parsed(bytes), index, "{depth}");
        bytes = below;
    }
    // The indexes, the manifest and its config.
    assert_eq!(image.blobs.len(), 102);
}

#[test]
fn a_diamond_doubles_30_times() {
    let image = Image::of(&fixture("diamond"));
    let (mut bytes, mut paths) = (image.blob(image.root()), 1_u64);
    for level in 0..30 {
        let below = image.blob(&parsed(bytes)["manifests"][0]);
        let descriptor = described(INDEX, below);
        let index = json!({ "schemaVersion": 2, "mediaType": INDEX, "manifests": [descriptor, descriptor] });
        assert_eq!(parsed(bytes), index, "{level}");
        bytes = below;
        paths *= 2;
    }
    assert_eq!(parsed(bytes)["manifests"].as_array().unwrap().len(), 1);
    assert_eq!((paths, image.blobs.len()), (1 << 30, 33));
    assert!(image.blobs.values().map(Vec::len).sum::<usize>() < 13_000);
}

#[test]
fn configs_ask_a_runtime_for_what_it_must_refuse() {
    for (fixture, config) in [
        (fixture("user_overflow"), json!({ "User": "4294967296" })),
        (fixture("volume_traversal"), json!({ "Volumes": { "/../../../../../../etc": {} } })),
        (fixture("working_dir_of_the_runtime"), json!({ "WorkingDir": "/proc/self/fd/7" })),
    ] {
        let image = Image::consistent(&fixture);
        assert_eq!(image.config(), config_of(&config, &json!([])));
    }
}

#[test]
fn the_url_of_a_layer_leads_to_an_internal_host() {
    let image = Image::of(&fixture("foreign_layer"));
    let empty = [0; 1024];
    let mut layer = described("application/vnd.oci.image.layer.nondistributable.v1.tar", &empty);
    layer["urls"] = json!(["http://169.254.169.254/latest/meta-data/"]);
    assert_eq!(image.manifest()["layers"], json!([layer]));
    assert_eq!(image.config(), config_of(&json!({}), &json!([digest(empty)])));
    // The manifest and the config.
    assert_eq!(image.blobs.len(), 2);
}

#[test]
fn the_diff_ids_are_wrong_or_too_few_or_too_many() {
    let empty = digest([0; 1024]);
    for (fixture, diff_ids) in [
        (fixture("diff_ids_wrong"), json!([empty])),
        (fixture("diff_ids_short"), json!([])),
        (fixture("diff_ids_long"), json!([empty, empty])),
    ] {
        let image = Image::consistent(&fixture);
        assert_eq!(image.config(), config_of(&json!({}), &diff_ids));
        assert_ne!(json!([digest(image.layer())]), diff_ids);
    }
}

fn config_of(config: &Value, diff_ids: &Value) -> Value {
    let rootfs = json!({ "type": "layers", "diff_ids": diff_ids });
    json!({ "architecture": "amd64", "os": "linux", "config": config, "rootfs": rootfs })
}
