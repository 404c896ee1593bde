//! Reading layouts back.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by a panic")]

#[cfg(unix)]
mod archives;
#[cfg(feature = "decode")]
mod docker_archives;
mod layout;
mod open;
mod questions;
mod rootfs;
mod values;
#[cfg(unix)]
mod writers;
