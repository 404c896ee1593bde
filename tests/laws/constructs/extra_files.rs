//! `file`: further files and symbolic links of a layout, in each way out.

use std::collections::BTreeMap;
use std::fs;

use oci_fixture::{Blob, ErrorKind, ExtraFile, Fixture, Label, Manifest, Text};
use oci_fixture_test_support::{sha256, walk};
use proptest::prelude::*;

use super::has_a_text;
use crate::config;
use crate::ways::of_tar;

/// The content of a file, or the target of a link.
#[derive(Clone, Debug)]
enum Body {
    Bytes(Vec<u8>),
    /// The bytes of the blob.
    Node,
    /// The digest of the blob.
    Digest,
    Link(String),
    /// A link to the blob.
    LinkToNode,
}

/// Whether the digits of the blob's digest are a part of the path.
type Declared = (bool, usize, Body);

fn declared() -> impl Strategy<Value = Vec<Declared>> {
    let body = prop_oneof![
        3 => prop::collection::vec(any::<u8>(), 0..700).prop_map(Body::Bytes),
        1 => Just(Body::Node),
        1 => Just(Body::Digest),
        1 => "[a-z]{1,9}(/[a-z]{1,9}){0,2}".prop_map(Body::Link),
        1 => Just(Body::LinkToNode),
    ];
    prop::collection::vec((any::<bool>(), 0..3_usize, body), 0..6)
}

/// The path of a file below this number of directories, which files of one depth share.
fn path(number: usize, depth: usize) -> String {
    format!("{}file{number}-\u{e9}", "docs/".repeat(depth))
}

fn fixture(blob: &Label<Blob>, files: &[Declared]) -> Fixture {
    let mut fixture = Fixture::new().with(blob).with(Manifest::new().reference("app:1").with(("a", "b")));
    for (number, (named, depth, body)) in files.iter().enumerate() {
        let mut path = Text::new(path(number, *depth));
        if *named {
            path = path + blob.hex();
        }
        fixture.push(match body {
            Body::Bytes(bytes) => ExtraFile::new(path, bytes),
            Body::Node => ExtraFile::new(path, blob.bytes()),
            Body::Digest => ExtraFile::new(path, blob.digest()),
            Body::Link(target) => ExtraFile::symlink(path, target),
            Body::LinkToNode => ExtraFile::symlink(path, Text::new("x/blobs/sha256/") + blob.hex()),
        });
    }
    fixture
}

/// The files that do not mention the blob. An archive for Docker has no place for the blob.
fn files_alone(files: &[Declared]) -> Vec<ExtraFile> {
    let file = |(number, (_, depth, body)): (usize, &Declared)| match body {
        Body::Bytes(bytes) => Some(ExtraFile::new(path(number, *depth), bytes)),
        Body::Link(target) => Some(ExtraFile::symlink(path(number, *depth), target)),
        Body::Node | Body::Digest | Body::LinkToNode => None,
    };
    files.iter().enumerate().filter_map(file).collect()
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn further_files_are_in_each_way_out_that_has_a_place_for_them(
        bytes in prop::collection::vec(any::<u8>(), 0..300),
        declared in declared(),
    ) {
        let blob = Label::new("blob", Blob::new("text/plain", &bytes));
        let with_files = fixture(&blob, &declared);
        let without = fixture(&blob, &[]);

        // The expected files besides those of every layout.
        let hex = sha256(&bytes);
        let (mut files, mut links) = (BTreeMap::new(), BTreeMap::new());
        for (number, (named, depth, body)) in declared.iter().enumerate() {
            let path = format!("{}{}", path(number, *depth), if *named { hex.as_str() } else { "" });
            match body {
                Body::Bytes(bytes) => drop(files.insert(path, bytes.clone())),
                Body::Node => drop(files.insert(path, bytes.clone())),
                Body::Digest => drop(files.insert(path, format!("sha256:{hex}").into_bytes())),
                Body::Link(target) => drop(links.insert(path, target.clone())),
                Body::LinkToNode => drop(links.insert(path, format!("x/blobs/sha256/{hex}"))),
            }
        }
        files.extend(of_tar(&without.write_archive(Vec::new()).unwrap()).0);

        let layout = with_files.tempdir().unwrap();
        let (mut found, mut found_links) = (BTreeMap::new(), BTreeMap::new());
        walk(layout.path(), "", &mut |name, path| {
            if path.is_symlink() {
                found_links.insert(name.to_owned(), fs::read_link(path).unwrap().to_str().unwrap().to_owned());
            } else if path.is_file() {
                found.insert(name.to_owned(), fs::read(path).unwrap());
            }
        });
        prop_assert_eq!(&found, &files);
        prop_assert_eq!(&found_links, &links);
        prop_assert_eq!(of_tar(&with_files.write_archive(Vec::new()).unwrap()), (files, links.clone()));

        // Memory holds no symbolic links, and an archive that is only for Docker holds no further files.
        match with_files.in_memory() {
            Ok(_) => prop_assert!(links.is_empty()),
            Err(error) => {
                prop_assert!(!links.is_empty(), "{error}");
                prop_assert_eq!(error.kind(), ErrorKind::Declaration);
            }
        }
        let image = Fixture::new().with(Manifest::new().reference("app:1").with(("a", "b")));
        let plain = files_alone(&declared).into_iter().fold(image, Fixture::with);
        let docker = plain.docker_archive();
        prop_assert_eq!(docker.write(Vec::new()).is_ok(), files_alone(&declared).is_empty());
        prop_assert!(docker.with_layout().write(Vec::new()).is_ok());
        if links.is_empty() {
            has_a_text(&with_files);
        }
    }
}
