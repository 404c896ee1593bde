//! Images that other tools have written as base images: images of buildah, and copies by skopeo, which compresses the layers
//! anew.

use std::fs;
use std::path::Path;

use oci_fixture::{Fixture, Layout, Store, oci_image};
use oci_fixture_test_support::{BUILDAH, SKOPEO};

use crate::arrivals::containers::Containers;
use crate::skopeo::{located, skopeo};

/// An image with one more layer on the base, which another tool has written.
fn assert_builds_on<S: Store>(base: &Layout<S>, name: &str) {
    let base = base.reference(name).unwrap();
    let fixture = oci_image! {
        manifest "built:1" {
            from (&base),
            layer gzip { "usr/", "usr/app" => "\x7fELF" }
            config { cmd: ["/usr/app"] }
        }
    };
    let layout = fixture.tempdir().unwrap();
    layout.assert_verified();
    let image = layout.reference("built:1").unwrap();
    let digests = |layers: Vec<oci_fixture::Node<'_, _>>| -> Vec<String> {
        layers.iter().map(|layer| layer.digest().to_string()).collect()
    };
    let layers = base.layers().unwrap().iter().map(|layer| layer.digest().to_string()).collect::<Vec<_>>();
    assert_eq!(digests(image.layers().unwrap())[..layers.len()], layers);
    let (config, of_base) = (image.config().unwrap(), base.config().unwrap());
    assert_eq!(config.rootfs().diff_ids()[..layers.len()], of_base.rootfs().diff_ids()[..]);
    assert_eq!((config.created(), config.os()), (of_base.created(), of_base.os()));
    let run = config.config().clone().unwrap();
    let run_of_base = of_base.config().clone().unwrap_or_default();
    assert_eq!((run.env(), run.labels()), (run_of_base.env(), run_of_base.labels()));
    assert_eq!(run.cmd().clone().unwrap(), ["/usr/app"]);
    // Another tool copies the result unchanged.
    if SKOPEO.is_here() {
        let temp = tempfile::tempdir().unwrap();
        let (from, to) = (located("oci", layout.path(), Some("1")), located("oci", temp.path(), Some("1")));
        skopeo(&[], &["copy", "--preserve-digests", &from, &to]).unwrap();
        let copy = Layout::open(temp.path()).unwrap();
        assert_eq!(copy.nodes().unwrap()[0].digest(), image.digest());
    }
}

#[test]
fn an_image_that_skopeo_has_compressed_anew_is_a_base() {
    if !SKOPEO.is_here() {
        return;
    }
    let ours = oci_image! {
        manifest "base:1" linux/arm64 {
            config { env: ["PATH=/bin"], labels: { "a": "b" }, created: "2024-05-01T12:00:00Z" }
            layer { "etc/", "etc/os-release" => "ID=test\n" }
            layer { whiteout "etc/motd" }
        }
    }
    .tempdir()
    .unwrap();
    for compression in ["gzip", "zstd"] {
        let temp = tempfile::tempdir().unwrap();
        let (from, to) = (located("oci", ours.path(), Some("1")), located("oci", temp.path(), Some("1")));
        let words = ["copy", "--dest-compress", "--dest-compress-format", compression, &from, &to];
        skopeo(&[], &words).unwrap();
        let theirs = Layout::open(temp.path()).unwrap();
        let media_type = theirs.nodes().unwrap()[0].layers().unwrap()[0].media_type().to_owned();
        assert!(media_type.ends_with(compression), "{media_type}");
        assert_builds_on(&theirs, "1");
        assert_damage_is_seen(temp.path());
    }
}

/// A layer that was changed on the disk is refused. With `#[unchecked] from`, it is copied as it is.
fn assert_damage_is_seen(directory: &Path) {
    let theirs = Layout::open(directory).unwrap();
    let layer = theirs.reference("1").unwrap().layers().unwrap()[0].clone();
    let mut bytes = layer.bytes().unwrap().into_owned();
    bytes[20] ^= 1;
    fs::write(layer.path(), &bytes).unwrap();
    let built = |fixture: Fixture| fixture.tempdir();
    let refused = built(oci_image! { manifest { from (theirs.reference("1").unwrap()) } }).unwrap_err();
    let start = format!("linux/arm64 > layer 1: the other layout says the digest `{}`", layer.digest());
    assert!(refused.to_string().starts_with(&start), "{refused}");
    let copy = built(oci_image! { manifest { #[unchecked] from (theirs.reference("1").unwrap()) } }).unwrap();
    assert_eq!(copy.platform("linux/arm64").unwrap().layers().unwrap()[0].bytes().unwrap(), bytes);
}

#[test]
fn an_image_of_buildah_is_a_base() {
    if !BUILDAH.is_here() {
        return;
    }
    let Some(buildah) = Containers::start(BUILDAH) else { return };
    let temp = tempfile::tempdir().unwrap();
    let content = temp.path().join("content");
    fs::create_dir_all(content.join("etc")).unwrap();
    fs::write(content.join("etc/os-release"), "ID=test\n").unwrap();
    let container = buildah.print(&["from", "scratch"]).unwrap();
    let config = ["--env", "A=1", "--label", "b=2", "--author", "somebody", "--history-comment", "by hand"];
    for words in [
        &["add", "--add-history", &container, content.to_str().unwrap(), "/"][..],
        &[&["config"], &config[..], &[&container]].concat(),
    ] {
        buildah.print(words).unwrap();
    }
    let layout = temp.path().join("layout");
    let to = located("oci", &layout, Some("1"));
    buildah.print(&["commit", "--disable-compression=false", &container, &to]).unwrap();
    let theirs = Layout::open(&layout).unwrap();
    assert!(theirs.reference("1").unwrap().layers().unwrap()[0].media_type().ends_with("gzip"));
    assert_builds_on(&theirs, "1");
}
