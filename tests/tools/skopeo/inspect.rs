//! Manifests, configs and images, by tag and by platform.

use oci_fixture::{Node, TempDir, oci_image};
use serde_json::json;

use super::{NO_OCI, NO_TAG, inspection, located, skopeo};
use crate::blobs::parsed;
use crate::images::{Listed, images, is_manifest, listed, platform};
use crate::refusals::{Refusal, Refusals};
use crate::tool::SKOPEO;

#[test]
fn skopeo_inspects_each_image_and_each_of_its_platforms() {
    const NO_IMAGE: Refusal = Refusal {
        images: &["empty_index:latest linux/amd64"],
        what: "",
        says: "no image found in image index",
        why: "there is no image in the index",
    };
    const NOT_STORED: Refusal = Refusal {
        images: &["partial_multi_platform:latest linux/arm64", "partial_multi_platform:latest linux/riscv64"],
        what: "",
        says: "no such file or directory",
        why: "the index lists what is not stored",
    };
    const ARTIFACT: Refusal = Refusal {
        images: &["text_plain:text-plain", "mixed:sbom", "mixed:chart"],
        what: "image",
        says: "unsupported image-specific operation on artifact",
        why: "skopeo 1.9.3 takes the config of an artifact for bytes",
    };
    if !SKOPEO.is_here() {
        return;
    }
    let mut refusals = Refusals::new([&NO_OCI, &NO_TAG, &NO_IMAGE, &NOT_STORED, &ARTIFACT]);
    for (image, fixture) in images() {
        let layout = fixture.tempdir().unwrap();
        for Listed { name, tag, node } in listed(image, &layout) {
            let at = located("oci", layout.path(), tag.as_deref());
            let manifest = skopeo(&[], &["inspect", "--raw", &at]);
            let Some(manifest) = refusals.check(&name, "manifest", manifest) else { continue };
            assert_eq!(manifest, *node.bytes().unwrap(), "{name}");

            for (name, chosen, overrides) in chosen(&name, &node) {
                let config = skopeo(&overrides, &["inspect", "--config", "--raw", &at]);
                let Some(config) = refusals.check(&name, "config", config) else { continue };
                let manifest = parsed(&chosen.unwrap().bytes().unwrap());
                let expected = layout.blob(manifest["config"]["digest"].as_str().unwrap()).unwrap();
                assert_eq!(config, *expected, "{name}");

                let inspected = skopeo(&overrides, &["inspect", &at]);
                let Some(inspected) = refusals.check(&name, "image", inspected) else { continue };
                let layers = manifest["layers"].as_array().unwrap().iter();
                let layers: Vec<_> =
                    layers.map(|layer| layer["digest"].as_str().unwrap().to_owned()).collect();
                let docker = manifest["mediaType"] == "application/vnd.docker.distribution.manifest.v2+json";
                let mut expected = inspection(&parsed(&config), docker, &layers);
                expected["Digest"] = json!(node.digest().as_str());
                assert_eq!(parsed(&inspected), expected, "{name}");
            }
        }
    }
    refusals.finish();
}

/// In a layout, other names with the same tag are others for containerd alone.
#[test]
fn skopeo_takes_the_first_of_two_entries_with_the_same_tag() {
    if !SKOPEO.is_here() {
        return;
    }
    let layout = oci_image! { manifest "first:same" { "a" => "1" } manifest "second:same" { "a" => "2" } };
    let layout = layout.tempdir().unwrap();
    let found = skopeo(&[], &["inspect", "--raw", &located("oci", layout.path(), Some("same"))]).unwrap();
    assert_eq!(found, *layout.reference("first:same").unwrap().bytes().unwrap());
}

/// What of an entry can be chosen: its name, the manifest, if there is one, and skopeo's options for it.
fn chosen<'l>(
    name: &str,
    entry: &Node<'l, TempDir>,
) -> Vec<(String, Option<Node<'l, TempDir>>, Vec<String>)> {
    if is_manifest(entry) {
        return vec![(name.to_owned(), Some(entry.clone()), Vec::new())];
    }
    let choice = |platform: Vec<String>, node| {
        let options = ["--override-os", "--override-arch", "--override-variant"];
        let words = options.into_iter().zip(&platform).flat_map(|(option, word)| [option, word]);
        (format!("{name} {}", platform.join("/")), node, words.map(str::to_owned).collect())
    };
    let manifests = entry.walk().map(Result::unwrap).filter(is_manifest);
    let mut choices: Vec<_> = manifests.map(|node| choice(platform(&node), Some(node))).collect();
    if choices.is_empty() {
        choices.push(choice(vec!["linux".to_owned(), "amd64".to_owned()], None));
    }
    choices
}
