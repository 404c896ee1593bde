//! The crates `tar` and `oci-spec`: read archives without any code of ours.

use std::collections::BTreeSet;
use std::error::Error;

use oci_fixture::oci_spec::image::{Descriptor, ImageConfiguration, ImageIndex, ImageManifest};
use oci_fixture_test_support::{Tree, decompressed, digest};

use crate::archives::{Archive, each_archive, members};
use crate::blobs::{diff_ids, parsed};
use crate::images::IMAGE_CONFIGS;

#[test]
fn oci_spec_finds_in_each_archive_all_blobs_as_they_are_described() {
    let mut unread = BTreeSet::new();
    each_archive(|Archive { name, path, has_layout, .. }| {
        if !has_layout {
            return;
        }
        let files = members(path);
        assert_eq!(files["oci-layout"], br#"{"imageLayoutVersion": "1.0.0"}"#, "{name}");
        let mut found = BTreeSet::new();
        let index = ImageIndex::from_reader(&*files["index.json"]).unwrap();
        let mut messages = BTreeSet::new();
        index.manifests().iter().for_each(|descriptor| find(descriptor, &files, &mut found, &mut messages));
        unread.extend(messages.into_iter().map(|message| format!("{name}: {message}")));
        let stored: BTreeSet<_> =
            files.keys().filter(|name| name.starts_with("blobs/sha256/")).cloned().collect();
        found.insert("blobs/sha256/".to_owned());
        assert_eq!(found, stored, "{name}");
    });
    // oci-spec refuses two configs of moby: the `diff_ids` of one are `null`, and the other has no `os`.
    let expected = ["OCI", "Docker and OCI"].into_iter().flat_map(|whom| {
        [
            format!("dangling for {whom}: invalid type: null, expected a sequence at line 1 column 388"),
            format!("empty_fs for {whom}: missing field `os` at line 1 column 606"),
        ]
    });
    assert_eq!(unread, expected.collect());
}

/// Collects the stored files among the file of a descriptor and those below it, and the errors of oci-spec for configs that
/// it cannot read.
fn find(descriptor: &Descriptor, files: &Tree, found: &mut BTreeSet<String>, unread: &mut BTreeSet<String>) {
    let path = format!("blobs/sha256/{}", descriptor.digest().digest());
    let Some(bytes) = files.get(&path) else { return };
    assert_eq!((digest(bytes), bytes.len() as u64), (descriptor.digest().to_string(), descriptor.size()));
    found.insert(path);
    let media_type = descriptor.media_type().to_string();
    if media_type.contains(".index.") || media_type.contains(".manifest.list.") {
        let index = ImageIndex::from_reader(&**bytes).unwrap();
        index.manifests().iter().for_each(|descriptor| find(descriptor, files, found, unread));
    } else if media_type.contains(".manifest.") {
        let manifest = ImageManifest::from_reader(&**bytes).unwrap();
        find(manifest.config(), files, found, unread);
        manifest.layers().iter().for_each(|descriptor| find(descriptor, files, found, unread));
        let file = |descriptor: &Descriptor| {
            files.get(&format!("blobs/sha256/{}", descriptor.digest().digest())).map(Vec::as_slice)
        };
        if IMAGE_CONFIGS.contains(&manifest.config().media_type().as_ref()) {
            let config = file(manifest.config()).unwrap();
            let layers =
                manifest.layers().iter().filter(|layer| layer.media_type().as_ref().contains(".tar"));
            let tars: Vec<_> = layers.filter_map(|layer| Some(digest(decompressed(file(layer)?)))).collect();
            match ImageConfiguration::from_reader(config) {
                Ok(config) => assert_eq!(*config.rootfs().diff_ids(), tars),
                Err(error) => {
                    unread.insert(error.source().unwrap().to_string());
                    assert_eq!(diff_ids(&parsed(config)), tars);
                }
            }
        }
    }
}
