//! Grounds: why a case is in the gallery.

/// Why a case is in the gallery: the page on which somebody says that it broke a reader, or the sentence that it
/// contradicts.
///
/// ```
/// let case = oci_fixture_gallery::case("absolute_path").unwrap();
/// assert_eq!(case.ground[0].name(), "CVE-2021-32804");
/// assert!(case.ground[0].url().starts_with("https://github.com/npm/node-tar/security/advisories/"));
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Ground {
    /// A security advisory.
    Advisory {
        /// Its number, such as `CVE-2021-32804`.
        name: &'static str,
        /// Its page.
        url: &'static str,
    },
    /// A public report: an issue, or a request to change something.
    Report {
        /// Its page.
        url: &'static str,
    },
    /// A sentence of a specification.
    Sentence {
        /// The document, such as `descriptor.md`.
        name: &'static str,
        /// The section.
        url: &'static str,
    },
}

impl Ground {
    /// Its name. That of a report is made of its address: `moby/moby#53257`.
    pub fn name(&self) -> String {
        match self {
            Self::Advisory { name, .. } | Self::Sentence { name, .. } => (*name).to_owned(),
            Self::Report { url } => {
                let path = url.strip_prefix("https://github.com/").unwrap_or(url);
                path.replace("/issues/", "#").replace("/pull/", "#").replace("/discussions/", "#")
            }
        }
    }

    /// The address of its page.
    pub fn url(&self) -> &'static str {
        match self {
            Self::Advisory { url, .. } | Self::Report { url } | Self::Sentence { url, .. } => url,
        }
    }
}

pub(crate) const fn advisory(name: &'static str, url: &'static str) -> Ground {
    Ground::Advisory { name, url }
}

/// An advisory of a repository of GitHub.
macro_rules! github_advisory {
    ($name:literal, $repository:literal, $number:literal) => {
        $crate::ground::advisory(
            $name,
            concat!("https://github.com/", $repository, "/security/advisories/", $number),
        )
    };
}
pub(crate) use github_advisory;

pub(crate) const fn report(url: &'static str) -> Ground {
    Ground::Report { url }
}

pub(crate) const fn sentence(name: &'static str, url: &'static str) -> Ground {
    Ground::Sentence { name, url }
}

/// A section of a document of the image specification.
macro_rules! image_spec {
    ($document:literal, $section:literal) => {
        $crate::ground::sentence(
            $document,
            concat!("https://github.com/opencontainers/image-spec/blob/main/", $document, "#", $section),
        )
    };
}
pub(crate) use image_spec;
