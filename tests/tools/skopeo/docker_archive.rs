//! Archives for Docker.

use std::collections::BTreeSet;
use std::path::Path;

use oci_fixture::Layout;
use oci_fixture_test_support::{SKOPEO, decompressed, digest};
use serde_json::{Map, Value, json};

use super::copy::copy_on;
use super::{inspection, located, skopeo};
use crate::blobs::{Blobs, diff_ids, parsed};
use crate::images::{IMAGE_CONFIGS, Listed, images, is_manifest, listed};
use crate::refusals::Refusals;

#[test]
fn skopeo_reads_docker_archives() {
    if !SKOPEO.is_here() {
        return;
    }
    let mut refusals = Refusals::of("skopeo docker-archive");
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

/// The entries with configs of moby, which have members that the configs of the OCI do not have, or that are `null`.
const CONVERTED: [&str; 3] = ["dangling without a tag", "empty_fs:latest", "encoded:latest"];

/// An image in Docker: a config, and tars.
struct Loaded {
    /// Whether the config has only members that the configs of the OCI have.
    is_plain: bool,
    /// The name of an image in Docker. An image without a name is found by its position.
    name: String,
    repository: Option<String>,
    config: Vec<u8>,
    layers: Vec<Vec<u8>>,
}

/// The node of an entry for linux/amd64, if it is an image.
fn loaded((position, entry): (usize, &Listed<'_>)) -> Option<Loaded> {
    // The config of `empty_fs` has no platform by which the image could be found.
    let alone = is_manifest(&entry.node).then(|| entry.node.clone());
    let image = alone.or_else(|| entry.node.best_match("linux/amd64").ok())?;
    let manifest = image.manifest().unwrap();
    if !IMAGE_CONFIGS.contains(&manifest.config().media_type().as_ref()) {
        return None;
    }
    let config = image.children().unwrap().into_iter().next().unwrap();
    let reference = entry.node.reference();
    Some(Loaded {
        is_plain: !CONVERTED.contains(&&*entry.name),
        name: reference.map_or_else(|| format!("@{position}"), str::to_owned),
        repository: reference.and_then(|name| Some(name.rsplit_once(':')?.0.to_owned())),
        config: config.bytes().unwrap().into_owned(),
        layers: image.layers().unwrap().iter().map(|layer| decompressed(&layer.bytes().unwrap())).collect(),
    })
}

fn assert_loaded(archive: &Path, image: &Loaded) {
    let Loaded { is_plain, name, repository, config, layers } = image;
    let at = located("docker-archive", archive, Some(name));
    let tars: Vec<_> = layers.iter().map(digest).collect();
    assert_eq!(diff_ids(&parsed(config)), tars, "{at}");

    // skopeo makes a manifest of its own, because the layers have no media type in the archive.
    let layers = layers.iter().zip(&tars).map(|(layer, digest)| {
        let media_type = "application/vnd.docker.image.rootfs.diff.tar.gzip";
        json!({ "mediaType": media_type, "size": layer.len(), "digest": digest })
    });
    let media_type = "application/vnd.docker.container.image.v1+json";
    let expected = json!({
        "schemaVersion": 2,
        "mediaType": "application/vnd.docker.distribution.manifest.v2+json",
        "config": { "mediaType": media_type, "size": config.len(), "digest": digest(config) },
        "layers": layers.collect::<Vec<_>>(),
    });
    let manifest = skopeo(&[], &["inspect", "--raw", &at]).unwrap();
    assert_eq!(parsed(&manifest), expected, "{at}");
    assert_eq!(skopeo(&[], &["inspect", "--config", "--raw", &at]).unwrap(), *config, "{at}");
    let mut expected = inspection(&parsed(config), true, &tars);
    expected["Digest"] = json!(digest(&manifest));
    if let Some(repository) = repository {
        expected["Name"] = json!(repository);
    }
    assert_eq!(parsed(&skopeo(&[], &["inspect", &at]).unwrap()), expected, "{at}");

    let temp = tempfile::tempdir().unwrap();
    let to = temp.path().join("dir");
    skopeo(&[], &["copy", "--preserve-digests", &at, &located("dir", &to, None)]).unwrap();
    let mut all: BTreeSet<_> = tars.iter().cloned().collect();
    all.extend([digest(&manifest), digest(config)]);
    assert_eq!(Blobs::copied("dir", &to), Blobs { root: digest(&manifest), all }, "{at}");

    // As an OCI image, the image has other layers, since skopeo compresses them, but the same config, if that is a config of
    // the OCI.
    let to = temp.path().join("oci");
    skopeo(&[], &["copy", &at, &located("oci", &to, None)]).unwrap();
    let copied = Layout::open(&to).unwrap();
    let [image] = &*copied.nodes().unwrap() else { panic!("{at}: {copied}") };
    let copied = image.children().unwrap().remove(0).bytes().unwrap();
    assert_eq!(copied == *config, *is_plain, "{at}");
    assert_eq!(parsed(&copied), converted(&parsed(config)), "{at}");
    let layers = image.layers().unwrap();
    let copied: Vec<_> = layers.iter().map(|layer| digest(decompressed(&layer.bytes().unwrap()))).collect();
    assert_eq!(copied, tars, "{at}");
}

/// The config that skopeo makes for Docker: the members of the OCI config, without those that are `null`.
fn converted(config: &Value) -> Value {
    let kept = |value: &Value, names: &[&str]| -> Map<String, Value> {
        let members = value.as_object().into_iter().flatten();
        let is_kept = |(name, value): &(&String, &Value)| names.contains(&&***name) && !value.is_null();
        members.filter(is_kept).map(|(name, value)| (name.clone(), value.clone())).collect()
    };
    let mut converted = kept(
        config,
        &["created", "author", "architecture", "os", "os.version", "os.features", "variant", "history"],
    );
    converted.entry("os").or_insert_with(|| json!(""));
    let run = [
        "User",
        "ExposedPorts",
        "Env",
        "Entrypoint",
        "Cmd",
        "Volumes",
        "WorkingDir",
        "Labels",
        "StopSignal",
        "ArgsEscaped",
    ];
    converted.insert("config".to_owned(), kept(&config["config"], &run).into());
    converted.insert("rootfs".to_owned(), config["rootfs"].clone());
    converted.into()
}
