//! Faults in the files beside the blobs, and what is written where a layout is.

use std::fs;

use oci_fixture::{Content, ErrorKind, Fixture, Layout, Store, oci_image};

use oci_fixture_test_support as support;

use crate::{differences, files};

#[test]
fn index_json_is_merged_extended_and_replaced() {
    let honest = oci_image! { manifest "app:1" { } };
    let index = |fixture: &Fixture| String::from_utf8(files(fixture)["index.json"].clone()).unwrap();
    let plain = index(&honest);
    for (faulty, expected) in [
        (
            oci_image! { annotations: { "b": 2, "a": "1" } manifest "app:1" { } },
            plain.replace("}]}", r#"}],"annotations":{"a":"1","b":"2"}}"#),
        ),
        (
            oci_image! { manifest "app:1" { } merge: { "schemaVersion": 1, "mediaType": null, "new": [] } },
            plain
                .replace(
                    r#""schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","#,
                    r#""schemaVersion":1,"#,
                )
                .replace("}]}", r#"}],"new":[]}"#),
        ),
        (
            oci_image! { manifest "app:1" { } extend: { "schemaVersion": 3, "SchemaVersion": null } },
            plain.replace("}]}", r#"}],"schemaVersion":3,"SchemaVersion":null}"#),
        ),
        (oci_image! { manifest "app:1" { } raw: "[" }, "[".to_owned()),
    ] {
        assert_eq!(index(&faulty), expected);
        assert_eq!(differences(&honest, &faulty).into_keys().collect::<Vec<_>>(), ["index.json"]);
    }
}

#[test]
fn index_json_may_mention_what_it_lists() {
    let fixture = oci_image! { 'app: manifest "app:1" { } merge: { "annotations": { "of": 'app.digest } } };
    let layout = fixture.in_memory().unwrap();
    let digest = layout.label("app").unwrap().digest().to_string();
    assert_eq!(layout.index().unwrap().annotations().as_ref().unwrap()["of"], digest);
}

#[test]
fn oci_layout_is_another_or_none() {
    let honest = oci_image! { blob "a/b" => "c" };
    let layout = |fixture: &Fixture| files(fixture).remove("oci-layout");
    assert_eq!(layout(&honest).unwrap(), br#"{"imageLayoutVersion": "1.0.0"}"#);
    let faulty = oci_image! { blob "a/b" => "c", oci_layout: json { "imageLayoutVersion": "2.0.0" } };
    assert_eq!(layout(&faulty).unwrap(), br#"{"imageLayoutVersion":"2.0.0"}"#);
    assert_eq!(layout(&oci_image! { blob "a/b" => "c", oci_layout: "" }).unwrap(), b"");
    let none = oci_image! { blob "a/b" => "c", oci_layout: null };
    assert_eq!(layout(&none), None);
    assert_eq!(differences(&honest, &none).into_keys().collect::<Vec<_>>(), ["oci-layout"]);

    let temp = none.tempdir().unwrap();
    assert_eq!(
        Layout::open(temp.path()).map(drop).unwrap_err().to_string(),
        format!("{}: has no `oci-layout`, so it is no OCI image layout", temp.path().display())
    );
}

#[test]
fn a_whole_index_json_or_oci_layout_is_not_added_to_a_layout() {
    for fixture in [
        oci_image! { annotations: { "a": "b" } blob "a/b" => "c" },
        oci_image! { merge: { } blob "a/b" => "c" },
        oci_image! { extend: { "a": 1 } blob "a/b" => "c" },
        oci_image! { raw: "", blob "a/b" => "c" },
        oci_image! { oci_layout: null, blob "a/b" => "c" },
    ] {
        let honest = oci_image! { blob "d/e" => "f" };
        let temp = honest.tempdir().unwrap();
        let before = support::files(temp.path());
        let error = fixture.write_to(temp.path()).map(drop).unwrap_err();
        let expected = "is a layout already, but a fixture that declares a field of index.json, or oci-layout, cannot be added to a layout; name another directory";
        assert_eq!(
            (error.kind(), error.to_string()),
            (ErrorKind::Layout, format!("{}: {expected}", temp.path().display()))
        );
        assert_eq!(support::files(temp.path()), before);
        assert_eq!(fs::read_dir(temp.path()).unwrap().count(), 3, "something is left behind");
    }
}

#[test]
fn a_missing_blob_that_is_there_already_is_an_error() {
    let honest = oci_image! { blob "a/b" => "c" };
    let temp = honest.tempdir().unwrap();
    let before = support::files(temp.path());
    let digest = honest.in_memory().unwrap().nodes().unwrap()[0].digest().clone();
    let error = oci_image! { #[missing] blob "a/b" => "c", blob "d/e" => "f" }
        .write_to(temp.path())
        .map(drop)
        .unwrap_err();
    let expected = format!(
        "{}: already has the blob `{digest}`, which is to be missing; name another directory",
        temp.path().display()
    );
    assert_eq!((error.kind(), error.to_string()), (ErrorKind::Layout, expected));
    assert_eq!(support::files(temp.path()), before);
}

#[test]
fn a_faulty_blob_replaces_the_honest_one_and_the_other_way_round() {
    let (honest, faulty) = (oci_image! { blob "a/b" => "c" }, oci_image! { #[flip = 0] blob "a/b" => "c" });
    let temp = honest.tempdir().unwrap();
    faulty.write_to(temp.path()).unwrap();
    assert_eq!(support::files(temp.path()), files(&faulty));
    honest.write_to(temp.path()).unwrap();
    assert_eq!(support::files(temp.path()), files(&honest));
}

/// More than a file system holds cannot be written, but a fault of it can be made and counted.
#[test]
fn a_fault_of_a_large_blob_is_made_in_constant_memory() {
    let fixture = oci_image! { #[truncate = 10] #[prepend = Content::zeros(1 << 20)] blob "a/b" => Content::random(1, 3 << 20) };
    let layout = fixture.tempdir().unwrap();
    let node = &layout.nodes().unwrap()[0];
    assert_eq!((node.size(), node.bytes().unwrap().len()), (3 << 20, (1 << 20) + 10));
    let archive = fixture.write_archive_to(layout.path().join("a.tar")).unwrap();
    assert_eq!(archive.nodes().unwrap()[0].bytes().unwrap(), node.bytes().unwrap());
}

#[test]
fn a_reference_is_taken_as_it_is_written() {
    let layout = oci_image! {
        #[unchecked] manifest "../UPPER" { }
        #[unchecked] index "app" { }
        #[unchecked] manifest "app" linux/arm64 { }
        manifest "app:latest" linux/s390x { }
    }
    .in_memory()
    .unwrap();
    let latest = Some("latest".to_owned());
    assert_eq!(
        names(&layout),
        [
            ("../UPPER".to_owned(), None),
            ("app".to_owned(), None),
            ("app".to_owned(), None),
            ("docker.io/library/app:latest".to_owned(), latest),
        ]
    );
    assert_eq!(layout.reference("../UPPER").unwrap().size(), 248);
    assert_eq!(layout.reference("no/UPPER").map(drop).unwrap_err().kind(), ErrorKind::NotFound);
}

/// The name that containerd gives to each entry of index.json, and its tag.
fn names<S: Store>(layout: &Layout<S>) -> Vec<(String, Option<String>)> {
    let annotation = |node: &oci_fixture::Node<'_, S>, key: &str| {
        node.descriptor().annotations().as_ref()?.get(key).cloned()
    };
    let nodes = layout.nodes().unwrap();
    let names = nodes.iter().map(|node| {
        let name = annotation(node, "io.containerd.image.name").unwrap();
        (name, annotation(node, "org.opencontainers.image.ref.name"))
    });
    names.collect()
}

#[test]
fn platforms_may_repeat_where_they_are_not_checked() {
    let layout = oci_image! {
        index "app:1" {
            linux/amd64 { "a" => "1" }
            #[unchecked] linux/amd64 { "a" => "2" }
            #[unchecked] dangling { media_type: "a/b", digest: "", size: 0, platform: linux/amd64 }
        }
    };
    assert!(layout.in_memory().is_ok());
}
