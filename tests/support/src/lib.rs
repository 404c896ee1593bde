//! Helpers that more than one test needs. A helper that a second test needs moves here.

#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::missing_panics_doc,
    reason = "a test fails by a panic"
)]

mod child;
mod digest;
mod directory;
pub mod golden;
pub mod images;
mod layer;
mod layout;
mod service;
mod tar;
mod tool;

pub use child::child;
pub use digest::{assert_checksums, digest, hex, sha256};
pub use directory::{Tree, files, tree, walk};
pub use golden::one_line;
pub use layer::{decompressed, fixture, layer_of, members, names};
pub use layout::{assert_layout, assert_same, stored};
pub use service::Service;
pub use tar::{EntryType, TarEntry, read_tar};
pub use tool::{
    BSDTAR, BUILDAH, CONTAINERD, CTR, DOCKER, DOCKERD, ENDLESS, GNU_TAR, GZIP, PODMAN, PYTHON, REGISTRY,
    SKOPEO, Tool, UMOCI, ZSTD, or_skip, skip,
};
