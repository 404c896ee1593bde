//! A place into which a fixture cannot be written stays unchanged.

use std::fs;
use std::path::Path;

use oci_fixture::{ErrorKind, Fixture, Manifest};
use oci_fixture_test_support::{Tree, tree};
use serde_json::json;
use tempfile::TempDir;

use super::child::{child, limited, told, unprivileged};
use super::{FIRST_BLOB, LAYOUT, assert_fails, entry, fixture, index_json, lay, scrubbed, set_mode, written};

#[test]
fn an_index_json_that_is_none_is_an_error() {
    let unreadable = "DIR/index.json: cannot be read as an image index: ";
    for (index, problem) in [
        (&b""[..], "EOF while parsing a value at line 1 column 0"),
        (b"not json", "expected ident at line 1 column 2"),
        (b"{\"manifests\":[]", "EOF while parsing an object at line 1 column 15"),
        (b"{\"manifests\":[{]}", "key must be a string at line 1 column 16"),
        (b"{\"manifests\":[]} x", "trailing characters at line 1 column 18"),
        (b"{\"manifests\":[],\"manifests\":[]}", "duplicate field `manifests` at line 1 column 27"),
        (b"{\"manifests\":{}}", "invalid type: map, expected a sequence at line 1 column 0"),
        (b"{}", "missing field `manifests` at line 1 column 2"),
        (b"{\"\xff\":1,\"manifests\":[]}", "invalid unicode code point at line 1 column 3"),
    ] {
        let temp = TempDir::new().unwrap();
        fixture("app-1").write_to(temp.path()).unwrap();
        fs::write(temp.path().join("index.json"), index).unwrap();
        assert_fails(temp.path(), ErrorKind::Layout, &format!("{unreadable}{problem}"));
    }
}

/// serde reads a list as a struct with the same number of fields.
#[test]
fn only_an_object_is_an_index_json_or_an_oci_layout() {
    for (name, other) in [
        ("index.json", "null"),
        ("index.json", "7"),
        ("index.json", "[[]]"),
        ("oci-layout", "null"),
        ("oci-layout", "1.0.0"),
        ("oci-layout", r#"["1.0.0"]"#),
    ] {
        let temp = TempDir::new().unwrap();
        fixture("app-1").write_to(temp.path()).unwrap();
        fs::write(temp.path().join(name), other).unwrap();
        let before = tree(temp.path());
        let error = fixture("twoplatform").write_to(temp.path()).map(drop).expect_err(other);
        assert_eq!(error.kind(), ErrorKind::Layout);
        assert_eq!(Path::new(error.place()), temp.path().join(name));
        assert_eq!(tree(temp.path()), before);
    }
}

#[test]
fn an_oci_layout_of_another_version_is_an_error() {
    let other = "the layout has the version `VERSION`, but only `1.0.0` is known; name another layout";
    for version in ["2.0.0", "1.0.1", "1.0", "1.0.0 ", ""] {
        let temp = TempDir::new().unwrap();
        fixture("app-1").write_to(temp.path()).unwrap();
        lay(temp.path(), &[("oci-layout", json!({ "imageLayoutVersion": version }).to_string())]);
        let problem = format!("DIR/oci-layout: {}", other.replace("VERSION", version));
        assert_fails(temp.path(), ErrorKind::Layout, &problem);
    }
}

#[test]
fn an_oci_layout_that_is_none_is_an_error() {
    let unreadable = "DIR/oci-layout: cannot be read as an oci-layout: ";
    for (layout, problem) in [
        ("{}", "missing field `imageLayoutVersion` at line 1 column 2"),
        ("{\"imageLayoutVersion\":1}", "invalid type: integer `1`, expected a string at line 1 column 23"),
        ("{\"imageLayoutVersion\":\"1.0.0\"", "EOF while parsing an object at line 1 column 29"),
    ] {
        let temp = TempDir::new().unwrap();
        lay(temp.path(), &[("oci-layout", layout)]);
        assert_fails(temp.path(), ErrorKind::Layout, &format!("{unreadable}{problem}"));
    }
}

/// On a file system without hard links, the file exists for a moment without its content.
#[test]
fn an_empty_oci_layout_is_one_that_is_being_made() {
    let temp = TempDir::new().unwrap();
    lay(temp.path(), &[("oci-layout", "")]);
    fixture("twoplatform").write_to(temp.path()).unwrap();
    assert_eq!(fs::read_to_string(temp.path().join("oci-layout")).unwrap(), LAYOUT);
}

#[test]
fn a_path_that_is_a_file_is_an_error() {
    let temp = TempDir::new().unwrap();
    lay(temp.path(), &[("file", "content")]);
    let before = tree(temp.path());
    let error = fixture("twoplatform").write_to(temp.path().join("file")).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Layout);
    assert_eq!(scrubbed(&error.to_string(), temp.path()), "DIR/file: is not a directory; name another path");
    assert_eq!(tree(temp.path()), before);

    // Systems give different errors for a slash behind the name of a file.
    let error = fixture("twoplatform").write_to(format!("{}/file/", temp.path().display())).unwrap_err();
    let error = scrubbed(&error.to_string(), temp.path());
    assert!(error.starts_with("DIR/file/: "), "{error}");
    assert_eq!(tree(temp.path()), before);
}

