//! Layers that are compressed with zstd.

use super::{Harness, fixtures, layer};

pub(crate) const ZSTD: Harness = Harness { name: "zstd", corpus, tokens: TOKENS, run };

const TOKENS: &[&[u8]] = &[
    b"\x28\xb5\x2f\xfd",
    // Skippable frames of 0 bytes and of many bytes.
    b"\x50\x2a\x4d\x18\0\0\0\0",
    b"\x5f\x2a\x4d\x18\xff\xff\xff\xff",
    // Windows of 64 KiB, of 128 MiB, and of more.
    b"\x28\xb5\x2f\xfd\x00\x30",
    b"\x28\xb5\x2f\xfd\x00\x88",
    b"\x28\xb5\x2f\xfd\x00\xff",
    // Frames with a dictionary, and with a content size.
    b"\x28\xb5\x2f\xfd\x03",
    b"\x28\xb5\x2f\xfd\xe4\xff\xff\xff\xff\xff\xff\xff\xff",
    // Blocks: raw, one repeated byte, compressed, reserved, and the largest.
    b"\x01\0\0",
    b"\x02\0\x10\0",
    b"\x04\0\0",
    b"\x06\0\0",
    b"\x03\0\x10\0",
    b"\xff\xff\xff",
];

fn corpus() -> Vec<Vec<u8>> {
    fixtures::blobs(|blob| blob.starts_with(b"\x28\xb5\x2f\xfd") || blob.get(1..4) == Some(b"\x2a\x4d\x18"))
}

fn run(input: &[u8]) {
    layer::check("application/vnd.oci.image.layer.v1.tar+zstd", input);
}
