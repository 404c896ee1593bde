//! Tools that store images, and unpack them: containerd, podman, buildah and dockerd.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

use oci_fixture::{Directory, Fixture, Layout, Manifest, Node};
use oci_fixture_test_support::{BUILDAH, CONTAINERD, CTR, DOCKER, DOCKERD, PODMAN, Service, Tool, digest};
use tempfile::TempDir;

/// Images with the names `random:i0`, `random:i1` and so on, by the ways out that the tools read.
pub(super) struct Images {
    temp: TempDir,
    layout: Layout<Directory>,
    count: usize,
}

impl Images {
    pub(super) fn new(images: Vec<Manifest>) -> Self {
        // Not among other temporary files, whose disk may know of no extended attributes.
        let temp = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
        let count = images.len();
        let mut fixture = Fixture::new();
        for (number, image) in images.into_iter().enumerate() {
            let image = image.reference(name(number));
            let docker = fs::File::create(temp.path().join(format!("docker{number}.tar"))).unwrap();
            Fixture::new().with(image.clone()).write_docker_archive(docker).unwrap();
            fixture = fixture.with(image);
        }
        let layout = fixture.write_to(temp.path().join("layout")).unwrap();
        fixture.write_archive_to(temp.path().join("archive.tar")).unwrap();
        Self { temp, layout, count }
    }

    /// The images by their numbers.
    fn each(&self) -> impl Iterator<Item = (usize, Node<'_, Directory>)> {
        (0..self.count).map(|number| (number, self.layout.reference(&name(number)).unwrap()))
    }

    fn path(&self, file: &str) -> String {
        self.temp.path().join(file).display().to_string()
    }
}

fn name(number: usize) -> String {
    format!("docker.io/library/random:i{number}")
}

