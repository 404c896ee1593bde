//! The platforms whose images run on a platform, and which of them run best.

use super::{Platform, arch, os, variant, windows};

impl Platform {
    /// The platforms whose images run on this platform, the best first, each [normalised](Self::normalized). They
    /// are those that `Only` of `github.com/containerd/platforms` v1.0.0-rc.4 accepts, in the order in which containerd
    /// looks for them in an index.
    ///
    /// * `amd64` runs its older variants, then `386`.
    /// * `arm` runs its older variants, down to `v5`.
    /// * `arm64` runs its older variants, then `arm/v8` to `arm/v5`. A `v9` variant also runs the `v8` variants up to the
    ///   one whose minor version is higher by five: `v9.1` runs `v8.6`. The known variants are `v8` to `v8.9` and
    ///   `v9` to `v9.7`. An `arm64` with another variant runs nothing, not even itself.
    /// * Any other architecture runs itself alone.
    ///
    /// Unlike in containerd, a variant with a number above 255 has no older ones.
    ///
    /// ```
    /// use oci_fixture::Platform;
    ///
    /// let compatible = Platform::parse("linux/arm/v7")?.compatible();
    /// let compatible: Vec<String> = compatible.iter().map(ToString::to_string).collect();
    /// assert_eq!(compatible, ["linux/arm/v7", "linux/arm/v6", "linux/arm/v5"]);
    /// # Ok::<(), oci_fixture::Invalid>(())
    /// ```
    pub fn compatible(&self) -> Vec<Self> {
        let host = self.normalized();
        machines(host.architecture(), host.variant().unwrap_or_default())
            .into_iter()
            .map(|(architecture, variant)| {
                let machine = Self { architecture: architecture.to_owned(), ..host.clone() };
                machine.with_variant(&variant).normalized()
            })
            .collect()
    }

    /// The rank of an image for `candidate` on this platform, in the order of `Only` of
    /// `github.com/containerd/platforms` v1.0.0-rc.4: the smaller, the better. `None` if the image does not run here.
    /// Ranks can be compared only for one platform. Of several candidates with equal ranks, containerd chooses the first.
    ///
    /// * Architecture and variant come first, in the order of [`compatible`](Self::compatible).
    /// * Then a candidate with more features of the operating system is better. A candidate with a feature that this
    ///   platform does not have is refused, but every Windows has `win32k`.
    /// * The version of the operating system matters only on Windows. On a build before 20348, which is Windows Server
    ///   2022, the first three numbers of both versions must be equal. On later builds, the build of the candidate may be
    ///   older: from 20348 on, or, on a build above 26100, which is Windows Server 2025, from 26100 on. A candidate
    ///   without a version is accepted. If this platform has no version, or one that cannot be read, all are accepted.
    ///
    /// Unlike in containerd, a feature that a candidate has twice counts once.
    ///
    /// ```
    /// use oci_fixture::Platform;
    ///
    /// let host = Platform::parse("linux/arm64")?;
    /// let index = ["linux/amd64", "linux/arm/v6", "linux/arm/v7"].map(|text| Platform::parse(text).unwrap());
    /// let best = index.iter().filter(|it| host.rank(it).is_some()).min_by_key(|it| host.rank(it));
    /// assert_eq!(best, Some(&Platform::new("linux", "arm").with_variant("v7")));
    /// # Ok::<(), oci_fixture::Invalid>(())
    /// ```
    pub fn rank(&self, candidate: &Self) -> Option<usize> {
        let host = self.normalized();
        let found = candidate.normalized();
        if found.os != host.os || !host.has_features_for(candidate) {
            return None;
        }
        let is_windows = host.os == os::windows;
        if is_windows && !windows::runs(host.os_version(), candidate.os_version()) {
            return None;
        }
        let place = host
            .compatible()
            .iter()
            .position(|it| (it.architecture(), it.variant()) == (found.architecture(), found.variant()))?;
        // On Windows a candidate may have `win32k` besides.
        let most_features = host.os_features.len() + usize::from(is_windows);
        Some(place * (most_features + 1) + most_features.saturating_sub(found.os_features.len()))
    }

    fn has_features_for(&self, candidate: &Self) -> bool {
        let mut needed = candidate.os_features.clone();
        // containerd removes one `win32k`, so a second one counts as a feature.
        if self.os == os::windows
            && let Some(place) = needed.iter().position(|feature| feature == "win32k")
        {
            needed.remove(place);
        }
        needed.iter().all(|feature| self.os_features.contains(feature))
    }
}

/// The architectures and variants that run on an architecture with a variant, the best first. A variant may be empty.
fn machines<'a>(architecture: &'a str, variant: &str) -> Vec<(&'a str, String)> {
    let each = |architecture: &'a str, variants: Vec<String>| {
        variants.into_iter().map(move |variant| (architecture, variant))
    };
    match architecture {
        arch::amd64 => {
            each(arch::amd64, with_older(variant, 1)).chain([(arch::i386, String::new())]).collect()
        }
        arch::arm => each(arch::arm, with_older(variant, 5)).collect(),
        arch::arm64 => match arm64_with_older(variant) {
            Some(variants) => {
                each(arch::arm64, variants).chain(each(arch::arm, with_older(variant::v8, 5))).collect()
            }
            None => Vec::new(),
        },
        _ => vec![(architecture, variant.to_owned())],
    }
}

/// A variant and the older ones: `v7`, `v6`, `v5`.
fn with_older(variant: &str, oldest: u8) -> Vec<String> {
    // A variant is any text, so without the limit of a byte its number could be too large to list all smaller ones.
    let newest: u8 = variant.strip_prefix('v').unwrap_or(variant).parse().unwrap_or(oldest);
    let older = (oldest..newest).rev().map(|version| format!("v{version}"));
    [variant.to_owned()].into_iter().chain(older).collect()
}

/// A variant of `arm64` and the older ones, with minor versions: `v9.1`, `v9.0`, `v8.6`, ... `None` for a variant that is
/// not known.
fn arm64_with_older(variant: &str) -> Option<Vec<String>> {
    const LAST_V8: u8 = 9;
    const LAST_V9: u8 = 7;
    let down_from = |major: u8, minor: u8| (0..=minor).rev().map(move |minor| format!("v{major}.{minor}"));

    if let Some(minor) = variant.strip_prefix(variant::v9) {
        let minor = minor_version(minor).filter(|&minor| minor <= LAST_V9)?;
        return Some(down_from(9, minor).chain(down_from(8, LAST_V8.min(minor + 5))).collect());
    }
    let minor = if variant.is_empty() { "" } else { variant.strip_prefix(variant::v8)? };
    Some(down_from(8, minor_version(minor)?).collect())
}

/// The minor version in `.` and one digit. An empty text is version 0.
fn minor_version(text: &str) -> Option<u8> {
    match text.as_bytes() {
        [] => Some(0),
        [b'.', digit @ b'0'..=b'9'] => Some(digit - b'0'),
        _ => None,
    }
}
