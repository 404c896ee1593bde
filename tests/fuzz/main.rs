//! Whatever stands in a layout, judging it ends: without a panic, soon, and within the limits of memory.
//!
//! Each noun has a harness in `harness/`, which `fuzz/` has as targets of cargo-fuzz, too. Here the inputs come from a
//! generator that has a seed: `OCI_FIXTURE_ROUNDS` asks for more of them, and `OCI_FIXTURE_SEED` for others. A failure
//! names the seed that gives its input alone, and the shortest input that was found to fail alike.

// clippy.toml lets `#[test]` functions do this; the helpers below are as much a part of the tests.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, clippy::indexing_slicing)]

mod choices;
mod harness;
mod minimal;
mod mutate;
mod rounds;
mod watchdog;

use oci_fixture_test_memory::Counting;

#[global_allocator]
static ALLOCATOR: Counting = Counting;

#[test]
fn a_reference() {
    rounds::run(&harness::REFERENCE);
}

#[test]
fn a_platform() {
    rounds::run(&harness::PLATFORM);
}

#[test]
fn a_path() {
    rounds::run(&harness::PATH);
}

#[test]
fn a_json_document() {
    rounds::run(&harness::JSON);
}

#[test]
fn a_tar() {
    rounds::run(&harness::TAR);
}

#[test]
fn a_gzip_stream() {
    rounds::run(&harness::GZIP);
}

#[test]
fn a_zstd_stream() {
    rounds::run(&harness::ZSTD);
}

#[test]
fn a_directory() {
    rounds::run(&harness::DIRECTORY);
}

#[test]
fn an_archive() {
    rounds::run(&harness::ARCHIVE);
}
