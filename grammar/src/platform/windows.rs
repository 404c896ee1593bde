//! Versions of Windows: a container runs only on a host whose version is close to its own.

/// Whether a host with one version of Windows runs an image for another. A host whose version cannot be read runs every
/// image, and an image without a version runs on every host.
pub(super) fn runs(host: Option<&str>, image: Option<&str>) -> bool {
    match (host.and_then(Version::read), image) {
        (None, _) | (_, None) => true,
        (Some(host), Some(image)) => Version::read(image).is_some_and(|image| host.runs(&image)),
    }
}

/// The parts of `10.0.20348.3091` that count: all but the last one.
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
    /// Reads a version of at least three numbers. `0.0.0` is no version.
    fn read(text: &str) -> Option<Self> {
        let mut numbers = text.split('.');
        let version = Self {
            major: digits(numbers.next()?)?.parse().ok()?,
            minor: digits(numbers.next()?)?.parse().ok()?,
            build: digits(numbers.next()?)?.parse().ok()?,
        };
        (version != Self { major: 0, minor: 0, build: 0 }).then_some(version)
    }

    /// Whether the host runs an image, as containerd reads Microsoft's [table of versions]: the image must not be older
    /// than the long-term release before the host's version.
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

/// The digits of a number, without the sign that `parse` would accept.
fn digits(text: &str) -> Option<&str> {
    text.bytes().all(|b| b.is_ascii_digit()).then_some(text)
}
