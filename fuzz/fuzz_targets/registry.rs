//! The harness `registry`.

#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| oci_fixture_fuzz::run("registry", input));
