//! Tools that unpack images: umoci, containerd, podman, buildah and dockerd.

use std::fs;
use std::path::Path;

use oci_fixture::{Directory, Fixture, Layout, Manifest, Node, Store};
use oci_fixture_test_support::{BUILDAH, CONTAINERD, CTR, DOCKER, DOCKERD, PODMAN, Service, UMOCI};
use tempfile::TempDir;

use super::known::{Layers, waits_for_a_pipe};

/// Images with the names `random:i0`, `random:i1` and so on, in one layout.
pub(super) struct Images {
    temp: TempDir,
    fixture: Fixture,
    declared: Vec<Manifest>,
    layout: Layout<Directory>,
}

impl Images {
    pub(super) fn new(images: Vec<Manifest>) -> Self {
        // Not among other temporary files, whose disk may know of no extended attributes.
        let temp = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
        let named = images.into_iter().enumerate().map(|(number, image)| image.reference(name(number)));
        let declared: Vec<_> = named.collect();
        let fixture = declared.iter().cloned().fold(Fixture::new(), Fixture::with);
        let layout = fixture.write_to(temp.path().join("layout")).unwrap();
        Self { temp, fixture, declared, layout }
    }

    /// The images by their numbers.
    fn each(&self) -> impl Iterator<Item = (usize, Node<'_, Directory>)> {
        (0..self.declared.len()).map(|number| (number, self.layout.reference(&name(number)).unwrap()))
    }

    fn path(&self, file: &str) -> String {
        self.temp.path().join(file).display().to_string()
    }

    /// All images in an archive.
    fn archive(&self) -> String {
        let path = self.path("archive.tar");
        self.fixture.write_archive_to(&path).unwrap();
        path
    }

    /// One image in an archive for Docker, which loads all images of an archive or none.
    fn docker_archive(&self, number: usize) -> String {
        let path = self.path("docker.tar");
        let image = Fixture::new().with(self.declared[number].clone());
        image.write_docker_archive(fs::File::create(&path).unwrap()).unwrap();
        path
    }
}

fn name(number: usize) -> String {
    format!("docker.io/library/random:i{number}")
}

/// An image as skopeo's library names it.
fn transport(number: usize) -> String {
    format!("oci:layout:i{number}")
}

