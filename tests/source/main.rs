//! Declarations as text: printed, read, and printed again.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by a panic")]

mod again;
#[cfg(all(feature = "decode", feature = "gzip", unix))]
mod further;
#[cfg(all(feature = "decode", feature = "gzip"))]
mod import;
mod imports;
#[cfg(all(feature = "decode", feature = "gzip"))]
mod large;
mod parse;
mod print;
mod rare;
mod sealed;
#[cfg(all(feature = "decode", feature = "gzip", unix))]
mod sparse;
#[cfg(all(feature = "decode", feature = "gzip", unix))]
mod tools;

#[allow(dead_code, reason = "the program itself is not run here")]
#[path = "../../examples/specialimage.rs"]
mod specialimage;
/// Images of many kinds.
#[allow(dead_code, reason = "the tests of tools use all of it")]
#[path = "../tools/images.rs"]
mod tool_images;
