//! Laws: what holds for every honest declaration, and which other declarations are refused.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test fails by a panic"
)]

#[cfg(feature = "text")]
#[path = "../source/again.rs"]
mod again;
mod arrives;
mod check;
mod constructs;
mod docker;
// The generator of the gallery's strategies is compiled here, too, so that it is tested with each set of features.
#[path = "../../gallery/src/generator/mod.rs"]
#[allow(dead_code, reason = "the strategies narrow and shrink what they make")]
mod generator;
mod images;
mod mistakes;
#[cfg(feature = "text")]
#[path = "../source/rare.rs"]
mod rare;
mod tarball;
#[cfg(feature = "text")]
mod text;
#[cfg(all(unix, feature = "decode"))]
mod unpacked;
mod ways;

use std::collections::BTreeMap;
use std::{fs, thread};

use oci_fixture::{ErrorKind, Fixture, Layout, Level};
use oci_fixture_test_support::{Tree, assert_same, files, stored};
use proptest::prelude::*;
use tempfile::TempDir;

use crate::arrives::Arriving;
use crate::choices::Choices;
use crate::declare::fixture;
use crate::generator::{
    choices, declare, expect, faults, identity, inject, json, make, model, random, sealed, settings,
};
use crate::identity::{Identity, resolve};
use crate::json::Json;
use crate::make::{honest_model, model};
use crate::model::{Model, Reference, Words};
use crate::random::Random;
use crate::settings::Settings;

const CASES: u32 = 64;

/// The configuration of all laws. `PROPTEST_CASES` sets the number of cases.
fn config() -> ProptestConfig {
    let default = ProptestConfig::default();
    let cases = if std::env::var_os("PROPTEST_CASES").is_some() { default.cases } else { CASES };
    ProptestConfig { cases, failure_persistence: None, max_shrink_iters: 5000, ..default }
}

fn any_model() -> impl Strategy<Value = Model> {
    prop::collection::vec(any::<u16>(), 0..400).prop_map(|choices| model(&choices))
}

fn any_honest_model() -> impl Strategy<Value = Model> {
    prop::collection::vec(any::<u16>(), 0..400).prop_map(|choices| honest_model(&choices))
}

/// The fixtures of the gallery's strategies: honest, or with one to three faults.
fn any_random() -> impl Strategy<Value = Random> {
    let numbers = (prop::collection::vec(any::<u16>(), 0..400), prop::collection::vec(any::<u16>(), 0..40));
    (numbers, any::<bool>()).prop_map(|((model, faults), faulty)| {
        Random::of(&[model, faults], &Settings::sayable(), faulty.then_some(&(1..=3)))
    })
}

/// Models with one to three faults.
fn any_faulty_model() -> impl Strategy<Value = Model> {
    let choices = prop::collection::vec(any::<u16>(), 0..40);
    (any_model(), choices).prop_map(|(model, choices)| inject::inject_faults(model, &choices))
}

