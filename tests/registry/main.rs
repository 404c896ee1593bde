//! The registry that a test starts: pulls, pushes, and faults on the wire.

// clippy.toml lets `#[test]` functions do this; the helpers are as much a part of the tests.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::format_push_string
)]

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