/// Gets each image, and the directory into which a tool has unpacked it or the words with which it refuses it.
pub(super) type Compare<'c> = &'c mut dyn FnMut(&Node<'_, Directory>, Result<&Path, String>);

/// A tool. It gives each of some images to a comparison; where it cannot run, it says so and gives none.
pub(super) struct Unpacker {
    pub(super) name: &'static str,
    pub(super) unpack: fn(&Images, Compare<'_>),
}

pub(super) const UNPACKERS: [Unpacker; 4] = [
    Unpacker { name: "containerd", unpack: containerd },
    Unpacker { name: "podman", unpack: |images, compare| podman(images, compare) },
    Unpacker { name: "buildah", unpack: |images, compare| buildah(images, compare) },
    Unpacker { name: "dockerd", unpack: dockerd },
];

/// The time that a tool has for one step.
const SECONDS: &str = "40";
/// What is said of a tool that has not ended.
pub(super) const ENDLESS: &str = "it does not end";

/// The last line that a tool prints, or its words where it fails.
fn run(tool: Tool, directory: &Path, words: &[&str]) -> Result<String, String> {
    let mut command = Command::new("timeout");
    command.args(["--kill-after=1", SECONDS, tool.program]).args(words);
    let Output { status, stdout, stderr } =
        command.current_dir(directory).env("LC_ALL", "C.UTF-8").output().unwrap();
    if status.code() == Some(124) {
        Err(ENDLESS.to_owned())
    } else if status.success() {
        Ok(String::from_utf8(stdout).unwrap().trim_end().lines().last().unwrap_or_default().to_owned())
    } else {
        Err(String::from_utf8_lossy(&stderr).trim_end().to_owned())
    }
}

fn containerd(images: &Images, compare: Compare<'_>) {
    if !CONTAINERD.is_here() || !CTR.is_here() {
        return;
    }
    let Some(service) = Service::start("containerd", env!("CARGO_TARGET_TMPDIR")) else { return };
    let ctr =
        |words: &[&str]| run(CTR, images.temp.path(), &[&["--address", &service.address], words].concat());
    ctr(&["images", "import", "--all-platforms", "--no-unpack", &images.path("archive.tar")]).unwrap();
    let at = service.data.join("mounted");
    fs::create_dir(&at).unwrap();
    let mounted = at.to_str().unwrap();
    for (number, image) in images.each() {
        let result = ctr(&["images", "mount", "--platform", "linux/amd64", &name(number), mounted]);
        let is_mounted = result.is_ok();
        compare(&image, result.map(|_| &*at));
        if is_mounted {
            // Otherwise this image is mounted again.
            ctr(&["images", "unmount", "--rm", mounted]).unwrap();
        }
    }
}

fn podman(images: &Images, compare: Compare<'_>) {
    if !PODMAN.is_here() {
        return;
    }
    let Some(service) = Service::start("storage", env!("CARGO_TARGET_TMPDIR")) else { return };
    let options = store(&service);
    let other = service.data.join("other").display().to_string();
    let of_podman =
        ["--tmpdir", &other, "--cgroup-manager", "cgroupfs", "--events-backend", "none", "--runtime", "runc"];
    let options: Vec<&str> = options.iter().map(String::as_str).chain(of_podman).collect();
    let podman = |words: &[&str]| run(PODMAN, images.temp.path(), &[&options[..], words].concat());
    for (number, image) in images.each() {
        let from = format!("oci:layout:i{number}");
        let pulled = podman(&["pull", "--quiet", &from]);
        let mounted = pulled.and_then(|id| podman(&["image", "mount", &id]));
        compare(&image, mounted.as_ref().map(Path::new).map_err(Clone::clone));
    }
}

fn buildah(images: &Images, compare: Compare<'_>) {
    if !BUILDAH.is_here() {
        return;
    }
    let Some(service) = Service::start("storage", env!("CARGO_TARGET_TMPDIR")) else { return };
    let options = store(&service);
    let options: Vec<&str> = options.iter().map(String::as_str).collect();
    let buildah = |words: &[&str]| run(BUILDAH, images.temp.path(), &[&options[..], words].concat());
    for (number, image) in images.each() {
        let from = format!("oci:layout:i{number}");
        let container = buildah(&["from", "--quiet", &from]);
        let mounted = container.and_then(|container| buildah(&["mount", &container]));
        compare(&image, mounted.as_ref().map(Path::new).map_err(Clone::clone));
    }
}

/// The options of podman and of buildah for a store of their own. The path of a state has at most 50 bytes.
fn store(service: &Service) -> Vec<String> {
    let root = service.data.join("root").display().to_string();
    let state = Path::new(&service.address).with_file_name("state").display().to_string();
    ["--root", &root, "--runroot", &state, "--storage-driver", "vfs"].map(str::to_owned).to_vec()
}

fn dockerd(images: &Images, compare: Compare<'_>) {
    if !DOCKERD.is_here() || !DOCKER.is_here() {
        return;
    }
    let Some(service) = Service::start("dockerd", env!("CARGO_TARGET_TMPDIR")) else { return };
    let host = format!("unix://{}", service.address);
    let docker = |words: &[&str]| run(DOCKER, images.temp.path(), &[&["--host", &host], words].concat());
    for (number, image) in images.each() {
        // It loads all images of an archive or none.
        if let Err(refused) =
            docker(&["image", "load", "--input", &images.path(&format!("docker{number}.tar"))])
        {
            compare(&image, Err(refused));
            continue;
        }
        let config = image.config().unwrap();
        let chain = config.rootfs().diff_ids().iter().map(ToString::to_string);
        let chain = chain.reduce(|below, layer| digest(format!("{below} {layer}"))).unwrap();
        compare(&image, Ok(&layer_of_docker(&service.data, &chain)));
    }
}

/// The storage driver `vfs` has a directory for each layer with all below it.
fn layer_of_docker(data: &Path, chain: &str) -> PathBuf {
    let layer = data.join("root/image/vfs/layerdb").join(chain.replace(':', "/"));
    let directory = fs::read_to_string(layer.join("cache-id")).unwrap();
    data.join("root/vfs/dir").join(directory)
}
