//! The file system of an image: each rule of layer.md by which layers are applied.

use oci_fixture::{Content, ErrorKind, Fixture, Gzip, LayerEntryKind, oci_image};
#[cfg(unix)]
use std::os::unix::fs::{PermissionsExt, symlink};

/// The lines of the file system.
#[track_caller]
fn assert_rootfs(fixture: &Fixture, expected: &[&str]) {
    let layout = fixture.in_memory().unwrap();
    let rootfs = layout.platform("linux/amd64").unwrap().rootfs().unwrap();
    assert_eq!(rootfs.to_string().lines().collect::<Vec<_>>(), expected, "{layout}");
}

/// The problem of an image whose layers make no file system. `LAYER` stands for the digest of its last layer.
#[track_caller]
fn assert_none(fixture: &Fixture, expected: &str) {
    let layout = fixture.in_memory().unwrap();
    let image = layout.platform("linux/amd64").unwrap();
    let error = image.rootfs().unwrap_err();
    let layer = image.layers().unwrap().pop().unwrap().digest().to_string();
    assert_eq!((error.kind(), error.to_string()), (ErrorKind::Layout, expected.replace("LAYER", &layer)));
}

#[test]
fn layers_add_entries_and_replace_files() {
    let fixture = oci_image! {
        manifest {
            layer { "etc/", "etc/a" => "1", "etc/b" => "2" }
            layer (Gzip::stored()) { #[mode = 0o600] "etc/b" => "longer", "c" => "3" }
        }
    };
    let layout = fixture.in_memory().unwrap();
    let rootfs = layout.platform("linux/amd64").unwrap().rootfs();
    // Without the feature `decode` no compressed layer is read.
    let Ok(rootfs) = rootfs else { return };
    assert_eq!(
        rootfs.to_string(),
        "-rw-r--r-- 1 c\ndrwxr-xr-x 0 etc/\n-rw-r--r-- 1 etc/a\n-rw------- 6 etc/b\n"
    );
    assert_eq!(rootfs.file("etc/b").unwrap(), b"longer");
    assert_eq!(rootfs.file("/etc/../etc/./a").unwrap(), b"1");
}

#[test]
fn a_whiteout_hides_what_lower_layers_have_and_nothing_of_its_own_layer() {
    let fixture = oci_image! {
        manifest {
            layer { "a" => "1", "d/", "d/x" => "2", "d/sub/", "d/sub/y" => "3", "kept" => "4" }
            layer { "d/new" => "5", whiteout "a", #[unchecked] ".wh.d" => "", whiteout "nothing" }
        }
    };
    assert_rootfs(&fixture, &["drwxr-xr-x 0 d/", "-rw-r--r-- 1 d/new", "-rw-r--r-- 1 kept"]);
    let reversed = oci_image! {
        manifest {
            layer { "d/", "d/x" => "2" }
            layer { #[unchecked] ".wh.d" => "", "d/", "d/new" => "5" }
        }
    };
    assert_rootfs(&reversed, &["drwxr-xr-x 0 d/", "-rw-r--r-- 1 d/new"]);
}

#[test]
fn an_opaque_directory_hides_all_that_lower_layers_have_in_it() {
    let fixture = oci_image! {
        manifest {
            layer { #[mode = 0o700] "d/", "d/x" => "1", "d/sub/", "d/sub/y" => "2", "d.x" => "3" }
            layer { "d/new" => "4", opaque "d/", "d/last" => "5" }
        }
    };
    assert_rootfs(
        &fixture,
        &["drwx------ 0 d/", "-rw-r--r-- 1 d/last", "-rw-r--r-- 1 d/new", "-rw-r--r-- 1 d.x"],
    );
}

#[test]
fn a_directory_takes_the_place_of_a_directory_with_all_that_is_in_it() {
    let fixture = oci_image! {
        manifest {
            layer { "d/", "d/x" => "1" }
            layer { #[mode = 0o1777] #[uid = 7] "d/" }
        }
    };
    assert_rootfs(&fixture, &["drwxrwxrwt 7/0 0 d/", "-rw-r--r-- 1 d/x"]);
}

#[test]
fn an_entry_of_another_type_replaces_all_that_is_there() {
    let fixture = oci_image! {
        manifest {
            layer { "d/", "d/x" => "1", "f" => "2", "l" -> "d" }
            layer { "d" => "file", "f/", "f/y" => "3", "l/" }
        }
    };
    assert_rootfs(&fixture, &["-rw-r--r-- 4 d", "drwxr-xr-x 0 f/", "-rw-r--r-- 1 f/y", "drwxr-xr-x 0 l/"]);
}

#[test]
fn a_hard_link_is_a_name_of_a_file_of_its_own_layer_or_of_a_lower_one() {
    let fixture = oci_image! {
        manifest {
            layer { #[mode = 0o755] "a" => "12", hardlink "b" -> "a" }
            layer { #[unchecked] #[mode = 0o700] #[uid = 5] hardlink "c" -> "a", whiteout "a" }
        }
    };
    assert_rootfs(&fixture, &["-rwx------ 5/0 2 b", "-rwx------ 5/0 2 c"]);
    let layout = fixture.in_memory().unwrap();
    let rootfs = layout.platform("linux/amd64").unwrap().rootfs().unwrap();
    assert_eq!(rootfs.file("c").unwrap(), b"12");
    assert_eq!(rootfs.entry("c").unwrap().kind, LayerEntryKind::File);
}

/// Replacing one of its names leaves the others.
#[test]
fn a_replaced_name_is_no_hard_link_any_more() {
    let fixture = oci_image! {
        manifest {
            layer { "a" => "12", hardlink "b" -> "a" }
            layer { "a" => "345" }
        }
    };
    assert_rootfs(&fixture, &["-rw-r--r-- 3 a", "-rw-r--r-- 2 b"]);
}

#[test]
fn symbolic_links_among_the_parents_lead_on_within_the_image() {
    let fixture = oci_image! {
        manifest {
            layer { "usr/", "usr/lib/", "usr/lib/old" => "1", "lib" -> "usr/lib", #[unchecked] "out" -> "/../../usr" }
            layer { "lib/new" => "2", "out/there" => "3", whiteout "lib/old" }
        }
    };
    let expected = [
        "lrwxrwxrwx 0 lib -> usr/lib",
        "lrwxrwxrwx 0 out -> /../../usr",
        "drwxr-xr-x 0 usr/",
        "drwxr-xr-x 0 usr/lib/",
        "-rw-r--r-- 1 usr/lib/new",
        "-rw-r--r-- 1 usr/there",
    ];
    assert_rootfs(&fixture, &expected);
    let layout = fixture.in_memory().unwrap();
    let rootfs = layout.platform("linux/amd64").unwrap().rootfs().unwrap();
    assert_eq!(rootfs.file("lib/new").unwrap(), b"2");
    let missing = rootfs.file("lib").unwrap_err();
    assert_eq!(
        (missing.kind(), missing.to_string().as_str()),
        (ErrorKind::NotFound, "the image has no file \"lib\"")
    );
}

#[test]
fn directories_that_no_layer_has_are_there_where_something_stands_in_them() {
    assert_rootfs(
        &oci_image! { manifest { layer { "a/b/c" => "1" } } },
        &["drwxr-xr-x 0 a/", "drwxr-xr-x 0 a/b/", "-rw-r--r-- 1 a/b/c"],
    );
}

#[test]
fn all_types_of_entries_are_there() {
    let fixture = oci_image! {
        manifest {
            layer { fifo "p", char "c" (1, 3), block "b" (7, 0), "l" -> "nowhere", #[xattr("user.a", "1")] "f" => "" }
        }
    };
    let expected = [
        "brw-r--r-- 7,0 b",
        "crw-r--r-- 1,3 c",
        "-rw-r--r-- 0 f {user.a}",
        "lrwxrwxrwx 0 l -> nowhere",
        "prw-r--r-- 0 p",
    ];
    assert_rootfs(&fixture, &expected);
}

#[test]
fn layers_that_make_no_file_system_are_errors() {
    assert_none(
        &oci_image! { manifest { layer { "a" => "" } layer { "a/b" => "" } } },
        "LAYER > \"a/b\": stands below \"a\", which is no directory",
    );
    assert_none(
        &oci_image! { manifest { layer { #[unchecked] hardlink "a" -> "none" } } },
        "LAYER > \"a\": is a hard link to \"none\", which is not there",
    );
    assert_none(
        &oci_image! { manifest { layer { "d/" } layer { #[unchecked] hardlink "a" -> "d" } } },
        "LAYER > \"a\": is a hard link to \"d\", which is a directory",
    );
    assert_none(
        &oci_image! { manifest { layer { "a" -> "b", "b" -> "a" } layer { "a/x" => "" } } },
        "LAYER > \"a/x\": leads through more than 255 symbolic links",
    );
    let long = "a/".repeat(2048);
    assert_none(
        &oci_image! { manifest { layer { (long.as_str()) } } },
        &format!("LAYER > {long:?}: has a path of 4096 bytes, and Linux takes at most 4095"),
    );
    assert_none(
        &oci_image! { manifest { layer { "a" -> (long.as_str()) } } },
        "LAYER > \"a\": has a target of 4096 bytes, and Linux takes at most 4095",
    );
}

/// A list of all paths would take many GiB.
#[test]
fn deep_directories_take_memory_for_their_names_alone() {
    let deep = |number: u32| format!("{number}/{}file", "a/".repeat(2000));
    let fixture = oci_image! { manifest { layer { for number in 0..50 { (deep(number)) => "" } } } };
    let layout = fixture.in_memory().unwrap();
    let rootfs = layout.platform("linux/amd64").unwrap().rootfs().unwrap();
    assert_eq!(format!("{rootfs:?}"), "Rootfs(1 layers, 100101 names)");
    assert_eq!(rootfs.entry(deep(49)).unwrap().to_string(), format!("-rw-r--r-- 0 {}", deep(49)));
}

/// Looking at all entries for each whiteout would take many minutes.
#[test]
fn a_layer_with_many_whiteouts_of_one_directory_is_applied_in_proportion_to_its_size() {
    let fixture = oci_image! {
        manifest {
            layer { "d/", "d/lower" => "" }
            #[unchecked] layer {
                for number in 0..10_000 { (format!("d/{number}")) => "" }
                for _ in 0..10_000 { opaque "d", whiteout "d" }
            }
        }
    };
    let layout = fixture.in_memory().unwrap();
    let rootfs = layout.platform("linux/amd64").unwrap().rootfs().unwrap();
    assert_eq!(format!("{rootfs:?}"), "Rootfs(2 layers, 10002 names)");
    assert!(rootfs.entry("d/lower").is_none());
}

#[test]
fn a_hard_link_may_take_the_place_of_a_symbolic_link_that_leads_to_its_target() {
    let layout = oci_image! {
        manifest {
            layer { "d/", "d/file" => "content", "l" -> "d" }
            #[unchecked] layer { hardlink "l" -> "l/file" }
        }
    };
    let layout = layout.in_memory().unwrap();
    let rootfs = layout.platform("linux/amd64").unwrap().rootfs().unwrap();
    assert_eq!(rootfs.file("l").unwrap(), b"content");
}

#[test]
fn an_index_says_where_an_image_is() {
    let layout = oci_image! { index "app:1" { linux/amd64 { "a" => "" } } }.in_memory().unwrap();
    let error = layout.reference("app:1").unwrap().rootfs().unwrap_err();
    assert!(error.to_string().ends_with("is an index; choose an image by `platform(..)`"), "{error}");
}

#[cfg(unix)]
#[test]
fn a_directory_is_compared_with_the_image_in_all_that_unpackers_make() {
    let fixture = oci_image! {
        manifest {
            layer {
                "same" => "1", "mode" => "2", "content" => Content::zeros(100_000), "l" -> "target", "gone" => "4",
                "short" => "abc", fifo "pipe", "d/", "type" => "", "one" => "3", hardlink "two" -> "one",
            }
        }
    };
    let layout = fixture.in_memory().unwrap();
    let rootfs = layout.platform("linux/amd64").unwrap().rootfs().unwrap();
    let directory = tempfile::tempdir_in(env!("CARGO_TARGET_TMPDIR")).unwrap();
    let at = |path: &str| directory.path().join(path);
    let write = |path: &str, content: &[u8], mode| {
        std::fs::write(at(path), content).unwrap();
        std::fs::set_permissions(at(path), std::fs::Permissions::from_mode(mode)).unwrap();
    };
    let mut wrong = vec![0; 100_000];
    wrong[70_000] = 1;
    write("same", b"1", 0o644);
    write("mode", b"2", 0o4600);
    write("content", &wrong, 0o644);
    symlink("other", at("l")).unwrap();
    for path in ["d", "type", "more"] {
        std::fs::create_dir(at(path)).unwrap();
        std::fs::set_permissions(at(path), std::fs::Permissions::from_mode(0o755)).unwrap();
    }
    write("one", b"3", 0o644);
    write("two", b"3", 0o644);
    write("short", b"a", 0o644);
    let differences = [
        "\"content\": the content is another one; byte 70000 is the first that differs",
        "\"gone\": nothing is there, but the image has a file of 1 byte",
        "\"l\": the target is \"other\", but the image has \"target\"",
        "\"mode\": the mode is 0o4600, but the image has 0o644",
        "\"more\": a directory is there, but the image has nothing",
        "\"pipe\": nothing is there, but the image has a named pipe",
        "\"short\": the content has 1 byte, but the image has 3 bytes; byte 1 is the first that differs",
        "\"two\": another file is there, but the image has a hard link to \"one\"",
        "\"type\": a directory is there, but the image has a file of 0 bytes",
    ];
    let found: Vec<String> = rootfs
        .differences(directory.path())
        .unwrap()
        .into_iter()
        .filter(|line| !line.contains("the owner"))
        .collect();
    assert_eq!(found, differences);
}
