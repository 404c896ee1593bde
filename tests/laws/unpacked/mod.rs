//! Tools unpack an image to the file system that `Node::rootfs` describes.

mod known;
mod stores;

use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use oci_fixture::{Entry, Fixture, Layer, Manifest, Node, Store};
use oci_fixture_test_support::{UMOCI, golden::assert_block};
use proptest::prelude::*;
use proptest::strategy::ValueTree;
use proptest::test_runner::TestRunner;
use serde_json::json;

use self::known::{Layers, is_known};
use self::stores::{Images, UNPACKERS};
use crate::choices::Choices;

/// Unpacks each image that umoci takes, and compares.
pub(crate) fn check(fixture: &Fixture) {
    // Without root's rights, umoci makes files of other owners, and no devices.
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
        let unknown = unknown("umoci", &node, unpacked.map(|_| bundle.join("rootfs")).as_deref());
        assert!(unknown.is_empty(), "umoci: {}\n{layout:#}", unknown.join("\n"));
    }
}

/// What a tool does with an image that neither the specification nor a known difference says: the differences of the
/// directory into which it was unpacked, or the words with which it was refused.
fn unknown<S: Store>(reader: &str, image: &Node<'_, S>, unpacked: Result<&Path, &String>) -> Vec<String> {
    let lines = match (unpacked, image.rootfs()) {
        (Ok(directory), Ok(rootfs)) => {
            rootfs.differences(directory).unwrap_or_else(|error| vec![error.to_string()])
        }
        (Ok(_), Err(error)) => vec![format!("unpacks what cannot be unpacked: {error}")],
        (Err(refused), Ok(_)) => vec![format!("refuses it: {refused}")],
        // The tool and `rootfs` both refuse it.
        (Err(_), Err(_)) => return Vec::new(),
    };
    if lines.is_empty() {
        return lines;
    }
    let layers = Layers::of(image);
    lines.into_iter().filter(|line| !is_known(reader, &layers, line)).collect()
}

/// A layer of few different paths, so that its entries often have the same path or are below one another.
fn layer(choices: &mut Choices<'_>) -> Layer {
    let mut layer = Layer::new();
    let mut seen = Vec::new();
    for _ in 0..choices.below(8) {
        let path = choices.one_of(&["a", "b", "c", "a/x", "a/y", "b/x", "b/x/z", "c/w", "c/w/v"]);
        if seen.contains(&path) {
            continue;
        }
        seen.push(path);
        let entry = match choices.below(15) {
            9.. => Entry::directory(path),
            0 | 1 => Entry::file(path, choices.number().to_string()),
            2 => Entry::symlink(path, choices.one_of(&["a", "/b", "../c", "none", "x"])),
            3 => Entry::hardlink(path, choices.one_of(&["a", "b/x", "a/x", "c/w"])),
            4 => Entry::whiteout(path),
            5 => Entry::opaque(path),
            6 => Entry::fifo(path),
            7 => Entry::block(path, 8, 1),
            _ => Entry::char(path, 1, 3),
        };
        let mode = choices.one_of(&[0o644, 0o755, 0o4711, 0o1777, 0]);
        let entry = if choices.one_in(2) { entry } else { entry.mode(mode).uid(choices.number() % 9) };
        layer = layer.with(entry.unchecked());
    }
    layer
}

/// An image of such layers.
fn image(choices: &mut Choices<'_>) -> Manifest {
    (0..=choices.below(4)).fold(Manifest::new(), |image, _| image.with(layer(choices)))
}

/// Gives random images to a tool, and compares what it has unpacked. `OCI_FIXTURE_IMAGES` asks for more than 50.
pub(crate) fn check_random(name: &str) {
    /// The services of a test run for a bounded time.
    const AT_ONCE: usize = 50;
    if fs::metadata("/proc/self").unwrap().uid() != 0 {
        return;
    }
    // The images of a usual run are the same each time.
    let (count, mut runner) = match std::env::var("OCI_FIXTURE_IMAGES") {
        Ok(count) => (count.parse().unwrap(), TestRunner::new(crate::config())),
        Err(_) => (AT_ONCE, TestRunner::deterministic()),
    };
    let unpacker = UNPACKERS.iter().find(|unpacker| unpacker.name == name).unwrap();
    let numbers = proptest::collection::vec(any::<u16>(), 0..100);
    let (mut failures, mut compared) = (Vec::new(), 0);
    for _ in 0..count.div_ceil(AT_ONCE) {
        let random = |_| image(&mut Choices::new(&numbers.new_tree(&mut runner).unwrap().current()));
        let images = Images::new((0..AT_ONCE).map(random).collect());
        (unpacker.unpack)(&images, &mut |image, unpacked| {
            compared += 1;
            for line in unknown(name, image, unpacked.as_ref().map(|path| *path)) {
                failures.push(format!("{name}: {line}\n{}", entries(image)));
            }
        });
    }
    println!("{name}: compared {compared} images");
    assert!(failures.is_empty(), "{} differences\n{}", failures.len(), failures.join("\n"));
}

pub(crate) fn check_the_page() {
    assert_block("docs/layouts.md", "known", &known::table());
}

/// The entries of each layer.
fn entries<S: Store>(image: &Node<'_, S>) -> String {
    let layers = image.layers().unwrap().into_iter().map(|layer| {
        let entries = layer.entries().unwrap().into_iter().map(|entry| format!("  {entry}\n"));
        format!("layer\n{}", entries.collect::<String>())
    });
    layers.collect()
}
