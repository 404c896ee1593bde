//! The structure of the source: imports between rooms, names of types, and the paths in the guides.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by a panic")]

mod names;
mod paths;
mod rooms;
mod source;
