//! podman: pulls one image of a layout, and loads all images of an archive for Docker.

use std::collections::BTreeSet;

use oci_fixture_test_support::{GNU_TAR, PODMAN};

use super::containers::{Containers, named, named_as_directory};
use super::{
    Arrived, CHANGE, Declared, Kept, Row, Source, Store, Unit, Way, assert_arrives, inspected, said,
};
use crate::blobs::{diff_ids, parsed};
use crate::trees::tree;

const ROWS: [Row<Podman>; 6] = [
    Row {
        what: "pull of a directory",
        way: Way::Directory,
        unit: Unit::Image,
        kept: |_| Kept::Entry,
        take: |podman, source| podman.0.pull("oci", source),
        named: named_as_directory,
    },
    Row {
        what: "pull of an archive",
        way: Way::Archive,
        unit: Unit::Image,
        kept: |_| Kept::Entry,
        take: |podman, source| podman.0.pull("oci-archive", source),
        named,
    },
    Row {
        what: "load of an archive",
        way: Way::Archive,
        unit: Unit::Platform,
        kept: |_| Kept::Entry,
        take: Podman::load,
        named,
    },
    Row {
        what: "load of an archive for Docker",
        way: Way::Docker,
        unit: Unit::Platform,
        kept: |_| Kept::Config,
        take: Podman::load,
        named,
    },
    Row {
        what: "load of an archive for Docker with layout",
        way: Way::DockerWithLayout,
        unit: Unit::Platform,
        // A layout with more than one entry is no choice, and podman takes what is for Docker.
        kept: |source| if source.entries == 1 { Kept::Entry } else { Kept::Config },
        take: Podman::load,
        named,
    },
    Row {
        what: "pull of an archive for Docker with layout",
        way: Way::DockerWithLayout,
        unit: Unit::Image,
        kept: |_| Kept::Entry,
        take: |podman, source| podman.0.pull("oci-archive", source),
        named,
    },
];

#[test]
fn each_image_arrives_in_podman() {
    if !PODMAN.is_here() || !GNU_TAR.is_here() {
        return;
    }
    let Some(podman) = Containers::start(PODMAN) else { return };
    assert_arrives("podman", &Podman(podman), &ROWS, [&CHANGE]);
}

struct Podman(Containers);

impl Podman {
    fn load(&self, source: &Source<'_>) -> Result<Vec<u8>, String> {
        self.0.run_in(source.parent, &["image", "load", "--input", source.file])
    }
}

impl Store for Podman {
    // `podman image inspect` does not show them.
    const HIDES: &[&str] = &["os.version", "variant"];
    fn clear(&self) {
        self.0.clear();
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
