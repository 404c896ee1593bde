//! What runs on which platform, held against tables. They were measured with `Normalize` and `Only` of
//! github.com/containerd/platforms v1.0.0-rc.4, on Linux.
#![allow(clippy::panic, reason = "a test fails by a panic")]

mod common;

use common::odd_strings;
use oci_fixture_grammar::Platform;

/// Text, the same normalised.
#[rustfmt::skip]
const NORMALIZED: &[(&str, &str)] = &[
    ("linux/amd64", "linux/amd64"),
    ("Linux/AMD64/V3", "linux/amd64/v3"),
    ("macos/aarch64", "darwin/arm64"),
    ("MacOS/x86_64", "darwin/amd64"),
    ("darwin/arm64", "darwin/arm64"),
    ("linux/386", "linux/386"),
    ("linux/386/v1", "linux/386/v1"),
    ("linux/i386", "linux/386"),
    ("linux/i386/v1", "linux/386"),
    ("linux/x86_64", "linux/amd64"),
    ("linux/x86-64", "linux/amd64"),
    ("linux/x86_64/v1", "linux/amd64"),
    ("linux/x86_64/v2", "linux/amd64/v2"),
    ("linux/amd64/v1", "linux/amd64"),
    ("linux/amd64/1", "linux/amd64/1"),
    ("linux/amd64/v2", "linux/amd64/v2"),
    ("linux/aarch64", "linux/arm64"),
    ("linux/aarch64/v8", "linux/arm64"),
    ("linux/aarch64/v8.1", "linux/arm64/v8.1"),
    ("linux/arm64/8", "linux/arm64"),
    ("linux/arm64/v8", "linux/arm64"),
    ("linux/arm64/V8.0", "linux/arm64"),
    ("linux/arm64/8.0", "linux/arm64/8.0"),
    ("linux/arm64/9", "linux/arm64/v9"),
    ("linux/arm64/9.0", "linux/arm64/v9"),
    ("linux/arm64/v9.0", "linux/arm64/v9"),
    ("linux/arm64/v9.2", "linux/arm64/v9.2"),
    ("linux/arm", "linux/arm/v7"),
    ("linux/arm/5", "linux/arm/v5"),
    ("linux/arm/6", "linux/arm/v6"),
    ("linux/arm/7", "linux/arm/v7"),
    ("linux/arm/8", "linux/arm/v8"),
    ("linux/arm/4", "linux/arm/4"),
    ("linux/arm/v4", "linux/arm/v4"),
    ("linux/armhf", "linux/arm/v7"),
    ("linux/armhf/v6", "linux/arm/v7"),
    ("linux/armel", "linux/arm/v6"),
    ("linux/armel/v7", "linux/arm/v6"),
    ("linux/armv7", "linux/armv7"),
    ("linux/riscv64/RVA22U64", "linux/riscv64/rva22u64"),
    ("unknown/unknown", "unknown/unknown"),
    ("windows(10.0.17763.1+win32k)/amd64/v1", "windows(10.0.17763.1+win32k)/amd64"),
    ("windows(1.0X+Win32K)/AMD64", "windows(1.0X+Win32K)/amd64"),
];

