//! Platforms, compared with tables. The accepted ones were measured with `Parse` and `FormatAll` of
//! github.com/containerd/platforms v1.0.0-rc.4, without what normalises and without single words.

mod common;

use common::{assert_is_one_line_with_a_cure, assert_refused, odd_strings, table};
use oci_fixture_grammar::Platform;

/// Text, operating system, version, features, architecture, variant, text when written again.
type Accepted = (String, String, Option<String>, Vec<String>, String, Option<String>, String);

#[test]
fn accepted_platforms_have_these_parts() {
    for (text, os, version, features, architecture, variant, written) in
        table::<Accepted>(include_str!("tables/platform_accepted.txt"))
    {
        let expected = Platform::new(&os, &architecture)
            .with_variant(variant.as_deref().unwrap_or_default())
            .with_os_version(version.as_deref().unwrap_or_default())
            .with_os_features(&features);
        let platform: Platform = text.parse().unwrap();
        assert_eq!(platform, expected, "{text:?}");
        assert_eq!(
            (platform.os(), platform.os_version(), platform.architecture(), platform.variant()),
            (&*os, version.as_deref(), &*architecture, variant.as_deref()),
            "{text:?}"
        );
        assert_eq!(platform.os_features(), features, "{text:?}");
        assert_eq!(platform.to_string(), written, "{text:?}");
    }
}

#[test]
fn refused_platforms_say_why() {
    assert_refused(include_str!("tables/platform_refused.txt"), Platform::parse);
}

#[test]
fn an_error_names_the_part() {
    for (text, part) in [
        ("linux", "platform"),
        ("a/b/c/d", "platform"),
        ("/b/c", "platform's operating system"),
        ("a(~)/b", "platform's os version"),
        ("a(+~)/b", "platform's os feature"),
        ("a//c", "platform's architecture"),
        ("a/b/", "platform's variant"),
    ] {
        assert_eq!(Platform::parse(text).unwrap_err().part(), part, "{text:?}");
    }
}

#[test]
fn a_platform_from_parts_is_written_as_containerd_writes_it() {
    for (platform, written) in [
        (Platform::new("", ""), "unknown"),
        (Platform::new("", "amd64"), "unknown"),
        (Platform::new("linux", ""), "linux"),
        (Platform::new("linux", "").with_variant("v7"), "linux/v7"),
        (Platform::new("linux", "arm").with_variant(""), "linux/arm"),
        (Platform::new("linux", "arm").with_os_version(""), "linux/arm"),
        (Platform::new("linux", "arm").with_os_features([""]), "linux/arm"),
        (Platform::new("linux", "arm").with_os_features(["b", "", "a", "b"]), "linux(+a+b)/arm"),
        (Platform::new("linux", "arm").with_os_version("1+(2)/3%"), "linux(1%2B%282%29%2F3%25)/arm"),
        (
            Platform::new("windows", "amd64").with_os_version("10.0").with_os_features(["win32k"]),
            "windows(10.0+win32k)/amd64",
        ),
    ] {
        assert_eq!(platform.to_string(), written);
    }
}

#[test]
fn known_platforms_are_listed_ones() {
    for (text, known) in [
        ("linux/amd64", true),
        ("linux/386", true),
        ("linux/arm/v7", true),
        ("linux/arm/v99", true),
        ("windows(10.0.17763)/amd64", true),
        ("unknown/unknown", true),
        ("wasip1/wasm", true),
        ("plan9/sparc64", true),
        ("linux/x86_64", false),
        ("linux/i386", false),
        ("Linux/amd64", false),
        ("library/busybox", false),
        ("linux/busybox", false),
        ("me/arm64", false),
    ] {
        assert_eq!(Platform::parse(text).unwrap().is_known(), known, "{text}");
    }
}

/// Every platform that a Go toolchain builds for.
#[test]
fn every_platform_of_go_is_known() {
    for (os, architectures) in [
        ("aix", "ppc64"),
        ("android", "386 amd64 arm arm64"),
        ("darwin", "amd64 arm64"),
        ("dragonfly", "amd64"),
        ("freebsd", "386 amd64 arm arm64 riscv64"),
        ("illumos", "amd64"),
        ("ios", "amd64 arm64"),
        ("js", "wasm"),
        ("linux", "386 amd64 arm arm64 loong64 mips mips64 mips64le mipsle ppc64 ppc64le riscv64 s390x"),
        ("netbsd", "386 amd64 arm arm64"),
        ("openbsd", "386 amd64 arm arm64 mips64 ppc64 riscv64"),
        ("plan9", "386 amd64 arm"),
        ("solaris", "amd64"),
        ("wasip1", "wasm"),
        ("windows", "386 amd64 arm arm64"),
    ] {
        for architecture in architectures.split(' ') {
            let text = format!("{os}/{architecture}");
            assert!(Platform::parse(&text).unwrap().is_known(), "{text}");
        }
    }
}

#[test]
fn platforms_can_be_sorted() {
    let mut platforms: Vec<Platform> = ["windows/amd64", "linux/arm/v7", "linux/arm", "linux/amd64"]
        .map(|text| text.parse().unwrap())
        .into();
    platforms.sort();
    let sorted: Vec<String> = platforms.iter().map(ToString::to_string).collect();
    assert_eq!(sorted, ["linux/amd64", "linux/arm", "linux/arm/v7", "windows/amd64"]);
}

#[test]
fn no_string_panics() {
    for text in odd_strings(50_000) {
        match Platform::parse(&text) {
            Ok(platform) => assert!(platform.to_string().contains('/'), "{text:?}"),
            Err(invalid) => assert_is_one_line_with_a_cure(&text, &invalid.to_string()),
        }
    }
}
