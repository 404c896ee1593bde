//! The bytes of a layout: which documents and layers a declaration gives, and that they are always the same.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by a panic")]

mod fields;
mod layouts;
mod moby;
mod nulls;
mod runs;
mod sha512;
mod shapes;
mod specialimage;
mod text;
mod types;
