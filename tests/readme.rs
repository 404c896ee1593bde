//! The test that README.md begins with. It is here to be compiled and run, which a test in the documentation is not.

#![allow(clippy::unwrap_used, reason = "a test fails by a panic")]

// The part that README.md shows.
use oci_fixture::oci_image;

#[test]
fn an_image_is_chosen_by_its_platform() -> oci_fixture::Result<()> {
    let layout = oci_image! {
        index "twoplatform:latest" {
            linux/amd64 { "bash" => "layer1" }
            linux/arm64 { "bash" => "layer2" }
        }
    }
    .tempdir()?; // an OCI image layout on the disk, which is removed when `layout` is dropped

    assert_eq!(my_puller::pull(layout.path(), "linux/arm64"), b"layer2");
    Ok(())
}
// The end of that part.

/// The code under test.
mod my_puller {
    use std::path::Path;

    pub(super) fn pull(layout: &Path, platform: &str) -> Vec<u8> {
        let layout = oci_fixture::Layout::open(layout).unwrap();
        let image = layout.best_match(platform).unwrap();
        image.rootfs().unwrap().file("bash").unwrap()
    }
}

#[test]
fn the_readme_shows_this_test_in_at_most_150_lines() {
    let readme = include_str!("../README.md");
    let (_, shown) = include_str!("readme.rs").split_once("// The part that README.md shows.\n").unwrap();
    let (shown, _) = shown.split_once("// The end of that part.\n").unwrap();
    assert!(readme.contains(&format!("```rust\n{shown}```")), "{shown}");
    assert!(readme.lines().count() <= 150);
}
