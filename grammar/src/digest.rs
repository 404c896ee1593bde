//! What a blob is called: an algorithm and the hash of its bytes.

use std::fmt;
use std::str::FromStr;

use crate::Invalid;
use crate::invalid::{quoted, quoted_char};

/// A digest such as `sha256:9f86d081...`, checked when it was made.
///
/// It follows the [descriptor specification] and accepts exactly what `Parse` of
/// `github.com/opencontainers/go-digest` v1.0.0 accepts: the algorithms `sha256`, `sha384` and `sha512`, with
/// all of the hash in lower-case hexadecimal digits.
///
/// ```
/// use oci_fixture_grammar::Digest;
///
/// let digest = Digest::sha256([0xab; 32]);
/// assert_eq!(digest.algorithm(), "sha256");
/// assert_eq!(digest.hex(), "ab".repeat(32));
/// assert_eq!(Digest::parse(digest.as_str()), Ok(digest));
/// ```
///
/// [descriptor specification]: https://github.com/opencontainers/image-spec/blob/v1.1.1/descriptor.md#digests
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest(String);

impl Digest {
    /// Reads a digest.
    ///
    /// ```
    /// use oci_fixture_grammar::Digest;
    ///
    /// let invalid = Digest::parse("sha256:abc").unwrap_err();
    /// assert_eq!(
    ///     invalid.to_string(),
    ///     "digest `sha256:abc` is too short: 3 digits; write all 64 hexadecimal digits of the sha256 hash"
    /// );
    /// ```
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        check(text)?;
        Ok(Self(text.to_owned()))
    }

    /// The digest of something whose SHA-256 hash is `hash`.
    ///
    /// ```
    /// use oci_fixture_grammar::Digest;
    ///
    /// assert_eq!(Digest::sha256([0; 32]).as_str(), format!("sha256:{}", "0".repeat(64)));
    /// ```
    pub fn sha256(hash: [u8; 32]) -> Self {
        Self::of("sha256:", &hash)
    }

    /// The digest of something whose SHA-384 hash is `hash`.
    ///
    /// ```
    /// use oci_fixture_grammar::Digest;
    ///
    /// assert_eq!(Digest::sha384([0; 48]).as_str(), format!("sha384:{}", "0".repeat(96)));
    /// ```
    pub fn sha384(hash: [u8; 48]) -> Self {
        Self::of("sha384:", &hash)
    }

    /// The digest of something whose SHA-512 hash is `hash`.
    ///
    /// ```
    /// use oci_fixture_grammar::Digest;
    ///
    /// assert_eq!(Digest::sha512([0; 64]).as_str(), format!("sha512:{}", "0".repeat(128)));
    /// ```
    pub fn sha512(hash: [u8; 64]) -> Self {
        Self::of("sha512:", &hash)
    }

    fn of(algorithm: &str, hash: &[u8]) -> Self {
        let mut text = String::with_capacity(algorithm.len() + 2 * hash.len());
        text.push_str(algorithm);
        for byte in hash {
            text.push(hex_digit(byte >> 4));
            text.push(hex_digit(byte & 0xf));
        }
        Self(text)
    }

    /// What comes before the colon: `sha256`, `sha384` or `sha512`.
    ///
    /// ```
    /// # use oci_fixture_grammar::Digest;
    /// assert_eq!(Digest::sha256([0; 32]).algorithm(), "sha256");
    /// ```
    pub fn algorithm(&self) -> &str {
        self.0.split_once(':').map_or("", |(algorithm, _)| algorithm)
    }

    /// What comes after the colon: the hash in lower-case hexadecimal digits.
    ///
    /// ```
    /// # use oci_fixture_grammar::Digest;
    /// assert_eq!(Digest::sha256([0xff; 32]).hex(), "f".repeat(64));
    /// ```
    pub fn hex(&self) -> &str {
        self.0.split_once(':').map_or("", |(_, hex)| hex)
    }

    /// The whole digest, as it stands in a descriptor.
    ///
    /// ```
    /// # use oci_fixture_grammar::Digest;
    /// assert!(Digest::sha256([0; 32]).as_str().starts_with("sha256:0000"));
    /// ```
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl AsRef<str> for Digest {
    fn as_ref(&self) -> &str {
        self.as_str()
    }
}

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl FromStr for Digest {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        Self::parse(text)
    }
}

fn check(text: &str) -> Result<(), Invalid> {
    let invalid = |reason: String| Err(Invalid::new("digest", text, reason));
    if text.is_empty() {
        return invalid("is empty; write `sha256:` and 64 hexadecimal digits".to_owned());
    }
    let Some((algorithm, hex)) = text.split_once(':') else {
        return invalid("has no `:`; write `sha256:` and 64 hexadecimal digits".to_owned());
    };
    let digits = match algorithm {
        "sha256" => 64,
        "sha384" => 96,
        "sha512" => 128,
        _ => {
            let algorithm = quoted(algorithm);
            return invalid(format!(
                "has the algorithm {algorithm}; write `sha256`, `sha384` or `sha512`, in lower case"
            ));
        }
    };
    if let Some(odd) = hex.chars().find(|c| !c.is_ascii_hexdigit()) {
        return invalid(format!("has {} in its hash; use `0` to `9` and `a` to `f` alone", quoted_char(odd)));
    }
    if hex.len() != digits {
        let long = if hex.len() < digits { "short" } else { "long" };
        let found = hex.len();
        return invalid(format!(
            "is too {long}: {found} digits; write all {digits} hexadecimal digits of the {algorithm} hash"
        ));
    }
    if hex.bytes().any(|b| b.is_ascii_uppercase()) {
        let lower = quoted(&text.to_ascii_lowercase());
        return invalid(format!("has upper-case digits; write {lower}"));
    }
    Ok(())
}

/// The digit for a number below 16.
fn hex_digit(nibble: u8) -> char {
    char::from(if nibble < 10 { b'0' + nibble } else { b'a' + (nibble & 0xf) - 10 })
}
