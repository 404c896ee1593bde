//! The images of `examples/hostile.rs`: what their bytes are, by readers that are not ours, and what others do with them.

// clippy.toml lets `#[test]` functions do this; the helpers are as much a part of the tests.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing)]

mod descriptors;
mod documents;
#[cfg(target_os = "linux")]
mod failure;
#[allow(dead_code, reason = "the program itself is not run here")]
#[path = "../../examples/hostile.rs"]
mod hostile;
mod image;
mod names;
#[cfg(target_os = "linux")]
mod page;
#[cfg(target_os = "linux")]
mod proxy;
#[cfg(target_os = "linux")]
mod readers;
#[cfg(target_os = "linux")]
mod sandbox;
mod streams;
mod tars;
#[cfg(target_os = "linux")]
#[allow(dead_code, reason = "not all that other tests need")]
#[path = "../tools/tool.rs"]
mod tool;
mod trees;
