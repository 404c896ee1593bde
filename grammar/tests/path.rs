//! The names of a layer's entries.
#![allow(clippy::panic, reason = "a test fails by a panic")]

mod common;

use common::{assert_is_one_line_with_a_cure, odd_strings, table};
use oci_fixture_grammar::path;

#[test]
fn good_names_are_accepted() {
    for name in [
        "a",
        "etc/passwd",
        "a/b/c/d",
        "...",
        "a/...",
        ".hidden",
        "..a",
        "a..",
        "a b",
        " ",
        "a\\b",
        "C:",
        "caf\u{e9}",
        "a\nb",
        ".wh",
        "wh.",
        "a.wh.b",
        ".Wh.a",
        ".wha",
        "-",
        "~",
        "*",
    ] {
        assert_eq!(path::file(name), Ok(()), "{name:?}");
        assert_eq!(path::directory(&format!("{name}/")), Ok(()), "{name:?}");
    }
    let deep = "a/".repeat(5000);
    assert_eq!(path::directory(&deep), Ok(()));
    assert_eq!(path::file(path::key(&deep)), Ok(()));
}

#[test]
fn bad_names_say_what_to_write() {
    for (function, name, error) in table::<(String, String, String)>(include_str!("tables/path_refused.txt"))
    {
        let check = match function.as_str() {
            "file" => path::file,
            "directory" => path::directory,
            "whiteout" => path::whiteout,
            "opaque" => path::opaque,
            _ => panic!("{function} checks no name"),
        };
        let found = check(&name).map_err(|invalid| invalid.to_string());
        assert_eq!(found.as_ref(), Err(&error), "{function} {name:?}");
        assert_is_one_line_with_a_cure(&name, &error);
    }
}

#[test]
fn whiteouts_have_their_names() {
    for (path, whiteout, opaque) in [
        ("a", ".wh.a", "a/.wh..wh..opq"),
        ("a/", ".wh.a", "a/.wh..wh..opq"),
        ("a/b", "a/.wh.b", "a/b/.wh..wh..opq"),
        ("a/b/", "a/.wh.b", "a/b/.wh..wh..opq"),
    ] {
        assert_eq!((path::whiteout(path), path::opaque(path)), (Ok(()), Ok(())), "{path:?}");
        assert_eq!(path::whiteout_name(path), whiteout);
        assert_eq!(path::opaque_name(path), opaque);
    }
    assert_eq!((path::opaque("./"), path::opaque_name("./").as_str()), (Ok(()), ".wh..wh..opq"));
}

#[test]
fn symlink_targets_count_from_the_directory_of_the_link() {
    for (path, target) in [
        ("a", "b"),
        ("a", "."),
        ("a", "./b"),
        ("a", "/"),
        ("a", "/b"),
        ("a", "//b/../c"),
        ("a", "b/.."),
        ("a/b", ".."),
        ("a/b", "../"),
        ("a/b", "../c/../d"),
        ("a/b/c/d", "../../.././x"),
        ("a/b", "caf\u{e9}\n"),
        ("a", ".wh.b"),
    ] {
        assert_eq!(path::symlink_target(path, target), Ok(()), "{path:?}, {target:?}");
    }
    for (path, target, error) in [
        ("a", "", "symlink target is empty; write what the link points to, such as `busybox`"),
        ("a", "..", "symlink target `..` climbs above the root from `a`; write `.`"),
        ("a", "../", "symlink target `../` climbs above the root from `a`; write `.`"),
        ("a", "..//b", "symlink target `..//b` climbs above the root from `a`; write `b`"),
        ("a", "b/../../c", "symlink target `b/../../c` climbs above the root from `a`; write `b/../c`"),
        ("a", "/..", "symlink target `/..` climbs above the root; write `/`"),
        ("a/b/c", "/../etc", "symlink target `/../etc` climbs above the root; write `/etc`"),
        ("a/b", "../../x", "symlink target `../../x` climbs above the root from `a/b`; write `../x`"),
        ("a", "b\0", "symlink target `b\\0` has a NUL, which ends a name in a tar header; write `b`"),
        ("a", "\0", "symlink target `\\0` has a NUL, which ends a name in a tar header; write `.`"),
    ] {
        let found = path::symlink_target(path, target).map_err(|invalid| invalid.to_string());
        assert_eq!(found, Err(error.to_owned()), "{path:?}, {target:?}");
        assert_is_one_line_with_a_cure(target, error);
    }
}

#[test]
fn a_key_is_the_path_without_its_trailing_slash() {
    for (path, key) in [("a", "a"), ("a/", "a"), ("a/b/", "a/b"), ("a//", "a/"), ("/", ""), ("", "")] {
        assert_eq!(path::key(path), key, "{path:?}");
    }
}

/// Following a message must not lead to the next one.
#[test]
fn no_string_panics_and_every_cure_is_a_good_name() {
    for text in odd_strings(50_000) {
        let symlink_target = |target: &str| path::symlink_target("a/b", target);
        for check in
            [path::file, path::directory, path::hardlink_target, path::whiteout, path::opaque, symlink_target]
        {
            let Err(invalid) = check(&text) else { continue };
            let message = invalid.to_string();
            assert_is_one_line_with_a_cure(&text, &message);
            let (_, cure) = message.rsplit_once("; write ").unwrap();
            let cure = cure
                .trim_start_matches("a name, such as ")
                .trim_start_matches("what the link points to, such as ")
                .trim_end_matches(", which is the root")
                .strip_prefix('`')
                .unwrap()
                .strip_suffix('`')
                .unwrap();
            // An escaped cure is no name yet; its backslashes would be taken as they are, which is good enough.
            assert_eq!(check(cure), Ok(()), "{text:?}: {message}");
        }
    }
}
