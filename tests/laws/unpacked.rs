//! umoci unpacks an image to the file system that `Node::rootfs` describes.

use std::collections::BTreeSet;
use std::fs;
use std::os::unix::fs::MetadataExt;

use oci_fixture::{Entry, Fixture, Layer, LayerEntry, LayerEntryKind, Manifest, Node, TempDir};
use oci_fixture_test_support::UMOCI;
use serde_json::json;

use crate::choices::Choices;

/// Unpacks each image that umoci takes, and compares.
pub(crate) fn check(fixture: &Fixture) {
    // Without root's rights umoci makes other owners and no devices.
    if !UMOCI.is_here() || fs::metadata("/proc/self").unwrap().uid() != 0 {
        return;
    }
    let layout = fixture.tempdir().unwrap();
    for node in layout.walk().unwrap().map(Result::unwrap) {
        if node.media_type() != "application/vnd.oci.image.manifest.v1+json" {
            continue;
        }
        // umoci 0.4.7 finds an image by its tag, and chooses no platform.
        let mut descriptor = json!(node.descriptor());
        descriptor["annotations"] = json!({ "org.opencontainers.image.ref.name": "one" });
        let index = json!({ "schemaVersion": 2, "manifests": [descriptor] });
        let opened = fixture.tempdir().unwrap();
        fs::write(opened.path().join("index.json"), index.to_string()).unwrap();
        // Not among other temporary files, whose disk may know of no extended attributes.
        let temp = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
        let bundle = temp.path().join("bundle");
        let image = format!("{}:one", opened.path().display());
        let unpacked = UMOCI.run(["unpack", "--image", &image, bundle.to_str().unwrap()]);
        match (unpacked, node.rootfs()) {
            (Ok(_), Ok(rootfs)) => {
                let mut differences = rootfs.differences(bundle.join("rootfs")).unwrap();
                // umoci 0.4.7 takes no attributes from the header of a hard link, as containerd, Docker and podman do. It sets
                // the owner of the file once more, by which Linux takes its capabilities away.
                for path in linked(&node) {
                    let lost = ["the mode is ", "the owner is ", "has no attribute "]
                        .map(|lost| format!("{path}: {lost}"));
                    differences.retain(|line| !lost.iter().any(|lost| line.starts_with(lost)));
                }
                // Go takes a PAX record without a value for none, so umoci sets no attribute that is empty.
                for LayerEntry { path, xattrs, .. } in rootfs.entries() {
                    for (name, _) in xattrs.iter().filter(|(_, value)| value.is_empty()) {
                        let lost = format!("{path:?}: has no attribute {name:?}");
                        differences.retain(|line| *line != lost);
                    }
                }
                assert!(differences.is_empty(), "{}\n{layout:#}\n{rootfs}", differences.join("\n"));
            }
            (Ok(_), Err(error)) => panic!("umoci unpacks this: {error}\n{layout}"),
            (Err(refused), Ok(rootfs)) => {
                let is_known = REFUSED.iter().any(|known| refused.contains(known));
                assert!(is_known, "umoci refuses this: {refused}\n{layout}\n{rootfs}");
            }
            // Both refuse it.
            (Err(_), Err(_)) => {}
        }
    }
}

/// The errors of umoci 0.4.7 about images that could be unpacked.
const REFUSED: [&str; 7] = [
    // It takes no zstd, and no blobs that are no layers.
    "blob is not correct mediatype: ",
    // It panics where a blob among the layers has no `diff_id`.
    "panic: runtime error: index out of range [",
    "not implemented: application/vnd.docker.",
    "config blob is not correct mediatype application/vnd.oci.image.config.v1+json",
    "unsupported OS: ",
    // The image has no such user in its `etc/passwd`.
    "cannot parse user spec: ",
    // Linux refuses some values of `security.capability`.
    "restore xattr",
];

/// The paths of all hard links and of their targets, as differences begin with them.
fn linked(image: &Node<'_, TempDir>) -> BTreeSet<String> {
    let entries = image.layers().unwrap().into_iter().flat_map(|layer| layer.entries().unwrap());
    let links = entries.filter(|entry| entry.kind == LayerEntryKind::Hardlink);
    links.flat_map(|link| [format!("{:?}", link.path), format!("{:?}", link.link.unwrap())]).collect()
}

/// Layers of few paths, so that they stand in the way of one another.
pub(crate) fn layers(choices: &mut Choices<'_>) -> Fixture {
    let mut image = Manifest::new();
    for _ in 0..=choices.below(4) {
        let mut layer = Layer::new();
        let mut seen = Vec::new();
        for _ in 0..choices.below(8) {
            let path = choices.one_of(&["a", "b", "c", "a/x", "a/y", "b/x", "b/x/z", "c/w", "c/w/v"]);
            if seen.contains(&path) {
                continue;
            }
            seen.push(path);
            let entry = match choices.below(14) {
                8.. => Entry::directory(path),
                0 | 1 => Entry::file(path, choices.number().to_string()),
                2 => Entry::symlink(path, choices.one_of(&["a", "/b", "../c", "none", "x"])),
                3 => Entry::hardlink(path, choices.one_of(&["a", "b/x", "a/x", "c/w"])),
                4 => Entry::whiteout(path),
                5 => Entry::opaque(path),
                6 => Entry::fifo(path),
                _ => Entry::char(path, 1, 3),
            };
            let mode = choices.one_of(&[0o644, 0o755, 0o4711, 0o1777, 0]);
            let entry = if choices.one_in(2) { entry } else { entry.mode(mode).uid(choices.number() % 9) };
            layer = layer.with(entry.unchecked());
        }
        image = image.with(layer);
    }
    Fixture::new().with(image)
}
