//! SHA-256, by which every blob is named.

use std::io::{self, Write};

use oci_fixture_grammar::Digest;
use sha2::{Digest as _, Sha256};

/// Hashes what is written piece by piece.
#[derive(Default)]
pub(crate) struct Hasher(Sha256);

impl Hasher {
    pub(crate) fn update(&mut self, bytes: &[u8]) {
        self.0.update(bytes);
    }

    pub(crate) fn finish(self) -> Digest {
        Digest::sha256(self.0.finalize().into())
    }
}

/// Hashes and counts what is written, and keeps none of it.
#[derive(Default)]
pub(crate) struct Hashed {
    hasher: Hasher,
    size: u64,
}

impl Hashed {
    /// The digest and the number of bytes.
    pub(crate) fn finish(self) -> (Digest, u64) {
        (self.hasher.finish(), self.size)
    }
}

impl Write for Hashed {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.hasher.update(bytes);
        self.size += bytes.len() as u64;
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
