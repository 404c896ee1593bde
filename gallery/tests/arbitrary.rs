//! Random fixtures: `verify` finds what is expected, the methods of a strategy narrow the fixtures, and a failing fixture
//! shrinks to a few lines.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by a panic")]

use std::ops::RangeInclusive;

use oci_fixture::{FindingKind, LayerEntryKind, LayerFormat, Layout, Level, Memory, Node};
use oci_fixture_gallery::arbitrary::{RandomFixture, RandomFixtures, honest, with_faults};
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::{Config, TestCaseError, TestError, TestRunner};

/// The number of fixtures for each test, or another with `PROPTEST_CASES`.
fn config() -> Config {
    let cases = if std::env::var_os("PROPTEST_CASES").is_some() { Config::default().cases } else { 200 };
    Config { failure_persistence: None, ..Config::with_cases(cases) }
}

/// Tests many fixtures. The message of a failure ends with the smallest that fails.
fn check(fixtures: &RandomFixtures, test: impl Fn(&RandomFixture, &Layout<Memory>)) {
    let result = TestRunner::new(config()).run(fixtures, |random| {
        test(&random, &random.fixture().in_memory()?);
        Ok(())
    });
    result.unwrap();
}

#[test]
fn nothing_above_a_note_is_found_in_an_honest_fixture() {
    check(&honest(), |random, layout| {
        let findings = layout.verify();
        assert_eq!(random.findings(), findings);
        assert!(findings.iter().all(|finding| finding.level() == Level::Note));
    });
}

#[test]
fn verify_finds_exactly_what_is_expected_of_faults() {
    for fixtures in [
        with_faults(1..=3),
        with_faults(2..=2).without_indexes().without_artifacts(),
        with_faults(1..=1).for_registry(),
        with_faults(1..=1).for_docker(),
    ] {
        check(&fixtures, |random, layout| assert_eq!(random.findings(), layout.verify()));
    }
}

/// `verify` finds most faults. Some are unusual, but allowed, and give no finding.
#[test]
fn most_faults_are_found() {
    let mut runner = TestRunner::deterministic();
    let mut count = |faults: RangeInclusive<usize>| {
        let fixtures = with_faults(faults);
        let random = (0..200).map(|_| fixtures.new_tree(&mut runner).unwrap().current());
        random.filter(|random| random.findings().iter().any(|finding| finding.level() > Level::Note)).count()
    };
    let found = [count(1..=1), count(3..=3)];
    assert!(found[0] > 100 && found[1] > 160, "{found:?}");
}

#[test]
fn a_fixture_is_as_narrow_as_it_is_asked_for() {
    let media_types = |layout: &Layout<Memory>| -> Vec<String> {
        layout.walk().unwrap().map(|node| node.unwrap().media_type().to_owned()).collect()
    };
    check(&honest().without_indexes().without_docker_types(), |_, layout| {
        let is_other = |media_type: &String| media_type.contains("index") || media_type.contains("docker");
        assert!(!media_types(layout).iter().any(is_other));
    });
    check(&honest().without_artifacts(), |_, layout| {
        let is_of_an_image = |media_type: &String| {
            ["image.", "manifest.", "docker.container.", "docker.image."]
                .iter()
                .any(|part| media_type.contains(part))
        };
        assert!(media_types(layout).iter().all(is_of_an_image), "{layout}");
    });
    check(&honest().roots(1).layers(1).without_artifacts().without_indexes(), |_, layout| {
        assert_eq!(layout.index().unwrap().manifests().len(), 1);
        assert!(media_types(layout).len() <= 3, "{layout}");
    });
    let kinds = [LayerEntryKind::Directory, LayerEntryKind::Symlink];
    check(&honest().entries(2).entry_kinds(kinds).without_whiteouts().content(10), |_, layout| {
        for entries in layout.walk().unwrap().filter_map(|node| node.unwrap().declared_entries().unwrap()) {
            assert!(entries.len() <= 2);
            for entry in entries {
                assert!(kinds.contains(&entry.kind) || entry.kind == LayerEntryKind::File, "{entry:?}");
                assert!(!entry.path.to_string().contains(".wh."));
            }
        }
    });
    check(&honest().formats([LayerFormat::Zstd]).without_artifacts(), |random, layout| {
        // Entries that stand in a manifest are a layer without compression.
        let layers = media_types(layout).into_iter().filter(|media_type| media_type.ends_with("gzip"));
        assert_eq!(layers.count(), 0, "{random}");
    });
    check(&honest().for_docker(), |random, _| {
        random.fixture().write_docker_archive(Vec::new()).unwrap();
    });
}

