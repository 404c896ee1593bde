//! The name of a blob: an algorithm and the hash of its bytes.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

#[cfg(feature = "values")]
use sha2::Digest as _;

use crate::Invalid;
use crate::invalid::{quoted, quoted_char};

/// A digest such as `sha256:9f86d081...`, checked when it was made.
///
/// It follows the [descriptor specification] and accepts exactly what `Parse` of
/// `github.com/opencontainers/go-digest` v1.0.0 accepts: the algorithms `sha256`, `sha384` and `sha512`, with
/// all of the hash in lower-case hexadecimal digits.
///
/// ```
/// use oci_fixture::Digest;
///
/// let digest = Digest::sha256("abc");
/// assert_eq!(digest.algorithm(), "sha256");
/// assert_eq!(digest.hex(), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
/// assert_eq!(Digest::parse(digest.as_str()), Ok(digest));
/// ```
///
/// It compares with texts, and with oci-spec's digests:
///
/// ```
/// use oci_fixture::{Digest, Fixture, Manifest};
///
/// let layout = Fixture::new().with(Manifest::new().with(("a", "b"))).in_memory()?;
/// let image = layout.platform("linux/amd64")?;
/// assert_eq!(image.layers()?[0].digest(), image.manifest()?.layers()[0].digest());
/// assert_eq!(*image.digest(), Digest::sha256(image.bytes()?));
/// # Ok::<(), oci_fixture::Error>(())
/// ```
///
/// [descriptor specification]: https://github.com/opencontainers/image-spec/blob/v1.1.1/descriptor.md#digests
// The text is shared, because several structures hold each digest while a fixture is written.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Digest(Arc<str>);

/// The length of the name of an algorithm, which is that of `sha256`.
const ALGORITHM: usize = 6;

/// The bytes of the longest hash, which is that of `sha512`.
const LONGEST: usize = 64;

impl Digest {
    /// Reads a digest.
    ///
    /// ```
    /// use oci_fixture::Digest;
    ///
    /// let invalid = Digest::parse("sha256:abc").unwrap_err();
    /// assert_eq!(
    ///     invalid.to_string(),
    ///     "digest `sha256:abc` is too short: 3 digits; write all 64 hexadecimal digits of the sha256 hash"
    /// );
    /// ```
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        check(text)?;
        Ok(Self(text.into()))
    }

    /// The SHA-256 digest of these bytes.
    ///
    /// ```
    /// use oci_fixture::Digest;
    ///
    /// let empty = "sha256:e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
    /// assert_eq!(Digest::sha256(""), empty);
    /// ```
    #[cfg(feature = "values")]
    pub fn sha256(bytes: impl AsRef<[u8]>) -> Self {
        Self::from_sha256(sha2::Sha256::digest(bytes).into())
    }

    /// The SHA-512 digest of these bytes.
    ///
    /// ```
    /// use oci_fixture::Digest;
    ///
    /// let digest = Digest::sha512(b"abc");
    /// assert!(digest.as_str().starts_with("sha512:ddaf35a193617abacc417349ae204131"));
    /// assert_eq!(digest.hex().len(), 128);
    /// ```
    #[cfg(feature = "values")]
    pub fn sha512(bytes: impl AsRef<[u8]>) -> Self {
        Self::from_sha512(sha2::Sha512::digest(bytes).into())
    }

    /// The digest of bytes whose SHA-256 hash is `hash`.
    ///
    /// ```
    /// use oci_fixture::Digest;
    ///
    /// assert_eq!(Digest::from_sha256([0; 32]), format!("sha256:{}", "0".repeat(64)));
    /// ```
    pub fn from_sha256(hash: [u8; 32]) -> Self {
        Self::of(*b"sha256:", &hash)
    }

    /// The digest of bytes whose SHA-384 hash is `hash`.
    ///
    /// ```
    /// use oci_fixture::Digest;
    ///
    /// assert_eq!(Digest::from_sha384([0; 48]), format!("sha384:{}", "0".repeat(96)));
    /// ```
    pub fn from_sha384(hash: [u8; 48]) -> Self {
        Self::of(*b"sha384:", &hash)
    }

    /// The digest of bytes whose SHA-512 hash is `hash`.
    ///
    /// ```
    /// use oci_fixture::Digest;
    ///
    /// assert_eq!(Digest::from_sha512([0; 64]), format!("sha512:{}", "0".repeat(128)));
    /// ```
    pub fn from_sha512(hash: [u8; 64]) -> Self {
        Self::of(*b"sha512:", &hash)
    }

    fn of(algorithm: [u8; ALGORITHM + 1], hash: &[u8]) -> Self {
        let mut text = [0; ALGORITHM + 1 + 2 * LONGEST];
        let (start, digits) = text.split_at_mut(ALGORITHM + 1);
        start.copy_from_slice(&algorithm);
        // 16 digits are written at once, because a loop over single digits is slow without optimisation. The length of a hash
        // is a multiple of eight bytes.
        for (to, word) in digits.as_chunks_mut().0.iter_mut().zip(hash.as_chunks().0) {
            *to = hex_digits(u64::from_be_bytes(*word)).to_be_bytes();
        }
        let text = text.get(..algorithm.len() + 2 * hash.len()).unwrap_or_default();
        Self(str::from_utf8(text).unwrap_or_default().into())
    }

    /// The text before the colon: `sha256`, `sha384` or `sha512`.
    ///
    /// ```
    /// # use oci_fixture::Digest;
    /// assert_eq!(Digest::from_sha256([0; 32]).algorithm(), "sha256");
    /// ```
    pub fn algorithm(&self) -> &str {
        self.0.get(..ALGORITHM).unwrap_or_default()
    }

    /// The text after the colon: the hash in lower-case hexadecimal digits.
    ///
    /// ```
    /// # use oci_fixture::Digest;
    /// assert_eq!(Digest::from_sha256([0xff; 32]).hex(), "f".repeat(64));
    /// ```
    pub fn hex(&self) -> &str {
        self.0.get(ALGORITHM + 1..).unwrap_or_default()
    }

    /// The whole digest, as it stands in a descriptor.
    ///
    /// ```
    /// # use oci_fixture::Digest;
    /// assert!(Digest::from_sha256([0; 32]).as_str().starts_with("sha256:0000"));
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

