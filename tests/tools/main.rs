//! Compares fixtures with what other tools read, which are skopeo, umoci, GNU tar and bsdtar, and with what containerd,
//! dockerd, podman, buildah and docker-registry store.
//!
//! Each tool is given every image of `images.rs`, by the ways out that the tool reads. If the tool refuses an image, a
//! row of `refusals.txt` has the image, the reason, and the words of the tool.
//!
//! The tools are those of Debian 12. Other versions have other messages and other limits. If a tool is not installed, has
//! another version or cannot run, its tests print `skipped:` and pass, unless `OCI_FIXTURE_REQUIRE_TOOLS` is set.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by a panic")]

mod archives;
mod arrivals;
mod bases;
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
mod trees;
mod umoci;
mod verify;
