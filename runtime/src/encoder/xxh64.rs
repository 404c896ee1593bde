//! XXH64 with the seed 0, whose lower half is the checksum of a zstd frame ([specification]).
//!
//! [specification]: https://github.com/Cyan4973/xxHash/blob/v0.8.3/doc/xxhash_spec.md

/// What is mixed in at a time, eight bytes into each lane.
const STRIPE: usize = 32;

const PRIME_1: u64 = 0x9e37_79b1_85eb_ca87;
const PRIME_2: u64 = 0xc2b2_ae3d_27d4_eb4f;
const PRIME_3: u64 = 0x1656_67b1_9e37_79f9;
const PRIME_4: u64 = 0x85eb_ca77_c2b2_ae63;
const PRIME_5: u64 = 0x27d4_eb2f_1656_67c5;

pub(super) struct Xxh64 {
    lanes: [u64; 4],
    /// Less than a stripe.
    rest: Vec<u8>,
    size: u64,
}

impl Xxh64 {
    pub(super) fn new() -> Self {
        let lanes = [PRIME_1.wrapping_add(PRIME_2), PRIME_2, 0, PRIME_1.wrapping_neg()];
        Self { lanes, rest: Vec::with_capacity(STRIPE), size: 0 }
    }

    pub(super) fn update(&mut self, mut bytes: &[u8]) {
        self.size += bytes.len() as u64;
        if !self.rest.is_empty() {
            let (begin, end) = bytes.split_at(bytes.len().min(STRIPE - self.rest.len()));
            self.rest.extend_from_slice(begin);
            bytes = end;
            if let Some(stripe) = self.rest.first_chunk::<STRIPE>() {
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

    pub(super) fn finish(&self) -> u64 {
        let start = if self.size < STRIPE as u64 { PRIME_5 } else { self.joined() };
        let mut hash = start.wrapping_add(self.size);
        let (words, rest) = self.rest.as_chunks();
        for word in words {
            hash = step(hash ^ round(0, u64::from_le_bytes(*word)), 27, PRIME_1, PRIME_4);
        }
        let (halves, rest) = rest.as_chunks();
        for half in halves {
            let half = u64::from(u32::from_le_bytes(*half));
            hash = step(hash ^ half.wrapping_mul(PRIME_1), 23, PRIME_2, PRIME_3);
        }
        for byte in rest {
            hash = step(hash ^ u64::from(*byte).wrapping_mul(PRIME_5), 11, PRIME_1, 0);
        }
        hash = (hash ^ (hash >> 33)).wrapping_mul(PRIME_2);
        hash = (hash ^ (hash >> 29)).wrapping_mul(PRIME_3);
        hash ^ (hash >> 32)
    }

    /// The lanes as one.
    fn joined(&self) -> u64 {
        let mut hash = 0_u64;
        for (lane, by) in self.lanes.iter().zip([1, 7, 12, 18]) {
            hash = hash.wrapping_add(lane.rotate_left(by));
        }
        for lane in self.lanes {
            hash = (hash ^ round(0, lane)).wrapping_mul(PRIME_1).wrapping_add(PRIME_4);
        }
        hash
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

fn step(hash: u64, by: u32, times: u64, plus: u64) -> u64 {
    hash.rotate_left(by).wrapping_mul(times).wrapping_add(plus)
}