/// Platform, all that it takes, the best first.
#[rustfmt::skip]
const COMPATIBLE: &[(&str, &[&str])] = &[
    ("linux/amd64", &["linux/amd64", "linux/386"]),
    ("linux/x86_64/v1", &["linux/amd64", "linux/386"]),
    ("linux/amd64/v2", &["linux/amd64/v2", "linux/amd64", "linux/386"]),
    ("linux/amd64/v3", &["linux/amd64/v3", "linux/amd64/v2", "linux/amd64", "linux/386"]),
    ("linux/amd64/v4", &["linux/amd64/v4", "linux/amd64/v3", "linux/amd64/v2", "linux/amd64", "linux/386"]),
    ("linux/amd64/3", &["linux/amd64/3", "linux/amd64/v2", "linux/amd64", "linux/386"]),
    ("linux/amd64/v0", &["linux/amd64/v0", "linux/386"]),
    ("linux/amd64/fast", &["linux/amd64/fast", "linux/386"]),
    ("linux/386", &["linux/386"]),
    ("linux/arm", &["linux/arm/v7", "linux/arm/v6", "linux/arm/v5"]),
    ("linux/arm/v8", &["linux/arm/v8", "linux/arm/v7", "linux/arm/v6", "linux/arm/v5"]),
    ("linux/arm/v7", &["linux/arm/v7", "linux/arm/v6", "linux/arm/v5"]),
    ("linux/armel", &["linux/arm/v6", "linux/arm/v5"]),
    ("linux/arm/v5", &["linux/arm/v5"]),
    ("linux/arm/v4", &["linux/arm/v4"]),
    ("linux/arm/soft", &["linux/arm/soft"]),
    ("linux/arm64", &["linux/arm64", "linux/arm/v8", "linux/arm/v7", "linux/arm/v6", "linux/arm/v5"]),
    ("macos/aarch64/v8", &["darwin/arm64", "darwin/arm/v8", "darwin/arm/v7", "darwin/arm/v6", "darwin/arm/v5"]),
    ("linux/arm64/v8.2", &[
        "linux/arm64/v8.2", "linux/arm64/v8.1", "linux/arm64",
        "linux/arm/v8", "linux/arm/v7", "linux/arm/v6", "linux/arm/v5",
    ]),
    ("linux/arm64/v8.9", &[
        "linux/arm64/v8.9", "linux/arm64/v8.8", "linux/arm64/v8.7", "linux/arm64/v8.6", "linux/arm64/v8.5",
        "linux/arm64/v8.4", "linux/arm64/v8.3", "linux/arm64/v8.2", "linux/arm64/v8.1", "linux/arm64",
        "linux/arm/v8", "linux/arm/v7", "linux/arm/v6", "linux/arm/v5",
    ]),
    ("linux/arm64/v9", &[
        "linux/arm64/v9",
        "linux/arm64/v8.5", "linux/arm64/v8.4", "linux/arm64/v8.3", "linux/arm64/v8.2", "linux/arm64/v8.1", "linux/arm64",
        "linux/arm/v8", "linux/arm/v7", "linux/arm/v6", "linux/arm/v5",
    ]),
    ("linux/arm64/v9.1", &[
        "linux/arm64/v9.1", "linux/arm64/v9",
        "linux/arm64/v8.6", "linux/arm64/v8.5", "linux/arm64/v8.4", "linux/arm64/v8.3", "linux/arm64/v8.2",
        "linux/arm64/v8.1", "linux/arm64",
        "linux/arm/v8", "linux/arm/v7", "linux/arm/v6", "linux/arm/v5",
    ]),
    ("linux/arm64/v9.7", &[
        "linux/arm64/v9.7", "linux/arm64/v9.6", "linux/arm64/v9.5", "linux/arm64/v9.4", "linux/arm64/v9.3",
        "linux/arm64/v9.2", "linux/arm64/v9.1", "linux/arm64/v9",
        "linux/arm64/v8.9", "linux/arm64/v8.8", "linux/arm64/v8.7", "linux/arm64/v8.6", "linux/arm64/v8.5",
        "linux/arm64/v8.4", "linux/arm64/v8.3", "linux/arm64/v8.2", "linux/arm64/v8.1", "linux/arm64",
        "linux/arm/v8", "linux/arm/v7", "linux/arm/v6", "linux/arm/v5",
    ]),
    ("linux/arm64/v8.10", &[]),
    ("linux/arm64/v8.00", &[]),
    ("linux/arm64/v8x", &[]),
    ("linux/arm64/v9.8", &[]),
    ("linux/arm64/v10", &[]),
    ("linux/arm64/v7", &[]),
    ("linux/riscv64", &["linux/riscv64"]),
    ("linux/riscv64/rva22u64", &["linux/riscv64/rva22u64"]),
    ("linux/s390x/v9", &["linux/s390x/v9"]),
    ("unknown/unknown", &["unknown/unknown"]),
    ("windows(10.0.20348.1+win32k)/amd64", &["windows(10.0.20348.1+win32k)/amd64", "windows(10.0.20348.1+win32k)/386"]),
    ("windows(10.0.26100)/arm/v6", &["windows(10.0.26100)/arm/v6", "windows(10.0.26100)/arm/v5"]),
];

/// Platform; candidates that it takes, the best first, those that are equally good together; others.
type Ranked = (&'static str, &'static [&'static [&'static str]], &'static [&'static str]);

