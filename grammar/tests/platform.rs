//! Platforms, held against tables. What is accepted was measured with `Parse` and `FormatAll` of
//! github.com/containerd/platforms v1.0.0-rc.4, without what normalises and without single words.

mod common;

use common::{assert_is_one_line_with_a_cure, odd_strings};
use oci_fixture_grammar::Platform;
use oci_fixture_grammar::platform::{arch, os, variant};

/// Text, operating system, version, features, architecture, variant, text when written again.
type Accepted = (
    &'static str,
    &'static str,
    Option<&'static str>,
    &'static [&'static str],
    &'static str,
    Option<&'static str>,
    &'static str,
);

#[rustfmt::skip]
const ACCEPTED: &[Accepted] = &[
    ("linux/amd64", "linux", None, &[], "amd64", None, "linux/amd64"),
    ("linux/386", "linux", None, &[], "386", None, "linux/386"),
    ("linux/arm/v7", "linux", None, &[], "arm", Some("v7"), "linux/arm/v7"),
    ("linux/arm64/v8", "linux", None, &[], "arm64", Some("v8"), "linux/arm64/v8"),
    ("linux/x86_64", "linux", None, &[], "x86_64", None, "linux/x86_64"),
    ("linux/x86-64", "linux", None, &[], "x86-64", None, "linux/x86-64"),
    ("Linux/AMD64", "Linux", None, &[], "AMD64", None, "Linux/AMD64"),
    ("macos/aarch64", "macos", None, &[], "aarch64", None, "macos/aarch64"),
    ("darwin/arm64", "darwin", None, &[], "arm64", None, "darwin/arm64"),
    ("wasi/wasm", "wasi", None, &[], "wasm", None, "wasi/wasm"),
    ("wasip1/wasm", "wasip1", None, &[], "wasm", None, "wasip1/wasm"),
    ("js/wasm", "js", None, &[], "wasm", None, "js/wasm"),
    ("unknown/unknown", "unknown", None, &[], "unknown", None, "unknown/unknown"),
    ("linux/amd64/v3", "linux", None, &[], "amd64", Some("v3"), "linux/amd64/v3"),
    ("linux/riscv64/rva22u64", "linux", None, &[], "riscv64", Some("rva22u64"), "linux/riscv64/rva22u64"),
    ("a/b", "a", None, &[], "b", None, "a/b"),
    ("a-b_c/d.e/f-g", "a-b_c", None, &[], "d.e", Some("f-g"), "a-b_c/d.e/f-g"),
    ("linux/..", "linux", None, &[], "..", None, "linux/.."),
    ("windows(10.0.17763)/amd64", "windows", Some("10.0.17763"), &[], "amd64", None, "windows(10.0.17763)/amd64"),
    ("windows(10.0.17763.1)/arm/v7", "windows", Some("10.0.17763.1"), &[], "arm", Some("v7"), "windows(10.0.17763.1)/arm/v7"),
    ("windows()/amd64", "windows", None, &[], "amd64", None, "windows/amd64"),
    ("windows(10.0+win32k)/amd64", "windows", Some("10.0"), &["win32k"], "amd64", None, "windows(10.0+win32k)/amd64"),
    ("windows(+win32k)/amd64", "windows", None, &["win32k"], "amd64", None, "windows(+win32k)/amd64"),
    ("linux(+b+a+b)/amd64", "linux", None, &["b", "a", "b"], "amd64", None, "linux(+a+b)/amd64"),
    ("linux(a%2Fb+c%2bd)/amd64/v1", "linux", Some("a/b"), &["c+d"], "amd64", Some("v1"), "linux(a%2Fb+c%2Bd)/amd64/v1"),
    ("linux(%C3%A9)/amd64", "linux", Some("é"), &[], "amd64", None, "linux(é)/amd64"),
    ("linux(100%25)/amd64", "linux", Some("100%"), &[], "amd64", None, "linux(100%25)/amd64"),
    ("linux(-_.)/amd64", "linux", Some("-_."), &[], "amd64", None, "linux(-_.)/amd64"),
    ("linux(%00)/amd64", "linux", Some("\0"), &[], "amd64", None, "linux(\0)/amd64"),
];

