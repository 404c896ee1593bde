//! The hostile images of the gallery: their bytes, read by readers that are not part of this crate, and what other programs do
//! with them.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by a panic")]

#[cfg(target_os = "linux")]
mod bounds;
#[cfg(all(target_os = "linux", feature = "registry"))]
mod confined;
mod descriptors;
mod documents;
#[cfg(target_os = "linux")]
mod failure;
mod image;
mod names;
#[cfg(target_os = "linux")]
mod page;
#[cfg(target_os = "linux")]
mod proxy;
#[cfg(target_os = "linux")]
mod readers;
mod streams;
mod tars;
mod trees;

/// The declaration of an image.
#[track_caller]
fn fixture(name: &str) -> oci_fixture::Fixture {
    oci_fixture_gallery::case(name).unwrap_or_else(|| panic!("there is no image {name}")).fixture()
}
