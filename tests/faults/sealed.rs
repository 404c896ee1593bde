//! After sealing: all digests stay, and one blob is another.

use oci_fixture::{Content, Fixture, Label, Layer, Manifest, oci_image};
use oci_fixture_test_support::{digest, golden::assert_lines};

use crate::{differences, error, files, texts};

/// For each kind of node, the honest fixture, and the same fixture with one fault.
macro_rules! on_every_node {
    ($(#[$($fault:tt)*])*) => {
        [
            (
                oci_image! { index "i" { } },
                oci_image! { $(#[$($fault)*])* index "i" { } },
            ),
            (
                oci_image! { manifest "m" { } },
                oci_image! { $(#[$($fault)*])* manifest "m" { } },
            ),
            (
                oci_image! { linux/amd64 { config { user: "me" } } },
                oci_image! { linux/amd64 { $(#[$($fault)*])* config { user: "me" } } },
            ),
            (
                oci_image! { linux/amd64 { layer { "a" => "b" } } },
                oci_image! { linux/amd64 { $(#[$($fault)*])* layer { "a" => "b" } } },
            ),
            (
                oci_image! { linux/amd64 { layer gzip { "a" => Content::random(1, 300_000) } } },
                oci_image! { linux/amd64 { $(#[$($fault)*])* layer gzip { "a" => Content::random(1, 300_000) } } },
            ),
            (
                oci_image! { blob "text/plain" => "content" },
                oci_image! { $(#[$($fault)*])* blob "text/plain" => "content" },
            ),
        ]
    };
}

/// The one blob that differs: its honest and its stored bytes.
fn one(honest: &Fixture, faulty: &Fixture) -> (Vec<u8>, Vec<u8>) {
    let differences: Vec<_> = differences(honest, faulty).into_iter().collect();
    let [(name, (Some(honest), Some(faulty)))] = differences.as_slice() else {
        panic!("{:?}", differences.iter().map(|(name, _)| name).collect::<Vec<_>>())
    };
    assert_eq!(
        name.replace("blobs/sha256/", "sha256:"),
        digest(honest),
        "it has the digest of the honest bytes"
    );
    (honest.clone(), faulty.clone())
}

#[test]
fn truncated_to_some_bytes() {
    for (honest, faulty) in on_every_node!(#[truncate = 5]) {
        let (honest, faulty) = one(&honest, &faulty);
        assert_eq!(faulty, honest[..5]);
    }
    for (honest, faulty) in on_every_node!(#[truncate = 0]) {
        assert_eq!(one(&honest, &faulty).1, b"");
    }
}

#[test]
fn truncated_by_some_bytes() {
    for (honest, faulty) in on_every_node!(#[truncate = -3]) {
        let (honest, faulty) = one(&honest, &faulty);
        assert_eq!(faulty, honest[..honest.len() - 3]);
    }
}

#[test]
fn prepended_and_appended() {
    for (honest, faulty) in on_every_node!(#[prepend = "before"] #[append = b"\xff"]) {
        let (honest, faulty) = one(&honest, &faulty);
        assert_eq!(faulty, [b"before", honest.as_slice(), b"\xff"].concat());
    }
}

#[test]
fn flipped_from_the_start_and_from_the_end() {
    for (honest, faulty) in on_every_node!(#[flip = 3] #[flip = -1]) {
        let (mut honest, faulty) = one(&honest, &faulty);
        honest[3] ^= 1;
        *honest.last_mut().unwrap() ^= 1;
        assert_eq!(faulty, honest);
    }
}

#[test]
fn replaced() {
    for (honest, faulty) in on_every_node!(#[replace = json { "errors": [1, null] }]) {
        assert_eq!(one(&honest, &faulty).1, br#"{"errors":[1,null]}"#);
    }
}

/// Each fault is applied to what the one before has left.
#[test]
fn several_faults_are_applied_in_their_order() {
    let honest = oci_image! { blob "text/plain" => "content" };
    for (faulty, expected) in [
        (
            oci_image! { #[append = "!"] #[truncate = -1] #[flip = 0] blob "text/plain" => "content" },
            "bontent",
        ),
        (oci_image! { #[truncate = 1] #[prepend = "ab"] #[flip = -1] blob "text/plain" => "content" }, "abb"),
        (oci_image! { #[prepend = "ab"] #[truncate = 1] blob "text/plain" => "content" }, "a"),
        (oci_image! { #[replace = "other"] #[flip = 0] blob "text/plain" => "content" }, "nther"),
    ] {
        assert_eq!(one(&honest, &faulty).1, expected.as_bytes());
    }
}

#[test]
fn a_fault_may_hold_what_is_said_of_a_label() {
    let honest = oci_image! { 'a: blob "text/plain" => "a", blob "text/plain" => "b" };
    let faulty =
        oci_image! { 'a: blob "text/plain" => "a", #[replace = "not " + 'a.digest] blob "text/plain" => "b" };
    assert_eq!(one(&honest, &faulty).1, format!("not {}", digest(b"a")).as_bytes());
}

#[test]
fn missing() {
    for (honest, faulty) in on_every_node!(#[missing]) {
        let kept = files(&faulty);
        let differences = differences(&honest, &faulty);
        assert!(differences.values().all(|(_, faulty)| faulty.is_none()));
        // The nodes above are unchanged.
        assert_eq!(kept["index.json"], files(&honest)["index.json"]);
    }
}

/// A missing parent takes away the nodes below it that no stored node lists, and leaves the others.
#[test]
fn a_node_that_only_a_missing_node_lists_is_missing_too() {
    let faulty = oci_image! {
        index "app:1" {
            #[missing] linux/amd64 { 'shared: layer { "a" => "shared" } layer { "a" => "own" } }
            linux/arm64 { 'shared }
        }
    };
    let honest = oci_image! {
        index "app:1" {
            linux/amd64 { 'shared: layer { "a" => "shared" } layer { "a" => "own" } }
            linux/arm64 { 'shared }
        }
    };
    let layout = honest.in_memory().unwrap();
    let image = layout.platform("linux/amd64").unwrap();
    let mut expected: Vec<String> = image.walk().map(|node| node.unwrap().digest().to_string()).collect();
    expected.retain(|digest| layout.label("shared").unwrap().digest() != digest);
    expected.sort();
    let gone: Vec<String> = differences(&honest, &faulty)
        .into_keys()
        .map(|name| name.replace("blobs/sha256/", "sha256:"))
        .collect();
    assert_eq!(gone, expected);
    // A missing root takes all nodes away.
    let nothing = files(&oci_image! { #[missing] manifest "app:1" { "a" => "b" } });
    assert_eq!(nothing.keys().collect::<Vec<_>>(), ["index.json", "oci-layout"]);
}

#[test]
fn a_fault_falsifies_all_nodes_of_the_same_bytes() {
    let honest = oci_image! { blob "text/plain" => "same", blob "text/html" => "same" };
    for faulty in [
        oci_image! { blob "text/plain" => "same", #[flip = 0] blob "text/html" => "same" },
        oci_image! { #[flip = 0] blob "text/plain" => "same", blob "text/html" => "same" },
        oci_image! { #[flip = 0] blob "text/plain" => "same", #[flip = 0] blob "text/html" => "same" },
    ] {
        assert_eq!(one(&honest, &faulty).1, b"rame");
    }
    for faulty in [
        oci_image! { blob "text/plain" => "same", #[missing] blob "text/html" => "same" },
        oci_image! { #[missing] blob "text/plain" => "same", blob "text/html" => "same" },
    ] {
        assert_eq!(texts(&honest, &faulty), (vec!["same".to_owned()], vec![]));
    }
}

#[test]
fn an_unlisted_node_is_stored() {
    for (without, with, count) in [
        (
            oci_image! { index "i" { } },
            oci_image! { index "i" { #[unlisted] linux/amd64 { "a" => "b" } } },
            3,
        ),
        (oci_image! { linux/amd64 { } }, oci_image! { linux/amd64 { #[unlisted] layer { "a" => "b" } } }, 1),
        (oci_image! { linux/amd64 { } }, oci_image! { linux/amd64 { } #[unlisted] index { } }, 1),
        (oci_image! { linux/amd64 { } }, oci_image! { linux/amd64 { } #[unlisted] blob "a/b" => "c" }, 1),
    ] {
        let differences = differences(&without, &with);
        assert_eq!(differences.len(), count);
        for (name, (without, with)) in differences {
            assert_eq!(without, None);
            assert_eq!(name.replace("blobs/sha256/", "sha256:"), digest(with.unwrap()));
        }
    }
    // A manifest that does not list its config has none.
    let layout = oci_image! { linux/amd64 { #[unlisted] config { } } }.in_memory().unwrap();
    let manifest = layout.nodes().unwrap().remove(0);
    assert_eq!(
        *manifest.bytes().unwrap(),
        *br#"{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","layers":[]}"#
    );
}

#[test]
fn a_fault_that_changes_nothing_is_an_error() {
    let fixtures = [
        oci_image! { #[truncate = 4] blob "a/b" => (String::from("same")) },
        oci_image! { #[truncate = -5] blob "a/b" => "same" },
        oci_image! { linux/amd64 { #[flip = 9999] config { } } },
        oci_image! { #[append = String::new()] blob "a/b" => "same" },
        oci_image! { #[flip = 0] #[flip = -4] blob "a/b" => "same" },
        oci_image! { #[replace = "same"] blob "a/b" => "same" },
        oci_image! { #[flip = 0] blob "a/b" => "same", #[flip = 1] blob "c/d" => "same" },
        oci_image! { #[missing] blob "a/b" => "same", #[flip = 1] blob "c/d" => "same" },
    ];
    assert_lines("faults/change_nothing.txt", fixtures.iter().map(error));
}

/// The faults that the macro refuses at once are refused for a builder, too.
#[test]
fn a_builder_is_told_what_does_not_go_together() {
    let manifest = || Manifest::new().with(Layer::new());
    let fixtures = [
        Fixture::new().with(manifest().missing().flip(0)),
        Fixture::new().with(manifest().flip(0).replace("other")),
        Fixture::new().with(manifest().reference("app:1").unlisted()),
        Fixture::new().with((0..300).fold(manifest(), |manifest, _| manifest.flip(0))),
    ];
    assert_lines("faults/not_together.txt", fixtures.iter().map(error));
    let label = Label::new("twice", manifest().flip(0));
    let fixture = Fixture::new().with(&label).with(label.again());
    assert_eq!(one(&Fixture::new().with(manifest()).with(manifest()), &fixture).1[0], b'z');
}
