//! `verify` finds nothing in layouts that other tools have copied from ours, until they are corrupted.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use oci_fixture::{Blob, Fixture, Layout, Level, Manifest, oci_image, verify};
use oci_fixture_test_support::golden::assert_golden;
use oci_fixture_test_support::{BSDTAR, BUILDAH, GNU_TAR, PODMAN, PYTHON, SKOPEO, Tool, UMOCI, digest};
use tempfile::TempDir;

use crate::arrivals::containers::Containers;
use crate::skopeo::{located, skopeo};
use crate::specialimage;

/// The findings, one in each line. Without the feature `decode`, compressed layers are judged by digest and size.
fn findings(path: &Path) -> Vec<String> {
    verify(path).unwrap().iter().map(ToString::to_string).collect()
}

fn clean() -> [String; 0] {
    []
}

/// An image to which a tool can add a layer, because its history is complete.
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
fn a_copy_by_skopeo_has_no_findings() {
    if !SKOPEO.is_here() {
        return;
    }
    // skopeo keeps the platform in the config of moby's images, or its absence.
    let platform = [
        "index.json > manifests[0] > config: `architecture` is `x86_64`, which Go calls `amd64`",
        "index.json > manifests[0] > config: `os` is ``, which is no name that Go knows",
    ];
    for (image, found) in [
        (specialimage::multi_layer(), &[][..]),
        (specialimage::two_platform(), &[]),
        (specialimage::multi_layer_custom("zero:latest", &[]), &[]),
        (specialimage::empty_fs(), &platform),
    ] {
        let temp = tempfile::tempdir().unwrap();
        // skopeo finds a manifest of Docker's type only in an archive for Docker.
        let is_docker = image.tempdir().unwrap().nodes().unwrap()[0].media_type().contains("docker");
        let (from, path) = (if is_docker { "docker-archive" } else { "oci" }, temp.path().join("ours"));
        if is_docker {
            image.docker_archive().write_to(&path).unwrap();
        } else {
            image.write_to(&path).unwrap();
        }
        let ours = located(from, &path, (!is_docker).then_some("latest"));
        for (transport, more) in [("oci", &[][..]), ("oci-archive", &[]), ("oci", &["--dest-compress"])] {
            let temp = tempfile::tempdir().unwrap();
            let path = temp.path().join("copy");
            let to = located(transport, &path, None);
            let copy = [&["copy", "--all"][..], more, &[&ours, &to]].concat();
            skopeo(&[], &copy).unwrap();
            assert_eq!(findings(&path), found, "{transport} {more:?}");
        }
    }
}

