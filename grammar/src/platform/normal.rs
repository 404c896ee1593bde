//! The normal form of a platform, which can be written in several ways.

use super::{Platform, arch, not_empty, os, variant};
use crate::Invalid;

impl Platform {
    /// The platform as `Normalize` of `github.com/containerd/platforms` v1.0.0-rc.4 writes it. containerd compares
    /// platforms in this form: in lower case, with Go's names, without the usual variant of an architecture (except for
    /// the `v7` of `arm`), and with sorted features, each of them once.
    ///
    /// | written | normalised |
    /// |---|---|
    /// | `macos` | `darwin` |
    /// | `i386`, with any variant | `386` |
    /// | `x86_64`, `x86-64` | `amd64` |
    /// | `amd64/v1` | `amd64` |
    /// | `aarch64` | `arm64` |
    /// | `arm64/v8`, `arm64/8`, `arm64/v8.0` | `arm64` |
    /// | `arm64/9`, `arm64/9.0`, `arm64/v9.0` | `arm64/v9` |
    /// | `arm`, and `armhf` with any variant | `arm/v7` |
    /// | `armel`, with any variant | `arm/v6` |
    /// | `arm/5` to `arm/8` | `arm/v5` to `arm/v8` |
    ///
    /// Unlike in containerd, an empty operating system stays empty. It does not become that of the machine.
    ///
    /// ```
    /// use oci_fixture::Platform;
    ///
    /// let normalized = |text: &str| Platform::parse(text).map(|platform| platform.normalized().to_string());
    /// assert_eq!(normalized("macOS/aarch64")?, "darwin/arm64");
    /// assert_eq!(normalized("linux/arm64/v8")?, "linux/arm64");
    /// assert_eq!(normalized("linux/arm")?, "linux/arm/v7");
    /// # Ok::<(), oci_fixture::Invalid>(())
    /// ```
    pub fn normalized(&self) -> Self {
        let (architecture, variant) =
            machine(lower_case(&self.architecture), lower_case(self.variant().unwrap_or_default()));
        let mut os_features = self.os_features.clone();
        os_features.sort();
        os_features.dedup();
        Self {
            os: system(lower_case(&self.os)),
            os_version: self.os_version.clone(),
            os_features,
            architecture,
            variant: not_empty(variant),
        }
    }
}

impl Platform {
    /// Checks that the operating system, the architecture and the variant have the names by which images are found, and
    /// not other names for them that containerd knows, such as `x86_64`. An unknown word is accepted, since an image may
    /// be for any platform.
    ///
    /// # Errors
    ///
    /// The error says Go's name.
    ///
    /// ```
    /// use oci_fixture::Platform;
    ///
    /// assert!(Platform::new("linux", "arm64").with_variant("v8").check_names().is_ok());
    /// assert_eq!(
    ///     Platform::new("linux", "x86_64").check_names().unwrap_err().to_string(),
    ///     "platform's architecture `x86_64` is another name of `amd64`; write `linux/amd64`"
    /// );
    /// assert_eq!(
    ///     Platform::new("linux", "arm").with_variant("7").check_names().unwrap_err().to_string(),
    ///     "platform's variant `7` is another name of `v7`; write `linux/arm/v7`"
    /// );
    /// ```
    pub fn check_names(&self) -> Result<(), Invalid> {
        if self.is_usual() {
            return Ok(());
        }
        let normalized = self.normalized();
        let names = [
            ("platform's operating system", self.os(), normalized.os(), os::ALL),
            ("platform's architecture", self.architecture(), normalized.architecture(), arch::ALL),
        ];
        for (part, name, usual, all) in names {
            if !all.contains(&name) && all.contains(&usual) {
                // The written variant stays, unless the name of the architecture itself implies a variant.
                let variant = match name.to_ascii_lowercase().as_str() {
                    "armhf" | "armel" => normalized.variant(),
                    _ => self.variant(),
                };
                let good = Self::new(normalized.os(), normalized.architecture());
                let good = Self {
                    os_version: self.os_version.clone(),
                    os_features: self.os_features.clone(),
                    ..good
                };
                let good = good.with_variant(variant.unwrap_or_default());
                return Err(Invalid::new(
                    part,
                    name,
                    format!("is another name of `{usual}`; write `{good}`"),
                ));
            }
        }
        self.check_variant()
    }

    /// Whether the platform consists of two words that Go knows. This is faster than normalising it.
    pub fn is_usual(&self) -> bool {
        self.variant.is_none() && os::ALL.contains(&self.os()) && arch::ALL.contains(&self.architecture())
    }

    /// Refuses a variant such as `7`, which containerd reads as `v7`. `arm64/v8` is accepted, although it is the same as
    /// `arm64`.
    fn check_variant(&self) -> Result<(), Invalid> {
        let Some(variant) = self.variant() else { return Ok(()) };
        let usual = format!("v{}", variant.trim_start_matches('v').trim_end_matches(".0"));
        let good = Self { variant: Some(usual.clone()), ..self.clone() };
        if usual == variant || self.normalized() != good.normalized() {
            return Ok(());
        }
        Err(Invalid::new(
            "platform's variant",
            variant,
            format!("is another name of `{usual}`; write `{good}`"),
        ))
    }
}

fn system(os: String) -> String {
    if os == "macos" { os::darwin.to_owned() } else { os }
}

/// An architecture and its variant, which may be empty.
fn machine(architecture: String, variant: String) -> (String, String) {
    let (architecture, variant) = match (architecture.as_str(), variant.as_str()) {
        ("i386", _) => (arch::i386, ""),
        ("x86_64" | "x86-64" | arch::amd64, variant::v1) => (arch::amd64, ""),
        ("x86_64" | "x86-64", other) => (arch::amd64, other),
        ("aarch64" | arch::arm64, "8" | variant::v8 | "v8.0") => (arch::arm64, ""),
        ("aarch64" | arch::arm64, "9" | "9.0" | "v9.0") => (arch::arm64, variant::v9),
        ("aarch64", other) => (arch::arm64, other),
        ("armhf", _) | (arch::arm, "" | "7") => (arch::arm, variant::v7),
        ("armel", _) | (arch::arm, "6") => (arch::arm, variant::v6),
        (arch::arm, "5") => (arch::arm, variant::v5),
        (arch::arm, "8") => (arch::arm, variant::v8),
        _ => return (architecture, variant),
    };
    (architecture.to_owned(), variant.to_owned())
}

/// The text in lower case as `strings.ToLower` of Go gives it: one character for each. `str::to_lowercase` gives two
/// characters for `İ`, and another sigma at the end of a word.
fn lower_case(text: &str) -> String {
    text.chars().filter_map(|character| character.to_lowercase().next()).collect()
}
