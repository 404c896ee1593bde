//! Writing into a directory: what is added, what is kept, and what is there after a write that failed or was killed.

// clippy.toml lets `#[test]` functions do this; the helpers below are as much a part of the tests.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

use std::collections::{BTreeMap, BTreeSet};
use std::io::{self, Read};
use std::path::{Path, PathBuf};
use std::process::{Command, Output, Stdio};
use std::{env, fs, thread};

use oci_fixture::{ErrorKind, Fixture, Index, Layer, Manifest};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use tempfile::TempDir;

/// What oci-layout holds.
const LAYOUT: &str = r#"{"imageLayoutVersion": "1.0.0"}"#;

/// What the fixture `twoplatform` is in index.json.
const TWOPLATFORM: &str = concat!(
    r#"{"mediaType":"application/vnd.oci.image.index.v1+json","#,
    r#""digest":"sha256:4f4cfc34724a5ff3b40debe4914559183a82fa34e8c1f52a8e86874660cc8240","size":491,"#,
    r#""annotations":{"io.containerd.image.name":"docker.io/library/twoplatform:latest","#,
    r#""org.opencontainers.image.ref.name":"latest"}}"#
);

/// The blobs of the fixture `twoplatform`, sorted; Go's own libraries give the same.
const TWOPLATFORM_BLOBS: [&str; 7] = [
    "2935902a74c8475bd83bb46dbfe54a726377358e2b94fb73b863b35dbbe673cb",
    "296d0b23333fc0457dc589a4534001fcb5eab7d5fe0211cff6cec81c8dcf5e59",
    "2bac61bcd904ec64209fa346bd3f6cfd2e47e8af51ebc411d3660cfeaeadfc26",
    "319a4ffe3657636c627d4b0105d38fb73936b1233540d3468db5ef72ade574f0",
    "3e7354ca8ed8a7c57e6249b35739acb9312d4a5fd188478034bd2a54369c1fe7",
    "466a044058a4b3efe4612bf49d825d0c688ecd715709d31ce32dd857def3d404",
    "4f4cfc34724a5ff3b40debe4914559183a82fa34e8c1f52a8e86874660cc8240",
];

/// The first of them that is put into `blobs`.
const FIRST_BLOB: &str = TWOPLATFORM_BLOBS[0];

// What is written where nothing is.

#[test]
fn a_new_directory_holds_the_layout_and_nothing_else() {
    let temp = TempDir::new().unwrap();
    let layout = fixture("twoplatform").write_to(temp.path()).unwrap();
    assert_eq!(layout.path(), temp.path());

    let tree = tree(temp.path());
    let mut expected = vec!["blobs/".to_owned(), "blobs/sha256/".to_owned()];
    expected.extend(TWOPLATFORM_BLOBS.map(|hex| format!("blobs/sha256/{hex}")));
    expected.extend(["index.json".to_owned(), "oci-layout".to_owned()]);
    assert_eq!(names(&tree), expected);
    assert_eq!(text(&tree["oci-layout"]), LAYOUT);
    assert_eq!(text(&tree["index.json"]), index_json(&[TWOPLATFORM]));
    assert_eq!(reachable(temp.path()), TWOPLATFORM_BLOBS.map(str::to_owned).into());
}

#[test]
fn the_empty_fixture_is_a_layout_without_entries() {
    let tree = written("empty");
    assert_eq!(text(&tree["index.json"]), index_json(&[]));
    assert_eq!(tree.keys().collect::<Vec<_>>(), ["blobs/", "blobs/sha256/", "index.json", "oci-layout"]);
}

#[test]
fn a_deep_directory_is_made() {
    let temp = TempDir::new().unwrap();
    let directory = temp.path().join("a/b c/d/\u{e9}");
    fixture("twoplatform").write_to(&directory).unwrap();
    assert_eq!(tree(&directory), written("twoplatform"));
}

#[test]
fn a_slash_after_the_directory_changes_nothing() {
    let temp = TempDir::new().unwrap();
    for round in ["new", "again"] {
        let directory = format!("{}/layout/", temp.path().display());
        fixture("twoplatform").write_to(directory).unwrap();
        assert_eq!(tree(&temp.path().join("layout")), written("twoplatform"), "{round}");
    }
}

