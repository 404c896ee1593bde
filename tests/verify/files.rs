//! The files beside the blobs, and what is no file.

use std::fs;
use std::path::{Path, PathBuf};

use oci_fixture::{ErrorKind, Fixture, oci_image, verify};
use tempfile::TempDir;

use crate::{found_in, lines};

fn fixture() -> Fixture {
    oci_image! { manifest "app:1" linux/arm64 { layer { "a" => "b" } } }
}

/// A layout on the disk, and the path of its one layer.
fn written() -> (TempDir, PathBuf) {
    let temp = tempfile::tempdir().unwrap();
    let layout = fixture().write_to(temp.path()).unwrap();
    let layer = layout.reference("app:1").unwrap().layers().unwrap()[0].path();
    (temp, layer)
}

/// The findings, without the directory's own path.
fn found(path: &Path) -> Vec<String> {
    let path_text = path.to_str().unwrap();
    lines(&verify(path).unwrap()).iter().map(|line| line.replace(path_text, "DIR")).collect()
}

#[test]
fn an_honest_layout_has_no_findings() {
    assert_eq!(found_in(&fixture()), [""; 0]);
    assert_eq!(found_in(&Fixture::new()), [""; 0]);
}

#[test]
fn what_is_nothing_to_look_at_is_an_error() {
    let temp = tempfile::tempdir().unwrap();
    let file = temp.path().join("file");
    fs::write(&file, "no tar").unwrap();
    let error = |path: &Path| {
        let error = verify(path).unwrap_err();
        (error.kind(), error.to_string().replace(temp.path().to_str().unwrap(), "DIR"))
    };
    assert_eq!(
        error(&temp.path().join("none")),
        (ErrorKind::Io, "DIR/none: cannot look at it: No such file or directory (os error 2)".to_owned())
    );
    let (kind, text) = error(&file);
    assert_eq!(kind, ErrorKind::Layout);
    assert!(text.starts_with("DIR/file: cannot be read as a tar"), "{text}");
}

#[test]
fn a_directory_that_is_no_layout_lacks_both_files() {
    let temp = tempfile::tempdir().unwrap();
    assert_eq!(
        found(temp.path()),
        [
            "oci-layout: there is no such file, so it is no OCI image layout",
            "index.json: there is no such file, so nothing says what the layout holds",
        ]
    );
}