#[test]
fn a_layout_that_umoci_has_changed_has_only_notes_until_gc() {
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
fn an_image_that_buildah_commits_has_no_findings() {
    let Some(buildah) = Containers::start(BUILDAH) else { return };
    let temp = tempfile::tempdir().unwrap();
    image().write_to(temp.path().join("ours")).unwrap();
    fs::write(temp.path().join("file"), "added").unwrap();
    let run = |words: &[&str]| buildah.run_in(temp.path(), words).unwrap();
    let container = String::from_utf8(run(&["from", "--quiet", "oci:ours:latest"])).unwrap();
    let container = container.trim();
    run(&["copy", "--quiet", container, "file", "/added"]);
    run(&["config", "--user", "me", container]);
    run(&["commit", "--quiet", container, "oci:out:committed"]);
    assert_committed(&temp.path().join("out"));
}

/// podman's three formats of an image, for an image that was pulled and for one that was changed.
#[test]
fn an_image_that_podman_saves_or_commits_has_no_findings() {
    let Some(podman) = Containers::start(PODMAN) else { return };
    let temp = tempfile::tempdir().unwrap();
    image().write_to(temp.path().join("ours")).unwrap();
    let run = |words: &[&str]| podman.run_in(temp.path(), words).unwrap();
    run(&["pull", "oci:ours:latest"]);
    let container =
        String::from_utf8(run(&["create", "--network=none", "localhost/ours:latest", "none"])).unwrap();
    run(&["commit", "--quiet", "--change", "USER me", container.trim(), "committed"]);
    for image in ["ours", "committed"] {
        let name = format!("localhost/{image}:latest");
        for (format, is_layout) in [("oci-dir", true), ("oci-archive", true), ("docker-archive", false)] {
            let to = format!("{image}.{format}");
            run(&["save", "--format", format, "--output", &to, &name]);
            if is_layout {
                assert_eq!(findings(&temp.path().join(to)), clean(), "{image} as {format}");
            } else {
                // skopeo makes a layout of the archive that podman writes for Docker.
                let copy = temp.path().join(format!("{image}.copy"));
                let from = located("docker-archive", &temp.path().join(to), None);
                skopeo(&[], &["copy", &from, &located("oci", &copy, None)]).unwrap();
                assert_eq!(findings(&copy), clean(), "{image} as {format}");
            }
        }
    }
    assert_committed(&temp.path().join("committed.oci-dir"));
}

fn assert_committed(layout: &Path) {
    assert_eq!(findings(layout), clean());
    let image = Layout::open(layout).unwrap().nodes().unwrap()[0].config().unwrap();
    assert_eq!(image.config().as_ref().unwrap().user().as_deref(), Some("me"));
}

/// A directory with files that tools write differently: a hard link, a long path, a path with other letters, times with
/// fractions.
fn packed() -> TempDir {
    let temp = tempfile::tempdir().unwrap();
    let file = |name: &str| {
        let path = temp.path().join(name);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(&path, name).unwrap();
        let file = fs::File::options().write(true).open(&path).unwrap();
        file.set_modified(std::time::UNIX_EPOCH + std::time::Duration::from_millis(1_700_000_001_700))
            .unwrap();
        path
    };
    let first = file("a/file");
    fs::hard_link(&first, temp.path().join("a/link")).unwrap();
    std::os::unix::fs::symlink("/a/file", temp.path().join("symbolic")).unwrap();
    file(&format!("{}/{}", "long".repeat(30), "path".repeat(30)));
    file("caf\u{e9}");
    temp
}

/// Each row packs the directory `FROM` into the tar `TO`.
#[test]
fn a_tar_of_another_program_has_no_finding_above_a_note_by_default() {
    let python = "import os, tarfile\nwith tarfile.open(os.environ['TO'], 'w') as tar:\n    tar.add(os.environ['FROM'], '.')";
    let rows: [(Tool, &[&str]); 9] = [
        (GNU_TAR, &["-C", "FROM", "-cf", "TO", "."]),
        (GNU_TAR, &["-C", "FROM", "--format=posix", "-cf", "TO", "."]),
        (GNU_TAR, &["-C", "FROM", "--format=posix", "--label=volume", "-cf", "TO", "."]),
        (GNU_TAR, &["--absolute-names", "-cf", "TO", "FROM"]),
        (GNU_TAR, &["-C", "FROM", "-cf", "TO", "a", "symbolic"]),
        (BSDTAR, &["-C", "FROM", "-cf", "TO", "."]),
        (BSDTAR, &["-C", "FROM", "--format=pax", "-cf", "TO", "."]),
        (BSDTAR, &["-C", "FROM", "--format=gnutar", "-cf", "TO", "."]),
        (PYTHON, &["-c", python]),
    ];
    let from = packed();
    for (tool, words) in rows {
        if !tool.is_here() {
            continue;
        }
        let to = from.path().with_extension("tar");
        let path = |word: &&str| match *word {
            "FROM" => from.path().display().to_string(),
            "TO" => to.display().to_string(),
            word => word
                .replace("os.environ['TO']", &format!("{:?}", to.display().to_string()))
                .replace("os.environ['FROM']", &format!("{:?}", from.path().display().to_string())),
        };
        tool.run(words.iter().map(path)).unwrap();
        let tar = fs::read(&to).unwrap();
        fs::remove_file(&to).unwrap();
        let layer = Blob::new("application/vnd.oci.image.layer.v1.tar", &tar).diff_id(digest(&tar));
        Fixture::new().with(Manifest::new().with(layer)).in_memory().unwrap().assert_verified();
    }
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
fn corrupted_layouts_give_findings() {
    if !SKOPEO.is_here() {
        return;
    }
    let digest = |file: &Path| format!("sha256:{}", file.file_name().unwrap().to_str().unwrap());
    let mut found = Vec::new();
    for corruption in [
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
        let status =
            Command::new("sh").args(["-c", corruption]).current_dir(&path).env("LAYER", &layer).status();
        assert!(status.unwrap().success(), "{corruption}");
        let lines = findings(&path).join("\n").replace(&digest(&layer), "LAYER");
        found.push(format!("{corruption}\n{lines}"));
    }
    assert_golden("tools/corrupted.txt", &(found.join("\n\n") + "\n"));
}
