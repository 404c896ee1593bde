//! Blobs that are missing, have other bytes, or are not referred to.

use std::fs;

use oci_fixture::{Blob, Descriptor, Fixture, Index, Label, Manifest, verify};
use serde_json::Value;

use crate::{DIGEST, digest, found_in, layer, lines};

const LAYER: &str = "application/vnd.oci.image.layer.v1.tar";

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
fn content_that_does_not_match_is_one_finding_and_is_not_judged() {
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
fn blobs_to_which_nothing_refers_are_noted_unless_a_document_is_missing() {
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
    let found = digest("anything");
    let content = |name: &str| {
        format!("blobs/sha256/{name}: the content is {found} of 8 bytes, but sha256:{name} is expected")
    };
    let name = "blobs: `sha256/no digest` is not the path of a blob, which is an algorithm, `/` and the hash of a digest".to_owned();
    let no_file = format!("blobs/sha512/{three}: it is no regular file");
    assert_eq!(
        lines(&verify(temp.path()).unwrap()),
        [
            name.clone(),
            content(&two),
            note(&format!("sha256/{two}")),
            content(&one),
            note(&format!("sha256/{one}")),
            no_file.clone(),
            note(&format!("sha512/{three}")),
        ]
    );

    let manifest = layout.nodes().unwrap()[0].path();
    fs::remove_file(&manifest).unwrap();
    let missing = format!(
        "index.json > manifests[0]: the blob sha256:{} is not stored",
        manifest.file_name().unwrap().to_str().unwrap()
    );
    // The digests of these blobs are judged nevertheless.
    assert_eq!(lines(&verify(temp.path()).unwrap()), [missing, name, content(&two), content(&one), no_file]);
    // If a document is missing or wrong, the blobs to which it refers are not known.
    let wrong = Fixture::new().with(image.append(" ")).with(Blob::new("a/b", "").unlisted());
    assert_eq!(found_in(&wrong).len(), 1);
}

#[test]
fn a_layout_has_a_directory_of_blobs_with_names_of_algorithms_and_digests() {
    let temp = tempfile::tempdir().unwrap();
    Fixture::new().write_to(temp.path()).unwrap();
    let blobs = temp.path().join("blobs");
    let name = |name: &str| {
        format!(
            "blobs: `{name}` is not the path of a blob, which is an algorithm, `/` and the hash of a digest"
        )
    };
    for directory in ["SHA256", "sha384", "multihash+base58", "a..b"] {
        fs::create_dir(blobs.join(directory)).unwrap();
    }
    for file in
        ["sha1", "SHA256/any", "multihash+base58/QmRZ", "multihash+base58/a b", "sha256/A", "sha384/A"]
    {
        fs::write(blobs.join(file), "").unwrap();
    }
    let expected = ["SHA256", "a..b", "multihash+base58/a b", "sha1", "sha256/A"].map(name);
    assert_eq!(lines(&verify(temp.path()).unwrap()), expected);

    // An archive is judged alike.
    let archive = tempfile::NamedTempFile::new().unwrap();
    let mut tar = tar::Builder::new(archive.reopen().unwrap());
    tar.append_dir_all("", temp.path()).unwrap();
    tar.into_inner().unwrap();
    assert_eq!(lines(&verify(archive.path()).unwrap()), expected);

    fs::remove_dir_all(&blobs).unwrap();
    let missing = "blobs: there is no such directory, so the layout has no blobs";
    assert_eq!(lines(&verify(temp.path()).unwrap()), [missing]);
    let mut tar = tar::Builder::new(archive.reopen().unwrap());
    tar.append_dir_all("", temp.path()).unwrap();
    tar.into_inner().unwrap();
    assert_eq!(lines(&verify(archive.path()).unwrap()), [missing]);
    fs::write(&blobs, "").unwrap();
    assert_eq!(lines(&verify(temp.path()).unwrap()), [missing]);
}

#[cfg(unix)]
#[test]
fn a_link_to_the_directory_of_the_blobs_is_followed_in_a_directory_and_not_in_an_archive() {
    let temp = tempfile::tempdir().unwrap();
    Fixture::new().write_to(temp.path()).unwrap();
    fs::rename(temp.path().join("blobs"), temp.path().join("store")).unwrap();
    std::os::unix::fs::symlink("store", temp.path().join("blobs")).unwrap();
    assert_eq!(lines(&verify(temp.path()).unwrap()), [] as [&str; 0]);

    let archive = tempfile::NamedTempFile::new().unwrap();
    let mut tar = tar::Builder::new(archive.reopen().unwrap());
    tar.follow_symlinks(false);
    tar.append_dir_all("", temp.path()).unwrap();
    tar.into_inner().unwrap();
    let linked = "blobs: it is a symbolic link, and links to directories are not followed in an archive; unpack the archive, \
                  and open the directory";
    assert_eq!(lines(&verify(archive.path()).unwrap()), [linked]);
}

#[test]
fn a_non_distributable_layer_with_urls_may_be_missing() {
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
fn a_subject_may_be_missing_but_not_wrong() {
    let signature =
        |subject: Descriptor| Fixture::new().with(Manifest::new().artifact_type("a/b").subject(subject));
    let subject = || Descriptor::new().media_type("application/vnd.oci.image.manifest.v1+json");
    assert_eq!(found_in(&signature(subject().digest(digest("")).size(7))), [""; 0]);

    // The blob to which the second descriptor leads is judged.
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
