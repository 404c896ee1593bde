//! Writing a fixture into a directory that is new or empty.

use std::io::Read;
use std::path::Path;

use oci_fixture::{Fixture, Index, Layer, Manifest};
use oci_fixture_test_support::tree;
use tempfile::TempDir;

use super::child::{child, told};
use super::{
    LAYOUT, TWOPLATFORM, TWOPLATFORM_BLOBS, fixture, index_json, leftovers, modes, names, reachable, text,
    varied, written,
};

#[test]
fn a_new_directory_holds_the_layout_and_nothing_else() {
    let temp = TempDir::new().unwrap();
    let layout = fixture("twoplatform").write_to(temp.path()).unwrap();
    assert_eq!(layout.path(), temp.path());

    let tree = tree(temp.path());
    let mut expected = vec!["blobs/".to_owned(), "blobs/sha256/".to_owned()];
    expected.extend(TWOPLATFORM_BLOBS.map(|hex| format!("blobs/sha256/{hex}")));
    expected.extend(["index.json".to_owned(), "oci-layout".to_owned()]);
    assert_eq!(names(&tree), expected);
    assert_eq!(text(&tree["oci-layout"]), LAYOUT);
    assert_eq!(text(&tree["index.json"]), index_json(&[TWOPLATFORM]));
    assert_eq!(reachable(temp.path()), TWOPLATFORM_BLOBS.map(str::to_owned).into());
}

#[test]
fn the_empty_fixture_is_a_layout_without_entries() {
    let tree = written("empty");
    assert_eq!(text(&tree["index.json"]), index_json(&[]));
    assert_eq!(tree.keys().collect::<Vec<_>>(), ["blobs/", "blobs/sha256/", "index.json", "oci-layout"]);
}

#[test]
fn a_deep_directory_is_made() {
    let temp = TempDir::new().unwrap();
    let directory = temp.path().join("a/b c/d/\u{e9}");
    fixture("twoplatform").write_to(&directory).unwrap();
    assert_eq!(tree(&directory), written("twoplatform"));
}

#[test]
fn a_slash_after_the_directory_changes_nothing() {
    let temp = TempDir::new().unwrap();
    for round in ["new", "again"] {
        let directory = format!("{}/layout/", temp.path().display());
        fixture("twoplatform").write_to(directory).unwrap();
        assert_eq!(tree(&temp.path().join("layout")), written("twoplatform"), "{round}");
    }
}

#[test]
fn a_relative_directory_is_one_below_the_current() {
    for directory in ["layout", "./layout/", "a/b", "a/b/", ".", ""] {
        let temp = TempDir::new().unwrap();
        for round in ["new", "again"] {
            // The current directory belongs to the whole process, so another process has it.
            let output = child(&[], "twoplatform", Path::new(directory)).current_dir(temp.path()).output();
            assert_eq!(told(&output.unwrap(), temp.path()), None, "{directory:?}, {round}");
            assert_eq!(tree(&temp.path().join(directory)), written("twoplatform"), "{directory:?}, {round}");
        }
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_directory_need_not_be_named_in_utf_8() {
    let temp = TempDir::new().unwrap();
    let name: &std::ffi::OsStr = std::os::unix::ffi::OsStrExt::from_bytes(b"\xff\xfe");
    let directory = temp.path().join(name);
    fixture("twoplatform").write_to(&directory).unwrap();
    fixture("twoplatform").write_to(&directory).unwrap();
    assert_eq!(tree(&directory), written("twoplatform"));
}

#[cfg(unix)]
#[test]
fn permissions_follow_the_umask() {
    for (umask, directories, files) in
        [("000", 0o777, 0o666), ("022", 0o755, 0o644), ("027", 0o750, 0o640), ("077", 0o700, 0o600)]
    {
        let temp = TempDir::new().unwrap();
        let shell = format!("umask {umask}; exec \"$0\" \"$@\"");
        // The second write adds to an existing layout, into which blobs are put one by one.
        for what in ["app-1", "big"] {
            let directory = temp.path().join("deep/layout");
            let output = child(&["sh", "-c", &shell], what, &directory).output().unwrap();
            assert_eq!(told(&output, temp.path()), None);
            for (name, mode) in modes(temp.path()) {
                let expected = if name.ends_with('/') { directories } else { files };
                assert_eq!(format!("{mode:o}"), format!("{expected:o}"), "{name} under the umask {umask}");
            }
        }
        assert_eq!(tree(temp.path()).len(), 14, "{:#?}", tree(temp.path()).keys());
    }
}

/// A blob that is too large for the buffer in memory has a file before its digest is known.
#[test]
fn blobs_of_every_size_are_whole() {
    const KIB: usize = 1024;
    // A tar of one file has 1536 bytes besides the padded content. The sizes are exactly at each limit, and one block beside it.
    let edges = [256, 512, 768].map(|edge| edge * KIB - 1536);
    let around =
        edges.into_iter().flat_map(|edge| [edge - 512, edge - 1, edge, edge + 1, edge + 512, edge + 513]);
    for size in around.chain([0, 1, 8 * KIB * KIB + 7]) {
        let temp = TempDir::new().unwrap();
        let content = varied(size);
        let layer = Layer::new().with(("file", &content));
        // Twice in one manifest and once in another: one blob.
        let index = Index::new()
            .with(Manifest::new().platform("linux/amd64").with(layer.clone()).with(layer.clone()))
            .with(Manifest::new().platform("linux/arm64").with(layer.clone()));
        for round in ["new", "again"] {
            let layout = Fixture::new().with(index.clone()).write_to(temp.path()).unwrap();
            let stored =
                layout.platform("linux/arm64").unwrap().layers().unwrap()[0].bytes().unwrap().into_owned();
            let mut archive = tar::Archive::new(stored.as_slice());
            let mut found = Vec::new();
            archive.entries().unwrap().next().unwrap().unwrap().read_to_end(&mut found).unwrap();
            assert!(found == content, "{size} bytes, {round}");
            // Two manifests, two configs, the index, the layer.
            let stored =
                tree(temp.path()).into_keys().filter(|name| name.starts_with("blobs/sha256/")).count() - 1;
            assert_eq!((stored, reachable(temp.path()).len()), (6, 6), "{size} bytes, {round}");
            assert_eq!(leftovers(temp.path()), [""; 0], "{size} bytes, {round}");
        }
    }
}

#[test]
fn two_large_layers_of_one_fixture_are_two_blobs() {
    let temp = TempDir::new().unwrap();
    let layer = |name| Layer::new().with((name, varied(3 << 20)));
    let manifest = Manifest::new().with(layer("a")).with(layer("b")).with(layer("a"));
    Fixture::new().with(manifest).write_to(temp.path()).unwrap();
    // The manifest, its config, the layers.
    assert_eq!(reachable(temp.path()).len(), 4);
    assert_eq!(tree(temp.path()).len(), 4 + 4);
}