/// Gets each image, and the directory into which a tool has unpacked it or the words with which it refuses it.
pub(super) type Compare<'c> = &'c mut dyn FnMut(&Node<'_, Directory>, Result<&Path, String>);

/// A tool. It gives each of some images to a comparison; where it cannot run, it says so and gives none.
pub(super) struct Unpacker {
    pub(super) name: &'static str,
    pub(super) unpack: fn(&Images, Compare<'_>),
}

pub(super) const UNPACKERS: [Unpacker; 5] = [
    Unpacker { name: "umoci", unpack: |images, compare| umoci(images, compare) },
    Unpacker { name: "containerd", unpack: containerd },
    Unpacker { name: "podman", unpack: |images, compare| podman(images, compare) },
    Unpacker { name: "buildah", unpack: |images, compare| buildah(images, compare) },
    Unpacker { name: "dockerd", unpack: dockerd },
];

/// The time that a tool has for one step, in seconds.
const SECONDS: u32 = 40;
/// The time of a tool that is known to wait for ever, in seconds.
const WAIT: u32 = 3;
fn umoci(images: &Images, compare: Compare<'_>) {
    if !UMOCI.is_here() {
        return;
    }
    for (number, image) in images.each() {
        let bundle = format!("bundle{number}");
        let from = format!("layout:i{number}");
        let unpacked = UMOCI.run_for(SECONDS, images.temp.path(), &["unpack", "--image", &from, &bundle]);
        let rootfs = images.temp.path().join(bundle).join("rootfs");
        compare(&image, unpacked.map(|_| &*rootfs));
    }
}

fn containerd(images: &Images, compare: Compare<'_>) {
    if !CONTAINERD.is_here() || !CTR.is_here() {
        return;
    }
    let Some(service) = Service::start("containerd", env!("CARGO_TARGET_TMPDIR")) else { return };
    let ctr = |words: &[&str]| {
        CTR.run_for(SECONDS, images.temp.path(), &[&["--address", &service.address], words].concat())
    };
    ctr(&["images", "import", "--all-platforms", "--no-unpack", &images.archive()]).unwrap();
    for (number, image) in images.each() {
        // The service unmounts it at the end.
        let at = service.data.join(number.to_string()).join("mounted");
        fs::create_dir_all(&at).unwrap();
        let mounted = ["images", "mount", "--platform", "linux/amd64", &name(number), at.to_str().unwrap()];
        compare(&image, ctr(&mounted).map(|_| &*at));
    }
}

fn podman(images: &Images, compare: Compare<'_>) {
    if !PODMAN.is_here() {
        return;
    }
    let Some(service) = Service::start("storage", env!("CARGO_TARGET_TMPDIR")) else { return };
    let options = service.options(PODMAN, "store");
    let options: Vec<&str> = options.iter().map(String::as_str).collect();
    let podman = |seconds, words: &[&str]| {
        PODMAN.run_for(seconds, images.temp.path(), &[&options[..], words].concat())
    };
    // One call takes all images for which the tool does not wait. It does not name the images that it refuses.
    let ends = images.each().filter(|(_, image)| !waits_for_a_pipe(&Layers::of(image)));
    let all: Vec<String> = ends.map(|(number, _)| transport(number)).collect();
    let all: Vec<&str> = ["pull", "--quiet"].into_iter().chain(all.iter().map(String::as_str)).collect();
    let _ = podman(SECONDS, &all);
    for (number, image) in images.each() {
        let pulled = service.layer_of_storage("store", &config(&image)).ok_or_else(String::new);
        let pulled = pulled.or_else(|_| {
            let seconds = if waits_for_a_pipe(&Layers::of(&image)) { WAIT } else { SECONDS };
            podman(seconds, &["pull", "--quiet", &transport(number)])?;
            Ok(service.layer_of_storage("store", &config(&image)).unwrap())
        });
        compare(&image, pulled.as_ref().map(|path| &**path).map_err(String::clone));
    }
}

fn buildah(images: &Images, compare: Compare<'_>) {
    if !BUILDAH.is_here() {
        return;
    }
    let Some(service) = Service::start("storage", env!("CARGO_TARGET_TMPDIR")) else { return };
    let options = service.options(BUILDAH, "store");
    let options: Vec<&str> = options.iter().map(String::as_str).collect();
    for (number, image) in images.each() {
        let from = transport(number);
        let seconds = if waits_for_a_pipe(&Layers::of(&image)) { WAIT } else { SECONDS };
        let pulled = BUILDAH.run_for(
            seconds,
            images.temp.path(),
            &[&options[..], &["pull", "--quiet", &from]].concat(),
        );
        let pulled = pulled.map(|_| service.layer_of_storage("store", &config(&image)).unwrap());
        compare(&image, pulled.as_ref().map(|path| &**path).map_err(String::clone));
    }
}

/// The hexadecimal digest of the config, which is the id of an image.
fn config<S: Store>(image: &Node<'_, S>) -> String {
    image.manifest().unwrap().config().digest().digest().to_owned()
}

fn dockerd(images: &Images, compare: Compare<'_>) {
    if !DOCKERD.is_here() || !DOCKER.is_here() {
        return;
    }
    let Some(service) = Service::start("dockerd", env!("CARGO_TARGET_TMPDIR")) else { return };
    let host = format!("unix://{}", service.address);
    for (number, image) in images.each() {
        // It loads all images of an archive or none.
        let archive = images.docker_archive(number);
        let words = ["--host", &host, "image", "load", "--input", &archive];
        let seconds = if waits_for_a_pipe(&Layers::of(&image)) { WAIT } else { SECONDS };
        if let Err(refused) = DOCKER.run_for(seconds, images.temp.path(), &words) {
            compare(&image, Err(refused));
            continue;
        }
        let config = image.config().unwrap();
        let layer = service.layer_of_docker(config.rootfs().diff_ids().iter().map(ToString::to_string));
        compare(&image, Ok(&layer.unwrap()));
    }
}