/// Text, error.
#[rustfmt::skip]
const REFUSED: &[(&str, &str)] = &[
    ("", "platform is empty; write one, such as `linux/amd64`"),
    ("linux", "platform `linux` is a single word; write `linux/amd64`"),
    ("amd64", "platform `amd64` is a single word; write `linux/amd64`"),
    ("arm64", "platform `arm64` is a single word; write `linux/arm64`"),
    ("windows", "platform `windows` is a single word; write `windows/amd64`"),
    ("js", "platform `js` is a single word; write `js/wasm`"),
    ("386", "platform `386` is a single word; write `linux/386`"),
    ("unknown", "platform `unknown` is a single word; write `unknown/unknown`"),
    ("foo", "platform `foo` is a single word; write `linux/amd64`"),
    ("linux(1.0)", "platform `linux(1.0)` is a single word; write `linux/amd64`"),
    ("*", "platform `*` has a `*`, but an image is for one platform; write one, such as `linux/amd64`"),
    ("linux/*", "platform `linux/*` has a `*`, but an image is for one platform; write one, such as `linux/amd64`"),
    ("/", "platform's operating system is empty; write one, as `linux` in `linux/amd64`"),
    ("/amd64", "platform's operating system is empty; write one, as `linux` in `linux/amd64`"),
    ("linux/", "platform's architecture is empty; write one, as `amd64` in `linux/amd64`"),
    ("linux//v7", "platform's architecture is empty; write one, as `amd64` in `linux/amd64`"),
    ("linux/arm/", "platform's variant is empty; write one, as `v7` in `linux/arm/v7`"),
    ("linux/arm/v7/", "platform `linux/arm/v7/` has 4 parts; write at most three, as in `linux/arm/v7`"),
    ("linux/arm/v7/x", "platform `linux/arm/v7/x` has 4 parts; write at most three, as in `linux/arm/v7`"),
    ("a/b/c/d/e/f", "platform `a/b/c/d/e/f` has 6 parts; write at most three, as in `linux/arm/v7`"),
    (" linux/amd64", "platform's operating system ` linux` has ` `; use letters, digits and `_-` alone, as `linux` in `linux/amd64`"),
    ("linux/amd64 ", "platform's architecture `amd64 ` has ` `; use letters, digits and `_.-` alone, as `amd64` in `linux/amd64`"),
    ("linux /amd64", "platform's operating system `linux ` has ` `; use letters, digits and `_-` alone, as `linux` in `linux/amd64`"),
    ("li.nux/amd64", "platform's operating system `li.nux` has `.`; use letters, digits and `_-` alone, as `linux` in `linux/amd64`"),
    ("linux/amd64\n", "platform's architecture `amd64\\n` has `\\n`; use letters, digits and `_.-` alone, as `amd64` in `linux/amd64`"),
    ("linux/am,d64", "platform's architecture `am,d64` has `,`; use letters, digits and `_.-` alone, as `amd64` in `linux/amd64`"),
    ("linux/café", "platform's architecture `café` has `é` (U+00E9); use letters, digits and `_.-` alone, as `amd64` in `linux/amd64`"),
    ("linux:amd64", "platform `linux:amd64` is a single word; write `linux/amd64`"),
    ("linux\\amd64", "platform `linux\\\\amd64` is a single word; write `linux/amd64`"),
    ("linux/amd(1)", "platform's architecture `amd(1)` has `(`; use letters, digits and `_.-` alone, as `amd64` in `linux/amd64`"),
    ("linux(1/amd64", "platform's operating system `linux(1` does not end its `(` with a `)`; write `os(version)`, and `%2F` for a `/` in it"),
    ("linux(1)x/amd64", "platform's operating system `linux(1)x` does not end its `(` with a `)`; write `os(version)`, and `%2F` for a `/` in it"),
    ("linux)/amd64", "platform's operating system `linux)` has `)`; use letters, digits and `_-` alone, as `linux` in `linux/amd64`"),
    ("(1)/amd64", "platform's operating system is empty; write one, as `linux` in `linux/amd64`"),
    ("linux((1))/amd64", "platform's os version `(1)` has `(`; use letters, digits, `_`, `.` and `-`, and `%` with two hexadecimal digits"),
    ("linux(+)/amd64", "platform's os feature is empty; write one behind each `+`, or leave the `+` out"),
    ("linux(1+)/amd64", "platform's os feature is empty; write one behind each `+`, or leave the `+` out"),
    ("linux(1++a)/amd64", "platform's os feature is empty; write one behind each `+`, or leave the `+` out"),
    ("linux(1 0)/amd64", "platform's os version `1 0` has ` `; use letters, digits, `_`, `.` and `-`, and `%` with two hexadecimal digits"),
    ("linux(a~b)/amd64", "platform's os version `a~b` has `~`; use letters, digits, `_`, `.` and `-`, and `%` with two hexadecimal digits"),
    ("linux(+a~b)/amd64", "platform's os feature `a~b` has `~`; use letters, digits, `_`, `.` and `-`, and `%` with two hexadecimal digits"),
    ("linux(%)/amd64", "platform's os version `%` has `%`; write two hexadecimal digits behind `%`"),
    ("linux(%2)/amd64", "platform's os version `%2` has `%2`; write two hexadecimal digits behind `%`"),
    ("linux(%zz)/amd64", "platform's os version `%zz` has `%zz`; write two hexadecimal digits behind `%`"),
    ("linux(%+1)/amd64", "platform's os version `%` has `%`; write two hexadecimal digits behind `%`"),
    ("linux(%-1)/amd64", "platform's os version `%-1` has `%-1`; write two hexadecimal digits behind `%`"),
    ("linux(%FF)/amd64", "platform's os version `%FF` is not UTF-8 once its `%` are decoded; write the bytes of a UTF-8 text"),
    ("linux(+%2)/amd64", "platform's os feature `%2` has `%2`; write two hexadecimal digits behind `%`"),
    ("linux/arm/v 7", "platform's variant `v 7` has ` `; use letters, digits and `_.-` alone, as `v7` in `linux/arm/v7`"),
    ("linux(a/b)/amd64", "platform's operating system `linux(a` does not end its `(` with a `)`; write `os(version)`, and `%2F` for a `/` in it"),
    ("linux/amd64+x", "platform's architecture `amd64+x` has `+`; use letters, digits and `_.-` alone, as `amd64` in `linux/amd64`"),
];

