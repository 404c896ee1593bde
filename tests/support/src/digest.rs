//! Digests, computed without the crate that is tested.

use std::collections::BTreeMap;

use sha2::{Digest, Sha256};

/// The SHA-256 hash of some bytes in hexadecimal digits.
pub fn sha256(bytes: impl AsRef<[u8]>) -> String {
    hex(&Sha256::digest(bytes))
}

/// The SHA-256 digest of some bytes: `sha256:` and the hash.
pub fn digest(bytes: impl AsRef<[u8]>) -> String {
    format!("sha256:{}", sha256(bytes))
}

/// Bytes in hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::new(), |hex, byte| hex + &format!("{byte:02x}"))
}

/// The names and the SHA-256 hashes are those of a checksum file, in whatever order. Its lines are as `sha256sum` writes
/// them, or begin with `#`.
pub fn assert_checksums<'n>(file: &'n str, found: impl IntoIterator<Item = (&'n str, String)>) {
    let lines = file.lines().filter(|line| !line.starts_with('#'));
    let expected = lines.map(|line| line.split_once("  ").unwrap());
    let expected: BTreeMap<_, _> = expected.map(|(hash, name)| (name, hash.to_owned())).collect();
    assert_eq!(found.into_iter().collect::<BTreeMap<_, _>>(), expected);
}
