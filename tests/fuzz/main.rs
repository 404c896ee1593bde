//! Judging a layout of any bytes ends soon, without a panic, and within the limits of memory.
//!
//! Each kind of input has a harness in `harness/`, which is also a target of cargo-fuzz in `fuzz/`. Here the inputs come from
//! a generator with a seed: `OCI_FIXTURE_ROUNDS` sets their number, and `OCI_FIXTURE_SEED` the first seed. A failure prints
//! the seed of its input, and the shortest input that was found to fail in the same way.

#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "a test fails by a panic")]

mod choices;
mod harness;
mod minimal;
mod mutate;
mod rounds;
mod watchdog;

use oci_fixture_test_memory::Counting;

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// A test for each harness.
macro_rules! tests {
    ($($(#[$attribute:meta])* $name:ident: $harness:ident,)*) => {
        $(
            $(#[$attribute])*
            #[test]
            fn $name() {
                rounds::run(&harness::$harness);
            }
        )*
    };
}

tests! {
    a_reference: REFERENCE,
    a_platform: PLATFORM,
    a_path: PATH,
    a_json_document: JSON,
    a_tar: TAR,
    a_gzip_stream: GZIP,
    a_zstd_stream: ZSTD,
    a_directory: DIRECTORY,
    an_archive: ARCHIVE,
    #[cfg(feature = "registry")]
    a_client_of_a_registry: REGISTRY,
}
