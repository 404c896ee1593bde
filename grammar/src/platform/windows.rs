//! Versions of Windows, whose containers run on a close one alone.

/// Whether Windows of this version runs an image that says it is for that one. A host without a version that
/// can be read runs all, and an image without a version runs everywhere.
pub(super) fn runs(host: Option<&str>, image: Option<&str>) -> bool {
    match (host.and_then(Version::read), image) {
        (None, _) | (_, None) => true,
        (Some(host), Some(image)) => Version::read(image).is_some_and(|image| host.runs(&image)),
    }
}

/// What counts of `10.0.20348.3091`: all but the last part.
#[derive(PartialEq, Eq)]
struct Version {
    major: u8,
    minor: u8,
    build: u16,
}

/// Windows Server 2022, the first whose containers run on later ones.
const LTSC_2022: u16 = 20348;
/// Windows Server 2025, the long-term release after that.
const LTSC_2025: u16 = 26100;

impl Version {
    /// At least three numbers; `0.0.0` is no version.
    fn read(text: &str) -> Option<Self> {
        let mut numbers = text.split('.');
        let version = Self {
            major: digits(numbers.next()?)?.parse().ok()?,
            minor: digits(numbers.next()?)?.parse().ok()?,
            build: digits(numbers.next()?)?.parse().ok()?,
        };
        (version != Self { major: 0, minor: 0, build: 0 }).then_some(version)
    }

    /// As containerd reads Microsoft's [table of versions]: what is not older than the long-term release before
    /// this version.
    ///
    /// [table of versions]: https://learn.microsoft.com/en-us/virtualization/windowscontainers/deploy-containers/version-compatibility
    fn runs(&self, image: &Self) -> bool {
        if self.build < LTSC_2022 {
            return self == image;
        }
        let oldest = if self.build > LTSC_2025 { LTSC_2025 } else { LTSC_2022 };
        (self.major, self.minor) == (image.major, image.minor) && (oldest..=self.build).contains(&image.build)
    }
}

/// A number's digits, without the sign that `parse` would take.
fn digits(text: &str) -> Option<&str> {
    text.bytes().all(|b| b.is_ascii_digit()).then_some(text)
}
