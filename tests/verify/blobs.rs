//! Blobs that are not there, not what they should be, or not referred to.

use std::fs;

use oci_fixture::{Blob, Descriptor, Fixture, Index, Label, Layer, Manifest, verify};
use serde_json::Value;

use crate::{digest, found_in, lines};

const LAYER: &str = "application/vnd.oci.image.layer.v1.tar";

fn layer() -> Layer {
    Layer::new().with(("a", "b"))
}

/// The digest of that layer.
const DIGEST: &str = "sha256:79c5ee601b352d634b21525bdb3c6dba2f9d8382c9548124d2dbd2ba47f8c25b";

#[test]
fn a_blob_that_is_missing_is_found_where_it_is_first_referred_to() {
    let base = Label::new("base", layer().missing());
    let index = Index::new()
        .with(Manifest::new().platform("linux/amd64").with(&base))
        .with(Manifest::new().platform("linux/arm64").with(&base));
    assert_eq!(
        found_in(&Fixture::new().with(index)),
        [format!("index.json > manifests[0] > manifests[0] > layers[0]: the blob {DIGEST} is not stored")]
    );
}

#[test]
fn content_that_does_not_match_is_one_finding_and_not_looked_into() {
    let other = digest("no tar");
    assert_eq!(
        found_in(&Fixture::new().with(Manifest::new().with(layer().replace("no tar")))),
        [format!(
            "index.json > manifests[0] > layers[0]: the content is {other} of 6 bytes, \
             but the descriptor says {DIGEST} of 2048 bytes"
        )]
    );
}

#[test]
fn a_wrong_size_is_judged_for_each_descriptor() {
    let base = Label::new("base", layer());
    let wrong = || base.clone().again().descriptor(Descriptor::new().size(7));
    let index = Index::new()
        .with(Manifest::new().platform("linux/amd64").with(wrong()))
        .with(Manifest::new().platform("linux/arm64").with(&base))
        .with(Manifest::new().platform("linux/s390x").with(wrong()));
    let line = |image: usize| {
        format!(
            "index.json > manifests[0] > manifests[{image}] > layers[0]: the content is {DIGEST} of 2048 bytes, \
             but the descriptor says {DIGEST} of 7 bytes"
        )
    };
    assert_eq!(found_in(&Fixture::new().with(index)), [line(0), line(2)]);
}

#[test]
fn blobs_that_nothing_refers_to_are_noted_unless_a_document_is_not_there() {
    let temp = tempfile::tempdir().unwrap();
    let image = Manifest::new().with(layer());
    let layout = Fixture::new().with(image.clone()).write_to(temp.path()).unwrap();
    let blobs = temp.path().join("blobs/sha256");
    let [one, two] = ["1".repeat(64), "0".repeat(64)];
    for name in [&*one, &*two, "no digest"] {
        fs::write(blobs.join(name), "anything").unwrap();
    }
    fs::create_dir(temp.path().join("blobs/sha512")).unwrap();
    let three = "3".repeat(128);
    fs::create_dir(temp.path().join("blobs/sha512").join(&three)).unwrap();
    let note = |name: &str| format!("blobs/{name}: nothing refers to the blob");
    let findings = verify(temp.path()).unwrap();
    assert_eq!(
        lines(&findings),
        [note(&format!("sha256/{two}")), note(&format!("sha256/{one}")), note(&format!("sha512/{three}"))]
    );
    layout.assert_verified();

    let manifest = layout.nodes().unwrap()[0].path();
    fs::remove_file(manifest).unwrap();
    assert_eq!(lines(&verify(temp.path()).unwrap()).len(), 1);
    // What is missing says nothing of what it referred to; nor does what is wrong.
    let wrong = Fixture::new().with(image.append(" ")).with(Blob::new("a/b", "").unlisted());
    assert_eq!(found_in(&wrong).len(), 1);
}

#[test]
fn a_layer_that_is_had_from_elsewhere_may_be_missing() {
    for (media_type, urls, lines) in [
        ("application/vnd.oci.image.layer.nondistributable.v1.tar+gzip", &["https://example.com/"][..], 0),
        ("application/vnd.docker.image.rootfs.foreign.diff.tar.gzip", &["https://example.com/"], 0),
        ("application/vnd.docker.image.rootfs.foreign.diff.tar.gzip", &[], 1),
        (LAYER, &["https://example.com/"], 1),
    ] {
        let foreign = Descriptor::new().media_type(media_type).digest(digest("")).size(7).urls(urls);
        let config = oci_fixture::Config::new().diff_ids([digest("")]);
        let image = Manifest::new().with(foreign).with(config);
        assert_eq!(found_in(&Fixture::new().with(image)).len(), lines, "{media_type} {urls:?}");
    }
}

#[test]
fn what_a_subject_is_about_may_be_missing_but_not_wrong() {
    let signature =
        |subject: Descriptor| Fixture::new().with(Manifest::new().artifact_type("a/b").subject(subject));
    let subject = || Descriptor::new().media_type("application/vnd.oci.image.manifest.v1+json");
    assert_eq!(found_in(&signature(subject().digest(digest("")).size(7))), [""; 0]);

    // What it leads to is judged, at last.
    let temp = tempfile::tempdir().unwrap();
    let image = Label::new("image", Manifest::new().with(layer().truncate(0)));
    let signed = Fixture::new().with(&image).with(Manifest::new().artifact_type("a/b").subject(&image));
    assert_eq!(found_in(&signed).len(), 1);
    signed.write_to(temp.path()).unwrap();
    let index = temp.path().join("index.json");
    let mut document: Value = serde_json::from_slice(&fs::read(&index).unwrap()).unwrap();
    document["manifests"].as_array_mut().unwrap().remove(0);
    fs::write(&index, document.to_string()).unwrap();
    let empty = digest("");
    assert_eq!(
        lines(&verify(temp.path()).unwrap()),
        [format!(
            "index.json > manifests[0] > subject > layers[0]: the content is {empty} of 0 bytes, \
             but the descriptor says {DIGEST} of 2048 bytes"
        )]
    );
}
