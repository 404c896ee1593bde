//! A crate whose users get `oci_image!` from it, by another name.

pub use oci_fixture::{Fixture, oci_image as image};
