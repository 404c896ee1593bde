//! Hashing: the digests by which blobs are named.

use std::io::{self, Write};

use oci_fixture_grammar::Digest;
use sha2::{Digest as _, Sha256, Sha384, Sha512};

/// The algorithm of the digest of a node.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) enum DigestAlgorithm {
    #[default]
    Sha256,
    Sha512,
}

impl DigestAlgorithm {
    /// The algorithm of a digest that is written out.
    pub(crate) fn of(digest: &str) -> Self {
        if digest.starts_with("sha512:") { Self::Sha512 } else { Self::Sha256 }
    }
}

/// Hashes and counts the written bytes, and keeps none of them. The default is SHA-256.
#[derive(Debug)]
pub(crate) struct Hasher {
    algorithm: Algorithm,
    size: u64,
}

#[derive(Debug)]
enum Algorithm {
    Sha256(Sha256),
    Sha384(Sha384),
    Sha512(Sha512),
}

impl Hasher {
    pub(crate) fn new(algorithm: DigestAlgorithm) -> Self {
        match algorithm {
            DigestAlgorithm::Sha256 => Self::default(),
            DigestAlgorithm::Sha512 => Self { algorithm: Algorithm::Sha512(Sha512::new()), size: 0 },
        }
    }

    /// Hashes by the algorithm of a digest.
    pub(crate) fn like(digest: &Digest) -> Self {
        let algorithm = match digest.algorithm() {
            "sha384" => Algorithm::Sha384(Sha384::new()),
            "sha512" => Algorithm::Sha512(Sha512::new()),
            _ => Algorithm::Sha256(Sha256::new()),
        };
        Self { algorithm, size: 0 }
    }

    pub(crate) fn update(&mut self, bytes: &[u8]) {
        self.size = self.size.saturating_add(bytes.len() as u64);
        match &mut self.algorithm {
            Algorithm::Sha256(hash) => hash.update(bytes),
            Algorithm::Sha384(hash) => hash.update(bytes),
            Algorithm::Sha512(hash) => hash.update(bytes),
        }
    }

    /// The digest and the number of the bytes.
    pub(crate) fn finish(self) -> (Digest, u64) {
        let digest = match self.algorithm {
            Algorithm::Sha256(hash) => Digest::from_sha256(hash.finalize().into()),
            Algorithm::Sha384(hash) => Digest::from_sha384(hash.finalize().into()),
            Algorithm::Sha512(hash) => Digest::from_sha512(hash.finalize().into()),
        };
        (digest, self.size)
    }
}

impl Default for Hasher {
    fn default() -> Self {
        Self { algorithm: Algorithm::Sha256(Sha256::new()), size: 0 }
    }
}

impl Write for Hasher {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Whether a text fits the [grammar] of digests, but has an algorithm that the specification does not register, so that its
/// hash cannot be checked.
///
/// [grammar]: https://github.com/opencontainers/image-spec/blob/v1.1.1/descriptor.md#digests
pub(crate) fn is_of_unknown_algorithm(text: &str) -> bool {
    let Some((algorithm, encoded)) = text.split_once(':') else { return false };
    let is_encoded = |byte: u8| byte.is_ascii_alphanumeric() || b"=_-".contains(&byte);
    !matches!(algorithm, "sha256" | "sha512")
        && is_algorithm(algorithm)
        && !encoded.is_empty()
        && encoded.bytes().all(is_encoded)
}

/// Whether a text fits the grammar of algorithms.
pub(crate) fn is_algorithm(text: &str) -> bool {
    let is_word = |word: &str| {
        !word.is_empty() && word.bytes().all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit())
    };
    text.split(['+', '.', '_', '-']).all(is_word)
}
