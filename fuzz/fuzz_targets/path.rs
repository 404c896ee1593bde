//! The harness `path`.

#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| oci_fixture_fuzz::run("path", input));