#[cfg(feature = "registry")]
#[test]
fn each_entry_of_a_fixture_for_a_registry_has_a_tag_there() {
    check(&honest().for_registry(), |random, layout| {
        let registry = random.fixture().serve().unwrap();
        let served = registry.layout().unwrap();
        for entry in layout.index().unwrap().manifests() {
            let name = &entry.annotations().as_ref().unwrap()["io.containerd.image.name"];
            assert_eq!(served.reference(name).unwrap().digest().to_string(), entry.digest().to_string());
        }
    });
}

#[test]
fn the_same_numbers_give_the_same_fixture() {
    let text = || {
        let mut runner = TestRunner::deterministic();
        let trees = (0..20).map(|_| with_faults(1..=3).new_tree(&mut runner).unwrap());
        trees.map(|tree| tree.current().to_string()).collect::<Vec<_>>()
    };
    assert_eq!(text(), text());
}

/// The text of the smallest fixture that has something.
fn smallest(fixtures: &RandomFixtures, is_there: impl Fn(&RandomFixture, &Layout<Memory>) -> bool) -> String {
    let config = Config { failure_persistence: None, ..Config::with_cases(5000) };
    let rng = proptest::test_runner::TestRng::deterministic_rng(config.rng_algorithm);
    let result = TestRunner::new_with_rng(config, rng).run(fixtures, |random| {
        if is_there(&random, &random.fixture().in_memory()?) {
            Err(TestCaseError::fail("it is there"))
        } else {
            Ok(())
        }
    });
    match result {
        Err(TestError::Fail(_, random)) => random.to_string(),
        other => panic!("{other:?}"),
    }
}

fn has_entry(layout: &Layout<Memory>, fits: impl Fn(&oci_fixture::LayerEntry) -> bool) -> bool {
    let entries = layout.walk().unwrap().filter_map(|node| node.unwrap().declared_entries().unwrap());
    entries.flatten().any(|entry| fits(&entry))
}

#[test]
fn a_bug_of_a_reader_is_shown_by_a_fixture_of_a_few_lines() {
    // A reader that knows no zstd.
    let text = smallest(&honest(), |_, layout| {
        layout.walk().unwrap().any(|node| node.unwrap().media_type().ends_with("zstd"))
    });
    assert_eq!(text, "oci_image! {\n    linux/amd64 { layer zstd {} }\n}");

    // A reader that makes no hard links.
    let text =
        smallest(&honest(), |_, layout| has_entry(layout, |entry| entry.kind == LayerEntryKind::Hardlink));
    assert_eq!(text, "oci_image! {\n    linux/amd64 { \"a\" => \"\", hardlink \"b\" -> \"a\" }\n}");

    // A reader that cuts ids to 16 bits.
    let text = smallest(&honest(), |_, layout| has_entry(layout, |entry| entry.uid > 65535));
    assert_eq!(text, "oci_image! {\n    linux/amd64 { #[uid = 2097151] \"a\" => \"\" }\n}");

    // A reader that takes everything that an index lists for a manifest.
    let text = smallest(&honest(), |_, layout| {
        let is_index = |node: &Node<'_, Memory>| node.media_type().contains("index");
        let mut indexes = layout.walk().unwrap().map(Result::unwrap).filter(is_index);
        indexes.any(|index| index.children().unwrap().iter().any(is_index))
    });
    assert_eq!(text, "oci_image! {\n    index { index {} }\n}");
}

#[test]
fn a_fault_that_a_reader_does_not_see_is_shown_alone() {
    // A reader that does not compare the digest of a config.
    let text = smallest(&with_faults(1..=3), |random, _| {
        random.findings().iter().any(|finding| {
            finding.place().ends_with("> config")
                && matches!(finding.kind(), FindingKind::ContentMismatch { .. })
        })
    });
    let config = r#"oci_image! {
    linux/amd64 {
        #[replace = json {}] config {
            env: ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"],
        }
    }
}"#;
    assert_eq!(text, config);

    // A reader that takes the first of two images with the same name.
    let text = smallest(&with_faults(1..=3).without_artifacts().without_indexes(), |random, _| {
        random
            .findings()
            .iter()
            .any(|finding| matches!(finding.kind(), FindingKind::ReferenceAmbiguous { .. }))
    });
    let names = r#"oci_image! {
    #[unchecked] manifest "docker.io/library/app2:latest" {}
    manifest "app2" {}
}"#;
    assert_eq!(text, names);

    // A reader that does not look at the entries of a layer.
    let text = smallest(&with_faults(1..=3), |random, _| {
        random.findings().iter().any(|finding| finding.place().contains('"'))
    });
    let entry = r#"oci_image! {
    linux/amd64 { "bash" => "layer1", #[unchecked] "../fault0" => "" }
}"#;
    assert_eq!(text, entry);
}
