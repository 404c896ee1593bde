//! Platforms, as a declaration gives them.

use std::borrow::Cow;
use std::sync::LazyLock;

pub use oci_fixture_grammar::platform::{arch, os, variant};
use oci_fixture_grammar::{Invalid, Platform};
use serde::Deserialize;

use crate::error::Problem;
use crate::json::{Json, Writer};

/// Values that give a platform: a [`Platform`], text such as `linux/arm/v7`, and references to these.
///
/// ```
/// use oci_fixture::platform::{arch, os};
/// use oci_fixture::{Manifest, Platform};
///
/// Manifest::new().platform(Platform::new(os::linux, arch::arm64));
/// Manifest::new().platform("windows(10.0.17763)/amd64");
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a platform",
    label = "this is not a platform",
    note = "a platform is a `Platform`, or text such as `\"linux/arm/v7\"`: a `&str`, `String`, `Cow<str>`, or a reference to one"
)]
pub trait ToPlatform {
    /// The platform, or the mistake in the text.
    fn to_platform(&self) -> Result<Platform, Invalid>;
}

impl<T: ToPlatform + ?Sized> ToPlatform for &T {
    fn to_platform(&self) -> Result<Platform, Invalid> {
        (**self).to_platform()
    }
}

impl ToPlatform for Platform {
    fn to_platform(&self) -> Result<Platform, Invalid> {
        Ok(self.clone())
    }
}

macro_rules! platform_of_strings {
    ($($string:ty),*) => {$(
        impl ToPlatform for $string {
            fn to_platform(&self) -> Result<Platform, Invalid> {
                Platform::parse(self)
            }
        }
    )*};
}
platform_of_strings!(str, String, Box<str>, Cow<'_, str>);

/// The declared platform: none, a platform, or the mistake in its text.
pub(crate) type DeclaredPlatform = Option<Result<Platform, Invalid>>;

pub(crate) fn check(platform: &DeclaredPlatform, unchecked: bool) -> Result<(), Problem> {
    match platform {
        Some(Err(invalid)) => Err(invalid.clone().into()),
        Some(Ok(platform)) if platform.is_usual() => Ok(()),
        // A platform that was made from parts must follow the rules of one that is parsed.
        Some(Ok(platform)) => {
            let parts = [Some(platform.os()), Some(platform.architecture()), platform.variant()];
            let text = parts.into_iter().flatten().collect::<Vec<_>>().join("/");
            Platform::parse(&text)?;
            if unchecked { Ok(()) } else { Ok(platform.check_names()?) }
        }
        None => Ok(()),
    }
}

/// The default platform, which does not depend on the machine.
pub(crate) static DEFAULT: LazyLock<Platform> = LazyLock::new(|| Platform::new(os::linux, arch::amd64));

/// The declared platform. `None` if there is none, or a mistake in it.
pub(crate) fn declared(platform: &DeclaredPlatform) -> Option<&Platform> {
    platform.as_ref()?.as_ref().ok()
}

pub(crate) fn or_default(platform: &DeclaredPlatform) -> &Platform {
    declared(platform).unwrap_or_else(|| &DEFAULT)
}

/// Whether the platform is `unknown/unknown`, such as that of an attestation, which runs on no machine.
pub(crate) fn is_unknown(platform: &Platform) -> bool {
    platform.os() == os::unknown && platform.architecture() == arch::unknown
}

/// Writes the members of a platform, in the order of image-spec's Go structs.
pub(crate) fn write(out: &mut Writer, platform: &Platform) {
    out.member("architecture").text(platform.architecture());
    out.member("os").text(platform.os());
    if let Some(version) = platform.os_version() {
        out.member("os.version").text(version);
    }
    if !platform.os_features().is_empty() {
        out.member("os.features")
            .list(|out| platform.os_features().iter().for_each(|feature| out.text(feature)));
    }
    if let Some(variant) = platform.variant() {
        out.member("variant").text(variant);
    }
}

/// The platform as a tree.
pub(crate) fn json(platform: &Platform) -> Json<'static> {
    Json::of(|out| out.object(|out| write(out, platform)))
}

/// A platform in the JSON of a descriptor or of a config.
#[derive(Deserialize)]
pub(crate) struct PlatformJson {
    pub(crate) os: String,
    pub(crate) architecture: String,
    pub(crate) variant: Option<String>,
    #[serde(rename = "os.version")]
    pub(crate) os_version: Option<String>,
    #[serde(default, rename = "os.features")]
    pub(crate) os_features: Vec<String>,
}

impl From<PlatformJson> for Platform {
    fn from(json: PlatformJson) -> Self {
        let mut platform = Self::new(&json.os, &json.architecture).with_os_features(json.os_features);
        if let Some(variant) = json.variant {
            platform = platform.with_variant(&variant);
        }
        if let Some(version) = json.os_version {
            platform = platform.with_os_version(&version);
        }
        platform
    }
}
