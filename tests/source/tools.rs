//! The texts of layouts and of archives that buildah, podman, skopeo, umoci and Docker write.
//!
//! They work without a network: the images are made from a directory. A tool that is missing skips its tests, unless
//! `OCI_FIXTURE_REQUIRE_TOOLS` is set.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard, PoisonError};

use oci_fixture::{Fixture, Layout, Store, oci_image};
use oci_fixture_test_support::{
    BUILDAH, DOCKER, DOCKERD, PODMAN, SKOPEO, Service, Tool, UMOCI, assert_same, stored, tree,
};
use tempfile::TempDir;

use crate::again::read_again;

/// podman, buildah and skopeo share a cache of the places of blobs, so only one of them runs at a time.
static ONE: Mutex<()> = Mutex::new(());

/// A folder for the images of one test.
struct Workshop {
    /// The files of the images, and the store of buildah and podman.
    folder: TempDir,
    /// The path of podman's state must not have more than 50 bytes, so it is in another place.
    state: TempDir,
    _one: MutexGuard<'static, ()>,
}

impl Workshop {
    /// `None` if a tool is missing.
    fn with(tools: &[Tool]) -> Option<Self> {
        let one = ONE.lock().unwrap_or_else(PoisonError::into_inner);
        if !tools.iter().all(|tool| tool.is_here()) {
            return None;
        }
        let folder = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
        let state = tempfile::Builder::new().prefix("oci").tempdir_in("/tmp").unwrap();
        let files = folder.path().join("files");
        fs::create_dir_all(files.join("etc")).unwrap();
        fs::create_dir(files.join("bin")).unwrap();
        fs::write(files.join("etc/name"), "app\n").unwrap();
        fs::write(files.join("bin/run"), "#!/bin/sh\necho run\n").unwrap();
        fs::set_permissions(files.join("bin/run"), fs::Permissions::from_mode(0o755)).unwrap();
        std::os::unix::fs::symlink("name", files.join("etc/link")).unwrap();
        fs::hard_link(files.join("etc/name"), files.join("etc/other-name")).unwrap();
        Some(Self { folder, state, _one: one })
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    /// The path as an argument, between two texts.
    fn named(&self, before: &str, name: &str, behind: &str) -> String {
        format!("{before}{}{behind}", self.path(name).display())
    }

    /// Runs buildah or podman with a store of its own, and returns the last line.
    fn stored(&self, tool: Tool, words: &[&str]) -> String {
        let [root, other] = ["root", "other"].map(|name| self.path(name).display().to_string());
        let state = self.state.path().display().to_string();
        let store = ["--root", &root, "--runroot", &state, "--storage-driver", "vfs"];
        let podman = ["--tmpdir", &other, "--cgroup-manager", "cgroupfs"];
        let podman = [&podman[..], &["--events-backend", "none", "--runtime", "runc"]].concat();
        let options = if tool.program == PODMAN.program { &*podman } else { &[] };
        let output =
            tool.run([&store[..], options, words].concat()).unwrap_or_else(|error| panic!("{error}"));
        String::from_utf8(output).unwrap().lines().last().unwrap_or_default().to_owned()
    }

    /// A container of buildah with the files and a config.
    fn container(&self) -> String {
        let container = self.stored(BUILDAH, &["from", "scratch"]);
        self.stored(BUILDAH, &["add", &container, &self.named("", "files", ""), "/"]);
        let config = ["--cmd", "/bin/run", "--env", "A=1", "--label", "kind=test", "--port", "80/tcp"];
        let config =
            [&["config"], &config[..], &["--user", "1000", "--workingdir", "/etc", &container]].concat();
        self.stored(BUILDAH, &config);
        container
    }

    /// Commits an image of buildah to a destination.
    fn commit(&self, destination: &str, options: &[&str]) {
        let container = self.container();
        let words = [&["commit", "--timestamp", "1700000000"], options, &[&container, destination]].concat();
        self.stored(BUILDAH, &words);
    }
}

/// The trees of files that the images of index.json give.
fn rootfs<S: Store>(layout: &Layout<S>) -> Vec<String> {
    let manifests = layout.walk().unwrap().map(Result::unwrap).filter(|node| node.manifest().is_ok());
    manifests.map(|node| format!("{:#}", node.rootfs().unwrap())).collect()
}

/// Asserts that the shortest form compiles, and gives the same trees of files. Returns its text.
fn assert_logical<S: Store>(layout: &Layout<S>) -> String {
    let source = layout.logical_source().unwrap();
    let (honest, _folder) = read_again(&source);
    let honest = honest.tempdir().unwrap();
    honest.assert_verified();
    let trees = rootfs(&honest);
    assert!(!trees.is_empty(), "{source}");
    assert_eq!(trees, rootfs(layout), "{source}");
    source.text().to_owned()
}

/// Asserts that the text of a layout in a directory gives the layout byte for byte. Returns the text.
fn assert_directory(directory: &Path) -> String {
    let layout = Layout::open(directory).unwrap();
    let source = layout.source().unwrap();
    let (again, _folder) = read_again(&source);
    let again = again.tempdir().unwrap();
    assert_same(&tree(again.path()), &tree(directory));
    assert_logical(&layout);
    source.text().to_owned()
}

/// Asserts that the text of a layout in an archive gives its files.
fn assert_archive(file: &Path) {
    let layout = Layout::open_archive(file).unwrap();
    let (again, folder) = read_again(&layout.source().unwrap());
    let archive = folder.path().join("layout.tar");
    again.write_archive_to(&archive).unwrap();
    assert_same(&stored(&Layout::open_archive(&archive).unwrap()), &stored(&layout));
    assert_logical(&layout);
}

#[test]
fn what_buildah_writes_is_declared_byte_for_byte() {
    let Some(workshop) = Workshop::with(&[BUILDAH]) else { return };
    workshop.commit(&workshop.named("oci:", "layout", ":app"), &[]);
    let text = assert_directory(&workshop.path("layout"));
    // The layers are not compressed, so that the text has each entry.
    assert!(text.contains("entry { name: \"bin/\", typeflag: \"5\", mode: 0o40755"), "{text}");
    workshop.commit(&workshop.named("oci-archive:", "layout.tar", ":app:1"), &[]);
    assert_archive(&workshop.path("layout.tar"));
}

#[test]
fn what_podman_writes_is_declared_byte_for_byte() {
    let Some(workshop) = Workshop::with(&[BUILDAH, PODMAN]) else { return };
    workshop.commit("app:1", &[]);
    let save = |format, name: &str| {
        workshop.stored(
            PODMAN,
            &["save", "--format", format, "--output", &workshop.named("", name, ""), "app:1"],
        );
        workshop.path(name)
    };
    assert_directory(&save("oci-dir", "layout"));
    assert_archive(&save("oci-archive", "layout.tar"));
}

#[test]
fn an_archive_for_docker_gives_the_image_that_was_saved() {
    let Some(workshop) = Workshop::with(&[BUILDAH, PODMAN]) else { return };
    workshop.commit("app:1", &["--format", "docker"]);
    workshop.stored(PODMAN, &["tag", "app:1", "registry.example/other:2"]);
    let save = |format, name: &str, words: &[&str]| {
        let to = workshop.named("", name, "");
        let words = [&["save", "--format", format, "--output", &to], words].concat();
        workshop.stored(PODMAN, &words);
        workshop.path(name)
    };
    let layout = Layout::open(save("oci-dir", "layout", &["app:1"])).unwrap();
    let saved = save("docker-archive", "docker.tar", &["app:1", "registry.example/other:2"]);
    let read = Fixture::from_docker_archive(&saved).unwrap().tempdir().unwrap();
    read.assert_verified();
    for name in ["localhost/app:1", "registry.example/other:2"] {
        let image = read.reference(name).unwrap();
        assert_eq!(format!("{:#}", image.rootfs().unwrap()), rootfs(&layout)[0], "{name}");
        assert_eq!(image.config().unwrap().config().as_ref().unwrap().user().as_deref(), Some("1000"));
    }
    assert_directory(read.path());
    // buildah itself writes such an archive, too.
    workshop.commit(&workshop.named("docker-archive:", "built.tar", ":app:1"), &["--format", "docker"]);
    let built = Fixture::from_docker_archive(workshop.path("built.tar")).unwrap().tempdir().unwrap();
    assert_eq!(rootfs(&built), rootfs(&layout));
    assert_directory(built.path());
}

#[test]
fn what_skopeo_writes_is_declared_byte_for_byte() {
    let Some(workshop) = Workshop::with(&[BUILDAH, SKOPEO]) else { return };
    workshop.commit(&workshop.named("oci:", "built", ":app"), &[]);
    let built = workshop.named("oci:", "built", ":app");
    let formats: [&[&str]; 4] = [
        &[],
        &["--dest-compress", "--dest-compress-format", "gzip", "--dest-compress-level", "9"],
        &["--dest-compress", "--dest-compress-format", "zstd"],
        &["--format", "v2s2"],
    ];
    for (number, format) in formats.into_iter().enumerate() {
        let name = format!("layout-{number}");
        let copied = workshop.named("oci:", &name, ":app:1");
        SKOPEO
            .run([&["copy"], format, &[&built, &copied]].concat())
            .unwrap_or_else(|error| panic!("{error}"));
        assert_directory(&workshop.path(&name));
    }
}

#[test]
fn what_umoci_writes_is_declared_byte_for_byte() {
    let Some(workshop) = Workshop::with(&[UMOCI]) else { return };
    let umoci = |words: &[&str]| {
        UMOCI.run(words).unwrap_or_else(|error| panic!("{error}"));
    };
    let (layout, image) = (workshop.named("", "layout", ""), workshop.named("", "layout", ":app"));
    umoci(&["init", "--layout", &layout]);
    umoci(&["new", "--image", &image]);
    umoci(&["insert", "--image", &image, &workshop.named("", "files", "/etc"), "/etc"]);
    umoci(&["insert", "--image", &image, "--whiteout", "/etc/link"]);
    umoci(&["config", "--image", &image, "--config.cmd", "/bin/run", "--config.env", "A=1"]);
    assert_directory(Path::new(&layout));
    // Documents that no image lists are gone.
    umoci(&["gc", "--layout", &layout]);
    assert_directory(Path::new(&layout));
}

#[test]
fn what_docker_saves_is_declared_byte_for_byte() {
    if !DOCKERD.is_here() || !DOCKER.is_here() {
        return;
    }
    let Some(service) = Service::start("dockerd", env!("CARGO_TARGET_TMPDIR")) else { return };
    let fixture = oci_image! {
        manifest "app:1" {
            config { cmd: ["/bin/run"], env: ["A=1"], user: 1000, labels: { "kind": "test" }, working_dir: "/etc" }
            layer { "etc/", "etc/name" => "app\n", "etc/link" -> "name", hardlink "etc/other-name" -> "etc/name" }
            layer gzip { "bin/", #[mode = 0o755] "bin/run" => "#!/bin/sh\necho run\n", whiteout "etc/link" }
        }
    };
    let written = fixture.tempdir().unwrap();
    let file = |name: &str| service.data.join(name).display().to_string();
    let [loaded, saved] = [file("loaded.tar"), file("saved.tar")];
    fixture.docker_archive().write_to(&loaded).unwrap();
    let host = format!("unix://{}", service.address);
    let docker = |words: &[&str]| {
        DOCKER.run([&["--host", &host], words].concat()).unwrap_or_else(|error| panic!("{error}"));
    };
    docker(&["image", "load", "--input", &loaded]);
    docker(&["image", "tag", "app:1", "registry.example/other:2"]);
    docker(&["image", "save", "--output", &saved, "app:1", "registry.example/other:2"]);
    let read = Fixture::from_docker_archive(&saved).unwrap().tempdir().unwrap();
    read.assert_verified();
    for name in ["app:1", "registry.example/other:2"] {
        let (image, config) =
            (read.reference(name).unwrap(), written.reference("app:1").unwrap().config().unwrap());
        assert_eq!(format!("{:#}", image.rootfs().unwrap()), rootfs(&written)[0], "{name}");
        assert_eq!(image.config().unwrap().config(), config.config(), "{name}");
        assert_eq!(image.config().unwrap().rootfs(), config.rootfs(), "{name}");
    }
    assert_directory(read.path());
}
