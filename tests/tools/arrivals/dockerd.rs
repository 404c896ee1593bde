//! dockerd: loads all images of an archive for Docker.

use std::collections::BTreeSet;

use oci_fixture_test_support::{DOCKER, DOCKERD, GNU_TAR, Service};

use super::{
    Arrived, CHANGE, Change, Declared, Kept, Row, Source, Store, Unit, Way, assert_arrives, familiar,
    inspected, lines, run, said,
};
use crate::blobs::{diff_ids, parsed};
use crate::trees::tree;

const ROWS: [Row; 3] = [
    ("archive", Way::Archive, Unit::Platform, Kept::Config),
    ("archive for Docker", Way::Docker, Unit::Platform, Kept::Config),
    ("archive for Docker with layout", Way::DockerWithLayout, Unit::Platform, Kept::Config),
];

const OWN_CHANGES: &[Change] = &[
    Change {
        images: &["system:1.2"],
        declared: r#"-644 @1700000000 etc/hosts = "127.0.0.1 localhost\n" {user.bytes = \x00\xff} {user.origin = a test}"#,
        found: r#"-644 @1700000000 etc/hosts = "127.0.0.1 localhost\n""#,
        why: "the storage driver copies no attribute of users from a layer to the next one",
    },
    Change { images: &["system:1.2"], declared: "d755 @now home/", found: "d600 @now home/", why: PARENT },
    Change { images: &["loadable:zstd"], declared: "d755 @now usr/", found: "d600 @now usr/", why: PARENT },
    Change { images: &["loadable:docker"], declared: "d755 @now etc/", found: "d600 @now etc/", why: PARENT },
];

const PARENT: &str = "a directory that is not in the layer is for root alone";

#[test]
fn each_image_of_an_archive_for_docker_arrives_in_dockerd() {
    if !DOCKERD.is_here() || !DOCKER.is_here() || !GNU_TAR.is_here() {
        return;
    }
    let Some(service) = Service::start("dockerd", env!("CARGO_TARGET_TMPDIR")) else { return };
    assert_arrives("dockerd", &Dockerd { service }, &ROWS, OWN_CHANGES.iter().chain([&CHANGE]));
}

struct Dockerd {
    service: Service,
}

impl Dockerd {
    fn docker(&self, words: &[&str]) -> Result<Vec<u8>, String> {
        let host = format!("unix://{}", self.service.address);
        run(DOCKER, &self.service.data, &[&["--host", &host], words].concat())
    }

    fn unpacked(&self, layers: &[&str]) -> Vec<String> {
        let layer = self.service.layer_of_docker(layers.iter().map(|&layer| layer.to_owned()));
        layer.map_or(Vec::new(), |layer| tree(&layer, &[]))
    }
}

impl Store for Dockerd {
    fn clear(&self) {
        let ids = lines(&self.docker(&["image", "ls", "--all", "--quiet", "--no-trunc"]).unwrap());
        if !ids.is_empty() {
            let ids: Vec<_> = ids.iter().map(String::as_str).collect();
            self.docker(&[&["image", "rm", "--force"], &ids[..]].concat()).unwrap();
        }
    }

    fn take(&self, source: &Source<'_>) -> Result<Vec<u8>, String> {
        self.docker(&["image", "load", "--input", source.path().to_str().unwrap()])
    }

    fn named(_: Way, image: &Declared<'_>) -> Option<String> {
        image.reference.as_deref().map(familiar)
    }

    fn names(&self) -> BTreeSet<String> {
        let list = self.docker(&["image", "ls", "--format", "{{.Repository}}:{{.Tag}}"]).unwrap();
        lines(&list).into_iter().filter(|name| name != "<none>:<none>").collect()
    }

    fn image(&self, name: Option<&str>, declared: &Declared<'_>) -> Result<Arrived, String> {
        let id = declared.config_digest();
        let inspect = self.docker(&["image", "inspect", name.unwrap_or(&id)])?;
        let image = &parsed(&inspect)[0];
        let config = inspected(image);
        let layers = diff_ids(&config);
        let mut blobs: BTreeSet<_> = layers.iter().map(|layer| (*layer).to_owned()).collect();
        blobs.insert(image["Id"].as_str().unwrap().to_owned());
        Ok(Arrived { entry: None, blobs, tree: Some(self.unpacked(&layers)), config: said(&config) })
    }
}
