//! The platform on which an image runs.

/// Declares the constants of a module, and the list of all of them. The name of a constant is also its value, so that
/// `linux/arm64` is written in a declaration as in an image.
macro_rules! words {
    ($(#[$of_all:meta])* $all:ident; $($(#[$of_word:meta])* $word:ident $(= $text:literal)?,)*) => {
        $($(#[$of_word])*
        #[allow(non_upper_case_globals, reason = "an image has these words in lower case")]
        pub const $word: &str = words!(@ $word $($text)?);)*

        $(#[$of_all])*
        pub const $all: &[&str] = &[$($word),*];
    };
    (@ $word:ident) => { stringify!($word) };
    (@ $word:ident $text:literal) => { $text };
}
use words;

pub mod arch;
mod compatible;
mod normal;
mod option;
pub mod os;
pub mod variant;
mod windows;

use std::fmt;
use std::str::FromStr;

use crate::Invalid;
use crate::invalid::{quoted, quoted_char};

/// An operating system and an architecture, with their versions, features and variants: the `platform` of the
/// [index specification].
///
/// It reads and writes the notation of `github.com/containerd/platforms` v1.0.0-rc.4: `linux/amd64`,
/// `linux/arm/v7`, `windows(10.0.17763)/amd64`, `windows(10.0.17763+win32k)/amd64`. Unlike containerd, it
/// normalises nothing (`x86_64` stays `x86_64`, `arm64/v8` keeps its `v8`) until [`normalized`](Self::normalized)
/// is called, because a fixture may need either form. It also does not complete a single word by the platform of the
/// machine, so a single word is not a platform.
///
/// ```
/// use oci_fixture::Platform;
///
/// let platform = Platform::parse("linux/arm/v7")?;
/// assert_eq!(platform, Platform::new("linux", "arm").with_variant("v7"));
/// assert_eq!(platform.to_string(), "linux/arm/v7");
/// # Ok::<(), oci_fixture::Invalid>(())
/// ```
///
/// [index specification]: https://github.com/opencontainers/image-spec/blob/v1.1.1/image-index.md
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Platform {
    os: String,
    os_version: Option<String>,
    os_features: Vec<String>,
    architecture: String,
    variant: Option<String>,
}

impl Platform {
    /// A platform of any two words. They are not checked, because an image may have any words.
    ///
    /// ```
    /// use oci_fixture::{Platform, arch, os};
    ///
    /// assert_eq!(Platform::new(os::linux, arch::i386).to_string(), "linux/386");
    /// ```
    pub fn new(os: &str, architecture: &str) -> Self {
        Self {
            os: os.to_owned(),
            os_version: None,
            os_features: Vec::new(),
            architecture: architecture.to_owned(),
            variant: None,
        }
    }

    /// The platform with this variant of its architecture. An empty text removes the variant.
    ///
    /// ```
    /// use oci_fixture::{Platform, variant};
    ///
    /// assert_eq!(Platform::new("linux", "arm64").with_variant(variant::v8).to_string(), "linux/arm64/v8");
    /// ```
    pub fn with_variant(mut self, variant: &str) -> Self {
        self.variant = not_empty(variant.to_owned());
        self
    }

    /// The platform with this version of its operating system. An empty text removes the version.
    ///
    /// ```
    /// use oci_fixture::Platform;
    ///
    /// let platform = Platform::new("windows", "amd64").with_os_version("10.0.17763");
    /// assert_eq!(platform.to_string(), "windows(10.0.17763)/amd64");
    /// ```
    pub fn with_os_version(mut self, version: &str) -> Self {
        self.os_version = not_empty(version.to_owned());
        self
    }

    /// The platform with these features of its operating system, which replace any other features. Their order is kept.
    ///
    /// ```
    /// use oci_fixture::Platform;
    ///
    /// let platform = Platform::new("windows", "amd64").with_os_features(["win32k"]);
    /// assert_eq!(platform.to_string(), "windows(+win32k)/amd64");
    /// ```
    pub fn with_os_features(mut self, features: impl IntoIterator<Item = impl AsRef<str>>) -> Self {
        self.os_features = features.into_iter().map(|feature| feature.as_ref().to_owned()).collect();
        self
    }

    /// Reads `os/arch`, `os/arch/variant` or `os(version+feature)/arch/variant`.
    ///
    /// A version or a feature is percent-encoded UTF-8, as in a URL: `%2F` is a `/`.
    ///
    /// ```
    /// use oci_fixture::Platform;
    ///
    /// let invalid = Platform::parse("arm64").unwrap_err();
    /// assert_eq!(invalid.to_string(), "platform `arm64` is a single word; write `linux/arm64`");
    /// ```
    pub fn parse(text: &str) -> Result<Self, Invalid> {
        let invalid = |reason: String| Err(Invalid::new("platform", text, reason));
        if text.is_empty() {
            return invalid("is empty; write one, such as `linux/amd64`".to_owned());
        }
        if text.contains('*') {
            return invalid(
                "has a `*`, but an image is for one platform; write one, such as `linux/amd64`".to_owned(),
            );
        }
        let mut parts = text.split('/');
        let os = parts.next().unwrap_or_default();
        let Some(architecture) = parts.next() else {
            return invalid(format!("is a single word; write {}", quoted(&both_words(text))));
        };
        let variant = parts.next();
        let more = parts.count();
        if more > 0 {
            let found = 3 + more;
            return invalid(format!("has {found} parts; write at most three, as in `linux/arm/v7`"));
        }

        let mut platform = parse_os(os)?;
        check_word("platform's architecture", architecture, "_.-", "as `amd64` in `linux/amd64`")?;
        architecture.clone_into(&mut platform.architecture);
        if let Some(variant) = variant {
            check_word("platform's variant", variant, "_.-", "as `v7` in `linux/arm/v7`")?;
            platform.variant = Some(variant.to_owned());
        }
        Ok(platform)
    }

    /// The operating system, such as `linux`.
    ///
    /// ```
    /// # use oci_fixture::Platform;
    /// assert_eq!(Platform::new("linux", "amd64").os(), "linux");
    /// ```
    pub fn os(&self) -> &str {
        &self.os
    }

    /// The version of the operating system, `os.version` in JSON.
    ///
    /// ```
    /// # use oci_fixture::Platform;
    /// assert_eq!(Platform::parse("windows(10.0.17763)/amd64")?.os_version(), Some("10.0.17763"));
    /// # Ok::<(), oci_fixture::Invalid>(())
    /// ```
    pub fn os_version(&self) -> Option<&str> {
        self.os_version.as_deref()
    }

    /// The features that the operating system must have, `os.features` in JSON.
    ///
    /// ```
    /// # use oci_fixture::Platform;
    /// assert_eq!(Platform::parse("windows(+win32k)/amd64")?.os_features(), ["win32k"]);
    /// # Ok::<(), oci_fixture::Invalid>(())
    /// ```
    pub fn os_features(&self) -> &[String] {
        &self.os_features
    }

    /// The architecture, such as `amd64`.
    ///
    /// ```
    /// # use oci_fixture::Platform;
    /// assert_eq!(Platform::new("linux", "amd64").architecture(), "amd64");
    /// ```
    pub fn architecture(&self) -> &str {
        &self.architecture
    }

    /// The variant of the architecture, such as `v7` of `arm`.
    ///
    /// ```
    /// # use oci_fixture::Platform;
    /// assert_eq!(Platform::parse("linux/arm/v7")?.variant(), Some("v7"));
    /// # Ok::<(), oci_fixture::Invalid>(())
    /// ```
    pub fn variant(&self) -> Option<&str> {
        self.variant.as_deref()
    }

    /// Whether [`os::ALL`] and [`arch::ALL`] list its two words. Such a platform, as `linux/arm`, is not mistaken for the
    /// name of an image.
    ///
    /// ```
    /// # use oci_fixture::Platform;
    /// assert!(Platform::new("linux", "arm").is_known());
    /// assert!(!Platform::new("library", "busybox").is_known());
    /// ```
    pub fn is_known(&self) -> bool {
        os::ALL.contains(&self.os()) && arch::ALL.contains(&self.architecture())
    }
}

/// The notation that [`Platform::parse`] reads. As in containerd, features are sorted and not repeated, and a
/// platform without an operating system is `unknown`.
impl fmt::Display for Platform {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.os.is_empty() {
            return f.write_str("unknown");
        }
        f.write_str(&self.os)?;
        let mut features: Vec<&String> =
            self.os_features.iter().filter(|feature| !feature.is_empty()).collect();
        features.sort();
        features.dedup();
        if self.os_version.is_some() || !features.is_empty() {
            write!(f, "({}", option::encoded(self.os_version().unwrap_or_default()))?;
            for feature in features {
                write!(f, "+{}", option::encoded(feature))?;
            }
            f.write_str(")")?;
        }
        if !self.architecture.is_empty() {
            write!(f, "/{}", self.architecture)?;
        }
        if let Some(variant) = &self.variant {
            write!(f, "/{variant}")?;
        }
        Ok(())
    }
}

impl FromStr for Platform {
    type Err = Invalid;

    fn from_str(text: &str) -> Result<Self, Invalid> {
        Self::parse(text)
    }
}

fn not_empty(text: String) -> Option<String> {
    if text.is_empty() { None } else { Some(text) }
}

/// Reads `os` or `os(version+feature+...)`. The version and the features may be missing.
fn parse_os(text: &str) -> Result<Platform, Invalid> {
    const OS: &str = "platform's operating system";
    let (name, options) = match text.split_once('(') {
        None => (text, None),
        Some((name, rest)) => (name, Some(rest)),
    };
    check_word(OS, name, "_-", "as `linux` in `linux/amd64`")?;
    let mut platform = Platform::new(name, "");
    let Some(options) = options else {
        return Ok(platform);
    };
    let Some(options) = options.strip_suffix(')') else {
        let reason = "does not end its `(` with a `)`; write `os(version)`, and `%2F` for a `/` in it";
        return Err(Invalid::new(OS, text, reason));
    };
    let mut options = options.split('+');
    if let Some(version) = options.next() {
        platform.os_version = not_empty(option::decoded("platform's os version", version)?);
    }
    for feature in options {
        if feature.is_empty() {
            let reason = "is empty; write one behind each `+`, or leave the `+` out";
            return Err(Invalid::new("platform's os feature", feature, reason));
        }
        platform.os_features.push(option::decoded("platform's os feature", feature)?);
    }
    Ok(platform)
}

/// Checks that a word has only letters, digits and the characters of `punctuation`.
fn check_word(part: &'static str, word: &str, punctuation: &str, example: &str) -> Result<(), Invalid> {
    if word.is_empty() {
        return Err(Invalid::new(part, word, format!("is empty; write one, {example}")));
    }
    if let Some(unexpected) = word.chars().find(|c| !c.is_ascii_alphanumeric() && !punctuation.contains(*c)) {
        let unexpected = quoted_char(unexpected);
        let punctuation = quoted(punctuation);
        let reason = format!("has {unexpected}; use letters, digits and {punctuation} alone, {example}");
        return Err(Invalid::new(part, word, reason));
    }
    Ok(())
}

/// The platform that is probably meant by a single word.
fn both_words(word: &str) -> String {
    match word {
        os::js | os::wasi | os::wasip1 => format!("{word}/wasm"),
        _ if arch::ALL.contains(&word) && word != arch::unknown => format!("linux/{word}"),
        os::unknown => "unknown/unknown".to_owned(),
        _ if os::ALL.contains(&word) => format!("{word}/amd64"),
        _ => "linux/amd64".to_owned(),
    }
}
