//! containerd: imports all images of an archive, with all platforms, and unpacks them when they are mounted.

use std::cell::Cell;
use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use oci_fixture_test_support::{CONTAINERD, CTR, GNU_TAR, Service};
use serde_json::Value;

use super::{
    Arrived, CHANGE, Declared, Kept, Row, Source, Store, USUAL, Unit, Way, assert_arrives, lines, run, said,
};
use crate::blobs::parsed;
use crate::images::IMAGE_CONFIGS;
use crate::trees::tree;

const ROWS: [Row; 4] = [
    ("directory as a tar", Way::Directory, Unit::Layout, Kept::All),
    ("archive", Way::Archive, Unit::Layout, Kept::All),
    ("archive for Docker", Way::Docker, Unit::Layout, Kept::Config),
    ("archive for Docker with layout", Way::DockerWithLayout, Unit::Layout, Kept::All),
];

#[test]
fn each_image_arrives_in_containerd_with_all_platforms() {
    if !CONTAINERD.is_here() || !CTR.is_here() || !GNU_TAR.is_here() {
        return;
    }
    let Some(service) = Service::start("containerd", env!("CARGO_TARGET_TMPDIR")) else { return };
    assert_arrives("containerd", &Containerd { service, namespace: Cell::new(0) }, &ROWS, [&CHANGE]);
}

struct Containerd {
    service: Service,
    namespace: Cell<u32>,
}

impl Containerd {
    fn ctr(&self, words: &[&str]) -> Result<Vec<u8>, String> {
        let namespace = self.namespace.get().to_string();
        let usual = ["--address", &self.service.address, "--namespace", &namespace];
        run(CTR, &self.service.data, &[&usual, words].concat())
    }

    fn document(&self, digest: &Value) -> Result<Value, String> {
        let digest = digest.as_str().ok_or("there is no digest")?;
        Ok(parsed(&self.ctr(&["content", "get", digest])?))
    }

    /// Adds all that the descriptors of a document lead to, as far as it is stored.
    fn add_all(&self, document: &Value, stored: &BTreeSet<String>, blobs: &mut BTreeSet<String>) {
        let lists = ["manifests", "layers"].map(|name| document[name].as_array().into_iter().flatten());
        for descriptor in lists.into_iter().flatten().chain(document.get("config")) {
            // The member `config` of a config is no descriptor.
            let digest = descriptor["digest"].as_str().unwrap_or_default();
            if stored.contains(digest) && blobs.insert(digest.to_owned()) {
                let media_type = descriptor["mediaType"].as_str().unwrap();
                if ["index", "manifest"].iter().any(|kind| media_type.contains(kind)) {
                    self.add_all(&self.document(&descriptor["digest"]).unwrap(), stored, blobs);
                }
            }
        }
    }
}

impl Store for Containerd {
    fn clear(&self) {
        self.namespace.set(self.namespace.get() + 1);
    }

    fn take(&self, source: &Source<'_>) -> Result<Vec<u8>, String> {
        let mut path = source.path();
        if source.way == Way::Directory {
            let words = ["--create", "--file=directory.tar", "--directory", path.to_str().unwrap(), "."];
            run(GNU_TAR, source.parent, &words)?;
            path.set_file_name("directory.tar");
        }
        self.ctr(&["images", "import", "--all-platforms", "--no-unpack", path.to_str().unwrap()])
    }

    fn names(&self) -> BTreeSet<String> {
        lines(&self.ctr(&["images", "list", "--quiet"]).unwrap())
    }

    fn image(&self, name: Option<&str>, declared: &Declared<'_>) -> Result<Arrived, String> {
        let list = lines(&self.ctr(&["images", "list"])?);
        let images: Vec<Vec<_>> = list.iter().map(|line| line.split_whitespace().collect()).collect();
        let image = images.iter().find(|image| Some(image[0]) == name);
        let Some(&[name, _, entry, ..]) = image.map(|image| &image[..]) else {
            return Err(format!("it is not among the images: {:?}", self.names()));
        };
        let stored = lines(&self.ctr(&["content", "list", "--quiet"])?);
        let document = self.document(&entry.into())?;
        let mut blobs = BTreeSet::new();
        self.add_all(&document, &stored, &mut blobs);

        let Some(manifest) = &declared.manifest else {
            return Err(self.unpacked(name, &declared.platform).unwrap_err());
        };
        let manifest = match document.get("manifests") {
            Some(_) => self.document(&manifest.digest().as_str().into())?,
            None => document,
        };
        let config = self.document(&manifest["config"]["digest"])?;
        let is_image = IMAGE_CONFIGS.iter().any(|media_type| manifest["config"]["mediaType"] == *media_type);
        let tree = is_image.then(|| self.unpacked(name, &declared.platform)).transpose()?;
        Ok(Arrived { entry: Some(entry.to_owned()), blobs, config: said(&config), tree })
    }
}

impl Containerd {
    fn unpacked(&self, name: &str, platform: &[String]) -> Result<Vec<String>, String> {
        let at = self.service.data.join("mounted");
        fs::create_dir_all(&at).unwrap();
        let (at, platform) = (at.to_str().unwrap(), platform.join("/"));
        let platform = if platform.is_empty() { USUAL } else { &platform };
        self.ctr(&["images", "mount", "--platform", platform, name, at])?;
        let tree = tree(Path::new(at), &[]);
        // Otherwise what was mounted here is mounted again.
        self.ctr(&["images", "unmount", "--rm", at])?;
        Ok(tree)
    }
}
