//! The same layout, wherever it is made.
#![allow(clippy::unwrap_used, reason = "a test fails by a panic")]

use std::collections::BTreeMap;

use oci_fixture::{Content, Fixture, Layout, Store, oci_image};

fn fixture() -> Fixture {
    oci_image! {
        'app: index "app:1" {
            'amd64: linux/amd64 { 'base: layer gzip { "etc/", "etc/name" => "x" } layer { "large" => Content::random(1, 1 << 20) } }
            linux/arm64 { 'base, layer zstd { whiteout "etc/name" } }
            unknown/unknown { annotations: { "of": 'amd64.digest } }
        }
        tag "app:" + 'app.hex => 'app,
        blob "text/plain" => "unnamed"
    }
}

#[test]
fn memory_and_directories_hold_the_same_bytes() {
    fn everything<S: Store>(layout: &Layout<S>) -> (Vec<u8>, BTreeMap<String, Vec<u8>>, String, String) {
        let blobs = layout.blobs().unwrap().map(|blob| {
            let (digest, bytes) = blob.unwrap();
            (digest.to_string(), bytes.into_owned())
        });
        let index = layout.index_bytes().unwrap().into_owned();
        let base = layout.label("base").unwrap().digest().to_string();
        (index, blobs.collect(), layout.to_string(), base)
    }
    let memory = everything(&fixture().in_memory().unwrap());
    let temporary = fixture().tempdir().unwrap();
    assert_eq!(everything(&temporary), memory);
    let directory = fixture().write_to(temporary.path().join("other")).unwrap();
    assert_eq!(everything(&directory), memory);
    assert_eq!(memory.1.len(), 11);
}

#[test]
fn a_temporary_directory_goes_with_its_layout() {
    let layout = fixture().tempdir().unwrap();
    let path = layout.path().to_owned();
    assert!(path.join("index.json").is_file());
    drop(layout);
    assert!(!path.exists());
}

#[test]
fn a_blob_that_is_not_there_is_an_error_that_names_it() {
    let layout = fixture().in_memory().unwrap();
    let digest = format!("sha256:{}", "0".repeat(64));
    let error = layout.blob(&digest).unwrap_err();
    assert_eq!(error.to_string(), format!("the layout has no blob `{digest}`"));
    assert_eq!(
        layout.blob("../../etc/passwd").unwrap_err().to_string(),
        "digest `../../etc/passwd` has no `:`; write `sha256:` and 64 hexadecimal digits"
    );
}

#[test]
fn a_label_that_is_not_there_or_not_alone_is_an_error() {
    let layout = fixture().in_memory().unwrap();
    let error = layout.label("bas").unwrap_err();
    assert_eq!(error.to_string(), "no node has the label `bas`; there is `base`, `amd64`, `app`");
    let twice = oci_image! { for n in ["1", "2"] { 'image: linux/amd64 { "a" => n } } };
    let error = twice.in_memory().unwrap().label("image").map(|node| node.size()).unwrap_err();
    assert_eq!(error.to_string(), "several nodes have the label `image`; go to them from their parents");
}
