//! Archives for Docker.

use std::collections::BTreeSet;
use std::path::Path;

use oci_fixture::Layout;
use serde_json::{Value, json};

use super::copy::copy_on;
use super::{NO_OCI, NO_TAG, inspection, located, skopeo};
use crate::blobs::{Blobs, decompressed, parsed, sha256};
use crate::images::{IMAGE_CONFIGS, Listed, images, listed};
use crate::refusals::{Refusal, Refusals};
use crate::tool::SKOPEO;

#[test]
fn skopeo_reads_docker_archives() {
    const NO_IMAGE: Refusal = Refusal {
        images: &["empty_index", "config_target", "text_plain", "mixed"],
        what: "write for Docker alone",
        says: "is no image that Docker could load",
        why: "we write no archive for Docker of what is no image",
    };
    const NO_LAYER: Refusal = Refusal {
        images: &["foreign"],
        what: "write",
        says: "is no `layer`, which Docker could unpack",
        why: "we write no archive for Docker without the layers",
    };
    const NOT_STORED: Refusal = Refusal {
        images: &["partial_multi_platform:latest"],
        what: "copy to dir:",
        says: "no such file or directory",
        why: "the index lists what is not stored",
    };
    const NESTED: Refusal = Refusal {
        images: &["mixed:nested"],
        what: "copy to dir:",
        says: "Unexpectedly received a manifest list instead of a manifest for a single image",
        why: "skopeo 1.9.3 copies no index in an index",
    };
    if !SKOPEO.is_here() {
        return;
    }
    let mut refusals = Refusals::new([&NO_IMAGE, &NO_LAYER, &NO_OCI, &NO_TAG, &NOT_STORED, &NESTED]);
    for (image, fixture) in images() {
        let layout = fixture.tempdir().unwrap();
        let temp = tempfile::tempdir().unwrap();
        let archive = fixture.docker_archive().platform("linux/amd64");
        for (what, archive, has_layout) in [
            ("write for Docker alone", archive.clone(), false),
            ("write for Docker, with a layout", archive.with_layout(), true),
        ] {
            let path = temp.path().join("archive");
            let written = archive.write_to(&path).map_err(|error| error.to_string());
            let Some(()) = refusals.check(image, what, written) else { continue };
            let entries = listed(image, &layout);
            assert_loadable(&path, &entries);
            for Listed { name, tag, node } in entries.iter().filter(|_| has_layout) {
                let from = located("oci-archive", &path, tag.as_deref());
                copy_on(name, node, from, &["dir"], &mut refusals);
            }
        }
    }
    refusals.finish();
}

/// An archive for Docker holds the images that these entries have for linux/amd64, and no others.
fn assert_loadable(archive: &Path, entries: &[Listed<'_>]) {
    let images: Vec<_> = entries.iter().enumerate().filter_map(loaded).collect();
    let names: Vec<_> = images.iter().map(|image| image.name.as_str()).collect();
    let names = if names.is_empty() { Value::Null } else { json!(names) };
    let listed = skopeo(&[], &["list-tags", &located("docker-archive", archive, None)]);
    assert_eq!(parsed(&listed.unwrap())["Tags"], names, "{}", archive.display());
    for image in &images {
        assert_loaded(archive, image);
    }
}

/// An image as Docker has it: a config, and tars.
struct Loaded {
    /// What Docker calls it; without a name it is found by its position.
    name: String,
    repository: Option<String>,
    config: Vec<u8>,
    layers: Vec<Vec<u8>>,
}

/// What an entry has for linux/amd64, if that is an image.
fn loaded((position, entry): (usize, &Listed<'_>)) -> Option<Loaded> {
    let image = entry.node.best_match("linux/amd64").ok()?;
    let manifest = image.manifest().unwrap();
    if !IMAGE_CONFIGS.contains(&manifest.config().media_type().as_ref()) {
        return None;
    }
    let config = image.children().unwrap().into_iter().next().unwrap();
    let reference = entry.node.reference();
    let familiar =
        |name: &str| name.trim_start_matches("docker.io/").trim_start_matches("library/").to_owned();
    Some(Loaded {
        name: reference.map_or_else(|| format!("@{position}"), familiar),
        repository: reference.and_then(|name| Some(name.rsplit_once(':')?.0.to_owned())),
        config: config.bytes().unwrap().into_owned(),
        layers: image.layers().unwrap().iter().map(|layer| decompressed(&layer.bytes().unwrap())).collect(),
    })
}

fn assert_loaded(archive: &Path, image: &Loaded) {
    let Loaded { name, repository, config, layers } = image;
    let at = located("docker-archive", archive, Some(name));
    let diff_ids: Vec<_> = layers.iter().map(|layer| sha256(layer)).collect();
    assert_eq!(parsed(config)["rootfs"]["diff_ids"], json!(diff_ids), "{at}");

    // skopeo makes a manifest of its own; the layers have no type in the archive.
    let layers = layers.iter().zip(&diff_ids).map(|(layer, digest)| {
        let media_type = "application/vnd.docker.image.rootfs.diff.tar.gzip";
        json!({ "mediaType": media_type, "size": layer.len(), "digest": digest })
    });
    let media_type = "application/vnd.docker.container.image.v1+json";
    let expected = json!({
        "schemaVersion": 2,
        "mediaType": "application/vnd.docker.distribution.manifest.v2+json",
        "config": { "mediaType": media_type, "size": config.len(), "digest": sha256(config) },
        "layers": layers.collect::<Vec<_>>(),
    });
    let manifest = skopeo(&[], &["inspect", "--raw", &at]).unwrap();
    assert_eq!(parsed(&manifest), expected, "{at}");
    assert_eq!(skopeo(&[], &["inspect", "--config", "--raw", &at]).unwrap(), *config, "{at}");
    let mut expected = inspection(&parsed(config), true, &diff_ids);
    expected["Digest"] = json!(sha256(&manifest));
    if let Some(repository) = repository {
        expected["Name"] = json!(repository);
    }
    assert_eq!(parsed(&skopeo(&[], &["inspect", &at]).unwrap()), expected, "{at}");

    let temp = tempfile::tempdir().unwrap();
    let to = temp.path().join("dir");
    skopeo(&[], &["copy", "--preserve-digests", &at, &located("dir", &to, None)]).unwrap();
    let mut all: BTreeSet<_> = diff_ids.iter().cloned().collect();
    all.extend([sha256(&manifest), sha256(config)]);
    assert_eq!(Blobs::copied("dir", &to), Blobs { root: sha256(&manifest), all }, "{at}");

    // As an OCI image it has other layers, which skopeo compresses, but the same config.
    let to = temp.path().join("oci");
    skopeo(&[], &["copy", &at, &located("oci", &to, None)]).unwrap();
    let copied = Layout::open(&to).unwrap();
    let [image] = &*copied.nodes().unwrap() else { panic!("{at}: {copied}") };
    let manifest = parsed(&image.bytes().unwrap());
    assert_eq!(manifest["config"]["digest"], json!(sha256(config)), "{at}");
    let layers = image.layers().unwrap();
    let tars: Vec<_> = layers.iter().map(|layer| sha256(&decompressed(&layer.bytes().unwrap()))).collect();
    assert_eq!(tars, diff_ids, "{at}");
}
