#![doc = include_str!("../README.md")]

pub use oci_fixture_runtime::platform::{arch, os, variant};
pub use oci_fixture_runtime::*;

/// Declares OCI images, and evaluates to a [`Fixture`].
#[cfg(not(doc))]
#[macro_export]
macro_rules! oci_image {
    ($($declaration:tt)*) => { $crate::__private::declare!($crate $($declaration)*) };
}

/// Not part of the interface.
#[doc(hidden)]
pub mod __private {
    pub use oci_fixture_macros::declare;
}
