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

#[rustfmt::skip]
mod gallery {
    // The loop that README.md shows.
    use std::{io, path::Path};
    use oci_fixture_gallery::{Reader, all};
    fn my_unpacker_survives(unpack: fn(&Path, &Path) -> io::Result<()>) {
        for case in all() {
            let verdict = case.judge(Reader::Unpacker, unpack).unwrap();
            assert!(verdict.is_fine(), "{verdict}\n{}", verdict.tree());
        }
    }
    // The end of the loop.

    #[test]
    #[should_panic(expected = "manifest_without_media_type: it refuses what it has to accept: nothing is read")]
    fn the_loop_fails_for_an_unpacker_that_refuses_every_image() {
        my_unpacker_survives(|_, _| Err(io::Error::other("nothing is read")));
    }
}

#[test]
fn the_readme_shows_the_test_and_the_loop_in_at_most_150_lines() {
    let readme = include_str!("../README.md");
    let between = |begin: &str, end: &str| {
        let (_, shown) = include_str!("readme.rs").split_once(begin).unwrap();
        shown.split_once(end).unwrap().0.to_owned()
    };
    let test = between("// The part that README.md shows.\n", "// The end of that part.\n");
    assert!(readme.contains(&format!("```rust\n{test}```")), "{test}");
    let of_gallery = between("// The loop that README.md shows.\n", "    // The end of the loop.\n");
    let lines = of_gallery.lines().map(|line| format!("{}\n", line.strip_prefix("    ").unwrap_or(line)));
    let of_gallery: String = lines.collect();
    assert!(readme.contains(&format!("```rust,no_run\n{of_gallery}```")), "{of_gallery}");
    assert!(readme.lines().count() <= 150);
}
