//! The house: which room may know of which, that no two types of a crate share a name, and that its guides lead somewhere.
#![allow(clippy::unwrap_used, clippy::indexing_slicing, clippy::panic, reason = "a test fails by a panic")]

mod names;
mod paths;
mod rooms;
mod source;
