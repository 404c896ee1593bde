//! The files beside the blobs, and links, directories and pipes in the places of files.

use std::fs;
use std::path::{Path, PathBuf};

use oci_fixture::{ErrorKind, Fixture, oci_image, verify};
use tempfile::TempDir;

use crate::{found_in, lines};

fn fixture() -> Fixture {
    oci_image! { manifest "app:1" linux/arm64 { layer { "a" => "b" } } }
}

const LAYER: &str = "index.json > manifests[0] > layers[0]";

/// A layout on the disk, and the path of its only layer.
fn written() -> (TempDir, PathBuf) {
    let temp = tempfile::tempdir().unwrap();
    let layout = fixture().write_to(temp.path()).unwrap();
    let layer = layout.reference("app:1").unwrap().layers().unwrap()[0].path();
    (temp, layer)
}

/// The findings, without the directory's own path.
fn found(path: &Path) -> Vec<String> {
    let directory = path.to_str().unwrap();
    lines(&verify(path).unwrap()).iter().map(|line| line.replace(directory, "DIR")).collect()
}

#[test]
fn an_honest_layout_has_no_findings() {
    assert_eq!(found_in(&fixture()), [""; 0]);
    assert_eq!(found_in(&Fixture::new()), [""; 0]);
}

#[test]
fn a_path_of_no_layout_is_an_error() {
    let temp = tempfile::tempdir().unwrap();
    let error = |name: &str, bytes: Option<&[u8]>| {
        let path = temp.path().join(name);
        if let Some(bytes) = bytes {
            fs::write(&path, bytes).unwrap();
        }
        let error = verify(&path).unwrap_err();
        (error.kind(), error.to_string().replace(temp.path().to_str().unwrap(), "DIR"))
    };
    let (kind, text) = error("none", None);
    assert_eq!(kind, ErrorKind::Io);
    assert!(text.starts_with("DIR/none: cannot look at it: "), "{text}");
    let (kind, text) = error("file", Some(&[b'a'; 600]));
    assert_eq!(kind, ErrorKind::Layout);
    assert!(text.starts_with("DIR/file: cannot be read as a tar: "), "{text}");
    let compressed = "DIR/app.tar.gz: is compressed with gzip; decompress it first".to_owned();
    assert_eq!(error("app.tar.gz", Some(b"\x1f\x8b\x08")), (ErrorKind::Layout, compressed));
}

#[test]
fn a_directory_that_is_no_layout_lacks_both_files() {
    let temp = tempfile::tempdir().unwrap();
    assert_eq!(
        found(temp.path()),
        [
            "oci-layout: there is no such file, so it is no OCI image layout",
            "index.json: there is no such file, so nothing says what the layout holds",
            "blobs: there is no such directory, so the layout has no blobs",
        ]
    );
}

