//! Laws: what holds for every honest declaration, and what is refused of every other.

// clippy.toml lets `#[test]` functions do this; the helpers below are as much a part of the tests.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod check;
mod choices;
mod dangling;
mod declare;
mod entries;
mod expect;
mod images;
mod json;
mod liar;
mod lies;
mod make;
mod mistakes;
mod model;
mod sealed;
mod tarball;
mod ways;

use std::collections::BTreeMap;
use std::{fs, thread};

use oci_fixture::{ErrorKind, Finding, Fixture, Layout};
use proptest::prelude::*;
use tempfile::TempDir;

use crate::check::{Files, Identity, files, resolve};
use crate::choices::Choices;
use crate::declare::fixture;
use crate::json::Json;
use crate::make::model;
use crate::model::{Model, Reference, Words};

const CASES: u32 = 64;

/// The configuration that everyone here uses; `PROPTEST_CASES` asks for more.
fn config() -> ProptestConfig {
    let default = ProptestConfig::default();
    let cases = if std::env::var_os("PROPTEST_CASES").is_some() { default.cases } else { CASES };
    ProptestConfig { cases, failure_persistence: None, max_shrink_iters: 5000, ..default }
}

fn any_model() -> impl Strategy<Value = Model> {
    prop::collection::vec(any::<u16>(), 0..400).prop_map(|choices| model(&choices))
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn what_is_stored_is_what_is_declared(model in any_model()) {
        let layout = fixture(&model).tempdir().unwrap();
        check::layout(&model, &files(layout.path()));
    }

    #[test]
    fn the_same_declaration_gives_the_same_bytes(model in any_model()) {
        let declared = fixture(&model);
        let first = declared.tempdir().unwrap();
        let bytes = files(first.path());

        assert_same(&bytes, &files(fixture(&model).tempdir().unwrap().path()), "declared again");
        let clone = declared.clone();
        let other = thread::spawn(move || clone.tempdir()).join().unwrap().unwrap();
        assert_same(&bytes, &files(other.path()), "a clone, in another thread");
        declared.write_to(first.path()).unwrap();
        assert_same(&bytes, &files(first.path()), "written over itself");
    }

    #[test]
    fn a_fixture_has_the_same_blobs_and_entries_beside_another(
        model in any_model(),
        mut other in any_model(),
    ) {
        for (number, root) in other.roots.iter_mut().enumerate() {
            if let Some(reference) = &mut root.reference {
                let name = Words::plain(format!("other.example/beside{number}:1"));
                *reference = Reference { declared: name.clone(), full: name, tag: None };
            }
        }
        let layout = fixture(&other).tempdir().unwrap();
        let before = files(layout.path());
        let alone = files(fixture(&model).tempdir().unwrap().path());
        fixture(&model).write_to(layout.path()).unwrap();
        let together = files(layout.path());

        let entries = |files: &Files| Json::read(&files["index.json"]).list("manifests").to_vec();
        let mut expected = entries(&before);
        // What has no name takes the place of what is equal to it.
        let mut equal = expected.clone();
        for entry in entries(&alone) {
            match equal.iter().position(|other| *other == entry) {
                Some(position) => drop(equal.remove(position)),
                None => expected.push(entry),
            }
        }
        assert_eq!(entries(&together), expected);
        let mut both = before;
        both.extend(alone);
        both.insert("index.json".to_owned(), together["index.json"].clone());
        assert_same(&both, &together, "beside another");
    }

    #[test]
    fn every_way_out_holds_the_same(model in any_model()) {
        let declared = fixture(&model);
        let layout = declared.tempdir().unwrap();
        let expected = files(layout.path());
        assert_same(&expected, &ways::of_layout(&layout), "the layout itself");
        assert_same(&expected, &ways::of_layout(&Layout::open(layout.path()).unwrap()), "opened again");
        let memory = declared.in_memory().unwrap();
        assert_same(&expected, &ways::of_layout(&memory), "in memory");

        let tar = declared.write_archive(Vec::new()).unwrap();
        let (unpacked, links) = ways::of_tar(&tar);
        assert!(links.is_empty());
        assert_same(&expected, &unpacked, "an archive");
        let path = layout.path().with_extension("tar");
        let written = declared.write_archive_to(&path).unwrap();
        assert!(fs::read(&path).unwrap() == tar, "an archive in a file is another");
        assert_same(&expected, &ways::of_layout(&written), "an archive in a file");
        let opened = Layout::open_archive(&path).unwrap();
        assert_same(&expected, &ways::of_layout(&opened), "an archive that was opened");
        fs::remove_file(&path).unwrap();
        ways::docker(&declared, &expected);

        // What is drawn, too.
        let tree = layout.to_string();
        assert_eq!(declared.to_string(), tree);
        assert_eq!([memory.to_string(), written.to_string()], [tree.clone(), tree]);
    }

    #[test]
    fn the_entries_of_a_layer_are_those_that_were_declared(model in any_model()) {
        let layout = fixture(&model).in_memory().unwrap();
        for node in layout.walk().unwrap().flatten() {
            let Some(declared) = node.declared_entries().unwrap() else { continue };
            match node.entries() {
                Ok(entries) => assert_eq!(entries, declared),
                Err(error) => assert!(!cfg!(feature = "decode") && error.to_string().contains("`decode`"), "{error}"),
            }
        }
    }

    #[test]
    fn nothing_is_found_but_what_dangles(model in any_model()) {
        let declared = fixture(&model);
        let layout = declared.tempdir().unwrap();
        let expected = dangling::findings(&files(layout.path()));
        for (findings, how) in ways::verified(&declared) {
            let lines: Vec<String> = findings.iter().map(ToString::to_string).collect();
            assert_eq!(lines, expected, "{how}");
        }
    }

    #[test]
    fn exactly_the_lies_are_found(
        model in any_model(),
        choices in prop::collection::vec(any::<u16>(), 0..40),
        in_all_ways in prop::bool::weighted(0.05),
    ) {
        let model = liar::lie(model, &choices);
        let (expected, stored) = expect::findings(&model);
        let declared = fixture(&model);
        let layout = declared.in_memory().unwrap();
        let blobs: BTreeMap<String, Vec<u8>> = layout
            .blobs()
            .unwrap()
            .map(Result::unwrap)
            .map(|(digest, bytes)| (digest.to_string(), bytes.into_owned()))
            .collect();
        assert!(blobs == stored, "what is stored is not what is declared");

        let expected = expect::lines(&expected);
        let found = |findings: &[Finding]| {
            let found = findings.iter().map(|finding| (finding.place().to_owned(), finding.kind().clone()));
            expect::lines(&found.collect::<Vec<_>>())
        };
        let findings = layout.verify();
        assert_eq!(found(&findings), expected, "{layout}");
        if in_all_ways {
            for (findings_there, how) in ways::verified(&declared) {
                assert_eq!(findings_there, findings, "{how}");
            }
        }
    }

    #[test]
    fn a_layout_finds_what_was_declared(model in any_model()) {
        let layout = fixture(&model).tempdir().unwrap();
        let files = files(layout.path());
        let identities = check::layout(&model, &files);

        let mut labels: BTreeMap<&str, Vec<&Identity>> = BTreeMap::new();
        for id in model.declared() {
            if let Some(label) = &model.nodes[id].label {
                labels.entry(label).or_default().push(&identities[&id]);
            }
        }
        for (label, nodes) in labels {
            match (layout.label(label), nodes.as_slice()) {
                (Ok(node), [identity]) => assert_eq!(node.digest().as_str(), identity.digest),
                (Err(error), [_, _, ..]) => assert_eq!(error.kind(), ErrorKind::Ambiguous),
                (found, nodes) => panic!("{label}: {found:?} for {nodes:?}"),
            }
        }
        assert_eq!(layout.label("no such label").unwrap_err().kind(), ErrorKind::NotFound);

        for root in &model.roots {
            let Some(reference) = &root.reference else { continue };
            for name in [&reference.declared, &reference.full] {
                let node = layout.reference(&resolve(name, &identities)).unwrap();
                assert_eq!(node.digest().as_str(), identities[&root.node].digest);
            }
        }
        assert_eq!(layout.reference("no.such/name").unwrap_err().kind(), ErrorKind::NotFound);

        let Some(images) = images::of(&files) else { return Ok(()) };
        for wanted in images.values() {
            let fits = |found: &&model::Platform| {
                found.os == wanted.os
                    && found.architecture == wanted.architecture
                    && found.variant == wanted.variant
                    && (wanted.os_version.is_none() || found.os_version == wanted.os_version)
                    && wanted.os_features.iter().all(|feature| found.os_features.contains(feature))
            };
            let platform = declare::platform(wanted);
            let fitting: Vec<_> = images.iter().filter(|(_, found)| fits(found)).collect();
            match (layout.platform(&platform), fitting.as_slice()) {
                (Ok(node), [(digest, _)]) => assert_eq!(node.digest().as_str(), *digest),
                (Err(error), [_, _, ..]) => assert_eq!(error.kind(), ErrorKind::Ambiguous),
                (found, fitting) => panic!("{platform}: {found:?} for {fitting:?}"),
            }
        }
        assert_eq!(layout.platform("zos/s390x").unwrap_err().kind(), ErrorKind::NotFound);
    }

    #[test]
    fn one_mistake_is_refused_and_nothing_is_written(
        model in any_model(),
        choices in prop::collection::vec(any::<u16>(), 48),
    ) {
        let mut choices = Choices::new(&choices);
        while !choices.is_empty() {
            let (declared, what, place) = mistakes::fixture(&model, &mut choices);
            refused(&model, &declared, what, &place);
        }
    }
}

fn refused(model: &Model, declared: &Fixture, what: &str, place: &str) {
    let temp = TempDir::new().unwrap();
    let new = temp.path().join("new");
    let refused = || {
        let error = declared.write_to(&new).unwrap_err();
        // A reference is quoted as a character would be.
        let found = (error.kind(), error.place().replace("\\'", "'"));
        assert_eq!(found, (ErrorKind::Declaration, place.to_owned()), "{what}: {error}");
    };
    refused();
    assert!(!new.exists(), "{what} leaves a directory behind");

    fixture(model).write_to(&new).unwrap();
    let before = files(&new);
    refused();
    assert_same(&before, &files(&new), what);
    assert_eq!(fs::read_dir(&new).unwrap().count(), 3, "{what} leaves something behind");
}

fn assert_same(one: &Files, other: &Files, how: &str) {
    let names = |files: &Files| files.keys().cloned().collect::<Vec<_>>();
    assert_eq!(names(one), names(other), "{how}");
    for (name, bytes) in one {
        assert!(*bytes == other[name], "{how}: {name} differs");
    }
}
