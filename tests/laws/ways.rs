//! The ways out of a fixture: the contents of each, read by the `tar` crate.

use std::collections::BTreeMap;
use std::io::Read;

use oci_fixture::{Findings, Fixture};
use oci_fixture_test_support::{Tree, sha256};
use tempfile::TempDir;

use crate::json::Json;
use crate::model::Model;
use crate::sealed::Sealed;
use crate::{docker, inject};

/// The findings in each way out, and the name of the way out.
pub(crate) fn verified(fixture: &Fixture) -> Vec<(Findings, &'static str)> {
    let directory = fixture.tempdir().unwrap();
    let archive = TempDir::new().unwrap();
    let path = archive.path().join("layout.tar");
    let written = fixture.write_archive_to(&path).unwrap();
    let mut found = vec![
        (directory.verify(), "a directory"),
        (oci_fixture::verify(directory.path()).unwrap(), "a directory that was opened"),
        (fixture.in_memory().unwrap().verify(), "in memory"),
        (written.verify(), "an archive"),
        (oci_fixture::verify(&path).unwrap(), "an archive that was opened"),
    ];
    // An archive for Docker holds images of one platform, and none with faults in their documents.
    if fixture.docker_archive().with_layout().write_to(&path).is_ok() {
        found.push((oci_fixture::verify(&path).unwrap(), "an archive for Docker"));
    }
    found
}

/// The regular files of a tar, and the targets of its symbolic links. Asserts that the members are sorted, and have no owner
/// and no time.
pub(crate) fn of_tar(tar: &[u8]) -> (Tree, BTreeMap<String, String>) {
    let (mut files, mut links, mut names) = (Tree::new(), BTreeMap::new(), Vec::new());
    assert!(tar.ends_with(&[0; 1024]));
    let mut archive = tar::Archive::new(tar);
    for entry in archive.entries().unwrap() {
        let mut entry = entry.unwrap();
        let header = entry.header().clone();
        let name = String::from_utf8(entry.path_bytes().into_owned()).unwrap();
        assert_eq!(
            (header.uid().unwrap(), header.gid().unwrap(), header.mtime().unwrap()),
            (0, 0, 0),
            "{name}"
        );
        let mode = match header.entry_type() {
            tar::EntryType::Regular => {
                let mut bytes = Vec::new();
                entry.read_to_end(&mut bytes).unwrap();
                files.insert(name.clone(), bytes);
                0o644
            }
            tar::EntryType::Symlink => {
                let target = String::from_utf8(entry.link_name_bytes().unwrap().into_owned()).unwrap();
                links.insert(name.clone(), target);
                0o777
            }
            tar::EntryType::Directory => {
                assert!(name.ends_with('/'), "{name}");
                0o755
            }
            other => panic!("{name} is {other:?}"),
        };
        assert_eq!(header.mode().unwrap(), mode, "{name}");
        if let Some((directory, _)) = name.trim_end_matches('/').rsplit_once('/') {
            assert!(names.contains(&format!("{directory}/")), "{name} stands before its directory");
        }
        names.push(name);
    }
    assert!(names.is_sorted_by(|one, other| one < other), "{names:?}");
    (files, links)
}

/// Checks the archives for Docker against the files of the layout.
pub(crate) fn for_docker(model: &Model, fixture: &Fixture, layout: &Tree) {
    let mut model = model.clone();
    inject::make_explicit(&mut model);
    let sealed = Sealed::of(&model);
    for with_layout in [false, true] {
        let archive = fixture.docker_archive();
        let archive = if with_layout { archive.with_layout() } else { archive };
        let written = archive.write(Vec::new());
        let refusal = docker::refusal(&model, &sealed, with_layout, None);
        docker::assert_refused(refusal.as_ref(), written.as_ref().err());
        let Ok(tar) = written else { continue };
        let (files, links) = of_tar(&tar);
        let Json::List(images) = Json::read(&files["manifest.json"]) else { panic!("no list") };
        for image in &images {
            let config = &files[image.str("Config")];
            let stored = format!("blobs/sha256/{}", sha256(config));
            assert_eq!(*config, layout[&stored]);
            let rootfs = Json::read(config).get("rootfs").unwrap().clone();
            let layers = image.list("Layers").iter().map(|path| {
                let Json::Text(path) = path else { panic!("{path:?}") };
                Json::text(format!("sha256:{}", sha256(&files[path])))
            });
            assert_eq!(Json::List(layers.collect()), Json::List(rootfs.list("diff_ids").to_vec()));
        }
        legacy(&files, &links);
        for (name, bytes) in layout {
            if with_layout {
                assert!(files.get(name) == Some(bytes), "{name}");
            } else {
                assert!(!files.contains_key(name), "{name}");
            }
        }
    }
}

/// Checks the files for a Docker before 1.10: each directory is an image on top of another one.
fn legacy(files: &Tree, links: &BTreeMap<String, String>) {
    for (link, target) in links {
        let id = link.strip_suffix("/layer.tar").unwrap();
        assert!(files.contains_key(target.strip_prefix("../").unwrap()), "{target}");
        assert_eq!(files[&format!("{id}/VERSION")], b"1.0");
        let image = Json::read(&files[&format!("{id}/json")]);
        assert_eq!(image.str("id"), id);
        if image.get("parent").is_some() {
            assert!(links.contains_key(&format!("{}/layer.tar", image.str("parent"))));
        }
    }
    let Json::Object(repositories) = Json::read(&files["repositories"]) else { panic!("no object") };
    for (_, tags) in repositories {
        let Json::Object(tags) = tags else { panic!("{tags:?}") };
        for (_, id) in tags {
            let Json::Text(id) = id else { panic!("{id:?}") };
            assert!(links.contains_key(&format!("{id}/layer.tar")));
        }
    }
}