#[test]
fn accepted_platforms_have_these_parts() {
    for &(text, os, version, features, architecture, variant, written) in ACCEPTED {
        let expected = Platform::new(os, architecture)
            .with_variant(variant.unwrap_or_default())
            .with_os_version(version.unwrap_or_default())
            .with_os_features(features);
        let platform: Platform = text.parse().unwrap();
        assert_eq!(platform, expected, "{text:?}");
        assert_eq!(
            (platform.os(), platform.os_version(), platform.architecture(), platform.variant()),
            (os, version, architecture, variant),
            "{text:?}"
        );
        assert_eq!(platform.os_features(), features, "{text:?}");
        assert_eq!(platform.to_string(), written, "{text:?}");
    }
}

#[test]
fn refused_platforms_say_why() {
    for &(text, error) in REFUSED {
        let found = Platform::parse(text).map_err(|invalid| invalid.to_string());
        assert_eq!(found, Err(error.to_owned()), "{text:?}");
        assert_is_one_line_with_a_cure(text, error);
    }
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
fn what_is_built_is_written_as_containerd_writes_it() {
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

/// `ALL` is written by hand beside the constants, so it could forget one.
#[test]
fn all_lists_every_constant_of_its_file() {
    for (source, all) in [
        (include_str!("../src/platform/os.rs"), os::ALL),
        (include_str!("../src/platform/arch.rs"), arch::ALL),
        (include_str!("../src/platform/variant.rs"), variant::ALL),
    ] {
        let constants: Vec<(&str, &str)> = source
            .lines()
            .filter_map(|line| {
                line.strip_prefix("pub const ")?.strip_suffix("\";")?.split_once(": &str = \"")
            })
            .collect();
        assert_eq!(constants.iter().map(|(_, value)| *value).collect::<Vec<_>>(), all);
        for (name, value) in constants {
            assert_eq!(name, if value == "386" { "i386" } else { value });
        }
    }
}

/// Every platform that a Go toolchain builds for.
#[test]
fn every_platform_of_go_is_known() {
    for text in [
        "aix/ppc64",
        "android/386",
        "android/amd64",
        "android/arm",
        "android/arm64",
        "darwin/amd64",
        "darwin/arm64",
        "dragonfly/amd64",
        "freebsd/386",
        "freebsd/amd64",
        "freebsd/arm",
        "freebsd/arm64",
        "freebsd/riscv64",
        "illumos/amd64",
        "ios/amd64",
        "ios/arm64",
        "js/wasm",
        "linux/386",
        "linux/amd64",
        "linux/arm",
        "linux/arm64",
        "linux/loong64",
        "linux/mips",
        "linux/mips64",
        "linux/mips64le",
        "linux/mipsle",
        "linux/ppc64",
        "linux/ppc64le",
        "linux/riscv64",
        "linux/s390x",
        "netbsd/386",
        "netbsd/amd64",
        "netbsd/arm",
        "netbsd/arm64",
        "openbsd/386",
        "openbsd/amd64",
        "openbsd/arm",
        "openbsd/arm64",
        "openbsd/mips64",
        "openbsd/ppc64",
        "openbsd/riscv64",
        "plan9/386",
        "plan9/amd64",
        "plan9/arm",
        "solaris/amd64",
        "wasip1/wasm",
        "windows/386",
        "windows/amd64",
        "windows/arm",
        "windows/arm64",
    ] {
        assert!(Platform::parse(text).unwrap().is_known(), "{text}");
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