/// Every Unix gives the same error here.
#[cfg(unix)]
#[test]
fn a_file_in_the_way_is_an_error_that_names_it() {
    for (found, directory, problem) in [
        ("file", "DIR/file/a/b", "DIR/file/a/b: is not a directory; name another path"),
        ("index.json/", "DIR", "DIR/index.json: cannot read the file: Is a directory (os error 21)"),
        ("oci-layout/", "DIR", "DIR/oci-layout: cannot read the file: Is a directory (os error 21)"),
        ("blobs", "DIR", "DIR/blobs/sha256: is not a directory; name another path"),
        ("blobs/sha256", "DIR", "DIR/blobs/sha256: is not a directory; name another path"),
        (
            "blobs/sha256/FIRST/",
            "DIR",
            "DIR/blobs/sha256/FIRST: cannot put the blob there: Is a directory (os error 21)",
        ),
    ] {
        let temp = TempDir::new().unwrap();
        lay(temp.path(), &[(found.replace("FIRST", FIRST_BLOB), "")]);
        let before = tree(temp.path());
        let directory = directory.replace("DIR", &temp.path().display().to_string());
        let error = fixture("twoplatform").write_to(directory).unwrap_err();
        assert_eq!(scrubbed(&error.to_string(), temp.path()), problem.replace("FIRST", FIRST_BLOB));
        assert_eq!(tree(temp.path()), before, "{found}");
    }
}

#[cfg(unix)]
#[test]
fn a_link_to_nothing_is_an_error() {
    for (link, problem) in [
        ("layout", "DIR/layout: is not a directory; name another path"),
        ("layout/blobs", "DIR/layout/blobs/sha256: is not a directory; name another path"),
    ] {
        let temp = TempDir::new().unwrap();
        let link = temp.path().join(link);
        fs::create_dir_all(link.parent().unwrap()).unwrap();
        std::os::unix::fs::symlink("nothing", link).unwrap();
        let before = tree(temp.path());
        let error = fixture("twoplatform").write_to(temp.path().join("layout")).unwrap_err();
        assert_eq!(scrubbed(&error.to_string(), temp.path()), problem);
        assert_eq!(tree(temp.path()), before);
    }
}

/// One error is found before anything is written, the other only when the manifest has its digest.
#[test]
fn a_wrong_declaration_writes_nothing() {
    let digest = format!("twoplatform@sha256:{FIRST_BLOB}");
    for reference in ["Busybox", &digest] {
        let wrong = Fixture::new().with(Manifest::new().reference(reference).with(("a", "b")));
        let temp = TempDir::new().unwrap();
        fixture("app-1").write_to(temp.path()).unwrap();
        let before = tree(temp.path());
        assert_eq!(wrong.write_to(temp.path()).unwrap_err().kind(), ErrorKind::Declaration);
        assert_eq!(tree(temp.path()), before);
    }
}