/// Compares digests with values of another type, in both directions.
macro_rules! compare {
    ($($other:ty),*) => {$(
        impl PartialEq<$other> for Digest {
            fn eq(&self, other: &$other) -> bool {
                let other: &str = other.as_ref();
                self.as_str() == other
            }
        }

        impl PartialEq<Digest> for $other {
            fn eq(&self, digest: &Digest) -> bool {
                digest == self
            }
        }
    )*};
}

compare!(str, &str, String);
#[cfg(feature = "values")]
compare!(oci_spec::image::Digest);

impl fmt::Display for Digest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

/// The whole digest, without a copy of it.
impl From<Digest> for Arc<str> {
    fn from(digest: Digest) -> Self {
        digest.0
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
        let hex = text.trim_start_matches("sha256").trim_start_matches(['-', '_', '@', ' ']);
        let is_hash = hex.len() == 64 && hex.bytes().all(|byte| byte.is_ascii_hexdigit());
        let cure = format!("`sha256:{}`", hex.to_ascii_lowercase());
        let cure = if is_hash { &cure } else { "`sha256:` and 64 hexadecimal digits" };
        return invalid(format!("has no `:`; write {cure}"));
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
    if let Some(unexpected) = hex.chars().find(|c| !c.is_ascii_hexdigit()) {
        return invalid(format!(
            "has {} in its hash; use `0` to `9` and `a` to `f` alone",
            quoted_char(unexpected)
        ));
    }
    if hex.len() != digits {
        let long = if hex.len() < digits { "short" } else { "long" };
        let found = match hex.len() {
            1 => "1 digit".to_owned(),
            found => format!("{found} digits"),
        };
        return invalid(format!(
            "is too {long}: {found}; write all {digits} hexadecimal digits of the {algorithm} hash"
        ));
    }
    if hex.bytes().any(|b| b.is_ascii_uppercase()) {
        let lower = quoted(&text.to_ascii_lowercase());
        return invalid(format!("has upper-case digits; write {lower}"));
    }
    Ok(())
}

/// The hexadecimal digits of a number, the first one in the highest byte.
fn hex_digits(number: u64) -> u128 {
    const fn each(byte: u8) -> u128 {
        u128::from_ne_bytes([byte; 16])
    }
    const ZEROS: u128 = each(b'0');
    const TO_16: u128 = each(16 - 10);
    const ONES: u128 = each(1);
    const LETTERS: u128 = b'a' as u128 - b'0' as u128 - 10;
    // Each half of the digits moves up to its own half of the word, and so on for halves of halves.
    let number = u128::from(number);
    let number = (number | number << 32) & 0x0000_0000_ffff_ffff_0000_0000_ffff_ffff;
    let number = (number | number << 16) & 0x0000_ffff_0000_ffff_0000_ffff_0000_ffff;
    let number = (number | number << 8) & 0x00ff_00ff_00ff_00ff_00ff_00ff_00ff_00ff;
    let number = (number | number << 4) & 0x0f0f_0f0f_0f0f_0f0f_0f0f_0f0f_0f0f_0f0f;
    // Adding 6 to a digit carries into the next four bits for those from 10 on, which are letters.
    let letters = (number + TO_16) >> 4 & ONES;
    number + ZEROS + letters * LETTERS
}
