//! The images of `examples/hostile.rs`: what their bytes are, by readers that are not ours, and what others do with them.

// clippy.toml lets `#[test]` functions do this; the helpers are as much a part of the tests.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

mod descriptors;
mod documents;
#[allow(dead_code, reason = "the program itself is not run here")]
#[path = "../../examples/hostile.rs"]
mod hostile;
mod image;
mod names;
mod streams;
mod tars;
mod trees;
