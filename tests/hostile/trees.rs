//! How the images are drawn.

use oci_fixture_gallery::hostile;
use oci_fixture_test_support::golden::assert_golden;

/// The images of whose layers more is known where they can be read.
const DECODED: [&str; 5] = ["gzip_trailing_bytes", "gzip_bad_crc", "zstd_window", "gzip_bomb", "zstd_bomb"];

#[test]
fn each_image_is_this_tree() {
    assert_eq!(hostile().count(), 51);
    for case in hostile() {
        let tree = format!("{}\n", beginning(&case.fixture().tempdir().unwrap().to_string()));
        let name = case.name;
        let decoded = if cfg!(feature = "decode") && DECODED.contains(&name) { ".decoded" } else { "" };
        assert_golden(&format!("hostile/trees/{name}{decoded}.tree"), &tree);
    }
}

/// The first 20 lines of a tree: a diamond's tree is too long to read.
fn beginning(tree: &str) -> String {
    const LINES: usize = 20;
    let lines: Vec<_> = tree.lines().collect();
    match lines.split_at_checked(LINES) {
        Some((first, rest)) if !rest.is_empty() => format!("{}\n...", first.join("\n")),
        _ => tree.to_owned(),
    }
}
