//! SHA-256, by which every blob is named.

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