#[rustfmt::skip]
const RANKED: &[Ranked] = &[
    (
        "linux/amd64",
        &[&["linux/amd64", "linux/x86_64", "Linux/AMD64/v1", "linux(7.1)/amd64"], &["linux/386", "linux/i386/v2"]],
        &["linux/amd64/v2", "linux/386/v2", "linux/arm/v7", "linux/arm64", "windows/amd64", "linux(+a)/amd64", "unknown/unknown"],
    ),
    (
        "linux/amd64/v2",
        &[&["linux/amd64/v2"], &["linux/amd64/v1", "linux/amd64"], &["linux/386"]],
        &["linux/amd64/v3", "linux/amd64/v4", "linux/amd64/2", "linux/arm64", "windows/amd64"],
    ),
    ("linux/386", &[&["linux/386"]], &["linux/amd64", "linux/arm/v7", "windows/386"]),
    (
        "linux/arm/v8",
        &[&["linux/arm/v8", "linux/arm/8"], &["linux/arm/v7", "linux/arm", "linux/armhf"], &["linux/arm/v6", "linux/armel"], &["linux/arm/v5"]],
        &["linux/arm/v4", "linux/arm64", "linux/amd64", "windows/arm"],
    ),
    (
        "linux/arm/v6",
        &[&["linux/arm/v6"], &["linux/arm/v5"]],
        &["linux/arm", "linux/arm/v7", "linux/arm/v8", "linux/arm/v4", "linux/arm64"],
    ),
    (
        "linux/arm64",
        &[&["linux/arm64", "linux/arm64/v8", "linux/aarch64"], &["linux/arm/v8"], &["linux/arm"], &["linux/arm/v6"], &["linux/arm/v5"]],
        &["linux/arm64/v8.1", "linux/arm64/v9", "linux/arm/v9", "linux/arm/v4", "linux/amd64", "windows/arm"],
    ),
    (
        "linux/arm64/v9",
        &[&["linux/arm64/v9.0", "linux/arm64/9"], &["linux/arm64/v8.5"], &["linux/arm64/v8.1"], &["linux/arm64"], &["linux/arm/v8"]],
        &["linux/arm64/v9.1", "linux/arm64/v8.6", "linux/arm/v9"],
    ),
    ("linux/arm64/v10", &[], &["linux/arm64/v10", "linux/arm64", "linux/arm/v7"]),
    // Features: the more, the better, behind architecture and variant.
    (
        "linux(+f1+f2)/amd64",
        &[&["linux(+f1+f2)/amd64", "linux(+f2+f1)/amd64"], &["linux(+f1)/amd64", "linux(+f2)/amd64"], &["linux/amd64"], &["linux(+f2+f1)/386"], &["linux/386"]],
        &["linux(+f3)/amd64", "linux(+f1+f3)/amd64", "linux(+f1+f2+f3)/amd64", "linux(+F1)/amd64"],
    ),
    (
        "linux(7.2+other)/amd64",
        &[&["linux(+other)/amd64", "linux(7.2+other)/amd64", "linux(x+other)/amd64"], &["linux/amd64", "linux(7.1)/amd64"]],
        &["linux(+other+more)/amd64", "linux(+win32k)/amd64"],
    ),
    ("linux(10.0.17763)/amd64", &[&["linux(10.0.17763)/amd64", "linux(10.0.1)/amd64", "linux/amd64"]], &[]),
    (
        "windows/amd64",
        &[&["windows(+win32k)/amd64", "windows(10.0.17763+win32k)/amd64"], &["windows/amd64", "windows(10.0.17763)/amd64", "windows(x)/amd64"], &["windows/386"]],
        &["linux/amd64", "windows/arm", "windows(+a)/amd64", "windows(+a+win32k)/amd64"],
    ),
    (
        "windows(+a+win32k)/amd64",
        &[&["windows(+a+win32k)/amd64"], &["windows(+a)/amd64", "windows(+win32k)/amd64"], &["windows/amd64"]],
        &["windows(+b)/amd64"],
    ),
    ("windows(+win32k)/amd64", &[&["windows(+win32k+win32k)/amd64"], &["windows/amd64"]], &[]),
    ("windows/arm64", &[&["windows(+win32k)/arm64"], &["windows/arm64"]], &["windows(+win32k+win32k)/arm64"]),
    // Versions of Windows.
    (
        "windows(10.0.17763.1)/amd64",
        &[&["windows/amd64", "windows(10.0.17763)/amd64", "windows(10.0.17763.3091)/amd64", "windows(10.0.17763.x.y)/amd64"]],
        &["windows(10.0.17762)/amd64", "windows(10.0.20348)/amd64", "windows(11.0.17763)/amd64", "windows(10.1.17763)/amd64", "windows(10.0)/amd64", "windows(x)/amd64", "windows(0.0.0)/amd64"],
    ),
    (
        "windows(10.0.20348)/amd64",
        &[&["windows(10.0.20348.3091)/amd64"]],
        &["windows(10.0.17763)/amd64", "windows(10.0.20347)/amd64", "windows(10.0.22621)/amd64", "windows(10.0.26100)/amd64"],
    ),
    (
        "windows(10.0.22621)/amd64",
        &[&["windows(10.0.20348)/amd64", "windows(10.0.22621)/amd64"]],
        &["windows(10.0.17763)/amd64", "windows(10.0.22622)/amd64", "windows(11.0.20348)/amd64", "windows(10.1.20348)/amd64"],
    ),
    (
        "windows(10.0.25398)/amd64",
        &[&["windows(10.0.20348)/amd64", "windows(10.0.22621)/amd64"]],
        &["windows(10.0.17763)/amd64", "windows(10.0.26100)/amd64"],
    ),
    (
        "windows(10.0.26100)/amd64",
        &[&["windows(10.0.20348)/amd64", "windows(10.0.22621)/amd64", "windows(10.0.26100.2894)/amd64"], &["windows(10.0.20348)/386"]],
        &["windows(10.0.20347)/amd64", "windows(10.0.26101)/amd64"],
    ),
    (
        "windows(10.0.26101)/amd64",
        &[&["windows(10.0.26100)/amd64", "windows(10.0.26101)/amd64"]],
        &["windows(10.0.20348)/amd64", "windows(10.0.26099)/amd64", "windows(10.0.26102)/amd64"],
    ),
    // What is no version: too few numbers, too large ones, a sign, and none but noughts.
    ("windows(10.0)/amd64", &[&["windows/amd64", "windows(10.0.1)/amd64", "windows(x)/amd64"]], &[]),
    ("windows(256.0.17763)/amd64", &[&["windows(10.0.1)/amd64"]], &[]),
    ("windows(10.0.65536)/amd64", &[&["windows(10.0.1)/amd64"]], &[]),
    ("windows(%2B10.0.17763)/amd64", &[&["windows(10.0.1)/amd64"]], &[]),
    ("windows(10..17763)/amd64", &[&["windows(10.0.1)/amd64"]], &[]),
    ("windows(0.0.0)/amd64", &[&["windows(10.0.1)/amd64"]], &[]),
    ("windows(010.00.017763)/amd64", &[&["windows(10.0.17763)/amd64"]], &["windows(10.0.1)/amd64"]),
];

