//! Manifests, configs and images, by tag and by platform.

use oci_fixture::oci_image;
use oci_fixture_test_support::SKOPEO;
use serde_json::json;

use super::{inspection, located, skopeo};
use crate::blobs::parsed;
use crate::images::{Chosen, Listed, chosen, images, listed};
use crate::refusals::Refusals;

#[test]
fn skopeo_inspects_each_image_and_each_of_its_platforms() {
    if !SKOPEO.is_here() {
        return;
    }
    let mut refusals = Refusals::of("skopeo inspect");
    for (image, fixture) in images() {
        let layout = fixture.tempdir().unwrap();
        for Listed { name, tag, node } in listed(image, &layout) {
            let at = located("oci", layout.path(), tag.as_deref());
            let manifest = skopeo(&[], &["inspect", "--raw", &at]);
            let Some(manifest) = refusals.check(&name, "manifest", manifest) else { continue };
            assert_eq!(manifest, *node.bytes().unwrap(), "{name}");

            for Chosen { name, platform, manifest } in chosen(&name, &node) {
                let options = ["--override-os", "--override-arch", "--override-variant"];
                let words = options.into_iter().zip(&platform).flat_map(|(option, word)| [option, word]);
                let overrides: Vec<_> = words.map(str::to_owned).collect();
                let config = skopeo(&overrides, &["inspect", "--config", "--raw", &at]);
                let Some(config) = refusals.check(&name, "config", config) else { continue };
                let manifest = parsed(&manifest.unwrap().bytes().unwrap());
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

/// Only containerd tells two names with the same tag in one layout apart.
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
