//! docker-registry: skopeo pushes images to it, and pulls them.

use std::cell::Cell;
use std::collections::BTreeSet;

use oci_fixture_test_support::{REGISTRY, SKOPEO, Service};

use super::{Arrived, Declared, Kept, Row, Source, Store, Unit, Way, assert_arrives, run, said};
use crate::blobs::{Blobs, parsed};

const ROWS: [Row<Registry>; 4] = [
    Row {
        what: "OCI directory",
        way: Way::Directory,
        unit: Unit::Entry,
        kept: |_| Kept::All,
        take: |registry, source| registry.push("oci", source),
        named,
    },
    Row {
        what: "OCI archive",
        way: Way::Archive,
        unit: Unit::Entry,
        kept: |_| Kept::All,
        take: |registry, source| registry.push("oci-archive", source),
        named,
    },
    Row {
        what: "archive for Docker",
        way: Way::Docker,
        unit: Unit::Image,
        kept: |_| Kept::Config,
        take: |registry, source| registry.push("docker-archive", source),
        named,
    },
    Row {
        what: "OCI layout in an archive for Docker",
        way: Way::DockerWithLayout,
        unit: Unit::Entry,
        kept: |_| Kept::All,
        take: |registry, source| registry.push("oci-archive", source),
        named,
    },
];

#[test]
fn each_image_arrives_in_a_registry() {
    if !REGISTRY.is_here() || !SKOPEO.is_here() {
        return;
    }
    let Some(service) = Service::start("registry", env!("CARGO_TARGET_TMPDIR")) else { return };
    assert_arrives("registry", &Registry { service, repository: Cell::new(0) }, &ROWS, &[]);
}

#[allow(clippy::unnecessary_wraps, reason = "other tools store images without a name")]
fn named(_: &Source<'_>, image: &Declared<'_>) -> Option<String> {
    Some(image.tag.clone().unwrap_or_else(|| "untagged".to_owned()))
}

struct Registry {
    service: Service,
    repository: Cell<u32>,
}

impl Registry {
    fn at(&self, tag: &str) -> String {
        format!("docker://{}/{}:{tag}", self.service.address, self.repository.get())
    }

    fn push(&self, transport: &str, source: &Source<'_>) -> Result<Vec<u8>, String> {
        let image = source.image.unwrap();
        let (from, to) = (source.located(transport), self.at(&named(source, image).unwrap()));
        let words = ["copy", "--all", "--preserve-digests", "--dest-tls-verify=false", &from, &to];
        run(SKOPEO, source.parent, &[&["--insecure-policy"], &words[..]].concat())
    }
}

impl Store for Registry {
    const UNPACKS: bool = false;

    fn clear(&self) {
        self.repository.set(self.repository.get() + 1);
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
