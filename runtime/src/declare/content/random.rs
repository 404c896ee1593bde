//! Bytes that look random: the outputs of `SplitMix64`, as the docs of `Content::random` define them.

use std::io::{self, Write};

use super::chunk_of;

/// The number of bytes of one output.
const WORD: usize = 8;

pub(super) fn write(seed: u64, size: u64, out: &mut dyn Write) -> io::Result<()> {
    let mut state = seed;
    let mut chunk = vec![0; chunk_of(size).next_multiple_of(WORD)];
    let mut rest = size;
    while rest > 0 {
        for word in chunk.as_chunks_mut::<WORD>().0 {
            *word = next(&mut state).to_le_bytes();
        }
        let bytes = chunk.get(..chunk_of(rest)).unwrap_or(&chunk);
        out.write_all(bytes)?;
        rest -= bytes.len() as u64;
    }
    Ok(())
}

/// The next output of `SplitMix64`: <https://prng.di.unimi.it/splitmix64.c>.
fn next(state: &mut u64) -> u64 {
    *state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
    let mut word = *state;
    word = (word ^ (word >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    word = (word ^ (word >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    word ^ (word >> 31)
}

#[cfg(test)]
mod tests {
    use super::next;

    /// The outputs of the reference implementation.
    #[test]
    fn the_outputs_are_those_of_splitmix64() {
        for (seed, outputs) in [
            (0, [0xe220_a839_7b1d_cdaf, 0x6e78_9e6a_a1b9_65f4, 0x06c4_5d18_8009_454f]),
            (1_234_567, [6_457_827_717_110_365_317, 3_203_168_211_198_807_973, 9_817_491_932_198_370_423]),
        ] {
            let mut state = seed;
            assert_eq!([(); 3].map(|()| next(&mut state)), outputs, "{seed}");
        }
    }
}
