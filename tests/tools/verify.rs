//! What `verify` says of layouts that others have made of ours: nothing, until they are damaged.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use oci_fixture::{Fixture, Layout, Level, oci_image, verify};
use tempfile::TempDir;

use crate::skopeo::{located, skopeo};
use crate::specialimage;
use crate::tool::{BUILDAH, SKOPEO, UMOCI};

/// The findings, a line each. Without the feature `decode` compressed layers are judged by digest and size.
fn findings(path: &Path) -> Vec<String> {
    verify(path).unwrap().iter().map(ToString::to_string).collect()
}

fn clean() -> [String; 0] {
    []
}

/// An image to which a tool can add: what it says of its history is all of it.
fn image() -> Fixture {
    oci_image! {
        manifest "image:latest" {
            layer { "etc/", "etc/name" => "one" }
            layer gzip { whiteout "etc/name", "etc/other" => "two" }
            config {
                created: "2024-05-01T12:00:00Z",
                history: [
                    { created: "2024-05-01T12:00:00Z", created_by: "ADD one" },
                    { created: "2024-05-01T12:00:00Z", created_by: "RUN two" },
                ],
            }
        }
    }
}

#[test]
fn what_skopeo_copies_is_clean() {
    if !SKOPEO.is_here() {
        return;
    }
    for image in [specialimage::multi_layer(), specialimage::two_platform(), specialimage::empty_fs()] {
        let layout = image.tempdir().unwrap();
        for (transport, more) in [("oci", &[][..]), ("oci-archive", &[]), ("oci", &["--dest-compress"])] {
            let temp = tempfile::tempdir().unwrap();
            let path = temp.path().join("copy");
            let ours = located("oci", layout.path(), Some("latest"));
            let to = located(transport, &path, None);
            let copy = [&["copy", "--all"][..], more, &[&ours, &to]].concat();
            skopeo(&[], &copy).unwrap();
            assert_eq!(findings(&path), clean(), "{transport} {more:?}");
        }
    }
}

#[test]
fn what_umoci_changes_is_clean_but_for_what_it_leaves() {
    if !UMOCI.is_here() {
        return;
    }
    let layout = image().tempdir().unwrap();
    let image = format!("{}:latest", layout.path().display());
    UMOCI.run(["config", "--image", &image, "--config.user", "1000"]).unwrap();
    let bundle = tempfile::tempdir().unwrap();
    let unpacked = bundle.path().join("bundle").display().to_string();
    UMOCI.run(["unpack", "--rootless", "--image", &image, &unpacked]).unwrap();
    fs::write(Path::new(&unpacked).join("rootfs/new"), "new").unwrap();
    UMOCI.run(["repack", "--image", &image, &unpacked]).unwrap();
    let left: Vec<Level> = verify(layout.path()).unwrap().iter().map(oci_fixture::Finding::level).collect();
    assert!(left.iter().all(|level| *level == Level::Note), "{:?}", findings(layout.path()));

    UMOCI.run(["gc", "--layout", &layout.path().display().to_string()]).unwrap();
    assert_eq!(findings(layout.path()), clean());
}

