//! Platforms, as a declaration gives them.

use std::borrow::Cow;
use std::sync::LazyLock;

pub use oci_fixture_grammar::platform::{arch, os, variant};
use oci_fixture_grammar::{Invalid, Platform};
use serde::Serialize;

use crate::problem::Problem;

/// Values that say a platform: a [`Platform`], or text such as `linux/arm/v7`, and references to them.
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
    /// The platform, or what is wrong with the text.
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

/// What a declaration says of a platform: nothing, one, or something that is none.
pub(crate) type Declared = Option<Result<Platform, Invalid>>;

pub(crate) fn check(platform: &Declared) -> Result<(), Problem> {
    match platform {
        Some(Err(invalid)) => Err(invalid.clone().into()),
        _ => Ok(()),
    }
}

/// The declared platform; where nothing is said, `linux/amd64`, whatever machine this is.
pub(crate) fn or_default(platform: &Declared) -> &Platform {
    static DEFAULT: LazyLock<Platform> = LazyLock::new(|| Platform::new(os::linux, arch::amd64));
    match platform {
        Some(Ok(platform)) => platform,
        _ => &DEFAULT,
    }
}

/// `unknown/unknown`, the platform of what is no image for any machine, such as an attestation.
pub(crate) fn is_unknown(platform: &Platform) -> bool {
    platform.os() == os::unknown && platform.architecture() == arch::unknown
}

/// A platform in a descriptor, its members in the order of image-spec's Go structs.
#[derive(Serialize)]
pub(crate) struct Document<'a> {
    architecture: &'a str,
    os: &'a str,
    #[serde(rename = "os.version", skip_serializing_if = "Option::is_none")]
    os_version: Option<&'a str>,
    #[serde(rename = "os.features", skip_serializing_if = "<[_]>::is_empty")]
    os_features: &'a [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    variant: Option<&'a str>,
}

impl<'a> Document<'a> {
    pub(crate) fn of(platform: &'a Platform) -> Self {
        Self {
            architecture: platform.architecture(),
            os: platform.os(),
            os_version: platform.os_version(),
            os_features: platform.os_features(),
            variant: platform.variant(),
        }
    }
}
