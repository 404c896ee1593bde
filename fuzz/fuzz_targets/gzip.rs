//! The harness `gzip`.

#![no_main]

libfuzzer_sys::fuzz_target!(|input: &[u8]| oci_fixture_fuzz::run("gzip", input));