#[cfg(unix)]
#[test]
fn without_permission_nothing_changes() {
    let refused = "Permission denied (os error 13)";
    for (path, mode, problem) in [
        ("", 0o555, "DIR: cannot create a directory in it: REFUSED".to_owned()),
        ("", 0o000, "DIR/oci-layout: cannot open the file: REFUSED".to_owned()),
        ("oci-layout", 0o000, "DIR/oci-layout: cannot open the file: REFUSED".to_owned()),
        ("index.json", 0o000, "DIR/index.json: cannot read the file: REFUSED".to_owned()),
        ("blobs", 0o000, "DIR/blobs/sha256: cannot create the directory: REFUSED".to_owned()),
        ("blobs/sha256", 0o555, format!("DIR/blobs/sha256/{FIRST_BLOB}: cannot put the blob there: REFUSED")),
    ] {
        let temp = TempDir::new().unwrap();
        set_mode(temp.path(), 0o755);
        let directory = temp.path().join("layout");
        fixture("app-1").write_to(&directory).unwrap();
        for open in ["", "blobs", "blobs/sha256"] {
            set_mode(&directory.join(open), 0o777);
        }
        let before = tree(&directory);
        let Some(mut child) = unprivileged("twoplatform", &directory) else { return };
        set_mode(&directory.join(path), mode);
        let output = child.output();
        set_mode(&directory.join(path), 0o777);
        assert_eq!(told(&output, &directory), Some(problem.replace("REFUSED", refused)));
        assert_eq!(tree(&directory), before, "{path:?} {mode:o}");
    }
}

#[cfg(unix)]
#[test]
fn without_permission_no_directory_is_made() {
    let temp = TempDir::new().unwrap();
    set_mode(temp.path(), 0o555);
    let directory = temp.path().join("a/b");
    let Some(mut child) = unprivileged("twoplatform", &directory) else { return };
    let told = told(&child.output(), temp.path());
    assert_eq!(told.unwrap(), "DIR/a/b: cannot create the directory: Permission denied (os error 13)");
    assert_eq!(tree(temp.path()), Tree::new());
    set_mode(temp.path(), 0o755);
}

#[cfg(unix)]
#[test]
fn without_space_for_a_blob_nothing_changes() {
    for (what, problem) in [
        (
            "twoplatform",
            "DIR/.oci-fixture-*/sha256/319a4ffe3657636c627d4b0105d38fb73936b1233540d3468db5ef72ade574f0",
        ),
        // The layer is so large that it is written before its digest is known.
        ("big", "DIR/.oci-fixture-*/sha256/unfinished"),
    ] {
        let temp = TempDir::new().unwrap();
        fixture("app-1").write_to(temp.path()).unwrap();
        let before = tree(temp.path());
        let output = child(&["sh", "-c", &limited(0)], what, temp.path()).output().unwrap();
        let problem = format!("{problem}: cannot write the blob: File too large (os error 27)");
        assert_eq!(told(&output, temp.path()), Some(problem));
        assert_eq!(tree(temp.path()), before);
    }
}

/// At this point the blobs are stored, but nothing refers to them.
#[cfg(unix)]
#[test]
fn without_space_for_index_json_the_old_one_stays() {
    let temp = TempDir::new().unwrap();
    fixture("app-1").write_to(temp.path()).unwrap();
    // No blob is larger than 2048 bytes, which are four of the shell's blocks.
    let existing = format!("{}{}", " ".repeat(2048), index_json(&[&entry("app-1")]));
    fs::write(temp.path().join("index.json"), &existing).unwrap();
    let mut expected = tree(temp.path());
    let output = child(&["sh", "-c", &limited(4)], "twoplatform", temp.path()).output().unwrap();
    let problem = "DIR/index.json: cannot replace the file: File too large (os error 27)";
    assert_eq!(told(&output, temp.path()).as_deref(), Some(problem));
    let blobs = written("twoplatform").into_iter().filter(|(name, _)| name.starts_with("blobs/"));
    expected.extend(blobs);
    assert_eq!(tree(temp.path()), expected);
}

#[cfg(unix)]
#[test]
fn without_space_for_oci_layout_no_file_is_left() {
    let temp = TempDir::new().unwrap();
    // The fixture has no blobs, so oci-layout is the first file.
    let output = child(&["sh", "-c", &limited(0)], "empty", temp.path()).output().unwrap();
    let told = told(&output, temp.path()).unwrap();
    assert!(told.ends_with("File too large (os error 27)"), "{told}");
    let files: Vec<_> = tree(temp.path()).into_keys().filter(|name| !name.ends_with('/')).collect();
    assert_eq!(files, [""; 0], "{told}");
}
