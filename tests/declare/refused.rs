//! Refused declarations: each error names its place and the cure, and nothing is written.

use std::fs;

use oci_fixture::{
    Config, Content, Descriptor, Entry, ErrorKind, Fixture, Index, Layer, Manifest, Platform, Value,
    oci_image,
};
use oci_fixture_test_support::golden::assert_lines;
use oci_fixture_test_support::images::{EXAMPLE_DOCUMENTS, EXAMPLE_LAYERS, everything};
use oci_fixture_test_support::{assert_same, files};
use tempfile::TempDir;

#[test]
fn a_bad_reference_is_refused() {
    let hex = "0123456789abcdef".repeat(4);
    let long = format!("busybox:{}", "a".repeat(129));
    let references = [
        "",
        "Busybox",
        "busybox:",
        "busy box",
        "busybox:a b",
        "busy\nbox\"",
        "https://quay.io/busybox",
        "busybox@sha256:abc",
        "busybox@md5:abc",
        &hex,
        &long,
    ];
    let fixtures = references.into_iter().flat_map(|reference| {
        [
            oci_image! { index (reference) { } },
            oci_image! { manifest (reference) { } },
            oci_image! { config (reference) { } },
        ]
    });
    assert_lines("declare/references.txt", fixtures.map(|fixture| refused(&fixture)));
}

#[test]
fn a_bad_ref_name_is_refused() {
    let named = |name: &str| Manifest::new().descriptor(Descriptor::new().ref_name(name));
    let problem = "reference name `caf\u{e9}` has `\u{e9}` (U+00E9); write letters, digits and `-._:@/+`";
    assert_refused(&Fixture::new().with(named("caf\u{e9}")), &format!("linux/amd64: {problem}"));
    let below = "only an entry of index.json has a `ref_name`; remove it, or move the node to the top level";
    assert_refused(
        &Fixture::new().with(Index::new().with(named("a"))),
        &format!("index 1 > linux/amd64: {below}"),
    );
    let annotations = [("org.opencontainers.image.ref.name", "b")];
    let twice = Manifest::new().descriptor(Descriptor::new().ref_name("a").annotations(annotations));
    let expected = "the annotation `org.opencontainers.image.ref.name` is given twice; remove one of the two";
    assert_refused(&Fixture::new().with(twice), &format!("linux/amd64: {expected}"));
}

#[test]
fn a_bad_platform_is_refused() {
    let platforms = [
        "",
        "linux",
        "linux/",
        "/amd64",
        "linux/amd64/v1/x",
        "linux/amd 64",
        "windows(10/amd64",
        "windows(10+)/amd64",
    ];
    let fixtures = platforms.into_iter().flat_map(|platform| {
        [
            oci_image! { (platform) { "a" => "" } },
            // The first manifest has a platform, so errors name each manifest by its platform.
            oci_image! { index "app:1" { linux/amd64 { } (platform) { } } },
            oci_image! { config "c" (platform) { } },
        ]
    });
    assert_lines("declare/platforms.txt", fixtures.map(|fixture| refused(&fixture)));
}

#[test]
fn a_bad_path_is_refused() {
    let files = [
        "",
        "/etc/passwd",
        "a/../b",
        "..",
        "./a",
        "a//b",
        "a\0b",
        "etc/.wh.passwd",
        "etc/.wh..wh..opq",
        "a/",
    ];
    let files = files.map(|path| oci_image! { linux/arm64 { "good" => "", (path) => "" } });
    let directories = ["", "/", "etc", "etc//", "../etc/"];
    let directories = directories.map(|path| {
        oci_image! { index "app:1" { linux/arm/v7 { layer { } layer { "good/", (path) } } } }
    });
    let fixtures = files.iter().chain(&directories);
    assert_lines("declare/paths.txt", fixtures.map(refused));
}

