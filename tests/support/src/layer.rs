//! Images of one layer, and the content of a layer as other readers read it.

use std::io::Read;

use oci_fixture::{Fixture, Layer, Manifest};

use crate::digest;

/// An image for linux/amd64 of one layer.
pub fn fixture(layer: Layer) -> Fixture {
    Fixture::new().with(Manifest::new().with(layer))
}

/// The stored bytes of a layer. Its descriptor has their digest and their size.
pub fn layer_of(layer: Layer) -> Vec<u8> {
    let layout = fixture(layer).in_memory().unwrap();
    let layer = &layout.platform("linux/amd64").unwrap().layers().unwrap()[0];
    let bytes = layer.bytes().unwrap().into_owned();
    assert_eq!((digest(&bytes), bytes.len() as u64), (layer.digest().to_string(), layer.size()));
    bytes
}

/// The tar of a layer. Its first bytes tell how it is compressed.
pub fn decompressed(layer: &[u8]) -> Vec<u8> {
    let mut tar = Vec::new();
    let read = match layer {
        [0x1f, 0x8b, ..] => flate2::read::MultiGzDecoder::new(layer).read_to_end(&mut tar),
        [0x28, 0xb5, 0x2f, 0xfd, ..] => {
            ruzstd::decoding::StreamingDecoder::new(layer).unwrap().read_to_end(&mut tar)
        }
        mut plain => plain.read_to_end(&mut tar),
    };
    read.unwrap();
    tar
}

/// The names of the members of a tar.
pub fn names(tar: impl Read) -> Vec<String> {
    members(tar).into_iter().map(|(name, _)| name).collect()
}

/// The members of a tar as the `tar` crate reads them: the name, and the bytes of a file or the target of a link.
pub fn members(tar: impl Read) -> Vec<(String, Vec<u8>)> {
    let mut archive = ::tar::Archive::new(tar);
    let entries = archive.entries().unwrap().map(|entry| {
        let mut entry = entry.unwrap();
        let name = String::from_utf8(entry.path_bytes().into_owned()).unwrap();
        let mut bytes = entry.link_name_bytes().unwrap_or_default().into_owned();
        entry.read_to_end(&mut bytes).unwrap();
        (name, bytes)
    });
    entries.collect()
}
