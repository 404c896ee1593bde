//! Which images run on which platform, compared with tables that were measured with `Normalize` and `Only` of
//! github.com/containerd/platforms v1.0.0-rc.4, on Linux.
#![allow(clippy::panic, reason = "a test fails by a panic")]

mod common;

use common::{odd_strings, table};
use oci_fixture_grammar::Platform;

/// Text, the same platform normalised.
fn normalized() -> Vec<(String, String)> {
    table(include_str!("tables/platform_normalized.txt"))
}

/// Platform, all that it takes.
fn compatible() -> Vec<(String, Vec<String>)> {
    table(include_str!("tables/platform_compatible.txt"))
}

/// Platform; candidates that it takes, the best first, with those that are equally good together; others.
fn ranked() -> Vec<(String, Vec<Vec<String>>, Vec<String>)> {
    table(include_str!("tables/platform_ranked.txt"))
}

#[test]
fn platforms_are_normalised_as_containerd_does() {
    for (text, expected) in normalized() {
        let normalized = platform(&text).normalized();
        assert_eq!(normalized, platform(&expected), "{text}");
        assert_eq!(normalized.normalized(), normalized, "{text}");
    }
}

#[test]
fn a_platform_that_only_a_builder_can_make_is_normalised_too() {
    for (built, expected) in [
        (Platform::new("", ""), Platform::new("", "")),
        (Platform::new("linux", "").with_variant("V7"), Platform::new("linux", "").with_variant("v7")),
        // Go's lower case, character by character: no dot above the i, and no final sigma.
        (Platform::new("LİNUX", "\u{212a}Σ"), Platform::new("linux", "kσ")),
        (
            Platform::new("linux", "amd64").with_os_features(["b", "", "A", "b", "a", ""]),
            Platform::new("linux", "amd64").with_os_features(["", "A", "a", "b"]),
        ),
    ] {
        assert_eq!(built.normalized(), expected);
    }
}

#[test]
fn a_platform_takes_these_in_this_order() {
    for (text, expected) in compatible() {
        let expected: Vec<Platform> = expected.iter().map(|text| platform(text)).collect();
        assert_eq!(platform(&text).compatible(), expected, "{text}");
    }
}

#[test]
fn a_number_that_is_too_large_to_count_down_from_has_no_older_ones() {
    for (variant, count) in [("v255", 256), ("v256", 2), ("v99999999999999999999", 2)] {
        let compatible = Platform::new("linux", "amd64").with_variant(variant).compatible();
        assert_eq!(compatible.len(), count, "{variant}");
    }
}

#[test]
fn candidates_are_ranked_as_containerd_sorts_them() {
    for (text, taken, refused) in ranked() {
        let host = platform(&text);
        let mut ranks = Vec::new();
        for equal in taken {
            let rank = equal.first().and_then(|first| host.rank(&platform(first)));
            for candidate in &equal {
                assert_eq!(host.rank(&platform(candidate)), rank, "{candidate} on {text}");
            }
            ranks.push(rank.unwrap_or_else(|| panic!("{equal:?} on {text}")));
        }
        assert!(ranks.is_sorted_by(|a, b| a < b), "{text}: {ranks:?}");
        for candidate in refused {
            assert_eq!(host.rank(&platform(&candidate)), None, "{candidate} on {text}");
        }
    }
}

#[test]
fn no_operating_system_is_not_that_of_the_machine_at_hand() {
    let none = Platform::new("", "amd64");
    let (linux, windows) = (Platform::new("linux", "amd64"), Platform::new("windows", "amd64"));
    assert_eq!([none.rank(&linux), none.rank(&windows), none.rank(&none)], [None, None, Some(0)]);
    assert_eq!([linux.rank(&none), windows.rank(&none)], [None, None]);
}

#[test]
fn a_feature_that_a_candidate_repeats_counts_once() {
    let host = platform("linux(+a+b)/amd64");
    let rank = |candidate| host.rank(&platform(candidate));
    assert_eq!(rank("linux(+a+a+a)/amd64"), rank("linux(+a)/amd64"));
    assert!(rank("linux(+a+b)/amd64") < rank("linux(+a+a+a)/amd64"));
}

#[test]
fn every_platform_takes_what_is_compatible_in_that_order() {
    for text in normalized().into_iter().map(|row| row.0).chain(compatible().into_iter().map(|row| row.0)) {
        assert_takes_what_is_compatible(&platform(&text));
    }
    let mut words = odd_strings(20_000);
    while let (Some(os), Some(version), Some(variant)) = (words.next(), words.next(), words.next()) {
        for architecture in ["amd64", "arm", "arm64", &version] {
            let host = Platform::new(&os, architecture).with_variant(&variant).with_os_version(&version);
            assert_eq!(host.normalized().normalized(), host.normalized(), "{host:?}");
            assert_takes_what_is_compatible(&host);
        }
    }
}

fn assert_takes_what_is_compatible(host: &Platform) {
    let compatible = host.compatible();
    let ranks: Vec<Option<usize>> = compatible.iter().map(|candidate| host.rank(candidate)).collect();
    assert!(ranks.iter().all(Option::is_some), "{host:?}: {ranks:?}");
    assert!(ranks.is_sorted_by(|a, b| a < b), "{host:?}: {ranks:?}");
    assert_eq!(host.rank(host), ranks.first().copied().flatten(), "{host:?}");
}

fn platform(text: &str) -> Platform {
    text.parse().unwrap_or_else(|invalid| panic!("{text:?}: {invalid}"))
}
