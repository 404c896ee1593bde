//! Writing a fixture into a directory that holds a layout or other files.

use std::fs;

use oci_fixture::{Fixture, Manifest};
use oci_fixture_test_support::tree;
use tempfile::TempDir;

use super::child::{told, unprivileged};
use super::{
    FIRST_BLOB, LAYOUT, TWOPLATFORM, TWOPLATFORM_BLOBS, blob_inodes, entry, fixture, index_json, lay, merged,
    names, reachable, set_mode, text, written,
};

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
fn an_empty_fixture_can_be_written_again() {
    let temp = TempDir::new().unwrap();
    fixture("empty").write_to(temp.path()).unwrap();
    let before = tree(temp.path());
    fixture("empty").write_to(temp.path()).unwrap();
    assert_eq!(tree(temp.path()), before);
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
    // A published blob stays, even if nothing refers to it any more.
    for (name, bytes) in before.iter().filter(|(name, _)| *name != "index.json") {
        assert_eq!(after.get(name), Some(bytes), "{name}");
    }
    reachable(temp.path());
}

#[test]
fn many_entries_are_replaced_at_once_as_one_by_one() {
    let image = |tag: u32, layer: &str| Manifest::new().reference(format!("app:{tag}")).with(("a", layer));
    let images = |layer: &str| (0..9).fold(Fixture::new(), |images, tag| images.with(image(tag, layer)));
    let [fresh, at_once, one_by_one] = [(); 3].map(|()| TempDir::new().unwrap());
    for replaced in [&at_once, &one_by_one] {
        images("old").write_to(replaced.path()).unwrap();
    }
    for added in [&fresh, &at_once] {
        images("new").write_to(added.path()).unwrap();
    }
    for tag in [4, 8, 0, 7, 1, 6, 2, 5, 3] {
        Fixture::new().with(image(tag, "new")).write_to(one_by_one.path()).unwrap();
    }
    let fresh = text(&tree(fresh.path())["index.json"]).clone();
    assert_eq!(fresh.matches("\"io.containerd.image.name\":\"docker.io/library/app:").count(), 9);
    assert_eq!(text(&tree(at_once.path())["index.json"]), fresh);
    assert_eq!(text(&tree(one_by_one.path())["index.json"]), fresh);
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

/// containerd's name is the whole reference, by which images with the same tag can be told apart.
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
fn entries_of_other_tools_keep_their_bytes() {
    // Entries that no Rust type could hold: unknown and repeated members, numbers that are too large, a value that is no object.
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
    // The same holds for an empty list.
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
    // The mode does not stop root, but it stops another user.
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
    // A blob that is a link to equal bytes is kept.
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
