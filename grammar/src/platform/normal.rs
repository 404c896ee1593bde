//! The one way to write a platform that has several.

use super::{Platform, arch, not_empty, os, variant};

impl Platform {
    /// The same as `Normalize` of `github.com/containerd/platforms` v1.0.0-rc.4 writes it, which is how
    /// containerd compares platforms: in lower case, by Go's names, without the variant that is an
    /// architecture's usual one (but `arm` has its `v7`), and with the features sorted, each once.
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
    /// Unlike there, an empty operating system stays empty: it does not become that of the machine at hand.
    ///
    /// ```
    /// use oci_fixture_grammar::Platform;
    ///
    /// let normalized = |text: &str| Platform::parse(text).map(|platform| platform.normalized().to_string());
    /// assert_eq!(normalized("macOS/aarch64")?, "darwin/arm64");
    /// assert_eq!(normalized("linux/arm64/v8")?, "linux/arm64");
    /// assert_eq!(normalized("linux/arm")?, "linux/arm/v7");
    /// # Ok::<(), oci_fixture_grammar::Invalid>(())
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

/// As Go's `strings.ToLower`: one character for each, wherever it stands. `str::to_lowercase` gives two for
/// `İ`, and another sigma at the end of a word.
fn lower_case(text: &str) -> String {
    text.chars().filter_map(|character| character.to_lowercase().next()).collect()
}
