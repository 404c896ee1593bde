//! buildah: pulls one image of a layout or of an archive, and mounts it.

use std::collections::BTreeSet;

use oci_fixture_test_support::{BUILDAH, GNU_TAR};
use serde_json::Value;

use super::containers::{Containers, named};
use super::{Arrived, CHANGE, Declared, Kept, Row, Source, Store, Unit, Way, assert_arrives, said};
use crate::blobs::{diff_ids, parsed};
use crate::trees::tree;

const ROWS: [Row; 4] = [
    ("pull of a directory", Way::Directory, Unit::Image, Kept::Manifest),
    ("pull of an archive", Way::Archive, Unit::Image, Kept::Manifest),
    ("archive for Docker", Way::Docker, Unit::Image, Kept::Config),
    ("pull of an archive for Docker with layout", Way::DockerWithLayout, Unit::Image, Kept::Manifest),
];

#[test]
fn each_image_arrives_in_buildah() {
    if !GNU_TAR.is_here() {
        return;
    }
    let Some(buildah) = Containers::start(BUILDAH) else { return };
    assert_arrives("buildah", &Buildah(buildah), &ROWS, [&CHANGE]);
}

struct Buildah(Containers);

impl Store for Buildah {
    fn clear(&self) {
        self.0.clear();
    }

    fn take(&self, source: &Source<'_>) -> Result<Vec<u8>, String> {
        self.0.pull(source)
    }

    fn named(way: Way, image: &Declared<'_>) -> Option<String> {
        named(way, image)
    }

    fn names(&self) -> BTreeSet<String> {
        self.0.names("{{.Name}}:{{.Tag}}")
    }

    fn image(&self, name: Option<&str>, declared: &Declared<'_>) -> Result<Arrived, String> {
        let id = declared.config_digest();
        let name = name.unwrap_or(&id);
        let image: Value = parsed(self.0.print(&["inspect", "--type", "image", name])?.as_bytes());
        let config = parsed(image["Config"].as_str().unwrap().as_bytes());
        let mut blobs: BTreeSet<_> = diff_ids(&config).into_iter().map(str::to_owned).collect();
        blobs.insert(format!("sha256:{}", image["FromImageID"].as_str().unwrap()));
        let entry = image["FromImageDigest"].as_str().map(str::to_owned);
        let container = self.0.print(&["from", "--pull-never", name])?;
        let tree = tree(&self.0.mount(&["mount", &container])?, &[]);
        Ok(Arrived { entry, blobs, config: said(&config), tree: Some(tree) })
    }
}