#[test]
fn an_oci_layout_is_an_object_with_a_known_version() {
    let (temp, _) = written();
    for (text, expected) in [
        (r#"{"imageLayoutVersion": "1.0.0", "more": [1]}"#, None),
        ("", Some("it is not JSON: a value is expected at byte 0")),
        ("{}", Some("there is no `imageLayoutVersion`, which an oci-layout must have")),
        (r#""1.0.0""#, Some("the document is `\"1.0.0\"`, but an object is expected")),
        (r#"{"imageLayoutVersion": 1}"#, Some("`imageLayoutVersion` is `1`, but a text is expected")),
        (
            r#"{"imageLayoutVersion": "2.0\n"}"#,
            Some("the version of the layout is `2.0\\n`, but only `1.0.0` is known"),
        ),
    ] {
        fs::write(temp.path().join("oci-layout"), text).unwrap();
        let expected: Vec<String> = expected.iter().map(|line| format!("oci-layout: {line}")).collect();
        assert_eq!(found(temp.path()), expected, "{text}");
    }
}

#[cfg(unix)]
#[test]
fn a_file_that_is_a_symbolic_link_is_found_and_followed_within_the_layout_alone() {
    use std::os::unix::fs::symlink;

    let (temp, layer) = written();
    let other = temp.path().join("other");
    fs::rename(&layer, &other).unwrap();
    symlink(&other, &layer).unwrap();
    assert_eq!(found(temp.path()), [format!("{LAYER}: it is a symbolic link, not the file itself")]);

    // The file to which the link leads is judged.
    fs::write(&other, "").unwrap();
    let digest = format!("sha256:{}", layer.file_name().unwrap().to_str().unwrap());
    assert_eq!(
        found(temp.path()),
        [
            format!("{LAYER}: it is a symbolic link, not the file itself"),
            format!(
                "{LAYER}: the content is sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855 of \
                 0 bytes, but the descriptor says {digest} of 2048 bytes"
            ),
        ]
    );

    let outside = "it is a symbolic link that leads out of the layout or to nothing, and is not followed";
    fs::remove_file(&layer).unwrap();
    symlink("/etc/passwd", &layer).unwrap();
    assert_eq!(found(temp.path()), [format!("{LAYER}: {outside}")]);
    fs::remove_file(&layer).unwrap();
    symlink("nothing", &layer).unwrap();
    assert_eq!(found(temp.path()), [format!("{LAYER}: {outside}")]);

    let index = temp.path().join("index.json");
    fs::remove_file(&index).unwrap();
    symlink("/etc/passwd", &index).unwrap();
    let layer = layer.strip_prefix(temp.path()).unwrap().display();
    // Blobs that nothing refers to are judged, too.
    assert_eq!(found(temp.path()), [format!("index.json: {outside}"), format!("{layer}: {outside}")]);

    // The whole directory `blobs` is a link.
    let (temp, layer) = written();
    let elsewhere = tempfile::tempdir().unwrap();
    let blobs = temp.path().join("blobs");
    fs::rename(&blobs, elsewhere.path().join("blobs")).unwrap();
    symlink(elsewhere.path().join("blobs"), &blobs).unwrap();
    assert_eq!(
        found(temp.path()),
        [format!("index.json > manifests[0]: {outside}"), format!("blobs: {outside}")]
    );
    assert!(layer.exists());
}

#[cfg(unix)]
#[test]
fn a_directory_in_the_place_of_a_file_is_found() {
    let (temp, layer) = written();
    fs::remove_file(&layer).unwrap();
    fs::create_dir(&layer).unwrap();
    assert_eq!(found(temp.path()), [format!("{LAYER}: it is no regular file")]);
    fs::remove_dir(&layer).unwrap();
    // Opening the pipe would wait for a writer.
    let made = std::process::Command::new("mkfifo").arg(&layer).status().unwrap();
    assert!(made.success());
    assert_eq!(found(temp.path()), [format!("{LAYER}: it is no regular file")]);

    let layout = temp.path().join("oci-layout");
    fs::remove_file(&layout).unwrap();
    std::os::unix::fs::symlink("oci-layout", &layout).unwrap();
    let [first, ..] = &found(temp.path())[..] else { panic!("no findings") };
    assert!(
        first.starts_with("oci-layout: it cannot be read: DIR/oci-layout: cannot look at the file: "),
        "{first}"
    );
}

#[cfg(unix)]
#[test]
fn an_error_of_the_system_is_one_line() {
    let temp = tempfile::tempdir().unwrap();
    let odd = temp.path().join("a\nb");
    fixture().write_to(&odd).unwrap();
    let layout = odd.join("oci-layout");
    fs::remove_file(&layout).unwrap();
    std::os::unix::fs::symlink("oci-layout", &layout).unwrap();
    let [line] = &lines(&verify(&odd).unwrap())[..] else { panic!("several findings") };
    assert!(line.contains("a\u{fffd}b/oci-layout: cannot look at the file: "), "{line:?}");
}

#[test]
fn an_archive_is_judged_up_to_its_first_corrupt_byte() {
    let temp = tempfile::tempdir().unwrap();
    let path = temp.path().join("app.tar");
    let tar = fixture().write_archive(Vec::new()).unwrap();
    fs::write(&path, &tar).unwrap();
    assert_eq!(found(&path), [""; 0]);

    // The members are sorted, so the cut removes oci-layout.
    fs::write(&path, &tar[..tar.len() - 1536]).unwrap();
    let [archive, layout] = &found(&path)[..] else { panic!("{:?}", found(&path)) };
    assert!(archive.starts_with("archive: it cannot be read to its end: "), "{archive}");
    assert_eq!(layout, "oci-layout: there is no such file, so it is no OCI image layout");

    // The text of the file is shown in one line.
    let mut corrupt = tar.clone();
    corrupt[512 + 148..512 + 156].copy_from_slice(b"\xff\n\x1b[31m\0");
    fs::write(&path, corrupt).unwrap();
    let [archive, ..] = &found(&path)[..] else { panic!("no findings") };
    assert!(archive.starts_with("archive: it cannot be read to its end: byte 512: "), "{archive}");
    assert!(!archive.contains(char::is_control), "{archive:?}");

    fs::write(&path, [0; 1024]).unwrap();
    assert_eq!(found(&path).len(), 3);
}
