//! Layers that are not compressed.

use super::{Harness, fixtures, layer};

pub(crate) const TAR: Harness = Harness { name: "tar", corpus, tokens: TOKENS, run };

const BLOCK: usize = 512;
const CHECKSUM: std::ops::Range<usize> = 148..156;
const MAGIC: std::ops::Range<usize> = 257..262;

const TOKENS: &[&[u8]] = &[
    &[0; BLOCK],
    b"ustar\x0000",
    b"ustar  \0",
    b"0000644\0",
    b"00000000006\0",
    b"77777777777\0",
    b"\x80\0\0\0\0\0\0\0",
    b"\xff\xff\xff\xff\xff\xff\xff\xff",
    b"././@LongLink\0",
    b".wh.",
    b"/.wh..wh..opq\0",
    b"../",
    b"/",
    b"\0",
    b"0",
    b"1",
    b"2",
    b"5",
    b"x",
    b"g",
    b"L",
    b"K",
    b"S",
    b"11 path=a/\n",
    b"12 size=512\n",
    b"25 SCHILY.xattr.user.k=v\n",
    b"22 GNU.sparse.major=1\n",
    b"26 GNU.sparse.realsize=90\n",
    b"21 GNU.sparse.name=a\n",
];

fn corpus() -> Vec<Vec<u8>> {
    fixtures::blobs(|blob| {
        blob.len().is_multiple_of(BLOCK) && blob.get(MAGIC).is_some_and(|magic| magic == b"ustar")
    })
}

/// Judges the input as it is, and once more with correct checksums, without which no other field of a header is read.
fn run(input: &[u8]) {
    let mut repaired = input.to_vec();
    for block in repaired.as_chunks_mut::<BLOCK>().0 {
        if block[MAGIC] == *b"ustar" {
            block[CHECKSUM].fill(b' ');
            let sum: u32 = block.iter().map(|byte| u32::from(*byte)).sum();
            block[CHECKSUM].copy_from_slice(format!("{sum:06o}\0 ").as_bytes());
        }
    }
    layer::check(MEDIA_TYPE, &repaired);
    if repaired != input {
        layer::check(MEDIA_TYPE, input);
    }
}

const MEDIA_TYPE: &str = "application/vnd.oci.image.layer.v1.tar";
