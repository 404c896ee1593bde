//! Layers as other libraries read them.

use std::collections::BTreeMap;
use std::io::Read;

use tar::EntryType;

use crate::model::{Compression, Content, Entry, Layer};

/// Checks the bytes of a layer.
pub(crate) fn check(layer: &Layer, bytes: &[u8]) {
    let tar = uncompressed(layer, bytes);
    assert_eq!(tar.len() % 512, 0);
    assert!(tar.ends_with(&[0; 1024]));
    let found = read(&tar);
    assert_eq!(found.len(), layer.entries.len());
    for (found, declared) in found.into_iter().zip(&layer.entries) {
        let content = Content::Bytes(declared.content.bytes().unwrap());
        assert_eq!(found, Entry { content, ..declared.clone() });
    }
}

/// The tar of a layer.
pub(crate) fn uncompressed(layer: &Layer, bytes: &[u8]) -> Vec<u8> {
    let mut tar = Vec::new();
    match layer.compression {
        Compression::None => return bytes.to_vec(),
        Compression::Gzip => flate2::bufread::GzDecoder::new(bytes).read_to_end(&mut tar).unwrap(),
        Compression::Zstd => {
            ruzstd::decoding::StreamingDecoder::new(bytes).unwrap().read_to_end(&mut tar).unwrap()
        }
    };
    tar
}

/// What the `tar` crate finds.
fn read(tar: &[u8]) -> Vec<Entry> {
    let mut archive = tar::Archive::new(tar);
    let mut found = Vec::new();
    for entry in archive.entries().unwrap() {
        let mut entry = entry.unwrap();
        let mut pax = BTreeMap::new();
        for record in entry.pax_extensions().unwrap().into_iter().flatten() {
            let record = record.unwrap();
            pax.insert(record.key().unwrap().to_owned(), record.value_bytes().to_vec());
        }
        let number =
            |key: &str| pax.get(key).map(|value| str::from_utf8(value).unwrap().parse::<i128>().unwrap());
        let text = |bytes: &[u8]| str::from_utf8(bytes).unwrap().to_owned();
        let header = entry.header();
        let kind = header.entry_type();
        let is_device = matches!(kind, EntryType::Char | EntryType::Block);
        let device = || (header.device_major().unwrap().unwrap(), header.device_minor().unwrap().unwrap());
        let xattrs = pax
            .iter()
            .filter_map(|(key, value)| Some((key.strip_prefix("SCHILY.xattr.")?.to_owned(), value.clone())));
        let mut read = Entry {
            kind,
            name: text(&entry.path_bytes()),
            link: entry.link_name_bytes().map(|link| text(&link)),
            mode: header.mode().unwrap(),
            uid: number("uid").map_or_else(|| header.uid().unwrap(), |uid| uid.try_into().unwrap()),
            gid: number("gid").map_or_else(|| header.gid().unwrap(), |gid| gid.try_into().unwrap()),
            mtime: number("mtime").unwrap_or_else(|| header.mtime().unwrap().into()).try_into().unwrap(),
            device: is_device.then(device),
            xattrs: xattrs.collect(),
            content: Content::Bytes(Vec::new()),
        };
        let mut content = Vec::new();
        entry.read_to_end(&mut content).unwrap();
        read.content = Content::Bytes(content);
        found.push(read);
    }
    found
}
