//! Layers as other libraries read them.

use oci_fixture::LayerEntryKind;
use oci_fixture_test_support::{EntryType, TarEntry, decompressed, read_tar};

use crate::model::{Content, Entry, Layer};

/// Checks the bytes of a layer.
pub(crate) fn check(layer: &Layer, bytes: &[u8], content: &dyn Fn(&Content, &[u8])) {
    let tar = decompressed(bytes);
    assert_eq!(tar.len() % 512, 0);
    assert!(tar.ends_with(&[0; 1024]));
    let found = read(&tar);
    assert_eq!(found.len(), layer.entries.len());
    for (found, declared) in found.into_iter().zip(&layer.entries) {
        let Content::Bytes(bytes) = &found.content else { panic!("no bytes") };
        content(&declared.content, bytes);
        assert_eq!(found, Entry { content: found.content.clone(), ..declared.clone() });
    }
}

/// The entry as the `tar` crate reads it.
fn read(tar: &[u8]) -> Vec<Entry> {
    let entry = |read: TarEntry| Entry {
        kind: kind(read.kind),
        name: read.name,
        link: read.link,
        mode: read.mode,
        uid: read.uid,
        gid: read.gid,
        uname: read.uname,
        gname: read.gname,
        mtime: read.mtime,
        fractional: read.fractional,
        device: read.device,
        xattrs: read.xattrs.into_iter().collect(),
        content: Content::Bytes(read.content),
    };
    read_tar(tar).into_iter().map(entry).collect()
}

fn kind(found: EntryType) -> LayerEntryKind {
    match found {
        EntryType::Regular => LayerEntryKind::File,
        EntryType::Directory => LayerEntryKind::Directory,
        EntryType::Symlink => LayerEntryKind::Symlink,
        EntryType::Link => LayerEntryKind::Hardlink,
        EntryType::Fifo => LayerEntryKind::Fifo,
        EntryType::Char => LayerEntryKind::Char,
        EntryType::Block => LayerEntryKind::Block,
        other => panic!("{other:?} is no kind of entry that is made"),
    }
}