proptest! {
    #![proptest_config(config())]

    #[test]
    fn every_stored_byte_follows_from_the_declaration(model in any_model()) {
        let layout = fixture(&model).tempdir().unwrap();
        check::layout(&model, &files(layout.path()));
    }

    #[cfg(feature = "text")]
    #[test]
    fn the_text_of_a_fixture_declares_the_same_bytes(model in any_faulty_model()) {
        again::reads_back(&fixture(&model));
    }

    #[test]
    fn a_plain_declaration_declares_the_same_bytes(random in any_random()) {
        let [plain, explicit] = [&random.plain, &random.explicit].map(|model| fixture(model).in_memory().unwrap());
        assert_same(&stored(&plain), &stored(&explicit));
        assert_eq!(plain.oci_layout_bytes().ok(), explicit.oci_layout_bytes().ok());
    }

    #[cfg(feature = "text")]
    #[test]
    fn the_text_of_a_random_fixture_declares_the_same_bytes(random in any_random()) {
        again::reads_back(&fixture(&random.plain));
    }

    #[cfg(feature = "text")]
    #[test]
    fn the_text_of_a_layout_declares_the_same_files(model in any_faulty_model()) {
        again::imported(&fixture(&model).in_memory().unwrap());
    }

    #[test]
    fn the_same_declaration_gives_the_same_bytes(model in any_model()) {
        let declared = fixture(&model);
        let first = declared.tempdir().unwrap();
        let bytes = files(first.path());

        assert_same(&bytes, &files(fixture(&model).tempdir().unwrap().path()));
        let clone = declared.clone();
        let other = thread::spawn(move || clone.tempdir()).join().unwrap().unwrap();
        assert_same(&bytes, &files(other.path()));
        declared.write_to(first.path()).unwrap();
        assert_same(&bytes, &files(first.path()));
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

        let entries = |files: &Tree| Json::read(&files["index.json"]).list("manifests").to_vec();
        let mut expected = entries(&before);
        // An entry without a name replaces an equal entry.
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
        assert_same(&both, &together);
    }

    #[test]
    fn every_way_out_holds_the_same(model in any_model()) {
        let declared = fixture(&model);
        let layout = declared.tempdir().unwrap();
        let expected = files(layout.path());
        assert_same(&expected, &stored(&layout));
        assert_same(&expected, &stored(&Layout::open(layout.path()).unwrap()));
        let memory = declared.in_memory().unwrap();
        assert_same(&expected, &stored(&memory));

        let tar = declared.write_archive(Vec::new()).unwrap();
        let (unpacked, links) = ways::of_tar(&tar);
        assert!(links.is_empty());
        assert_same(&expected, &unpacked);
        let path = layout.path().with_extension("tar");
        let written = declared.write_archive_to(&path).unwrap();
        assert!(fs::read(&path).unwrap() == tar, "an archive in a file is another");
        assert_same(&expected, &stored(&written));
        let opened = Layout::open_archive(&path).unwrap();
        assert_same(&expected, &stored(&opened));
        fs::remove_file(&path).unwrap();
        ways::for_docker(&model, &declared, &expected);

        // The trees are equal, too.
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
    fn an_honest_fixture_has_no_finding_above_a_note(model in any_honest_model()) {
        for (findings, how) in ways::verified(&fixture(&model)) {
            let above: Vec<_> = findings.iter().filter(|finding| finding.level() > Level::Note).collect();
            assert!(above.is_empty(), "{how}: {above:?}");
        }
    }

    #[test]
    fn exactly_the_descriptors_that_dangle_are_found(mut model in any_model()) {
        inject::make_explicit(&mut model);
        let (expected, _) = expect::findings(&model);
        for (findings, how) in ways::verified(&fixture(&model)) {
            assert_eq!(expect::lines(expect::found(&findings)), expect::lines(expected.clone()), "{how}");
        }
    }

    #[test]
    fn exactly_the_declared_faults_are_found(
        model in any_model(),
        choices in prop::collection::vec(any::<u16>(), 0..40),
        in_all_ways in prop::bool::weighted(0.05),
    ) {
        let model = inject::inject_faults(model, &choices);
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

        let findings = layout.verify();
        assert_eq!(expect::lines(expect::found(&findings)), expect::lines(expected), "{layout}");
        if in_all_ways {
            for (findings_there, how) in ways::verified(&declared) {
                assert_eq!(findings_there, findings, "{how}");
            }
        }
    }

    #[test]
    fn a_directory_holds_what_is_sealed(model in any_faulty_model()) {
        Arriving::of(&model).in_a_directory();
    }

    #[test]
    fn memory_holds_what_is_sealed(model in any_faulty_model()) {
        Arriving::of(&model).in_memory();
    }

    #[test]
    fn an_archive_holds_what_is_sealed(model in any_faulty_model()) {
        Arriving::of(&model).in_an_archive();
    }

    #[test]
    fn an_archive_for_docker_holds_what_is_sealed(model in any_faulty_model(), chosen in any::<bool>()) {
        Arriving::of(&model).in_an_archive_for_docker(false, chosen.then_some("linux/amd64"));
    }

    #[test]
    fn an_archive_for_docker_with_a_layout_holds_what_is_sealed(
        model in any_faulty_model(),
        chosen in any::<bool>(),
    ) {
        Arriving::of(&model).in_an_archive_for_docker(true, chosen.then_some("linux/amd64"));
    }

    #[cfg(all(unix, feature = "decode"))]
    #[test]
    fn umoci_unpacks_what_rootfs_says(model in any_model()) {
        unpacked::check(&fixture(&model));
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
        // The error quotes the reference as Rust quotes a string.
        let found = (error.kind(), error.place().replace("\\'", "'"));
        assert_eq!(found, (ErrorKind::Declaration, place.to_owned()), "{what}: {error}");
    };
    refused();
    assert!(!new.exists(), "{what} leaves a directory behind");

    fixture(model).write_to(&new).unwrap();
    let before = files(&new);
    refused();
    assert!(before == files(&new), "{what} changes what was there");
    assert_eq!(fs::read_dir(&new).unwrap().count(), 3, "{what} leaves something behind");
}

#[cfg(feature = "text")]
#[test]
fn printed_declarations_compile_to_the_same_bytes() {
    text::compile_to_the_same(&any_faulty_model(), 200, rare::rare());
}

#[cfg(all(unix, feature = "decode"))]
mod applies_layers_as_rootfs_says {
    use super::unpacked::check_random;

    #[test]
    fn umoci() {
        check_random("umoci");
    }

    #[test]
    fn containerd() {
        check_random("containerd");
    }

    #[test]
    fn podman() {
        check_random("podman");
    }

    #[test]
    fn buildah() {
        check_random("buildah");
    }

    #[test]
    fn dockerd() {
        check_random("dockerd");
    }
}

#[cfg(all(unix, feature = "decode"))]
#[test]
fn the_page_has_each_known_difference() {
    unpacked::check_the_page();
}