#[test]
fn platforms_are_normalised_as_containerd_does() {
    for &(text, expected) in NORMALIZED {
        let normalized = platform(text).normalized();
        assert_eq!(normalized, platform(expected), "{text}");
        assert_eq!(normalized.normalized(), normalized, "{text}");
    }
}

#[test]
fn what_only_a_builder_can_say_is_normalised_too() {
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
    for &(text, expected) in COMPATIBLE {
        let expected: Vec<Platform> = expected.iter().copied().map(platform).collect();
        assert_eq!(platform(text).compatible(), expected, "{text}");
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
    for &(text, taken, refused) in RANKED {
        let host = platform(text);
        let mut ranks = Vec::new();
        for &equal in taken {
            let rank = equal.first().and_then(|first| host.rank(&platform(first)));
            for candidate in equal {
                assert_eq!(host.rank(&platform(candidate)), rank, "{candidate} on {text}");
            }
            ranks.push(rank.unwrap_or_else(|| panic!("{equal:?} on {text}")));
        }
        assert!(ranks.is_sorted_by(|a, b| a < b), "{text}: {ranks:?}");
        for candidate in refused {
            assert_eq!(host.rank(&platform(candidate)), None, "{candidate} on {text}");
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
    for text in NORMALIZED.iter().map(|it| it.0).chain(COMPATIBLE.iter().map(|it| it.0)) {
        assert_takes_what_is_compatible(&platform(text));
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
