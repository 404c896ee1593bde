//! Digests and layers, read without the library.

use std::io::Read;

use oci_fixture::{Fixture, Layer, Manifest};
use sha2::{Digest, Sha256, Sha384, Sha512};

/// The SHA-256 hash of some bytes in hexadecimal digits.
pub(crate) fn sha256(bytes: impl AsRef<[u8]>) -> String {
    hex(&Sha256::digest(bytes))
}

/// The digest of some bytes, by the algorithm of another digest.
pub(crate) fn digest(like: &str, bytes: &[u8]) -> String {
    match like.split_once(':').unwrap().0 {
        "sha512" => format!("sha512:{}", hex(&Sha512::digest(bytes))),
        "sha384" => format!("sha384:{}", hex(&Sha384::digest(bytes))),
        _ => format!("sha256:{}", sha256(bytes)),
    }
}

fn hex(hash: &[u8]) -> String {
    hash.iter().fold(String::new(), |hex, byte| hex + &format!("{byte:02x}"))
}

/// The stored bytes of a layer.
pub(crate) fn layer_of(layer: Layer) -> Vec<u8> {
    let layout = Fixture::new().with(Manifest::new().with(layer)).in_memory().unwrap();
    let image = layout.platform("linux/amd64").unwrap();
    image.layers().unwrap()[0].bytes().unwrap().into_owned()
}

/// The tar of a layer. Its first bytes tell how it is compressed.
pub(crate) fn decompressed(layer: &[u8]) -> Vec<u8> {
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
