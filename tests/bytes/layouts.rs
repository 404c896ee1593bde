//! Whole layouts, as a Go program writes them with encoding/json, archive/tar and structs like those of image-spec v1.1.1.

use oci_fixture::{Config, Fixture, Index, Manifest};
use oci_fixture_test_support::images::{
    self, EVERYTHING_DOCUMENTS, EVERYTHING_LAYERS, EXAMPLE_DOCUMENTS, EXAMPLE_LAYERS,
};
use oci_fixture_test_support::{Tree, assert_layout, assert_same, files};
use tempfile::TempDir;

#[test]
fn the_first_example_has_the_bytes_that_go_writes() {
    let temp = TempDir::new().unwrap();
    images::example().write_to(temp.path()).unwrap();
    assert_layout(temp.path(), "bytes/example.txt", &EXAMPLE_DOCUMENTS, &EXAMPLE_LAYERS);
}

#[test]
fn a_fixture_of_many_constructs_has_the_bytes_that_go_writes() {
    let layout = images::everything().tempdir().unwrap();
    assert_layout(layout.path(), "bytes/everything.txt", &EVERYTHING_DOCUMENTS, &EVERYTHING_LAYERS);
}

/// The entries of a fixture keep the order of the declaration, also in a layout that already has entries.
#[test]
fn a_fixture_has_the_same_blobs_beside_another() {
    let layout = images::everything().tempdir().unwrap();
    let everything = files(layout.path());
    images::example().write_to(layout.path()).unwrap();
    let mut expected = everything.clone();
    let example = files(images::example().tempdir().unwrap().path());
    expected.extend(example.clone());
    let entry = |files: &Tree| {
        let index = str::from_utf8(&files["index.json"]).unwrap();
        index.split_once("\"manifests\":[").unwrap().1.strip_suffix("]}").unwrap().to_owned()
    };
    let index = format!(
        r#"{{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[{},{}]}}"#,
        entry(&everything),
        entry(&example)
    );
    expected.insert("index.json".to_owned(), index.into());
    assert_same(&files(layout.path()), &expected);
}

#[test]
fn the_empty_fixture_lists_nothing() {
    let layout = Fixture::new().tempdir().unwrap();
    assert_layout(layout.path(), "bytes/empty.txt", &[], &[]);
}

/// Empty values are left out, as by Go's `omitempty`.
#[test]
fn empty_values_are_not_in_the_documents() {
    let none: [(&str, &str); 0] = [];
    let config =
        Config::new().user("").env([""; 0]).entrypoint([""; 0]).cmd([""; 0]).working_dir("").labels(none);
    let manifest = Manifest::new().annotations(none).with(config);
    let layout = Fixture::new().with(Index::new().annotations(none).with(manifest)).tempdir().unwrap();
    let index = &layout.nodes().unwrap()[0];
    let manifest = layout.platform("linux/amd64").unwrap();
    let config = &manifest.children().unwrap()[0];
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_owned()).unwrap();
    assert_eq!(
        text(&config.bytes().unwrap()),
        r#"{"architecture":"amd64","os":"linux","config":{},"rootfs":{"type":"layers","diff_ids":[]}}"#
    );
    assert_eq!(
        text(&manifest.bytes().unwrap()),
        format!(
            concat!(
                r#"{{"schemaVersion":2,"mediaType":"application/vnd.oci.image.manifest.v1+json","#,
                r#""config":{{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"{}","size":90}},"#,
                r#""layers":[]}}"#
            ),
            config.digest()
        )
    );
    assert_eq!(
        text(&index.bytes().unwrap()),
        format!(
            concat!(
                r#"{{"schemaVersion":2,"mediaType":"application/vnd.oci.image.index.v1+json","manifests":["#,
                r#"{{"mediaType":"application/vnd.oci.image.manifest.v1+json","digest":"{}","size":247,"#,
                r#""platform":{{"architecture":"amd64","os":"linux"}}}}]}}"#
            ),
            manifest.digest()
        )
    );
}
