//! The crates `tar` and `oci-spec`: read archives without any code of ours.

use std::collections::BTreeSet;

use oci_fixture::oci_spec::image::{Descriptor, ImageConfiguration, ImageIndex, ImageManifest};

use crate::archives::{Archive, Files, each_archive, members};
use crate::blobs::{decompressed, sha256};
use crate::images::IMAGE_CONFIGS;

#[test]
fn oci_spec_finds_in_each_archive_all_blobs_as_they_are_described() {
    each_archive(|Archive { name, path, has_layout, .. }| {
        if !has_layout {
            return;
        }
        let files = members(path);
        assert_eq!(files["oci-layout"], br#"{"imageLayoutVersion": "1.0.0"}"#, "{name}");
        let mut found = BTreeSet::new();
        let index = ImageIndex::from_reader(&*files["index.json"]).unwrap();
        index.manifests().iter().for_each(|descriptor| find(descriptor, &files, &mut found));
        let stored: BTreeSet<_> =
            files.keys().filter(|name| name.starts_with("blobs/sha256/")).cloned().collect();
        found.insert("blobs/sha256/".to_owned());
        assert_eq!(found, stored, "{name}");
    });
}

/// Finds the file that is described, and those that it describes, as far as they are stored.
fn find(descriptor: &Descriptor, files: &Files, found: &mut BTreeSet<String>) {
    let path = format!("blobs/sha256/{}", descriptor.digest().digest());
    let Some(bytes) = files.get(&path) else { return };
    assert_eq!((sha256(bytes), bytes.len() as u64), (descriptor.digest().to_string(), descriptor.size()));
    found.insert(path);
    let media_type = descriptor.media_type().to_string();
    if media_type.contains(".index.") || media_type.contains(".manifest.list.") {
        let index = ImageIndex::from_reader(&**bytes).unwrap();
        index.manifests().iter().for_each(|descriptor| find(descriptor, files, found));
    } else if media_type.contains(".manifest.") {
        let manifest = ImageManifest::from_reader(&**bytes).unwrap();
        find(manifest.config(), files, found);
        manifest.layers().iter().for_each(|descriptor| find(descriptor, files, found));
        let file = |descriptor: &Descriptor| {
            files.get(&format!("blobs/sha256/{}", descriptor.digest().digest())).map(Vec::as_slice)
        };
        if IMAGE_CONFIGS.contains(&manifest.config().media_type().as_ref()) {
            let config = ImageConfiguration::from_reader(file(manifest.config()).unwrap()).unwrap();
            let layers =
                manifest.layers().iter().filter(|layer| layer.media_type().as_ref().contains(".tar"));
            let diff_ids: Vec<_> =
                layers.filter_map(|layer| Some(sha256(&decompressed(file(layer)?)))).collect();
            assert_eq!(*config.rootfs().diff_ids(), diff_ids);
        }
    }
}
