//! Layers that are compressed with gzip.

use super::{Harness, fixtures, layer};

pub(crate) const GZIP: Harness = Harness { name: "gzip", corpus, tokens: TOKENS, run };

const TOKENS: &[&[u8]] = &[
    b"\x1f\x8b\x08\0\0\0\0\0\0\xff",
    b"\x1f\x8b",
    // A header with a checksum, an extra field, a name and a comment.
    b"\x1f\x8b\x08\x1f\0\0\0\0\0\xff\x02\0ab name\0comment\0",
    b"\xff\xff",
    b"\0\0\xff\xff",
    b"\x03\0",
    b"\0\0\0\0",
    b"\x01\0\0\xff\xff",
    b"\xed\xc1",
];

fn corpus() -> Vec<Vec<u8>> {
    fixtures::blobs(|blob| blob.starts_with(&[0x1f, 0x8b]))
}

fn run(input: &[u8]) {
    layer::check("application/vnd.oci.image.layer.v1.tar+gzip", input);
}
