//! XXH64 with the seed 0. A zstd frame has the low half of the hash as its checksum (RFC 8878, section 3.1.1).
//!
//! It is written after <https://github.com/Cyan4973/xxHash/blob/v0.8.3/doc/xxhash_spec.md>.

const PRIME_1: u64 = 0x9e37_79b1_85eb_ca87;
const PRIME_2: u64 = 0xc2b2_ae3d_27d4_eb4f;
const PRIME_3: u64 = 0x1656_67b1_9e37_79f9;
const PRIME_4: u64 = 0x85eb_ca77_c2b2_ae63;
const PRIME_5: u64 = 0x27d4_eb2f_1656_67c5;

/// The bytes of a stripe: a lane of eight bytes for each of the four accumulators.
const STRIPE: usize = 32;

/// Hashes bytes that are written piece by piece.
pub(crate) struct Xxh64 {
    lanes: [u64; 4],
    /// The bytes behind the last whole stripe.
    rest: Vec<u8>,
    size: u64,
}

impl Default for Xxh64 {
    fn default() -> Self {
        let lanes = [PRIME_1.wrapping_add(PRIME_2), PRIME_2, 0, 0_u64.wrapping_sub(PRIME_1)];
        Self { lanes, rest: Vec::with_capacity(STRIPE), size: 0 }
    }
}

impl Xxh64 {
    pub(crate) fn update(&mut self, mut bytes: &[u8]) {
        self.size = self.size.wrapping_add(bytes.len() as u64);
        if !self.rest.is_empty() {
            let (fitting, more) = bytes.split_at(bytes.len().min(STRIPE - self.rest.len()));
            self.rest.extend_from_slice(fitting);
            bytes = more;
            if let Some(stripe) = self.rest.as_chunks().0.first() {
                mix(&mut self.lanes, stripe);
                self.rest.clear();
            }
        }
        let (stripes, rest) = bytes.as_chunks();
        for stripe in stripes {
            mix(&mut self.lanes, stripe);
        }
        self.rest.extend_from_slice(rest);
    }

    /// The low half of the hash, which a frame has as its checksum.
    pub(crate) fn low(&self) -> u32 {
        let [a, b, c, d, ..] = self.hash().to_le_bytes();
        u32::from_le_bytes([a, b, c, d])
    }

    fn hash(&self) -> u64 {
        let mut hash = if self.size < STRIPE as u64 { PRIME_5 } else { merged(self.lanes) };
        hash = hash.wrapping_add(self.size);
        let (words, rest) = self.rest.as_chunks();
        for word in words {
            hash ^= round(0, u64::from_le_bytes(*word));
            hash = hash.rotate_left(27).wrapping_mul(PRIME_1).wrapping_add(PRIME_4);
        }
        let (halves, rest) = rest.as_chunks();
        for half in halves {
            hash ^= u64::from(u32::from_le_bytes(*half)).wrapping_mul(PRIME_1);
            hash = hash.rotate_left(23).wrapping_mul(PRIME_2).wrapping_add(PRIME_3);
        }
        for byte in rest {
            hash ^= u64::from(*byte).wrapping_mul(PRIME_5);
            hash = hash.rotate_left(11).wrapping_mul(PRIME_1);
        }
        hash = (hash ^ hash >> 33).wrapping_mul(PRIME_2);
        hash = (hash ^ hash >> 29).wrapping_mul(PRIME_3);
        hash ^ hash >> 32
    }
}

fn mix(lanes: &mut [u64; 4], stripe: &[u8; STRIPE]) {
    for (lane, word) in lanes.iter_mut().zip(stripe.as_chunks().0) {
        *lane = round(*lane, u64::from_le_bytes(*word));
    }
}

fn round(lane: u64, word: u64) -> u64 {
    lane.wrapping_add(word.wrapping_mul(PRIME_2)).rotate_left(31).wrapping_mul(PRIME_1)
}

fn merged(lanes: [u64; 4]) -> u64 {
    let mut hash = 0_u64;
    for (lane, bits) in lanes.into_iter().zip([1, 7, 12, 18]) {
        hash = hash.wrapping_add(lane.rotate_left(bits));
    }
    for lane in lanes {
        hash = (hash ^ round(0, lane)).wrapping_mul(PRIME_1).wrapping_add(PRIME_4);
    }
    hash
}

#[cfg(test)]
mod tests {
    use super::Xxh64;
    use crate::declare::encoder::tests::content;

    /// The hashes of xxHash 0.8.
    #[test]
    fn the_hashes_are_those_of_xxh64() {
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
            let mut hasher = Xxh64::default();
            hasher.update(&bytes);
            assert_eq!(hasher.hash(), hash, "{} bytes", bytes.len());
        }
    }

    /// The checksums of frames that zstd 1.5.4 made.
    #[test]
    fn zstd_writes_the_same_checksums() {
        let bytes: Vec<u8> = (0..=255).cycle().take(1000).collect();
        for (size, low) in [
            (0, 0x51d8_e999),
            (1, 0xdb05_2768),
            (3, 0x33bc_65dd),
            (4, 0x4453_cc1e),
            (7, 0x630c_72d2),
            (8, 0x14b8_1b8d),
            (12, 0x1f08_dca5),
            (31, 0x9b4d_8ee1),
            (32, 0x16ff_32b4),
            (33, 0xcafb_8ead),
            (63, 0xa95f_8e4f),
            (64, 0xdb67_13f0),
            (100, 0x3216_6597),
            (1000, 0x0eba_4078),
        ] {
            for piece in [1, 3, 31, 32, 33, 1000] {
                let mut hasher = Xxh64::default();
                for piece in bytes[..size].chunks(piece) {
                    hasher.update(piece);
                }
                assert_eq!(hasher.low(), low, "{size} bytes in pieces of {piece}");
            }
        }
    }
}
