//! The ways out: the files that a write makes in a directory, in memory, in an archive and in a Docker archive.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by a panic")]

mod archives;
mod directory;
mod extra_files;
mod layouts;
