//! docker-registry: skopeo pushes images to it, and pulls them.

use std::cell::Cell;
use std::collections::BTreeSet;

use oci_fixture_test_support::{REGISTRY, SKOPEO, Service};

use super::{Arrived, Declared, Kept, Row, Source, Store, Unit, Way, assert_arrives, run, said};
use crate::blobs::{Blobs, parsed};

const ROWS: [Row; 4] = [
    ("OCI directory", Way::Directory, Unit::Entry, Kept::All),
    ("OCI archive", Way::Archive, Unit::Entry, Kept::All),
    ("archive for Docker", Way::Docker, Unit::Image, Kept::Config),
    ("OCI layout in an archive for Docker", Way::DockerWithLayout, Unit::Entry, Kept::All),
];

#[test]
fn each_image_arrives_in_a_registry() {
    if !REGISTRY.is_here() || !SKOPEO.is_here() {
        return;
    }
    let Some(service) = Service::start("registry", env!("CARGO_TARGET_TMPDIR")) else { return };
    assert_arrives("registry", &Registry { service, repository: Cell::new(0) }, &ROWS, &[]);
}

struct Registry {
    service: Service,
    repository: Cell<u32>,
}

impl Registry {
    fn at(&self, tag: &str) -> String {
        format!("docker://{}/{}:{tag}", self.service.address, self.repository.get())
    }
}

impl Store for Registry {
    const UNPACKS: bool = false;

    fn clear(&self) {
        self.repository.set(self.repository.get() + 1);
    }

    fn take(&self, source: &Source<'_>) -> Result<Vec<u8>, String> {
        let name = Self::named(source.way, source.image.unwrap()).unwrap();
        let (from, to) = (source.located(), self.at(&name));
        let words = ["copy", "--all", "--preserve-digests", "--dest-tls-verify=false", &from, &to];
        run(SKOPEO, source.parent, &[&["--insecure-policy"], &words[..]].concat())
    }

    fn named(_: Way, image: &Declared<'_>) -> Option<String> {
        Some(image.tag.clone().unwrap_or_else(|| "untagged".to_owned()))
    }

    fn names(&self) -> BTreeSet<String> {
        let repository = self.at("");
        let words = ["list-tags", "--tls-verify=false", repository.trim_end_matches(':')];
        let list = parsed(&run(SKOPEO, &self.service.data, &words).unwrap());
        list["Tags"].as_array().unwrap().iter().map(|tag| tag.as_str().unwrap().to_owned()).collect()
    }

    fn image(&self, name: Option<&str>, declared: &Declared<'_>) -> Result<Arrived, String> {
        let from = self.at(name.unwrap());
        let temp = tempfile::tempdir().unwrap();
        let copy = ["copy", "--all", "--preserve-digests", "--src-tls-verify=false", &from, "dir:copy"];
        run(SKOPEO, temp.path(), &[&["--insecure-policy"], &copy[..]].concat())?;
        let Blobs { root, all: mut blobs } = Blobs::copied("dir", &temp.path().join("copy"));
        blobs.remove(&root);

        let options = ["--override-os", "--override-arch", "--override-variant"];
        let words = options.into_iter().zip(&declared.platform).flat_map(|(option, word)| [option, word]);
        let inspect = ["inspect", "--config", "--raw", "--tls-verify=false", &from];
        let words: Vec<_> = words.chain(inspect).collect();
        let config = said(&parsed(&run(SKOPEO, temp.path(), &words)?));
        Ok(Arrived { entry: Some(root), blobs, config, tree: None })
    }
}
