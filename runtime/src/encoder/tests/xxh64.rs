use super::content;
use crate::encoder::xxh64::Xxh64;

/// What xxHash 0.8 says of them.
#[test]
fn it_is_xxh64() {
    for (bytes, hash) in [
        (content(0), 0xef46_db37_51d8_e999),
        (b"a".to_vec(), 0xd24e_c4f1_a98c_6e5b),
        (b"abc".to_vec(), 0x44bc_2cf5_ad77_0999),
        (b"layer1".to_vec(), 0xe3d7_8f77_6820_fa54),
        (content(31), 0xa6b6_0a8f_cb90_641b),
        (content(32), 0x6231_1a79_7907_3713),
        (content(33), 0xe5a0_effc_26ab_8275),
        (content(300_000), 0xea57_0e89_4c8a_79f0),
    ] {
        assert_eq!(hash_of([bytes.as_slice()]), hash, "{} bytes", bytes.len());
    }
}

#[test]
fn any_pieces_of_the_same_bytes_have_the_same_hash() {
    let content = content(1000);
    for size in 1..100 {
        assert_eq!(hash_of(content.chunks(size)), 0x8b31_2c89_fa36_849d, "pieces of {size} bytes");
    }
}

fn hash_of<'p>(pieces: impl IntoIterator<Item = &'p [u8]>) -> u64 {
    let mut hash = Xxh64::new();
    for piece in pieces {
        hash.update(piece);
    }
    hash.finish()
}
