//! A node that is asked for something that it does not have says what it is, and what to ask.

use std::fs;

use oci_fixture::{ErrorKind, Layout, oci_image};

#[test]
fn a_node_that_is_asked_for_what_it_is_not_says_what_to_ask_instead() {
    let layout = oci_image! {
        index "app:1" { linux/amd64 { "a" => "b" } }
        config "config:1" linux/amd64 {}
        manifest "text:1" { artifact_type: "text/plain", blob "text/plain" => "text" }
    };
    let layout = layout.in_memory().unwrap();
    let index = layout.reference("app:1").unwrap();
    let manifest = index.platform("linux/amd64").unwrap();
    let config = layout.reference("config:1").unwrap();
    let layer = manifest.layers().unwrap().remove(0);
    let text = layout.reference("text:1").unwrap().layers().unwrap().remove(0);

    let choose = "is an index; choose an image by `platform(..)`";
    let choose_layer = "is an index; choose an image by `platform(..)`, and one of its `layers()`";
    let one_of = "is a manifest; choose one of its `layers()`";
    let rows = [
        (&index, index.layers().map(drop), choose),
        (&index, index.config().map(drop), choose),
        (&index, index.manifest().map(drop), choose),
        (&index, index.entries().map(drop), choose_layer),
        (&index, index.file("a").map(drop), choose_layer),
        (&index, index.tar().map(drop), choose_layer),
        (&manifest, manifest.index().map(drop), "is a manifest; ask it for its `layers()` or its `config()`"),
        (&manifest, manifest.entries().map(drop), one_of),
        (&manifest, manifest.file("a").map(drop), one_of),
        (&config, config.layers().map(drop), "is a config; ask the manifest that lists it"),
        (&config, config.manifest().map(drop), "is a config; ask the manifest that lists it"),
        (&config, config.file("a").map(drop), "is a config; ask the manifest that lists it"),
        (&layer, layer.layers().map(drop), "is a layer; ask the manifest that lists it"),
        (&layer, layer.config().map(drop), "is a layer; ask the manifest that lists it"),
        (&text, text.layers().map(drop), "is a blob of the media type \"text/plain\"; ask for its `bytes()`"),
    ];
    for (node, answer, expected) in rows {
        let error = answer.unwrap_err();
        assert_eq!(error.to_string(), format!("{}: {expected}", node.digest()));
        assert_eq!(error.kind(), ErrorKind::Layout);
    }
}

/// The media type is that of the descriptor, and the content is an index.
#[test]
fn an_index_under_the_media_type_of_a_manifest_has_no_layers() {
    let layout = oci_image! {
        index "app:1" {
            descriptor: { media_type: "application/vnd.oci.image.manifest.v1+json" },
            linux/amd64 {}
        }
    };
    let layout = layout.in_memory().unwrap();
    let node = layout.reference("app:1").unwrap();
    let expected = "has the media type of a manifest and the content of an index; ask for its `bytes()`";
    assert_eq!(node.layers().unwrap_err().to_string(), format!("{}: {expected}", node.digest()));
    assert_eq!(node.index().unwrap().manifests().len(), 1);
}

/// Only the digest leads to a blob: what else is wrong with a descriptor hides neither its node nor the others.
#[test]
fn a_descriptor_that_lacks_a_field_or_has_a_wrong_one_still_leads_to_its_node() {
    let wrong_fields = [
        r#""size":397"#,
        r#""mediaType":"application/vnd.oci.image.manifest.v1+json""#,
        r#""mediaType":7,"size":397"#,
        r#""mediaType":"a/b","size":-5"#,
        r#""mediaType":"a/b","size":397,"annotations":["a"]"#,
        r#""mediaType":"a/b","size":397,"platform":"linux/amd64""#,
        r#""mediaType":"a/b","size":397,"urls":null,"data":7"#,
    ];
    let fixture = oci_image! { manifest "app:1" { "a" => "b" } manifest "app:2" { "a" => "c" } };
    let directory = tempfile::tempdir().unwrap();
    let layout = fixture.write_to(directory.path()).unwrap();
    let first = layout.reference("app:1").unwrap().digest().clone();
    let index = String::from_utf8(layout.index_bytes().unwrap().into_owned()).unwrap();
    let rest = index.split_once("},{").unwrap().1;
    for fields in wrong_fields {
        let index = format!(r#"{{"schemaVersion":2,"manifests":[{{"digest":"{first}",{fields}}},{{{rest}"#);
        fs::write(directory.path().join("index.json"), index).unwrap();
        let layout = Layout::open(directory.path()).unwrap();
        let nodes = layout.nodes().unwrap();
        assert_eq!((nodes.len(), nodes[0].digest()), (2, &first), "{fields}");
        assert_eq!(nodes[0].bytes().unwrap().len(), 397, "{fields}");
        assert_eq!(layout.reference("app:2").unwrap().layers().unwrap().len(), 1, "{fields}");
        let size = if fields.contains("397") { 397 } else { 0 };
        let media_type = ["application/vnd.oci.image.manifest.v1+json", "a/b"];
        let media_type = media_type.into_iter().find(|media_type| fields.contains(media_type));
        let read = (nodes[0].size(), nodes[0].media_type());
        assert_eq!(read, (size, media_type.unwrap_or_default()), "{fields}");
        let drawn = match media_type {
            Some(_) => "",
            None if fields.contains("mediaType") => "mediaType 7 sha256:",
            None => "(no media type) sha256:",
        };
        assert!(layout.to_string().contains(drawn), "{layout}");
    }
}

#[test]
fn a_tree_shows_the_members_of_a_descriptor_that_cannot_be_read_as_they_stand_there() {
    let layout = oci_image! {
        index "app:1" {
            linux/amd64 { descriptor: { size: -5 } layer { descriptor: { merge: { "size": null } } } }
            linux/arm64 { descriptor: { merge: { "size": "large", "mediaType": 5, "platform": "linux" } } }
            linux/riscv64 { descriptor: { merge: { "size": [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17], "mediaType": null } } }
        }
    }
    .in_memory()
    .unwrap();
    let lines: Vec<String> = layout.walk().unwrap().map(|node| node.unwrap().to_string()).collect();
    assert_eq!(
        lines,
        [
            "index docker.io/library/app:1 sha256:078e4c500891 608 bytes",
            "manifest linux/amd64 sha256:17c81192b3dc size -5",
            "config sha256:34bf3c2bf46a 238 bytes",
            "layer sha256:5f70bf18a086 (no size)",
            "mediaType 5 platform \"linux\" sha256:37be55949ef5 size \"large\"",
            "(no media type) linux/riscv64 sha256:7540ba3d669d size ...",
        ]
    );
}

#[test]
fn a_walk_gives_each_node_by_itself_where_one_descriptor_has_no_digest() {
    let fixture = oci_image! {
        manifest "app:1" {}
        #[unchecked] dangling { media_type: "a/b", digest: "nonsense", size: 1 }
    };
    let layout = fixture.in_memory().unwrap();
    let error = layout.nodes().map(drop).unwrap_err();
    let expected = "index.json: has a descriptor that cannot be read: digest `nonsense` has no `:`; write `sha256:` \
                    and 64 hexadecimal digits";
    assert_eq!(error.to_string(), expected);
    let walked: Vec<Result<u64, String>> = layout
        .walk()
        .unwrap()
        .map(|node| node.map(|node| node.size()).map_err(|error| error.to_string()))
        .collect();
    assert_eq!(walked, [Ok(248), Ok(165), Err(expected.to_owned())]);
}
