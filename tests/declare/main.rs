//! What a declaration may say: the macro and the builder say the same, and flow and labels mean what they mean in Rust.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by a panic")]

mod base;
mod builder;
mod diff_ids;
mod flow;
mod labels;
mod refused;
mod run_time;
