//! All cases: what `verify` finds in them, and their descriptions.

#![allow(clippy::unwrap_used, reason = "a test fails by a panic")]

use std::collections::BTreeSet;

use oci_fixture_gallery::{all, wire};

/// Of more findings, such as those of a bomb, a case says the first.
#[cfg(feature = "decode")]
const FINDINGS: usize = 8;

#[test]
#[cfg(feature = "decode")]
fn verify_finds_what_each_case_says() {
    let mut wrong = Vec::new();
    for case in all() {
        let findings = case.fixture().tempdir().unwrap().verify();
        let findings = findings.iter().take(FINDINGS);
        let found: Vec<(&str, String)> =
            findings.map(|finding| (finding.kind().name(), finding.place().to_string())).collect();
        if !found.iter().map(|(kind, place)| (*kind, place.as_str())).eq(case.findings.iter().copied()) {
            wrong.push(format!("{}: {found:?}", case.name));
        }
    }
    assert!(wrong.is_empty(), "these are found:\n{}", wrong.join("\n"));
}

#[test]
fn each_case_says_what_it_is() {
    let mut names = BTreeSet::new();
    for case in all().chain(wire()) {
        assert!(names.insert(case.name), "{} is there twice", case.name);
        assert!(!case.ground.is_empty() && case.what.ends_with('.'), "{case:?}");
        for ground in case.ground {
            assert!(ground.url().starts_with("https://") && !ground.name().is_empty(), "{ground:?}");
        }
    }
}

/// A registry stores these images as they are, and every other way out refuses them.
#[test]
#[cfg(feature = "registry")]
fn a_case_on_the_wire_is_stored_right() {
    for case in wire() {
        let registry = case.fixture().serve().unwrap();
        assert_eq!(registry.layout().unwrap().verify().len(), case.findings.len(), "{}", case.name);
        assert!(case.fixture().in_memory().is_err(), "{}", case.name);
    }
}
