//! The names of a layer's entries.

mod common;

use common::{assert_is_one_line_with_a_cure, odd_strings};
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
fn bad_files_say_what_to_write() {
    for (name, error) in [
        ("", "path is empty; write a name, such as `etc/passwd`"),
        ("/", "path `/` starts with `/`; write a name, such as `etc/passwd`"),
        (".", "path `.` has the component `.`; write a name, such as `etc/passwd`"),
        ("..", "path `..` has the component `..`; write a name, such as `etc/passwd`"),
        ("./", "path `./` has the component `.`; write a name, such as `etc/passwd`"),
        ("/etc/x", "path `/etc/x` starts with `/`; write `etc/x`"),
        ("//etc/x", "path `//etc/x` starts with `/`; write `etc/x`"),
        ("./a", "path `./a` has the component `.`; write `a`"),
        ("a/.", "path `a/.` has the component `.`; write `a`"),
        ("a/./b", "path `a/./b` has the component `.`; write `a/b`"),
        ("a//b", "path `a//b` has an empty component; write `a/b`"),
        ("a///b", "path `a///b` has an empty component; write `a/b`"),
        ("a/../b", "path `a/../b` has the component `..`; write `b`"),
        ("a/b/../../c", "path `a/b/../../c` has the component `..`; write `c`"),
        ("../../etc/passwd", "path `../../etc/passwd` has the component `..`; write `etc/passwd`"),
        ("a/..", "path `a/..` has the component `..`; write a name, such as `etc/passwd`"),
        ("a/", "path `a/` ends with `/`, as only a directory's does; write `a`"),
        ("a//", "path `a//` has an empty component; write `a`"),
        ("/./a//../b/", "path `/./a//../b/` starts with `/`; write `b`"),
        ("a\0b", "path `a\\0b` has a NUL, which ends a name in a tar header; write `ab`"),
        ("\0", "path `\\0` has a NUL, which ends a name in a tar header; write a name, such as `etc/passwd`"),
        ("a\n/../b", "path `a\\n/../b` has the component `..`; write `b`"),
        (".wh.a", "path `.wh.a` has the component `.wh.a`, which only `whiteout` makes; write `a`"),
        (
            ".wh.",
            "path `.wh.` has the component `.wh.`, which only `whiteout` makes; write a name, such as `etc/passwd`",
        ),
        (
            "etc/.wh.x",
            "path `etc/.wh.x` has the component `.wh.x`, which only `whiteout` makes; write `etc/x`",
        ),
        (".wh.a/b", "path `.wh.a/b` has the component `.wh.a`, which only `whiteout` makes; write `a/b`"),
    ] {
        assert_eq!(
            path::file(name).map_err(|invalid| invalid.to_string()),
            Err(error.to_owned()),
            "{name:?}"
        );
        assert_is_one_line_with_a_cure(name, error);
    }
}

#[test]
fn bad_directories_say_what_to_write() {
    for (name, error) in [
        ("", "path is empty; write a name, such as `etc/`"),
        ("/", "path `/` starts with `/`; write a name, such as `etc/`"),
        ("./", "path `./` has the component `.`; write a name, such as `etc/`"),
        ("etc", "path `etc` does not end with `/`, as a directory's does; write `etc/`"),
        ("etc/ssl", "path `etc/ssl` does not end with `/`, as a directory's does; write `etc/ssl/`"),
        ("etc//", "path `etc//` has an empty component; write `etc/`"),
        ("/etc/", "path `/etc/` starts with `/`; write `etc/`"),
        ("/etc", "path `/etc` starts with `/`; write `etc/`"),
        ("etc/../", "path `etc/../` has the component `..`; write a name, such as `etc/`"),
        ("a/../b/", "path `a/../b/` has the component `..`; write `b/`"),
        ("a/\0/", "path `a/\\0/` has a NUL, which ends a name in a tar header; write `a/`"),
        (".wh.a/", "path `.wh.a/` has the component `.wh.a`, which only `whiteout` makes; write `a/`"),
    ] {
        let found = path::directory(name).map_err(|invalid| invalid.to_string());
        assert_eq!(found, Err(error.to_owned()), "{name:?}");
        assert_is_one_line_with_a_cure(name, error);
    }
}

#[test]
fn bad_whiteouts_say_what_to_write() {
    for (name, error) in [
        ("", "path is empty; write a name, such as `etc/passwd`"),
        ("./", "path `./` has the component `.`; write a name, such as `etc/passwd`"),
        ("/etc", "path `/etc` starts with `/`; write `etc`"),
        ("/etc/", "path `/etc/` starts with `/`; write `etc/`"),
        ("a/../b", "path `a/../b` has the component `..`; write `b`"),
        (".wh.a", "path `.wh.a` has the component `.wh.a`, which only `whiteout` makes; write `a`"),
    ] {
        let found = path::whiteout(name).map_err(|invalid| invalid.to_string());
        assert_eq!(found, Err(error.to_owned()), "{name:?}");
        assert_is_one_line_with_a_cure(name, error);
    }
}

#[test]
fn bad_opaque_directories_say_what_to_write() {
    for (name, error) in [
        ("", "path is empty; write `./`, which is the root"),
        ("/", "path `/` starts with `/`; write `./`, which is the root"),
        (".", "path `.` has the component `.`; write `./`, which is the root"),
        ("a/../", "path `a/../` has the component `..`; write `./`, which is the root"),
        ("./etc", "path `./etc` has the component `.`; write `etc/`"),
        (
            "etc/.wh..wh..opq",
            "path `etc/.wh..wh..opq` has the component `.wh..wh..opq`, which only `opaque` makes; write `etc/`",
        ),
    ] {
        let found = path::opaque(name).map_err(|invalid| invalid.to_string());
        assert_eq!(found, Err(error.to_owned()), "{name:?}");
        assert_is_one_line_with_a_cure(name, error);
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