#[test]
fn a_relative_directory_is_one_below_the_current() {
    for directory in ["layout", "./layout/", "a/b", "a/b/", ".", ""] {
        let temp = TempDir::new().unwrap();
        for round in ["new", "again"] {
            // The current directory belongs to the whole process, so another process has it.
            let output = child(&[], "twoplatform", Path::new(directory)).current_dir(temp.path()).output();
            assert_eq!(told(&output.unwrap(), temp.path()), None, "{directory:?}, {round}");
            assert_eq!(tree(&temp.path().join(directory)), written("twoplatform"), "{directory:?}, {round}");
        }
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_directory_need_not_be_named_in_utf_8() {
    let temp = TempDir::new().unwrap();
    let name: &std::ffi::OsStr = std::os::unix::ffi::OsStrExt::from_bytes(b"\xff\xfe");
    let directory = temp.path().join(name);
    fixture("twoplatform").write_to(&directory).unwrap();
    fixture("twoplatform").write_to(&directory).unwrap();
    assert_eq!(tree(&directory), written("twoplatform"));
}

#[cfg(unix)]
#[test]
fn permissions_follow_the_umask() {
    for (umask, directories, files) in
        [("000", 0o777, 0o666), ("022", 0o755, 0o644), ("027", 0o750, 0o640), ("077", 0o700, 0o600)]
    {
        let temp = TempDir::new().unwrap();
        let shell = format!("umask {umask}; exec \"$0\" \"$@\"");
        // The second writes into a layout that is there, where blobs are put into place one by one.
        for what in ["app-1", "big"] {
            let directory = temp.path().join("deep/layout");
            let output = child(&["sh", "-c", &shell], what, &directory).output().unwrap();
            assert_eq!(told(&output, temp.path()), None);
            for (name, mode) in modes(temp.path()) {
                let expected = if name.ends_with('/') { directories } else { files };
                assert_eq!(format!("{mode:o}"), format!("{expected:o}"), "{name} under the umask {umask}");
            }
        }
        assert_eq!(tree(temp.path()).len(), 14, "{:#?}", tree(temp.path()).keys());
    }
}

/// A blob has a file before its digest is known where it is larger than what is made in memory.
#[test]
fn blobs_of_every_size_are_whole() {
    const KIB: usize = 1024;
    // A tar of one file has 1536 bytes besides the padded content; each size is met, and missed by one block.
    let edges = [256, 512, 768].map(|edge| edge * KIB - 1536);
    let around =
        edges.into_iter().flat_map(|edge| [edge - 512, edge - 1, edge, edge + 1, edge + 512, edge + 513]);
    for size in around.chain([0, 1, 8 * KIB * KIB + 7]) {
        let temp = TempDir::new().unwrap();
        let content = varied(size);
        let layer = Layer::new().with(("file", &content));
        // Twice in one manifest and once in another: one blob.
        let index = Index::new()
            .with(Manifest::new().platform("linux/amd64").with(layer.clone()).with(layer.clone()))
            .with(Manifest::new().platform("linux/arm64").with(layer.clone()));
        for round in ["new", "again"] {
            let layout = Fixture::new().with(index.clone()).write_to(temp.path()).unwrap();
            let stored =
                layout.platform("linux/arm64").unwrap().layers().unwrap()[0].bytes().unwrap().into_owned();
            let mut archive = tar::Archive::new(stored.as_slice());
            let mut found = Vec::new();
            archive.entries().unwrap().next().unwrap().unwrap().read_to_end(&mut found).unwrap();
            assert!(found == content, "{size} bytes, {round}");
            // Two manifests, two configs, the index, the layer.
            let stored =
                tree(temp.path()).into_keys().filter(|name| name.starts_with("blobs/sha256/")).count() - 1;
            assert_eq!((stored, reachable(temp.path()).len()), (6, 6), "{size} bytes, {round}");
            assert_eq!(leftovers(temp.path()), [""; 0], "{size} bytes, {round}");
        }
    }
}

#[test]
fn two_large_layers_of_one_fixture_are_two_blobs() {
    let temp = TempDir::new().unwrap();
    let layer = |name| Layer::new().with((name, varied(3 << 20)));
    let manifest = Manifest::new().with(layer("a")).with(layer("b")).with(layer("a"));
    Fixture::new().with(manifest).write_to(temp.path()).unwrap();
    // The manifest, its config, the layers.
    assert_eq!(reachable(temp.path()).len(), 4);
    assert_eq!(tree(temp.path()).len(), 4 + 4);
}

// What is added to.

#[test]
fn a_second_fixture_adds_to_the_layout() {
    let temp = TempDir::new().unwrap();
    fixture("app-1").write_to(temp.path()).unwrap();
    fixture("twoplatform").write_to(temp.path()).unwrap();

    let mut expected = written("app-1");
    expected.extend(written("twoplatform"));
    expected.insert("index.json".to_owned(), index_json(&[&entry("app-1"), TWOPLATFORM]).into());
    assert_eq!(tree(temp.path()), expected);
    reachable(temp.path());
}

#[test]
fn writing_again_changes_nothing() {
    for what in ["twoplatform", "unnamed", "big", "empty", "app-1"] {
        let temp = TempDir::new().unwrap();
        fixture("app-1").write_to(temp.path()).unwrap();
        fixture(what).write_to(temp.path()).unwrap();
        fixture("app-2").write_to(temp.path()).unwrap();
        let (before, inodes) = (tree(temp.path()), blob_inodes(temp.path()));
        fixture(what).write_to(temp.path()).unwrap();
        assert_eq!(names(&before), names(&tree(temp.path())), "{what}");
        assert!(before == tree(temp.path()), "{what}: {}", text(&tree(temp.path())["index.json"]));
        assert_eq!(inodes, blob_inodes(temp.path()), "{what}: a blob that was there was written again");
    }
}

#[test]
fn an_entry_of_the_same_name_is_replaced_in_its_place() {
    let temp = TempDir::new().unwrap();
    for what in ["app-1", "twoplatform-before", "app-2"] {
        fixture(what).write_to(temp.path()).unwrap();
    }
    let before = tree(temp.path());
    fixture("twoplatform").write_to(temp.path()).unwrap();
    let after = tree(temp.path());
    assert_eq!(text(&after["index.json"]), index_json(&[&entry("app-1"), TWOPLATFORM, &entry("app-2")]));
    // Nothing that was published goes, also where nothing refers to it any more.
    for (name, bytes) in before.iter().filter(|(name, _)| *name != "index.json") {
        assert_eq!(after.get(name), Some(bytes), "{name}");
    }
    reachable(temp.path());
}

#[test]
fn several_entries_of_the_same_name_become_one_where_the_first_stood() {
    let other = TWOPLATFORM.replace("491", "492");
    let existing = format!(r#"{{"manifests":[1,{other},2,{TWOPLATFORM},{other},3]}}"#);
    assert_eq!(merged(&existing, "twoplatform"), format!(r#"{{"manifests":[1,{TWOPLATFORM},2,3]}}"#));
}

#[test]
fn an_unnamed_entry_replaces_an_equal_one_and_no_other() {
    let (unnamed, app) = (entry("unnamed"), entry("app-1"));
    let longer = unnamed.replace("\"size\"", "\"x\":0,\"size\"");
    let existing = format!(r#"{{"manifests":[{longer},{unnamed},{app}]}}"#);
    assert_eq!(merged(&existing, "unnamed"), existing);
    let without = format!(r#"{{"manifests":[{longer},{app}]}}"#);
    assert_eq!(merged(&without, "unnamed"), format!(r#"{{"manifests":[{longer},{app},{unnamed}]}}"#));
}

/// containerd's name is the whole reference, and tells images apart that have the same tag.
#[test]
fn an_entry_with_the_same_tag_but_another_name_stays() {
    let tag = |annotations: &str| format!(r#"{{"annotations":{{{annotations}}}}}"#);
    let latest = r#""org.opencontainers.image.ref.name":"latest""#;
    let others = [
        tag(latest),
        tag(&format!(r#"{latest},"io.containerd.image.name":"docker.io/library/other:latest""#)),
        tag(r#""org.opencontainers.image.ref.name":"docker.io/library/twoplatform:latest""#),
    ]
    .join(",");
    let existing = format!(r#"{{"manifests":[{others}]}}"#);
    assert_eq!(merged(&existing, "twoplatform"), format!(r#"{{"manifests":[{others},{TWOPLATFORM}]}}"#));
}

#[test]
fn what_another_tool_wrote_keeps_its_bytes() {
    // Entries that no typed value could hold: unknown and repeated members, numbers that are too large, no object.
    let entries = [
        "{ \"digest\" : \"sha256:0\",\r\n\t\"size\":123456789012345678901234567890.50e+3, \"unknown\": [ 1,2 , {} ] }",
        r#"{"annotations":{"io.containerd.image.name":7},"a":1,"a":2}"#,
        r#"{"annotations":"none"}"#,
        r#"{"annotations":null,"\u0061":"\ud83d\ude00 / \/"}"#,
        "null",
        "[ ]",
        "\"caf\u{e9} ]}\"",
    ];
    let before = "\n{\n  \"extra\": {\"manifests\": [ 1 ]},\n  \"schemaVersion\" : 2.0,\n  \"manifests\": ";
    let after = ",\n  \"annotations\": { \"a\" : \"]\" }\n}\n\n";
    let listed = format!("[\n    {}\n  ]", entries.join(",\n    "));
    let added = format!("{before}[{},{TWOPLATFORM}]{after}", entries.join(","));
    assert_eq!(merged(&format!("{before}{listed}{after}"), "twoplatform"), added);
    // Also where the list is empty.
    for empty in ["[]", "[ \n ]", "null"] {
        let added = format!("{before}[{TWOPLATFORM}]{after}");
        assert_eq!(merged(&format!("{before}{empty}{after}"), "twoplatform"), added, "{empty}");
    }
}

#[test]
fn a_name_may_be_escaped() {
    let existing = TWOPLATFORM
        .replace("docker.io/library", r"docker.io\/l\u0069brary")
        .replace("image.name", r"im\u0061ge.name");
    let existing = format!(r#"{{"m\u0061nifests":[{existing}]}}"#);
    assert_eq!(merged(&existing, "twoplatform"), format!(r#"{{"m\u0061nifests":[{TWOPLATFORM}]}}"#));
}

#[test]
fn a_blob_with_other_bytes_is_replaced_and_an_equal_one_is_kept() {
    let temp = TempDir::new().unwrap();
    let whole = written("big");
    for name in whole.keys().filter(|name| name.len() > "blobs/sha256/".len()) {
        let wrong = {
            let mut wrong = vec![whole[name].clone(); 4];
            let last = wrong[0].len() - 1;
            wrong[0][last] ^= 1;
            wrong[1].push(0);
            wrong[2].pop();
            wrong[3].clear();
            wrong
        };
        for wrong in wrong {
            fixture("big").write_to(temp.path()).unwrap();
            let inodes = blob_inodes(temp.path());
            fs::write(temp.path().join(name), wrong).unwrap();
            fixture("big").write_to(temp.path()).unwrap();
            assert!(tree(temp.path()) == whole, "{name}");
            let changed = blob_inodes(temp.path()).into_iter().filter(|blob| !inodes.contains(blob));
            let changed: Vec<_> = changed.map(|(blob, _)| format!("blobs/sha256/{blob}")).collect();
            assert_eq!(changed, if cfg!(unix) { vec![name.clone()] } else { Vec::new() });
        }
    }
}

#[test]
fn a_part_of_a_layout_becomes_a_whole_one() {
    let whole = written("twoplatform");
    let parts: [&[(&str, &str)]; 7] = [
        &[],
        &[("oci-layout", LAYOUT)],
        &[("blobs/", "")],
        &[("blobs/sha256/", "")],
        &[("oci-layout", LAYOUT), ("blobs/", "")],
        &[
            ("oci-layout", LAYOUT),
            (
                "index.json",
                r#"{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":null}"#,
            ),
        ],
        &[(
            "index.json",
            r#"{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[]}"#,
        )],
    ];
    for part in parts {
        let temp = TempDir::new().unwrap();
        lay(temp.path(), part);
        fixture("twoplatform").write_to(temp.path()).unwrap();
        assert_eq!(tree(temp.path()), whole, "{part:?}");
    }
}

#[test]
fn files_that_are_no_part_of_the_layout_stay() {
    let temp = TempDir::new().unwrap();
    let others = [
        ("README", "read me"),
        ("blobs/sha512/", ""),
        ("blobs/sha256/not-a-digest", "1"),
        ("blobs/note", "2"),
        ("oci-fixture/a", "3"),
    ];
    lay(temp.path(), &others);
    fixture("twoplatform").write_to(temp.path()).unwrap();
    let mut expected = written("twoplatform");
    expected.extend(others.map(|(name, bytes)| (name.to_owned(), bytes.into())));
    expected.insert("oci-fixture/".to_owned(), Vec::new());
    assert_eq!(tree(temp.path()), expected);
}

#[test]
fn other_spellings_of_oci_layout_are_kept() {
    for layout in [
        "{\"imageLayoutVersion\":\"1.0.0\"}\n",
        " { \"extra\" : [ ], \"imageLayoutVersion\" : \"1.0.\\u0030\" } ",
    ] {
        let temp = TempDir::new().unwrap();
        lay(temp.path(), &[("oci-layout", layout)]);
        fixture("twoplatform").write_to(temp.path()).unwrap();
        let mut expected = written("twoplatform");
        expected.insert("oci-layout".to_owned(), layout.into());
        assert_eq!(tree(temp.path()), expected);
    }
}

#[test]
fn files_that_are_read_only_do_not_hinder() {
    let temp = TempDir::new().unwrap();
    fixture("app-1").write_to(temp.path()).unwrap();
    let read_only = |value| {
        for name in ["index.json", "oci-layout"] {
            let mut permissions = fs::metadata(temp.path().join(name)).unwrap().permissions();
            permissions.set_readonly(value);
            fs::set_permissions(temp.path().join(name), permissions).unwrap();
        }
    };
    read_only(true);
    // Root may write where it says read-only; another user meets it.
    #[cfg(unix)]
    let output = {
        set_mode(temp.path(), 0o777);
        set_mode(&temp.path().join("blobs"), 0o777);
        set_mode(&temp.path().join("blobs/sha256"), 0o777);
        let Some(mut child) = unprivileged("twoplatform", temp.path()) else { return };
        child.output()
    };
    #[cfg(not(unix))]
    let output = child(&[], "twoplatform", temp.path()).output().unwrap();
    assert_eq!(told(&output, temp.path()), None);
    assert_eq!(text(&tree(temp.path())["index.json"]), index_json(&[&entry("app-1"), TWOPLATFORM]));
    reachable(temp.path());
    read_only(false);
}

#[cfg(unix)]
#[test]
fn links_to_directories_are_followed() {
    use std::os::unix::fs::symlink;

    let temp = TempDir::new().unwrap();
    let at = |name: &str| temp.path().join(name);
    fs::create_dir_all(at("real/blobs")).unwrap();
    fs::create_dir_all(at("store/sha256")).unwrap();
    fs::remove_dir(at("real/blobs")).unwrap();
    symlink("real", at("layout")).unwrap();
    symlink("../store", at("real/blobs")).unwrap();
    let equal = format!("store/sha256/{FIRST_BLOB}");
    fs::write(at("elsewhere"), &written("twoplatform")[&format!("blobs/sha256/{FIRST_BLOB}")]).unwrap();
    symlink("../../elsewhere", at(&equal)).unwrap();

    fixture("twoplatform").write_to(at("layout")).unwrap();
    reachable(&at("layout"));
    let mut expected = vec!["elsewhere".to_owned(), "layout -> real".to_owned(), "real/".to_owned()];
    expected.extend(["real/blobs -> ../store", "real/index.json", "real/oci-layout"].map(str::to_owned));
    expected.extend(["store/", "store/sha256/"].map(str::to_owned));
    // The blob that is a link to equal bytes is kept as it is.
    expected.push(format!("{equal} -> ../../elsewhere"));
    expected.extend(TWOPLATFORM_BLOBS[1..].iter().map(|hex| format!("store/sha256/{hex}")));
    assert_eq!(names(&tree(temp.path())), expected);
}

#[cfg(unix)]
#[test]
fn a_blob_that_is_a_link_to_other_bytes_is_replaced_and_not_what_it_links_to() {
    let temp = TempDir::new().unwrap();
    let other = TempDir::new().unwrap();
    fs::write(other.path().join("precious"), "precious").unwrap();
    fs::create_dir_all(temp.path().join("blobs/sha256")).unwrap();
    let blob = temp.path().join("blobs/sha256").join(FIRST_BLOB);
    std::os::unix::fs::symlink(other.path().join("precious"), blob).unwrap();
    fixture("twoplatform").write_to(temp.path()).unwrap();
    assert_eq!(tree(temp.path()), written("twoplatform"));
    assert_eq!(fs::read_to_string(other.path().join("precious")).unwrap(), "precious");
}

#[test]
fn leftovers_of_a_killed_run_do_not_disturb() {
    let temp = TempDir::new().unwrap();
    let left = [
        (format!(".oci-fixture-aaaaaa/sha256/{FIRST_BLOB}"), "half"),
        (".oci-fixture-aaaaaa/sha256/unfinished".to_owned(), "half"),
        (".oci-fixture-bbbbbb/".to_owned(), ""),
        (".oci-fixture-aaaaaa.json".to_owned(), "{\"manifests\":["),
        (".oci-fixture-aaaaaa.layout".to_owned(), "{"),
    ];
    lay(temp.path(), &left);
    let before = tree(temp.path());
    for round in ["new", "again"] {
        fixture("twoplatform").write_to(temp.path()).unwrap();
        let mut expected = written("twoplatform");
        expected.extend(before.clone());
        assert_eq!(tree(temp.path()), expected, "{round}");
    }
}

// What cannot be written to, and stays as it was.

#[test]
fn an_index_json_that_is_none_is_an_error() {
    let unreadable = "DIR/index.json: cannot be read as an image index: ";
    for (index, problem) in [
        (&b""[..], "EOF while parsing a value at line 1 column 0"),
        (b"not json", "expected ident at line 1 column 2"),
        (b"{\"manifests\":[]", "EOF while parsing an object at line 1 column 15"),
        (b"{\"manifests\":[{]}", "key must be a string at line 1 column 16"),
        (b"{\"manifests\":[]} x", "trailing characters at line 1 column 18"),
        (b"{\"manifests\":[],\"manifests\":[]}", "duplicate field `manifests` at line 1 column 27"),
        (b"{\"manifests\":{}}", "invalid type: map, expected a sequence at line 1 column 0"),
        (b"{}", "missing field `manifests` at line 1 column 2"),
        (b"{\"\xff\":1,\"manifests\":[]}", "invalid unicode code point at line 1 column 3"),
    ] {
        let temp = TempDir::new().unwrap();
        fixture("app-1").write_to(temp.path()).unwrap();
        fs::write(temp.path().join("index.json"), index).unwrap();
        assert_fails(temp.path(), ErrorKind::Layout, &format!("{unreadable}{problem}"));
    }
}

/// serde takes a list for a struct of as many fields.
#[test]
fn only_an_object_is_an_index_json_or_an_oci_layout() {
    for (name, other) in [
        ("index.json", "null"),
        ("index.json", "7"),
        ("index.json", "[[]]"),
        ("oci-layout", "null"),
        ("oci-layout", "1.0.0"),
        ("oci-layout", r#"["1.0.0"]"#),
    ] {
        let temp = TempDir::new().unwrap();
        fixture("app-1").write_to(temp.path()).unwrap();
        fs::write(temp.path().join(name), other).unwrap();
        let before = tree(temp.path());
        let error = fixture("twoplatform").write_to(temp.path()).map(drop).expect_err(other);
        assert_eq!(error.kind(), ErrorKind::Layout);
        assert_eq!(Path::new(error.place()), temp.path().join(name));
        assert_eq!(tree(temp.path()), before);
    }
}

#[test]
fn an_oci_layout_of_another_version_is_an_error() {
    let other = "the layout has the version `VERSION`, but only `1.0.0` is known; name another layout";
    for version in ["2.0.0", "1.0.1", "1.0", "1.0.0 ", ""] {
        let temp = TempDir::new().unwrap();
        fixture("app-1").write_to(temp.path()).unwrap();
        lay(temp.path(), &[("oci-layout", json!({ "imageLayoutVersion": version }).to_string())]);
        let problem = format!("DIR/oci-layout: {}", other.replace("VERSION", version));
        assert_fails(temp.path(), ErrorKind::Layout, &problem);
    }
}

#[test]
fn an_oci_layout_that_is_none_is_an_error() {
    let unreadable = "DIR/oci-layout: cannot be read as an oci-layout: ";
    for (layout, problem) in [
        ("{}", "missing field `imageLayoutVersion` at line 1 column 2"),
        ("{\"imageLayoutVersion\":1}", "invalid type: integer `1`, expected a string at line 1 column 23"),
        ("{\"imageLayoutVersion\":\"1.0.0\"", "EOF while parsing an object at line 1 column 29"),
    ] {
        let temp = TempDir::new().unwrap();
        lay(temp.path(), &[("oci-layout", layout)]);
        assert_fails(temp.path(), ErrorKind::Layout, &format!("{unreadable}{problem}"));
    }
}

/// Where the file system has no links, its content comes a moment after its name.
#[test]
fn an_empty_oci_layout_is_one_that_is_being_made() {
    let temp = TempDir::new().unwrap();
    lay(temp.path(), &[("oci-layout", "")]);
    fixture("twoplatform").write_to(temp.path()).unwrap();
    assert_eq!(fs::read_to_string(temp.path().join("oci-layout")).unwrap(), LAYOUT);
}

#[test]
fn a_path_that_is_a_file_is_an_error() {
    let temp = TempDir::new().unwrap();
    lay(temp.path(), &[("file", "content")]);
    let before = tree(temp.path());
    let error = fixture("twoplatform").write_to(temp.path().join("file")).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Layout);
    assert_eq!(scrubbed(&error.to_string(), temp.path()), "DIR/file: is not a directory; name another path");
    assert_eq!(tree(temp.path()), before);

    // What the system says to a slash behind it is not the same everywhere.
    let error = fixture("twoplatform").write_to(format!("{}/file/", temp.path().display())).unwrap_err();
    let error = scrubbed(&error.to_string(), temp.path());
    assert!(error.starts_with("DIR/file/: "), "{error}");
    assert_eq!(tree(temp.path()), before);
}

/// What the system says is the same on every Unix.
#[cfg(unix)]
#[test]
fn what_is_in_the_way_is_an_error_that_names_it() {
    for (found, directory, problem) in [
        ("file", "DIR/file/a/b", "DIR/file/a/b: is not a directory; name another path"),
        ("index.json/", "DIR", "DIR/index.json: cannot read the file: Is a directory (os error 21)"),
        ("oci-layout/", "DIR", "DIR/oci-layout: cannot read the file: Is a directory (os error 21)"),
        ("blobs", "DIR", "DIR/blobs/sha256: is not a directory; name another path"),
        ("blobs/sha256", "DIR", "DIR/blobs/sha256: is not a directory; name another path"),
        (
            "blobs/sha256/FIRST/",
            "DIR",
            "DIR/blobs/sha256/FIRST: cannot put the blob there: Is a directory (os error 21)",
        ),
    ] {
        let temp = TempDir::new().unwrap();
        lay(temp.path(), &[(found.replace("FIRST", FIRST_BLOB), "")]);
        let before = tree(temp.path());
        let directory = directory.replace("DIR", &temp.path().display().to_string());
        let error = fixture("twoplatform").write_to(directory).unwrap_err();
        assert_eq!(scrubbed(&error.to_string(), temp.path()), problem.replace("FIRST", FIRST_BLOB));
        assert_eq!(tree(temp.path()), before, "{found}");
    }
}

#[cfg(unix)]
#[test]
fn a_link_to_nothing_is_an_error() {
    for (link, problem) in [
        ("layout", "DIR/layout: is not a directory; name another path"),
        ("layout/blobs", "DIR/layout/blobs/sha256: is not a directory; name another path"),
    ] {
        let temp = TempDir::new().unwrap();
        let link = temp.path().join(link);
        fs::create_dir_all(link.parent().unwrap()).unwrap();
        std::os::unix::fs::symlink("nothing", link).unwrap();
        let before = tree(temp.path());
        let error = fixture("twoplatform").write_to(temp.path().join("layout")).unwrap_err();
        assert_eq!(scrubbed(&error.to_string(), temp.path()), problem);
        assert_eq!(tree(temp.path()), before);
    }
}

/// One error is found before anything is written, the other only when the manifest has its digest.
#[test]
fn a_wrong_declaration_writes_nothing() {
    let digest = format!("twoplatform@sha256:{FIRST_BLOB}");
    for reference in ["Busybox", &digest] {
        let wrong = Fixture::new().with(Manifest::new().reference(reference).with(("a", "b")));
        let temp = TempDir::new().unwrap();
        fixture("app-1").write_to(temp.path()).unwrap();
        let before = tree(temp.path());
        assert_eq!(wrong.write_to(temp.path()).unwrap_err().kind(), ErrorKind::Declaration);
        assert_eq!(tree(temp.path()), before);
    }
}

#[cfg(unix)]
#[test]
fn without_permission_nothing_changes() {
    let refused = "Permission denied (os error 13)";
    for (path, mode, problem) in [
        (
            "",
            0o555,
            "DIR: cannot create a directory in it: REFUSED at path \"DIR/.oci-fixture-*\"".to_owned(),
        ),
        ("", 0o000, "DIR/oci-layout: cannot open the file: REFUSED".to_owned()),
        ("oci-layout", 0o000, "DIR/oci-layout: cannot open the file: REFUSED".to_owned()),
        ("index.json", 0o000, "DIR/index.json: cannot read the file: REFUSED".to_owned()),
        ("blobs", 0o000, "DIR/blobs/sha256: cannot create the directory: REFUSED".to_owned()),
        ("blobs/sha256", 0o555, format!("DIR/blobs/sha256/{FIRST_BLOB}: cannot put the blob there: REFUSED")),
    ] {
        let temp = TempDir::new().unwrap();
        set_mode(temp.path(), 0o755);
        let directory = temp.path().join("layout");
        fixture("app-1").write_to(&directory).unwrap();
        for open in ["", "blobs", "blobs/sha256"] {
            set_mode(&directory.join(open), 0o777);
        }
        let before = tree(&directory);
        let Some(mut child) = unprivileged("twoplatform", &directory) else { return };
        set_mode(&directory.join(path), mode);
        let output = child.output();
        set_mode(&directory.join(path), 0o777);
        assert_eq!(told(&output, &directory), Some(problem.replace("REFUSED", refused)));
        assert_eq!(tree(&directory), before, "{path:?} {mode:o}");
    }
}

#[cfg(unix)]
#[test]
fn without_permission_no_directory_is_made() {
    let temp = TempDir::new().unwrap();
    set_mode(temp.path(), 0o555);
    let directory = temp.path().join("a/b");
    let Some(mut child) = unprivileged("twoplatform", &directory) else { return };
    let told = told(&child.output(), temp.path());
    assert_eq!(told.unwrap(), "DIR/a/b: cannot create the directory: Permission denied (os error 13)");
    assert_eq!(tree(temp.path()), Tree::new());
    set_mode(temp.path(), 0o755);
}

#[cfg(unix)]
#[test]
fn without_space_for_a_blob_nothing_changes() {
    for (what, problem) in [
        (
            "twoplatform",
            "DIR/.oci-fixture-*/sha256/319a4ffe3657636c627d4b0105d38fb73936b1233540d3468db5ef72ade574f0",
        ),
        // So large that it is written before its digest is known.
        ("big", "DIR/.oci-fixture-*/sha256/unfinished"),
    ] {
        let temp = TempDir::new().unwrap();
        fixture("app-1").write_to(temp.path()).unwrap();
        let before = tree(temp.path());
        let output = child(&["sh", "-c", &limited(0)], what, temp.path()).output().unwrap();
        let problem = format!("{problem}: cannot write the blob: File too large (os error 27)");
        assert_eq!(told(&output, temp.path()), Some(problem));
        assert_eq!(tree(temp.path()), before);
    }
}

/// The blobs are there by then; nothing refers to them.
#[cfg(unix)]
#[test]
fn without_space_for_index_json_the_old_one_stays() {
    let temp = TempDir::new().unwrap();
    fixture("app-1").write_to(temp.path()).unwrap();
    // No blob is larger than 2048 bytes, which are four of the shell's blocks.
    let existing = format!("{}{}", " ".repeat(2048), index_json(&[&entry("app-1")]));
    fs::write(temp.path().join("index.json"), &existing).unwrap();
    let mut expected = tree(temp.path());
    let output = child(&["sh", "-c", &limited(4)], "twoplatform", temp.path()).output().unwrap();
    let problem = "DIR/index.json: cannot replace the file: File too large (os error 27)";
    assert_eq!(told(&output, temp.path()).as_deref(), Some(problem));
    let blobs = written("twoplatform").into_iter().filter(|(name, _)| name.starts_with("blobs/"));
    expected.extend(blobs);
    assert_eq!(tree(temp.path()), expected);
}

#[cfg(unix)]
#[test]
fn without_space_for_oci_layout_no_file_is_left() {
    let temp = TempDir::new().unwrap();
    // It has no blobs, so oci-layout is the first file.
    let output = child(&["sh", "-c", &limited(0)], "empty", temp.path()).output().unwrap();
    let told = told(&output, temp.path()).unwrap();
    assert!(told.ends_with("File too large (os error 27)"), "{told}");
    let files: Vec<_> = tree(temp.path()).into_keys().filter(|name| !name.ends_with('/')).collect();
    assert_eq!(files, [""; 0], "{told}");
}

// Several at once.

#[test]
fn eight_processes_at_once_lose_no_entry() {
    // The directory is made, and becomes a layout, only once; so there are several rounds.
    for round in 0..6 {
        let temp = TempDir::new().unwrap();
        let directory = temp.path().join("new/layout");
        let work: Vec<Vec<String>> =
            (0..8).map(|process| (0..3).map(|nth| format!("app-{process}-{nth}")).collect()).collect();
        at_once(&directory, &work);
        assert_holds(&directory, work.iter().flatten().map(String::as_str));
        assert_eq!(leftovers(&directory), [""; 0], "round {round}");
    }
}

#[test]
fn eight_processes_at_once_add_to_a_layout() {
    let temp = TempDir::new().unwrap();
    fixture("twoplatform").write_to(temp.path()).unwrap();
    let work: Vec<Vec<String>> =
        (0..8).map(|process| (0..8).map(|nth| format!("app-{process}-{nth}")).collect()).collect();
    at_once(temp.path(), &work);
    assert_holds(temp.path(), work.iter().flatten().map(String::as_str).chain(["twoplatform"]));
    assert_eq!(leftovers(temp.path()), [""; 0]);
}

#[test]
fn eight_processes_at_once_may_write_the_same() {
    let temp = TempDir::new().unwrap();
    let directory = temp.path().join("layout");
    at_once(&directory, &vec![vec!["big".to_owned(), "unnamed".to_owned(), "twoplatform".to_owned()]; 8]);
    assert_holds(&directory, ["big", "unnamed", "twoplatform"].into_iter());
    assert_eq!(leftovers(&directory), [""; 0]);
}

#[test]
fn eight_threads_at_once_lose_no_entry() {
    let temp = TempDir::new().unwrap();
    let directory = &temp.path().join("layout");
    let work: Vec<String> = (0..8).map(|thread| format!("app-{thread}")).collect();
    thread::scope(|scope| {
        for what in &work {
            scope.spawn(|| fixture(what).write_to(directory).unwrap());
        }
    });
    assert_holds(directory, work.iter().map(String::as_str));
    assert_eq!(leftovers(directory), [""; 0]);
}

// Killed.

#[cfg(unix)]
#[test]
fn killed_where_nothing_was_it_leaves_nothing_or_the_layout() {
    let at_least = Killed { renames: 3, links: 1, writes: 9, directories: 3, removals: 1, locks: 1 };
    kill_at_each_call("big", |_| {}, &at_least);
}

#[cfg(unix)]
#[test]
fn killed_where_a_layout_was_it_leaves_the_old_layout_or_the_new() {
    let before = |directory: &Path| {
        for what in ["app-1", "big-before", "unnamed"] {
            fixture(what).write_to(directory).unwrap();
        }
        // Of those that are new, one is there already, and one is there with other bytes.
        let new = written("big");
        let mut blobs = new.iter().filter(|(name, _)| !directory.join(name).exists());
        let (equal, bytes) = blobs.next().unwrap();
        fs::write(directory.join(equal), bytes).unwrap();
        let (other, _) = blobs.next().unwrap();
        fs::write(directory.join(other), "other bytes").unwrap();
    };
    let at_least = Killed { renames: 5, links: 0, writes: 8, directories: 4, removals: 3, locks: 1 };
    kill_at_each_call("big", before, &at_least);
}

#[cfg(unix)]
#[test]
fn killed_where_a_part_of_a_layout_was_it_leaves_that_or_the_layout() {
    let before = |directory: &Path| lay(directory, &[("oci-layout", LAYOUT), ("blobs/sha256/", "")]);
    let at_least = Killed { renames: 3, links: 0, writes: 8, directories: 3, removals: 0, locks: 1 };
    kill_at_each_call("big", before, &at_least);
}

#[cfg(unix)]
#[test]
fn killed_at_any_call_an_archive_is_the_old_one_or_the_new() {
    if let Err(why) = strace() {
        return skip(&why);
    }
    for (what, old) in [("big.tar", None), ("big.tar", Some("old")), ("big.docker", Some("old"))] {
        let whole = TempDir::new().unwrap();
        write(what, whole.path()).unwrap();
        let new = fs::read(whole.path().join("a.tar")).unwrap();
        let mut seen = BTreeSet::new();
        for (calls, at_least) in
            [("?rename,?renameat,?renameat2", 1), ("?write,?writev,?pwrite64", 4), ("?unlink,?unlinkat", 0)]
        {
            let mut killed = 0;
            for nth in 1.. {
                let temp = TempDir::new().unwrap();
                let path = temp.path().join("a.tar");
                if let Some(old) = old {
                    fs::write(&path, old).unwrap();
                }
                let (trace, inject) =
                    (format!("trace={calls}"), format!("inject={calls}:signal=KILL:when={nth}"));
                let strace = ["strace", "-f", "-qq", "-o", "/dev/null", "-e", &trace, "-e", &inject];
                let output = child(&strace, what, temp.path()).output().unwrap();
                let found = fs::read(&path).ok();
                let is_new = found.as_ref() == Some(&new);
                assert!(
                    is_new || found.as_deref() == old.map(str::as_bytes),
                    "{what} killed at {calls}, number {nth}: {:?} bytes",
                    found.map(|bytes| bytes.len())
                );
                for entry in fs::read_dir(temp.path()).unwrap() {
                    let name = entry.unwrap().file_name().into_string().unwrap();
                    assert!(name == "a.tar" || name.starts_with(".oci-fixture-"), "{name}");
                }
                if output.status.success() {
                    assert!(is_new);
                    assert!(killed >= at_least, "killed at {calls} only {killed} times");
                    break;
                }
                let stdout = text(&output.stdout);
                killed += usize::from(stdout.contains(BEGIN) && !stdout.contains(REPORT));
                seen.insert(is_new);
            }
        }
        assert_eq!(seen, [false, true].into(), "whether the new archive was there when it was killed");
    }
}

/// How often a write is killed at each sort of call.
#[cfg(unix)]
struct Killed {
    renames: usize,
    links: usize,
    writes: usize,
    directories: usize,
    removals: usize,
    locks: usize,
}

/// Writes again and again, each time killed at the next call, until there is no such call any more.
#[cfg(unix)]
fn kill_at_each_call(what: &str, before: impl Fn(&Path), at_least: &Killed) {
    use std::os::unix::process::ExitStatusExt;

    if let Err(why) = strace() {
        return skip(&why);
    }
    let made = || {
        let temp = TempDir::new().unwrap();
        let directory = temp.path().join("layout");
        before(&directory);
        (temp, directory)
    };
    let (_temp, directory) = made();
    let old = tree(&directory);
    fixture(what).write_to(&directory).unwrap();
    let new = tree(&directory);
    assert_ne!(old.get("index.json"), new.get("index.json"));

    let mut seen = BTreeSet::new();
    // strace counts each call for itself; which of those with a `?` there are depends on the machine.
    for (calls, at_least) in [
        ("?rename,?renameat,?renameat2", at_least.renames),
        ("?link,?linkat", at_least.links),
        ("?write,?writev,?pwrite64", at_least.writes),
        ("?mkdir,?mkdirat", at_least.directories),
        ("?unlink,?unlinkat,?rmdir", at_least.removals),
        ("?flock", at_least.locks),
    ] {
        let mut killed = 0;
        for nth in 1.. {
            let (_temp, directory) = made();
            let (trace, inject) =
                (format!("trace={calls}"), format!("inject={calls}:signal=KILL:when={nth}"));
            let strace = ["strace", "-f", "-qq", "-o", "/dev/null", "-e", &trace, "-e", &inject];
            let output = child(&strace, what, &directory).output().unwrap();
            let place = format!("killed at {calls}, number {nth}");

            let found = tree(&directory);
            assert_is_old_or_new(&found, &old, &new, &place);
            if found.contains_key("index.json") {
                reachable(&directory);
            }
            if output.status.success() {
                // All calls were met.
                assert_eq!(told(&output, &directory), None);
                assert_eq!(names(&found), names(&new));
                assert!(killed >= at_least, "killed at {calls} only {killed} times");
                break;
            }
            assert_eq!(output.status.signal(), Some(9), "{place}: {output:?}");
            let stdout = text(&output.stdout);
            killed += usize::from(stdout.contains(BEGIN) && !stdout.contains(REPORT));
            seen.insert(found.get("index.json") == new.get("index.json"));

            fixture(what).write_to(&directory).unwrap();
            let mut again = tree(&directory);
            again.retain(|name, _| !name.starts_with(".oci-fixture-"));
            assert!(again == new, "written again after it was {place}: {:#?}", names(&again));
        }
    }
    assert_eq!(seen, [false, true].into(), "whether the new layout was there when it was killed");
}

#[cfg(unix)]
fn assert_is_old_or_new(found: &Tree, old: &Tree, new: &Tree, place: &str) {
    for (name, bytes) in found.iter().filter(|(name, _)| !name.starts_with(".oci-fixture-")) {
        let expected = [old.get(name), new.get(name)];
        assert!(expected.contains(&Some(bytes)), "{place}: {name}: {}", String::from_utf8_lossy(bytes));
    }
    for name in old.keys() {
        assert!(found.contains_key(name), "{place}: {name} is gone");
    }
}

// Another process.

const WHAT: &str = "OCI_FIXTURE_TEST_CHILD_WRITES";
const WHERE: &str = "OCI_FIXTURE_TEST_CHILD_WRITES_TO";
const BEGIN: &str = "the child begins";
const REPORT: &str = "the child reports: ";

/// The tests above run this in a process of its own.
#[test]
fn as_a_child() {
    let Some((what, directory)) = env::var(WHAT).ok().zip(env::var_os(WHERE)) else { return };
    // Those that are to run at once are all let go when their inputs are closed.
    io::stdin().read_to_end(&mut Vec::new()).unwrap();
    // strace counts the calls of each thread for itself, and this is not the thread in which the harness writes two
    // lines before; so as not to be killed at one of those instead, this has written more when it begins.
    (0..4).for_each(|_| println!("{BEGIN}"));
    let written = what.split(' ').try_for_each(|what| write(what, Path::new(&directory)));
    let error = written.err().map(|error| error.to_string());
    // With a newline before it, because the harness may not have ended its line.
    print!("\n{REPORT}{}\n", json!({ "error": error }));
}

/// Writes a fixture into a directory, or an archive of it into a file there.
fn write(what: &str, directory: &Path) -> oci_fixture::Result<()> {
    match what.split_once('.') {
        None => fixture(what).write_to(directory).map(drop),
        Some((what, "tar")) => fixture(what).write_archive_to(directory.join("a.tar")).map(drop),
        Some((what, _)) => fixture(what).docker_archive().write_to(directory.join("a.tar")),
    }
}

/// A process that writes fixtures into a directory, started by a command in front of it.
fn child(wrapper: &[&str], what: &str, directory: &Path) -> Command {
    child_of(&env::current_exe().unwrap(), wrapper, what, directory)
}

fn child_of(program: &Path, wrapper: &[&str], what: &str, directory: &Path) -> Command {
    let mut words = wrapper.iter().map(PathBuf::from).chain([program.to_owned()]);
    let mut command = Command::new(words.next().unwrap());
    command.args(words).args(["--exact", "as_a_child", "--nocapture"]);
    command.env(WHAT, what).env(WHERE, directory).stdin(Stdio::null());
    command
}

/// Such a process without root's rights; none, and a word about it, where that cannot be.
#[cfg(unix)]
fn unprivileged(what: &str, directory: &Path) -> Option<Unprivileged> {
    use std::os::unix::fs::MetadataExt;
    use std::os::unix::process::CommandExt;

    const NOBODY: u32 = 65534;
    let copy = TempDir::new().unwrap();
    if fs::metadata(copy.path()).unwrap().uid() != 0 {
        return Some(Unprivileged { command: child(&[], what, directory), _copy: copy });
    }
    // Where the test was built another user may not look.
    set_mode(copy.path(), 0o755);
    let program = copy.path().join("disk");
    // By a process of its own: as long as another one that is being started has inherited the open copy from this
    // one, the copy cannot be run.
    assert!(Command::new("cp").arg(env::current_exe().unwrap()).arg(&program).status().unwrap().success());
    let as_nobody = |mut command: Command| {
        command.uid(NOBODY).gid(NOBODY);
        command
    };
    let mut list = Command::new(&program);
    list.arg("--list");
    let problem = match as_nobody(list).output() {
        Ok(output) if output.status.success() => {
            let command = as_nobody(child_of(&program, &[], what, directory));
            return Some(Unprivileged { command, _copy: copy });
        }
        Ok(output) => output.status.to_string(),
        Err(error) => error.to_string(),
    };
    skip(&format!("this is root, and a process of another user cannot be started: {problem}"));
    None
}

#[cfg(unix)]
struct Unprivileged {
    command: Command,
    /// Goes after the process.
    _copy: TempDir,
}

#[cfg(unix)]
impl Unprivileged {
    fn output(&mut self) -> Output {
        self.command.output().unwrap()
    }
}

/// A shell's words that run a command which can make files of only so many blocks of 512 bytes.
#[cfg(unix)]
fn limited(blocks: u32) -> String {
    format!("trap '' XFSZ && ulimit -f {blocks} && exec \"$0\" \"$@\"")
}

/// Why calls cannot be traced and killed here.
#[cfg(unix)]
fn strace() -> Result<(), String> {
    let calls = "?rename,?renameat,?renameat2";
    let (trace, inject) = (format!("trace={calls}"), format!("inject={calls}:signal=KILL:when=1"));
    let output = Command::new("strace")
        .args(["-f", "-qq", "-o", "/dev/null", "-e", &trace, "-e", &inject, "true"])
        .output();
    match output {
        Ok(output) if output.status.success() => Ok(()),
        Ok(output) => Err(format!("strace does not work: {}", text(&output.stderr).trim())),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Err("strace is not installed".to_owned()),
        Err(error) => Err(format!("strace cannot be started: {error}")),
    }
}

/// Says that the rest of a test is left out. The harness hides what is printed, but not what is written.
#[cfg(unix)]
fn skip(why: &str) {
    use std::io::Write;

    let test = thread::current().name().unwrap_or_default().to_owned();
    io::stderr().write_all(format!("skipped: {why} ({test})\n").as_bytes()).unwrap();
}

/// Starts a process for each list of fixtures, and lets them all go when all are there.
fn at_once(directory: &Path, work: &[Vec<String>]) {
    let spawn = |what: &Vec<String>| {
        let mut command = child(&[], &what.join(" "), directory);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap()
    };
    let mut children: Vec<_> = work.iter().map(spawn).collect();
    for child in &mut children {
        drop(child.stdin.take());
    }
    for child in children {
        assert_eq!(told(&child.wait_with_output().unwrap(), directory), None);
    }
}

fn report(output: &Output) -> Value {
    let stdout = text(&output.stdout);
    let report = stdout.split_once(REPORT).and_then(|(_, report)| report.lines().next());
    serde_json::from_str(report.unwrap_or_else(|| panic!("no report: {output:?}"))).unwrap()
}

/// The error that a child reports.
fn told(output: &Output, directory: &Path) -> Option<String> {
    report(output)["error"].as_str().map(|error| scrubbed(error, directory))
}

// What is written, and what is there.

/// The fixtures that the tests and their children write.
fn fixture(what: &str) -> Fixture {
    let linux = |architecture: &str| Manifest::new().platform(format!("linux/{architecture}"));
    match what {
        "empty" => Fixture::new(),
        "unnamed" => Fixture::new().with(linux("amd64").with(("unnamed", "1"))),
        "twoplatform" => Fixture::new().with(
            Index::new()
                .reference("twoplatform:latest")
                .with(linux("amd64").with(("bash", "layer1")))
                .with(linux("arm64").with(("bash", "layer2"))),
        ),
        "twoplatform-before" => {
            Fixture::new().with(linux("riscv64").reference("twoplatform").with(("bash", "layer0")))
        }
        // A blob that is written before its digest is known, and one that is not.
        "big" => {
            let large = Layer::new().with(("large", varied(600 << 10)));
            Fixture::new()
                .with(linux("amd64").reference("big:1").with(large).with(Layer::new().with(("small", "1"))))
        }
        "big-before" => Fixture::new().with(linux("amd64").reference("big:1").with(("small", "1"))),
        // One layer is the same in all of these.
        app => {
            let (shared, own) = (Layer::new().with(("shared", "same")), Layer::new().with(("own", app)));
            Fixture::new().with(linux("amd64").reference(format!("{app}:1")).with(shared).with(own))
        }
    }
}

/// The fixture as it is where nothing was.
fn written(what: &str) -> Tree {
    let temp = TempDir::new().unwrap();
    fixture(what).write_to(temp.path()).unwrap();
    tree(temp.path())
}

/// The one entry that a fixture is in index.json.
fn entry(what: &str) -> String {
    let index = text(&written(what)["index.json"]);
    let entry = index.split_once("\"manifests\":[").and_then(|(_, list)| list.strip_suffix("]}"));
    entry.unwrap().to_owned()
}

fn index_json(entries: &[&str]) -> String {
    let media_type = "application/vnd.oci.image.index.v1+json";
    format!("{{\"schemaVersion\":2,\"mediaType\":\"{media_type}\",\"manifests\":[{}]}}", entries.join(","))
}

/// index.json after a fixture is written into a layout that has another.
fn merged(existing: &str, what: &str) -> String {
    let temp = TempDir::new().unwrap();
    lay(temp.path(), &[("oci-layout", LAYOUT), ("index.json", existing)]);
    fixture(what).write_to(temp.path()).unwrap();
    text(&tree(temp.path())["index.json"])
}

/// Bytes without a short period.
fn varied(size: usize) -> Vec<u8> {
    (0..251).cycle().zip(0..size).map(|(byte, nth)| byte ^ u8::from(nth / 65536 % 2 == 1)).collect()
}

/// Puts files, and directories with a `/` behind them, into a directory.
fn lay<N: AsRef<str>, C: AsRef<[u8]>>(directory: &Path, files: &[(N, C)]) {
    for (name, content) in files {
        let path = directory.join(name.as_ref());
        if name.as_ref().ends_with('/') {
            fs::create_dir_all(path).unwrap();
        } else {
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, content).unwrap();
        }
    }
}

/// What a directory holds, by path: a file's bytes; nothing for `directory/` and for `link -> target`.
type Tree = BTreeMap<String, Vec<u8>>;

/// What a directory holds; nothing, where there is none.
fn tree(directory: &Path) -> Tree {
    let mut tree = Tree::new();
    walk(directory, "", &mut |name, path| {
        if let Ok(target) = fs::read_link(path) {
            tree.insert(format!("{name} -> {}", target.display()), Vec::new());
        } else {
            let content = if name.ends_with('/') { Vec::new() } else { fs::read(path).unwrap() };
            tree.insert(name.to_owned(), content);
        }
    });
    tree
}

fn walk(directory: &Path, prefix: &str, visit: &mut dyn FnMut(&str, &Path)) {
    let Ok(entries) = fs::read_dir(directory) else {
        return assert!(!directory.exists(), "{} cannot be listed", directory.display());
    };
    for entry in entries {
        let entry = entry.unwrap();
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if entry.file_type().unwrap().is_dir() {
            visit(&format!("{name}/"), &entry.path());
            walk(&entry.path(), &format!("{name}/"), visit);
        } else {
            visit(&name, &entry.path());
        }
    }
}

fn names(tree: &Tree) -> Vec<String> {
    tree.keys().cloned().collect()
}

#[cfg(unix)]
fn modes(directory: &Path) -> BTreeMap<String, u32> {
    use std::os::unix::fs::PermissionsExt;

    let mut modes = BTreeMap::new();
    walk(directory, "", &mut |name, path| {
        modes.insert(name.to_owned(), fs::symlink_metadata(path).unwrap().permissions().mode() & 0o7777);
    });
    modes
}

#[cfg(unix)]
fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, std::os::unix::fs::PermissionsExt::from_mode(mode)).unwrap();
}

/// Each blob and the number of its file, which changes when the blob is replaced; 0 where files have none.
fn blob_inodes(directory: &Path) -> BTreeSet<(String, u64)> {
    #[cfg(unix)]
    let inode = |entry: &fs::DirEntry| std::os::unix::fs::MetadataExt::ino(&entry.metadata().unwrap());
    #[cfg(not(unix))]
    let inode = |_: &fs::DirEntry| 0;
    let entries = fs::read_dir(directory.join("blobs/sha256")).unwrap().map(Result::unwrap);
    entries.map(|entry| (entry.file_name().into_string().unwrap(), inode(&entry))).collect()
}

/// The names at the top of a directory that are no part of a layout.
fn leftovers(directory: &Path) -> Vec<String> {
    let parts = ["blobs", "index.json", "oci-layout"];
    let entries = fs::read_dir(directory).unwrap();
    let names = entries.map(|entry| entry.unwrap().file_name().into_string().unwrap());
    names.filter(|name| !parts.contains(&name.as_str())).collect()
}

/// The digests that index.json leads to, each of which must be stored with its bytes.
fn reachable(directory: &Path) -> BTreeSet<String> {
    let read = |path: PathBuf| fs::read(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
    assert_eq!(text(&read(directory.join("oci-layout"))), LAYOUT);
    let mut reached = BTreeSet::new();
    let mut documents = vec![read(directory.join("index.json"))];
    while let Some(document) = documents.pop() {
        let document: Value = serde_json::from_slice(&document).unwrap();
        let lists =
            ["manifests", "layers"].into_iter().filter_map(|list| document[list].as_array()).flatten();
        for descriptor in lists.chain(document.get("config")) {
            let digest = descriptor["digest"].as_str().unwrap().strip_prefix("sha256:").unwrap();
            let bytes = read(directory.join("blobs/sha256").join(digest));
            assert_eq!(descriptor["size"], bytes.len(), "the size of {digest}");
            assert_eq!(sha256(&bytes), digest);
            let media_type = descriptor["mediaType"].as_str().unwrap();
            if media_type.contains(".index.") || media_type.contains(".manifest.") {
                documents.push(bytes);
            }
            reached.insert(digest.to_owned());
        }
    }
    reached
}

fn sha256(bytes: &[u8]) -> String {
    let digest = Sha256::digest(bytes);
    digest
        .iter()
        .flat_map(|byte| [byte >> 4, byte & 15])
        .map(|digit| char::from(b"0123456789abcdef"[usize::from(digit)]))
        .collect()
}

/// index.json lists these fixtures, in whatever order, and nothing else; and there are their blobs, and no others.
fn assert_holds<'a>(directory: &Path, fixtures: impl Iterator<Item = &'a str> + Clone) {
    let listed = text(&tree(directory)["index.json"]);
    let listed: Value = serde_json::from_str(&listed).unwrap();
    let mut listed: Vec<_> = listed["manifests"].as_array().unwrap().iter().map(Value::to_string).collect();
    let parsed = |what| serde_json::from_str::<Value>(&entry(what)).unwrap().to_string();
    let mut expected: Vec<_> = fixtures.clone().map(parsed).collect();
    listed.sort();
    expected.sort();
    assert_eq!(listed, expected);

    let mut blobs: Tree = fixtures.flat_map(written).collect();
    blobs.retain(|name, _| name.starts_with("blobs/"));
    let mut found = tree(directory);
    found.retain(|name, _| name.starts_with("blobs/"));
    assert_eq!(names(&found), names(&blobs));
    assert!(found == blobs);
    reachable(directory);
}

/// The fixture `twoplatform` cannot be written there; nothing changes.
fn assert_fails(directory: &Path, kind: ErrorKind, problem: &str) {
    let before = tree(directory);
    let error = fixture("twoplatform").write_to(directory).unwrap_err();
    assert_eq!(scrubbed(&error.to_string(), directory), problem);
    assert_eq!(error.kind(), kind);
    assert_eq!(tree(directory), before);
}

/// An error's text with `DIR` for the directory, and `*` for what is random.
fn scrubbed(error: &str, directory: &Path) -> String {
    const PREFIX: &str = ".oci-fixture-";
    let error =
        error.replace(&directory.display().to_string(), "DIR").replace(std::path::MAIN_SEPARATOR, "/");
    let mut parts = error.split(PREFIX);
    let mut scrubbed = parts.next().unwrap().to_owned();
    for part in parts {
        scrubbed += PREFIX;
        scrubbed += "*";
        scrubbed += part.trim_start_matches(|c: char| c.is_ascii_alphanumeric());
    }
    scrubbed
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_owned()).unwrap()
}
