//! Platforms, as a declaration gives them.

use std::borrow::Cow;
use std::sync::LazyLock;

pub use oci_fixture_grammar::platform::{arch, os, variant};
use oci_fixture_grammar::{Invalid, Platform};

use crate::json::Json;
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
        // One that was made from parts has the parts of one that is read.
        Some(Ok(platform)) => {
            let parts = [Some(platform.os()), Some(platform.architecture()), platform.variant()];
            let text = parts.into_iter().flatten().collect::<Vec<_>>().join("/");
            Ok(Platform::parse(&text).map(drop)?)
        }
        None => Ok(()),
    }
}

/// `linux/amd64`, whatever machine this is.
pub(crate) static DEFAULT: LazyLock<Platform> = LazyLock::new(|| Platform::new(os::linux, arch::amd64));

/// The declared platform, if it is one.
pub(crate) fn declared(platform: &Declared) -> Option<&Platform> {
    platform.as_ref()?.as_ref().ok()
}

pub(crate) fn or_default(platform: &Declared) -> &Platform {
    declared(platform).unwrap_or_else(|| &DEFAULT)
}

/// `unknown/unknown`, the platform of what is no image for any machine, such as an attestation.
pub(crate) fn is_unknown(platform: &Platform) -> bool {
    platform.os() == os::unknown && platform.architecture() == arch::unknown
}

/// The members of a platform, in the order of image-spec's Go structs.
pub(crate) fn members(platform: &Platform) -> Vec<(Cow<'_, str>, Json<'_>)> {
    let mut members = vec![
        ("architecture".into(), Json::text(platform.architecture())),
        ("os".into(), Json::text(platform.os())),
    ];
    members.extend(platform.os_version().map(|version| ("os.version".into(), Json::text(version))));
    if !platform.os_features().is_empty() {
        let features = platform.os_features().iter().map(|feature| Json::text(feature.as_str())).collect();
        members.push(("os.features".into(), Json::List(features)));
    }
    members.extend(platform.variant().map(|variant| ("variant".into(), Json::text(variant))));
    members
}

pub(crate) fn json(platform: &Platform) -> Json<'_> {
    Json::Object(members(platform))
}
