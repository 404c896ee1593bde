//! podman: pulls one image of a layout, and loads all images of an archive for Docker.

use std::collections::BTreeSet;

use oci_fixture_test_support::{GNU_TAR, PODMAN};

use super::containers::{Containers, named};
use super::{
    Arrived, CHANGE, Declared, Kept, Row, Source, Store, Unit, Way, assert_arrives, inspected, said,
};
use crate::blobs::{diff_ids, parsed};
use crate::trees::tree;

const ROWS: [Row; 6] = [
    ("pull of a directory", Way::Directory, Unit::Image, Kept::Entry),
    ("pull of an archive", Way::Archive, Unit::Image, Kept::Entry),
    ("load of an archive", Way::Archive, Unit::Platform, Kept::Entry),
    ("load of an archive for Docker", Way::Docker, Unit::Platform, Kept::Config),
    // A layout with more than one entry is no choice, and podman takes what is for Docker.
    ("load of an archive for Docker with layout", Way::DockerWithLayout, Unit::Platform, Kept::OnlyEntry),
    ("pull of an archive for Docker with layout", Way::DockerWithLayout, Unit::Image, Kept::Entry),
];

#[test]
fn each_image_arrives_in_podman() {
    if !GNU_TAR.is_here() {
        return;
    }
    let Some(podman) = Containers::start(PODMAN) else { return };
    assert_arrives("podman", &Podman(podman), &ROWS, [&CHANGE]);
}

struct Podman(Containers);

impl Store for Podman {
    // `podman image inspect` does not show them.
    const HIDES: &[&str] = &["os.version", "variant"];
    fn clear(&self) {
        self.0.clear();
    }

    fn take(&self, source: &Source<'_>) -> Result<Vec<u8>, String> {
        match source.image {
            Some(_) => self.0.pull(source),
            None => self.0.run_in(source.parent, &["image", "load", "--input", source.file]),
        }
    }

    fn named(way: Way, image: &Declared<'_>) -> Option<String> {
        named(way, image)
    }

    fn names(&self) -> BTreeSet<String> {
        self.0.names("{{.Repository}}:{{.Tag}}")
    }

    fn image(&self, name: Option<&str>, declared: &Declared<'_>) -> Result<Arrived, String> {
        let id = declared.config_digest();
        let inspect = self.0.print(&["image", "inspect", name.unwrap_or(&id)])?;
        let image = &parsed(inspect.as_bytes())[0];
        let config = inspected(image);
        let mut blobs: BTreeSet<_> = diff_ids(&config).into_iter().map(str::to_owned).collect();
        let id = image["Id"].as_str().unwrap();
        blobs.insert(format!("sha256:{id}"));
        let entry = image["Digest"].as_str().map(str::to_owned);
        let tree = match diff_ids(&config).len() {
            // podman cannot mount it.
            0 => Vec::new(),
            _ => tree(&self.0.mount(&["image", "mount", id])?, &[]),
        };
        Ok(Arrived { entry, blobs, config: said(&config), tree: Some(tree) })
    }
}
