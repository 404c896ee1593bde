//! umoci: reads one image of a layout, and unpacks it.

use std::fs;

use oci_fixture::{Node, TempDir};
use oci_fixture_test_support::{GNU_TAR, UMOCI};
use serde_json::{Value, json};

use crate::blobs::parsed;
use crate::images::{Listed, images, is_manifest, listed, platform};
use crate::refusals::Refusals;
use crate::trees::{expected_trees, tree};

#[test]
fn umoci_says_the_history_of_each_image() {
    if !UMOCI.is_here() {
        return;
    }
    let mut refusals = Refusals::of("umoci stat");
    each_image(|name, at, node| {
        let stat = UMOCI.run(["stat", "--json", "--image", at]);
        let Some(found) = refusals.check(name, "stat", stat) else { return };
        assert_eq!(parsed(&found), json!({ "history": history_of(node) }), "{name}");
    });
    refusals.finish();
}

#[test]
fn umoci_unpacks_each_image_as_it_is_declared() {
    // GNU tar lists the unpacked files.
    if !UMOCI.is_here() || !GNU_TAR.is_here() {
        return;
    }
    let mut refusals = Refusals::of("umoci unpack");
    let trees = expected_trees();
    each_image(|name, at, _| {
        // The usual directory for temporary files may be on a file system without extended attributes.
        let temp = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
        let bundle = temp.path().join("bundle");
        let unpacked = UMOCI.run(["unpack", "--rootless", "--image", at, bundle.to_str().unwrap()]);
        if refusals.check(name, "unpack", unpacked).is_some() {
            let expected: Vec<_> = trees[name].iter().map(|line| rootless(line)).collect();
            assert_eq!(tree(&bundle.join("rootfs"), &["--owner=0", "--group=0"]), expected, "{name}");
        }
    });
    refusals.finish();
}

/// Calls a function for each entry of an index.json, and for each manifest of an index as if it were an entry, with its name,
/// its name in umoci, and the node.
fn each_image(mut check: impl FnMut(&str, &str, &Node<'_, TempDir>)) {
    for (image, fixture) in images() {
        let layout = fixture.tempdir().unwrap();
        let at = |tag: &str| format!("{}:{tag}", layout.path().display());
        let entries = listed(image, &layout);
        for Listed { name, tag, node } in &entries {
            check(name, &at(tag.as_deref().unwrap_or_default()), node);
        }
        for Listed { name, node, .. } in entries.iter().filter(|entry| !is_manifest(&entry.node)) {
            for node in node.walk().map(Result::unwrap).filter(is_manifest) {
                let mut descriptor = json!(node.descriptor());
                descriptor["annotations"] = json!({ "org.opencontainers.image.ref.name": "one" });
                let index = json!({ "schemaVersion": 2, "manifests": [descriptor] });
                fs::write(layout.path().join("index.json"), index.to_string()).unwrap();
                check(&format!("{name} {}", platform(&node).join("/")), &at("one"), &node);
            }
        }
    }
}

/// The steps of an image's history in the output of `umoci stat`, each with its layer.
fn history_of(node: &Node<'_, TempDir>) -> Value {
    // umoci follows an index to its only manifest.
    let manifest = node.walk().map(Result::unwrap).find(is_manifest).unwrap();
    let [config, layers @ ..] = &*manifest.children().unwrap() else { panic!("{manifest:?}") };
    let config = parsed(&config.bytes().unwrap());
    let mut layers = layers.iter().zip(config["rootfs"]["diff_ids"].as_array().unwrap());
    let step = |step: &Value| {
        let layer = if step["empty_layer"] == true { None } else { layers.next() };
        let mut step = step.clone();
        step["layer"] = layer.map_or(Value::Null, |(layer, _)| json!(layer.descriptor()));
        step["diff_id"] = layer.map_or(json!(""), |(_, diff_id)| diff_id.clone());
        step
    };
    config["history"].as_array().map(|history| history.iter().map(step).collect::<Vec<_>>()).into()
}

/// A line of a tree that was unpacked without root's rights, where a device is an empty file.
fn rootless(line: &str) -> String {
    match line.strip_prefix(['b', 'c']).and_then(|device| device.split_once(" = ")) {
        Some((device, _)) => format!("-{device}"),
        None => line.to_owned(),
    }
}
