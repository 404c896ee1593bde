//! Finds a bug in a small puller by random images, and prints the smallest image that shows the bug:
//! `cargo run -p oci-fixture-gallery --features arbitrary --example property`.

use std::collections::BTreeMap;
use std::error::Error;
use std::io::Read;
use std::path::Path;

use oci_fixture::{LayerEntryKind, Layout, Node, TempDir};
use oci_fixture_gallery::arbitrary::{RandomFixture, honest};
use proptest::test_runner::{Config, RngAlgorithm, TestCaseError, TestError, TestRng, TestRunner};

fn main() {
    match smallest() {
        Some(image) => println!("{image}"),
        None => println!("no image is pulled wrong"),
    }
}

/// The files of an image by their paths, as the puller under test reads them.
fn pull(layout: &Path) -> Result<BTreeMap<String, Vec<u8>>, Box<dyn Error>> {
    let layout = Layout::open(layout)?;
    let mut files: BTreeMap<String, Vec<u8>> = BTreeMap::new();
    for layer in layout.platform("linux/amd64")?.layers()? {
        let mut upper = BTreeMap::new();
        for entry in tar::Archive::new(layer.tar()?).entries()? {
            let mut entry = entry?;
            let path = entry.path()?.to_str().ok_or("a path is no text")?.trim_end_matches('/').to_owned();
            let (parent, name) = path.rsplit_once('/').unwrap_or(("", &path));
            if name == ".wh..wh..opq" {
                files.retain(|file, _| !is_below(file, parent));
            } else if let Some(gone) = name.strip_prefix(".wh.") {
                // The bug: a directory is gone with all files that are in it.
                files.remove(format!("{parent}/{gone}").trim_start_matches('/'));
            } else {
                // It takes the place of a file, of a directory, or of a file where its parents are.
                let is_file = entry.header().entry_type().is_file();
                files.retain(|file, _| {
                    *file != path && !is_below(&path, file) && !(is_file && is_below(file, &path))
                });
                if is_file {
                    let mut content = Vec::new();
                    entry.read_to_end(&mut content)?;
                    upper.insert(path, content);
                }
            }
        }
        files.extend(upper);
    }
    Ok(files)
}

fn is_below(path: &str, directory: &str) -> bool {
    directory.is_empty() || path.strip_prefix(directory).is_some_and(|rest| rest.starts_with('/'))
}

/// Pulls random images, and compares the files with those of the images. If an image is pulled wrong, it is made smaller
/// as long as it is still pulled wrong.
fn smallest() -> Option<RandomFixture> {
    let images = honest()
        .without_indexes()
        .without_artifacts()
        .roots(1)
        .entry_kinds([LayerEntryKind::File, LayerEntryKind::Directory]);
    let config = Config { failure_persistence: None, ..Config::with_cases(1000) };
    let result = TestRunner::new_with_rng(config, random()).run(&images, |image| {
        let layout = image.fixture().tempdir()?;
        // The puller takes images for linux/amd64 alone.
        let Ok(node) = layout.platform("linux/amd64") else { return Ok(()) };
        let pulled = pull(layout.path()).map_err(|error| TestCaseError::fail(error.to_string()))?;
        // Nothing is below a file, so some images cannot be unpacked.
        let Ok(expected) = expected(&node) else { return Ok(()) };
        if pulled == expected { Ok(()) } else { Err(TestCaseError::fail("it is pulled wrong")) }
    });
    match result {
        Err(TestError::Fail(_, image)) => Some(image),
        _ => None,
    }
}

/// The files of an image by their paths, as its layers have them when all are applied.
fn expected(image: &Node<'_, TempDir>) -> oci_fixture::Result<BTreeMap<String, Vec<u8>>> {
    let rootfs = image.rootfs()?;
    let files = rootfs.entries().filter(|entry| entry.kind == LayerEntryKind::File);
    files.map(|file| Ok((file.path.to_string(), rootfs.file(&file.path)?))).collect()
}

/// Random numbers that are the same in each run, so that the documentation can show the result. A test of your own takes
/// proptest's, which differ in each run.
fn random() -> TestRng {
    TestRng::from_seed(RngAlgorithm::ChaCha, &[1; 32])
}

#[test]
fn the_docs_show_the_smallest_image() {
    // The hidden lines make it an example that runs.
    let block = |image| format!("```rust\n# use oci_fixture::oci_image;\n# let _ =\n{image}\n# ;\n```\n");
    let image = smallest().map(block);
    oci_fixture_test_support::golden::assert_block("docs/gallery.md", "smallest", &image.unwrap_or_default());
}