#[test]
fn what_buildah_commits_is_clean() {
    if !BUILDAH.is_here() {
        return;
    }
    // Of the path it makes a name, which has lower-case letters alone.
    let name = format!("oci-fixture-buildah-{}", std::process::id());
    let temp = tempfile::Builder::new().prefix(&name).rand_bytes(0).tempdir().unwrap();
    let layout = image().write_to(temp.path().join("ours")).unwrap();
    let policy = temp.path().join("policy.json");
    fs::write(&policy, r#"{"default":[{"type":"insecureAcceptAnything"}]}"#).unwrap();
    let [root, run, out] = ["root", "run", "out"].map(|name| temp.path().join(name).display().to_string());
    let policy = policy.display().to_string();
    let buildah = |arguments: &[&str]| {
        let storage = ["--root", &root, "--runroot", &run, "--storage-driver", "vfs"];
        BUILDAH
            .run(storage.iter().chain(arguments))
            .unwrap_or_else(|why| panic!("buildah {arguments:?}: {why}"))
    };
    let ours = located("oci", layout.path(), Some("latest"));
    let container =
        String::from_utf8(buildah(&["from", "--quiet", "--signature-policy", &policy, &ours])).unwrap();
    let container = container.trim();
    buildah(&["copy", "--quiet", container, &policy, "/added"]);
    buildah(&["config", "--user", "me", container]);
    let to = format!("oci:{out}:committed");
    buildah(&["commit", "--quiet", "--signature-policy", &policy, container, &to]);
    buildah(&["rm", container]);
    assert_eq!(findings(Path::new(&out)), clean());
    let image = Layout::open(&out).unwrap().nodes().unwrap()[0].config().unwrap();
    assert_eq!(image.config().as_ref().unwrap().user().as_deref(), Some("me"));
}

/// A layout that skopeo has written, and one of its layers.
fn copied() -> (TempDir, PathBuf, PathBuf) {
    let temp = tempfile::tempdir().unwrap();
    let path = temp.path().join("copy");
    let layout = specialimage::multi_layer().tempdir().unwrap();
    let (from, to) = (located("oci", layout.path(), Some("latest")), located("oci", &path, None));
    skopeo(&[], &["copy", &from, &to]).unwrap();
    let layer = Layout::open(&path).unwrap().nodes().unwrap()[0].layers().unwrap()[1].path();
    (temp, path, layer)
}

#[test]
fn what_is_damaged_is_found() {
    if !SKOPEO.is_here() {
        return;
    }
    let digest = |file: &Path| format!("sha256:{}", file.file_name().unwrap().to_str().unwrap());
    let mut found = Vec::new();
    for damage in [
        "printf X | dd of=\"$LAYER\" bs=1 seek=50 conv=notrunc status=none",
        "truncate --size=-1 \"$LAYER\"",
        "rm \"$LAYER\"",
        "rm \"$LAYER\" && ln -s /etc/hostname \"$LAYER\"",
        "sed --in-place 's/\"size\":[0-9]*/\"size\":1/' index.json",
        "sed --in-place 's/\"schemaVersion\":2/\"schemaVersion\":1/' index.json",
        "sed --in-place 's/sha256:/sha256:..\\/..\\//' index.json",
        "sed --in-place 's/}$//' index.json",
        "rm oci-layout",
        "touch \"$(dirname \"$LAYER\")/$(printf '%064d' 0)\"",
    ] {
        let (_temp, path, layer) = copied();
        let status = Command::new("sh").args(["-c", damage]).current_dir(&path).env("LAYER", &layer).status();
        assert!(status.unwrap().success(), "{damage}");
        let lines = findings(&path).join("\n").replace(&digest(&layer), "LAYER");
        found.push(format!("{damage}\n{lines}"));
    }
    assert_eq!(found.join("\n\n"), FOUND);
}

const FOUND: &str = r#"printf X | dd of="$LAYER" bs=1 seek=50 conv=notrunc status=none
index.json > manifests[0] > layers[1]: the content is sha256:1c70bf481a4ebf9a80c78707aaa9dc4011a11be758e53fbeef031a9765371cfd of 95 bytes, but the descriptor says LAYER of 95 bytes

truncate --size=-1 "$LAYER"
index.json > manifests[0] > layers[1]: the content is sha256:c2da12441077652553588daf47722cd2082619c0e12f161db48496837cf95043 of 94 bytes, but the descriptor says LAYER of 95 bytes

rm "$LAYER"
index.json > manifests[0] > layers[1]: the blob LAYER is not stored

rm "$LAYER" && ln -s /etc/hostname "$LAYER"
index.json > manifests[0] > layers[1]: it is a symbolic link that leads out of the layout or to nothing, and is not followed

sed --in-place 's/"size":[0-9]*/"size":1/' index.json
index.json > manifests[0]: the content is sha256:f6778367cf245e2acfe14fce6fd732468f6041b1afde20dbc1d46132ff55d14c of 707 bytes, but the descriptor says sha256:f6778367cf245e2acfe14fce6fd732468f6041b1afde20dbc1d46132ff55d14c of 1 bytes

sed --in-place 's/"schemaVersion":2/"schemaVersion":1/' index.json
index.json: the `schemaVersion` is 1, but 2 is expected

sed --in-place 's/sha256:/sha256:..\/..\//' index.json
index.json > manifests[0]: digest `sha256:../../f6778367cf245e2acfe14fce6fd732468f6041b1afde20dbc1d46132ff55d14c` has `.` in its hash; use `0` to `9` and `a` to `f` alone

sed --in-place 's/}$//' index.json
index.json: it is no JSON: a `,` or a `}` is expected at byte 185

rm oci-layout
oci-layout: there is no such file, so it is no OCI image layout

touch "$(dirname "$LAYER")/$(printf '%064d' 0)"
blobs/sha256/0000000000000000000000000000000000000000000000000000000000000000: nothing refers to the blob"#;
