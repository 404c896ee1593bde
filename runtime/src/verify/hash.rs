//! Hashes of every algorithm that a digest can be of.

use std::io::{self, Write};

use oci_fixture_grammar::Digest;
use sha2::{Digest as _, Sha256, Sha384, Sha512};

/// Hashes and counts what is written, by the algorithm of a digest.
pub(super) struct Hash {
    algorithm: Algorithm,
    size: u64,
}

enum Algorithm {
    Sha256(Sha256),
    Sha384(Sha384),
    Sha512(Sha512),
}

impl Hash {
    /// The algorithm of a digest.
    pub(super) fn like(digest: &Digest) -> Self {
        let algorithm = match digest.algorithm() {
            "sha384" => Algorithm::Sha384(Sha384::new()),
            "sha512" => Algorithm::Sha512(Sha512::new()),
            _ => Algorithm::Sha256(Sha256::new()),
        };
        Self { algorithm, size: 0 }
    }

    /// The digest and the size of some bytes.
    pub(super) fn of(bytes: &[u8], like: &Digest) -> (Digest, u64) {
        let mut hash = Self::like(like);
        hash.update(bytes);
        hash.finish()
    }

    pub(super) fn update(&mut self, bytes: &[u8]) {
        self.size = self.size.saturating_add(bytes.len() as u64);
        match &mut self.algorithm {
            Algorithm::Sha256(hash) => hash.update(bytes),
            Algorithm::Sha384(hash) => hash.update(bytes),
            Algorithm::Sha512(hash) => hash.update(bytes),
        }
    }

    /// The digest, and the number of bytes.
    pub(super) fn finish(self) -> (Digest, u64) {
        let digest = match self.algorithm {
            Algorithm::Sha256(hash) => Digest::sha256(hash.finalize().into()),
            Algorithm::Sha384(hash) => Digest::sha384(hash.finalize().into()),
            Algorithm::Sha512(hash) => Digest::sha512(hash.finalize().into()),
        };
        (digest, self.size)
    }
}

impl Write for Hash {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
