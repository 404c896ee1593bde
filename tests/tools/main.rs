//! What other tools say of fixtures: skopeo, umoci, GNU tar and bsdtar.
//!
//! Each is given every image of `images.rs`, by the ways out that it reads. What it cannot do with one is in a table of
//! [`Refusal`](refusals::Refusal)s beside the test: which images, why, and the words that it has for it.
//!
//! skopeo and umoci are those of Debian 12; others have other words, and other limits. Where a tool is not installed,
//! or is another version, its tests say `skipped:` and pass, unless `OCI_FIXTURE_REQUIRE_TOOLS` is set.

// clippy.toml lets `#[test]` functions do this; the helpers are as much a part of the tests.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

mod archives;
mod blobs;
mod bsdtar;
mod docker;
mod gnu_tar;
mod images;
mod oci_spec;
mod refusals;
mod skopeo;
#[allow(dead_code, reason = "the program itself is not run here")]
#[path = "../../examples/specialimage.rs"]
mod specialimage;
mod tool;
mod umoci;
mod verify;