#[test]
fn a_path_that_is_twice_in_a_layer_is_refused() {
    const PROBLEM: &str = "this path is twice in the layer; remove one of the two entries";
    for paths in [["a", "a"], ["a", "a/"], ["a/", "a"], ["a/", "a/"]] {
        let mut layer = Layer::new();
        for path in paths {
            layer.push(if path == "a" { Entry::file(path, path) } else { Entry::directory(path) });
        }
        let fixture = Fixture::new().with(Manifest::new().reference("app").with(layer));
        assert_refused(&fixture, &format!("manifest \"app\" > layer 1 > {:?}: {PROBLEM}", paths[1]));
    }
    // Another layer may have the same path.
    oci_image! { linux/amd64 { layer { "a" => "" } layer { "a/" } } }.tempdir().unwrap();
}

#[test]
fn a_mode_with_more_than_permission_bits_is_refused() {
    let modes = [(0o10_000, "0o10000"), (0o100_644, "0o100644"), (u32::MAX, "0o37777777777")];
    for (mode, written) in modes {
        let fixture = oci_image! { linux/amd64 { #[mode = mode] "a" => "" } };
        let problem = format!(
            "mode `{written}` has bits above `0o7777`; write the permission bits alone, such as `0o644`"
        );
        assert_refused(&fixture, &format!("linux/amd64 > \"a\": {problem}"));
    }
}

#[test]
fn a_platform_that_is_twice_in_an_index_is_refused() {
    let problem = |platform| {
        format!("two manifests of the index are for `{platform}`; remove one, or give it another platform")
    };
    let (amd64, windows) = ("linux/amd64", "windows(10.0.17763)/amd64");
    assert_refused(
        &oci_image! { index "app:1" { manifest { } (amd64) { } } },
        &format!("index \"app:1\": {}", problem(amd64)),
    );
    assert_refused(
        &oci_image! { index { } index { (windows) { } linux/amd64 { } (windows) { } } },
        &format!("index 2: {}", problem(windows)),
    );
    // All of these platforms differ, or may occur twice.
    let fixture = oci_image! {
        index {
            linux/arm { } linux/arm/v6 { } linux/arm/v7 { }
            "windows(10.0.17763)/amd64" { } "windows(10.0.20348)/amd64" { } windows/amd64 { }
            unknown/unknown { } unknown/unknown { }
        }
        linux/arm { }
        linux/arm { }
    };
    fixture.tempdir().unwrap();
}

#[test]
fn a_reference_that_is_twice_at_the_top_level_is_refused() {
    let (short, long) = ("app", "docker.io/library/app:latest");
    let fixture = oci_image! { index (short) { } manifest (long) { } };
    assert_refused(
        &fixture,
        concat!(
            "manifest \"docker.io/library/app:latest\": two entries of index.json have the reference ",
            "`docker.io/library/app:latest`; give each its own"
        ),
    );
}

#[test]
fn a_reference_below_the_top_level_is_refused() {
    const PROBLEM: &str =
        "only an entry of index.json has a reference; remove it, or move the node to the top level";
    let named = Manifest::new().reference("app:1").platform("linux/s390x");
    let fixture = Fixture::new()
        .with(Index::new().with(Index::new().with(Manifest::new().platform("linux/386")).with(named)));
    assert_refused(&fixture, &format!("index 1 > index 1 > manifest \"app:1\": {PROBLEM}"));
    let fixture = Fixture::new().with(Index::new().reference("a").with(Index::new().reference("b")));
    assert_refused(&fixture, &format!("index \"a\" > index \"b\": {PROBLEM}"));
    let fixture = Fixture::new().with(Manifest::new().with(Config::new().reference("c")));
    assert_refused(&fixture, &format!("linux/amd64 > config \"c\": {PROBLEM}"));
}

#[test]
fn a_reference_with_the_digest_of_something_else_is_refused() {
    let hex = "ab".repeat(32);
    assert_refused(
        &oci_image! { manifest (format!("app:1@sha256:{hex}")) { "bash" => "layer1" } },
        &format!(
            "manifest \"app:1@sha256:{hex}\": the reference has the digest `sha256:{hex}`, but the node's is \
             `sha256:{}`; write that, or none",
            EXAMPLE_DOCUMENTS[1]
        ),
    );
}

#[test]
fn parts_that_do_not_fit_in_a_manifest_are_refused() {
    assert_refused(
        &oci_image! { index { linux/arm64 { for _ in 0..2 { config { } } } } },
        "index 1 > linux/arm64: a manifest has one config; remove the others",
    );
    let configs = Manifest::new().with(Config::new()).with(Config::new().user("root"));
    assert_refused(
        &Fixture::new().with(configs),
        "linux/amd64: a manifest has one config; remove the others",
    );
    let beside = "linux/amd64: entries stand beside layers; put them into a layer of their own";
    assert_refused(&Fixture::new().with(Manifest::new().with(Layer::new()).with(("a", ""))), beside);
    assert_refused(&Fixture::new().with(Manifest::new().with(("a", "")).with(Layer::new())), beside);
    assert_refused(
        &Fixture::new().with(Manifest::new().reference("app:1").with(Config::new().platform("linux/amd64"))),
        concat!(
            "manifest \"app:1\" > config 1: a config has the platform of its manifest; say the platform there, and ",
            "remove it here"
        ),
    );
}

#[test]
fn a_key_that_is_given_twice_is_refused() {
    let (key, escaped) = ("key", "k\u{e9}\"\n\u{202e}");
    assert_refused(
        &oci_image! { index "app:1" { annotations: { "a": 1, (key): 2, "b": 3, "key": 4 } } },
        "index \"app:1\": the annotation `key` is given twice; remove one of the two",
    );
    assert_refused(
        &oci_image! { index { linux/arm64 { annotations: { (escaped): "", (escaped): "" } } } },
        "index 1 > linux/arm64: the annotation `k\u{e9}\\\"\\n\\u{202e}` is given twice; remove one of the two",
    );
    assert_refused(
        &oci_image! { linux/arm64 { config { labels: { "": 1, (String::new()): 1 } } } },
        "linux/arm64 > config 1: the label `` is given twice; remove one of the two",
    );
    // Both calls add to the same list.
    let fixture = Fixture::new().with(Config::new().labels([("a", "1")]).labels([("a", "1")]));
    assert_refused(&fixture, "config 1: the label `a` is given twice; remove one of the two");
}

#[test]
fn indexes_that_are_nested_too_deep_are_refused() {
    let nested = |depth| {
        let mut index = Index::new().with(Manifest::new().platform("linux/riscv64").with(("bash", "layer1")));
        for _ in 1..depth {
            index = Index::new().with(index);
        }
        Fixture::new().with(index)
    };
    let problem = "nodes contain or mention one another more than 256 levels deep; remove some";
    // The innermost index has a manifest with a layer.
    for depth in [255, 300, 100_000] {
        assert_refused(&nested(depth), &format!("index 1: {problem}"));
    }
    let layout = nested(254).tempdir().unwrap();
    let layers = layout.platform("linux/riscv64").unwrap().layers().unwrap();
    assert_eq!(layers[0].digest().hex(), EXAMPLE_LAYERS[0]);
    assert_eq!(layout.blobs().unwrap().count(), 254 + 3);
    let tree = layout.to_string();
    assert_eq!((tree.lines().count(), tree.matches("\u{2500} index ").count()), (1 + 254 + 3 + 1, 254));
}

#[test]
fn a_fixture_with_an_error_changes_nothing_in_a_layout() {
    let layout = everything().tempdir().unwrap();
    let before = files(layout.path());
    let bad = [
        oci_image! { linux/amd64 { (String::from("/")) } },
        oci_image! { index (String::from("A")) { linux/amd64 { "new" => "new" } } },
        oci_image! { manifest (format!("app@sha256:{}", "0".repeat(64))) { "new" => "new" } },
    ];
    for fixture in bad {
        assert_eq!(fixture.write_to(layout.path()).unwrap_err().kind(), ErrorKind::Declaration);
        assert_same(&files(layout.path()), &before);
    }
}

#[test]
fn values_that_are_nested_too_deep_are_refused() {
    let nested = |depth| {
        let value = (1..depth).fold(Value::null(), |value, _| Value::list([value]));
        Fixture::new().with(Manifest::new().with(("a", Content::json(value)))).in_memory()
    };
    nested(128).unwrap();
    for depth in [129, 100_000] {
        let error = nested(depth).map(drop).unwrap_err();
        let problem = "values are nested more than 128 levels deep; remove some";
        assert_eq!(error.to_string(), format!("linux/amd64 > \"a\": {problem}"));
    }
}

#[test]
fn sparse_contents_that_are_nested_too_deep_are_refused() {
    let nested = |depth| {
        let inside = |inner, _| Content::repeat(Content::sparse(1, [(0, inner)]), 1);
        let content = (1..depth).fold(Content::sparse(1, [(0, "a")]), inside);
        Fixture::new().with(Manifest::new().with(("a", content))).in_memory()
    };
    nested(8).unwrap();
    for depth in [9, 100_000] {
        let error = nested(depth).map(drop).unwrap_err();
        let problem = "more than 8 sparse contents stand in each other; put the pieces of the inner ones into the outer one";
        assert_eq!(error.to_string(), format!("linux/amd64: cannot be made: \"a\": {problem}"));
    }
}

/// Which of two `if`s are taken is known only at run time. A path in both is an error of the write.
#[test]
fn entries_of_two_ifs_are_compared_when_they_are_written() {
    let image = |first: bool, second: bool| {
        oci_image! {
            linux/amd64 {
                layer {
                    if first { "a" => "1" }
                    if second { "a" => "2" }
                }
            }
        }
    };
    image(true, false).in_memory().unwrap();
    image(false, true).in_memory().unwrap();
    let error = image(true, true).in_memory().map(drop).unwrap_err().to_string();
    assert_eq!(
        error,
        "linux/amd64 > layer 1 > \"a\": this path is twice in the layer; remove one of the two entries"
    );
}

#[test]
fn a_platform_made_from_parts_is_checked_like_a_parsed_one() {
    for (os, architecture, problem) in [
        ("", "amd64", "platform's operating system is empty"),
        ("linux", "x/y/z", "platform `linux/x/y/z` has 4 parts"),
    ] {
        let manifest = Manifest::new().platform(Platform::new(os, architecture));
        let error = Fixture::new().with(manifest).in_memory().map(drop).unwrap_err().to_string();
        assert!(error.contains(problem), "{error}");
    }
}

/// Checks that the fixture cannot be written for this reason, and that nothing is written.
#[track_caller]
fn assert_refused(fixture: &Fixture, problem: &str) {
    assert_eq!(refused(fixture), problem);
}

/// The error of the declaration because of which the fixture cannot be written. Checks that nothing is written.
pub(crate) fn refused(fixture: &Fixture) -> String {
    let temp = TempDir::new().unwrap();
    let written = fixture.write_to(temp.path().join("layout"));
    let Err(error) = written else { panic!("this is written: {fixture:#}\n{fixture:?}") };
    let problem = error.to_string();
    assert_eq!(format!("{error:?}"), problem);
    assert_eq!(error.kind(), ErrorKind::Declaration, "{problem}");
    assert!(problem.starts_with(&format!("{}: ", error.place())), "{problem}: {}", error.place());
    assert!(!problem.contains('\n'), "{problem}");
    assert_eq!(fs::read_dir(temp.path()).unwrap().count(), 0, "{problem}");
    assert_eq!(fixture.tempdir().unwrap_err().to_string(), problem);
    problem
}
