//! Archives of the images.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

use oci_fixture::{ErrorKind, Fixture};
use oci_fixture_test_support::{Tool, Tree, tree};
use tar::EntryType;
use tempfile::TempDir;

use crate::images::images;

/// An archive of an image.
pub(crate) struct Archive<'f> {
    /// The name of the image, and the tool for which the archive is.
    pub(crate) name: String,
    pub(crate) fixture: &'f Fixture,
    pub(crate) path: PathBuf,
    pub(crate) has_layout: bool,
    pub(crate) is_for_docker: bool,
}

/// Calls a function for each archive of each image.
pub(crate) fn each_archive(mut check: impl FnMut(&Archive<'_>)) {
    for (image, fixture) in images() {
        let temp = TempDir::new().unwrap();
        let mut archive = Archive {
            name: format!("{image} for OCI"),
            fixture: &fixture,
            path: temp.path().join("archive"),
            has_layout: true,
            is_for_docker: false,
        };
        fixture.write_archive_to(&archive.path).unwrap();
        check(&archive);

        archive.is_for_docker = true;
        let docker = fixture.docker_archive().platform("linux/amd64");
        for (docker, whom, has_layout) in
            [(docker.clone(), "Docker", false), (docker.with_layout(), "Docker and OCI", true)]
        {
            archive.name = format!("{image} for {whom}");
            archive.has_layout = has_layout;
            match docker.write_to(&archive.path) {
                Ok(()) => check(&archive),
                // Which those are, and why, is in `refusals.txt`.
                Err(error) => assert_eq!(error.kind(), ErrorKind::Declaration),
            }
        }
    }
}

/// Asserts that a tool extracts from each archive the files that the `tar` crate finds in it, and from the archive of a
/// layout also the files of the layout in a directory.
pub(crate) fn assert_extracts(tool: Tool) {
    each_archive(|Archive { name, fixture, path, has_layout, is_for_docker }| {
        let temp = TempDir::new().unwrap();
        let directory = temp.path().to_str().unwrap();
        tool.run(["--extract", "--file", path.to_str().unwrap(), "--directory", directory]).unwrap();
        let (found, members) = (tree(temp.path()), members(path));
        assert!(found == members, "{name}: {:?}, {:?}", found.keys(), members.keys());
        if *has_layout && !is_for_docker {
            assert!(found == tree(fixture.tempdir().unwrap().path()), "{name}");
        }
    });
}

/// The files of an archive, as the `tar` crate reads them.
pub(crate) fn members(archive: &Path) -> Tree {
    let mut archive = tar::Archive::new(fs::File::open(archive).unwrap());
    let member = |mut member: tar::Entry<'_, fs::File>| {
        let mut name = String::from_utf8(member.path_bytes().into_owned()).unwrap();
        let target =
            member.link_name().unwrap().filter(|_| member.header().entry_type() == EntryType::Symlink);
        if let Some(target) = target {
            name = format!("{name} -> {}", target.display());
        }
        let mut content = Vec::new();
        member.read_to_end(&mut content).unwrap();
        (name, content)
    };
    archive.entries().unwrap().map(|entry| member(entry.unwrap())).collect()
}
