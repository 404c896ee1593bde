//! The registry that a test starts: pulls, pushes, and faults on the wire.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by a panic")]

mod auth;
mod client;
mod clients;
mod faults;
#[cfg(target_os = "linux")]
mod footprint;
mod language;
mod lists;
mod log;
mod misuse;
mod page;
mod pull;
mod push;
mod repositories;
mod requests;
mod ways;
